import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { type DistributionState, readDistribution } from "../../sdk/income/distributions.ts";
import { openProofs } from "../../sdk/income/plan-folder.ts";
import { formatAmount } from "../../sdk/units.ts";
import { readCurrency } from "../lib/currency.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { MultisigArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";
import { planOfList } from "./locate-plan.ts";
import { requirePayable } from "./require-payable.ts";

interface ClaimArguments extends MultisigArguments {
  readonly distribution: bigint;
  readonly holder: string;
  readonly escrow: string;
  readonly plan: string;
  readonly out: string;
}

/** What one holder was due, and what was done about it. */
export interface Claim {
  readonly holder: string;
  readonly gross: bigint;
  readonly withheld: bigint;
  /** He has it already; nothing was sent. */
  readonly paidBefore: boolean;
  readonly steps: readonly StepReport[];
}

/** Where the plan of a list is, and who held the shares at a distribution by the register. */
export interface ClaimPlace {
  readonly runsFolder: string;
  readonly plan: string;
  /** The escrow that held for the holder; left out, he held himself. */
  readonly escrow?: string | undefined;
}

/** Pays one holder what he is due, from a distribution of either kind. Anybody may; the money goes to the holder. */
export async function claimFor(
  suite: Suite,
  sender: Sender,
  income: DistributionState,
  holder: string,
  place: ClaimPlace,
): Promise<Claim> {
  const claim = income.kind === "list" ? claimListed : claimOfRecord;
  const { step, ...due } = await claim(suite, income, holder, place);
  const steps = due.paidBefore ? [] : await sender.run([step]);
  return { holder, ...due, steps };
}

export default runAction<ClaimArguments>("income.claim", async (context, args) => {
  const { distribution, holder, plan } = args;
  if (holder === "")
    throw badInput("no holder was named", { todo: "add --holder, or pay everybody with `income pay`" });
  const wallet = parseAddress(holder, "--holder");
  const { provider } = (await context.connect()).connection.ethers;
  const { suite } = await context.suite();
  const income = await readDistribution(suite, distribution);
  await requirePayable(provider, income);

  const escrow = args.escrow === "" ? undefined : parseAddress(args.escrow, "--escrow");
  if (escrow !== undefined && income.kind === "list")
    throw badInput("a list names owners, not escrows", { where: "--escrow", notDone: "nothing was sent" });
  const place = { runsFolder: context.runsFolder, plan, escrow };
  const claim = await claimFor(suite, await context.sender(), income, wallet, place);
  const { decimals } = await readCurrency(income.currency, provider);
  const money = (units: bigint) => formatAmount(units, decimals);
  const tax = claim.withheld === 0n ? "" : `, of which ${money(claim.withheld)} are withheld`;
  const did = context.dryRun ? "would be paid" : "was paid";
  const said = claim.paidBefore
    ? `${wallet} was paid before.`
    : `${wallet} ${did} ${money(claim.gross)}${tax} from distribution ${distribution}.`;
  return { data: claim, text: `${describeSteps(claim.steps, "Nothing to do.")}\n${said}` };
});

interface Due {
  readonly gross: bigint;
  readonly withheld: bigint;
  readonly paidBefore: boolean;
  readonly step: Step;
}

async function claimOfRecord(
  { incomeDesk }: Suite,
  { distribution }: DistributionState,
  holder: string,
  { escrow }: ClaimPlace,
): Promise<Due> {
  if (escrow !== undefined) return claimThrough(incomeDesk, distribution, holder, escrow);
  const paidBefore = await incomeDesk.isPaid(distribution, holder);
  const { gross, withheld } = await incomeDesk.dueTo(distribution, holder);
  if (gross === 0n && !paidBefore) throw nothingDue(distribution, holder);
  const step = {
    title: `pay ${holder} from distribution ${distribution}`,
    transaction: () => incomeDesk.claim.populateTransaction(distribution, holder),
  };
  return { gross, withheld, paidBefore, step };
}

async function claimThrough(
  desk: Suite["incomeDesk"],
  distribution: bigint,
  owner: string,
  escrow: string,
): Promise<Due> {
  const paidBefore = await desk.isPaidThrough(distribution, escrow, owner);
  const { gross, withheld } = await desk.dueThrough(distribution, escrow, owner);
  if (gross === 0n && !paidBefore) throw nothingDue(distribution, owner);
  const step = {
    title: `pay ${owner} from distribution ${distribution} for what ${escrow} held`,
    transaction: () => desk.claimThrough.populateTransaction(distribution, escrow, owner),
  };
  return { gross, withheld, paidBefore, step };
}

async function claimListed(
  suite: Suite,
  { distribution }: DistributionState,
  holder: string,
  { runsFolder, plan }: ClaimPlace,
): Promise<Due> {
  const { incomeDesk } = suite;
  const proofs = await openProofs(await planOfList(suite, distribution, runsFolder, plan));
  try {
    const row = await proofs.find(holder);
    if (row === undefined) throw nothingDue(distribution, holder);
    const { index, gross, withheld, proof } = row;
    const step = {
      title: `pay ${holder} from distribution ${distribution}`,
      transaction: () =>
        incomeDesk.claimListed.populateTransaction(distribution, { index, holder, gross, withheld }, [...proof]),
    };
    return { gross, withheld, paidBefore: await incomeDesk.isListedPaid(distribution, index), step };
  } finally {
    await proofs.close();
  }
}

function nothingDue(distribution: bigint, holder: string) {
  return badInput(`${holder} is due nothing from distribution ${distribution}`, {
    why: "the wallet held nothing at the record, or its shares are excluded or held for others",
    todo: "check the address and the number",
    notDone: "nothing was sent",
  });
}

import type { Provider } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { type OfferingEntitlement, readEntitlements } from "../../sdk/offering-entitlements.ts";
import { readLogs } from "../../sdk/read-logs.ts";
import { formatTime } from "../../sdk/time.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { deskBlock, FAILED, OPEN, requireOffering } from "../lib/offerings.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";
import { planAllotment } from "./plan-allotment.ts";

interface CloseArguments extends WritingArguments {
  readonly offering: bigint;
  readonly batchSize: number;
}

export interface ClosedOffering {
  readonly offering: bigint;
  readonly succeeds: boolean;
  readonly sold: bigint;
  /** Who has paid and got no shares yet; after a failure, whose money waits for him. */
  readonly entitled: readonly string[];
  /** Whether somebody has paid for more than he got, and may take that back. */
  readonly hasExcess: boolean;
  readonly steps: readonly StepReport[];
}

export interface CloseOptions {
  readonly provider: Provider;
  /** Where the desk's events begin. */
  readonly fromBlock: number;
  readonly batchSize: number;
}

/** Closes the offering if it is open, then does what is left to do for it. */
export async function closeOffering(
  suite: Suite,
  sender: Sender,
  offering: bigint,
  { provider, fromBlock, batchSize }: CloseOptions,
): Promise<ClosedOffering> {
  const { terms, phase, sold } = await requireOffering(suite, offering);
  const succeeds = phase === OPEN ? sold >= terms.softCap : phase !== FAILED;

  const closing = phase === OPEN ? [await close(suite, offering, provider)] : [];
  const needsEarlier = closing.length > 0;
  const allotting = succeeds ? (await planAllotment(suite, offering, { batchSize, needsEarlier })).steps : [];
  const paying = succeeds ? await payOut(suite, offering, closing.length + allotting.length > 0) : [];
  const steps = await sender.run([...closing, ...allotting, ...paying]);
  const commissions =
    sender.dryRun || !succeeds ? [] : await sender.run(await payReferrers(suite, offering, { provider, fromBlock }));

  const left = await readEntitlements(suite, offering);
  const isOwed = ({ shares, paid }: OfferingEntitlement): boolean => (succeeds ? shares > 0n : paid > 0n);
  const entitled = left.filter(isOwed).map(({ buyer }) => buyer);
  const hasExcess = succeeds && left.some(({ excess }) => excess > 0n);
  return { offering, succeeds, sold, entitled, hasExcess, steps: [...steps, ...commissions] };
}

export default runAction<CloseArguments>("offering.close", async (context, { offering, batchSize }) => {
  const { connection } = await context.connect();
  const { suite, book } = await context.suite();
  const { provider } = connection.ethers;
  const fromBlock = deskBlock(book);
  const result = await closeOffering(suite, await context.sender(), offering, { provider, fromBlock, batchSize });

  if (result.succeeds && result.entitled.length > 0 && !context.dryRun) {
    context.warn(
      `${result.entitled.length} buyers were refused by the register; \`transfer check\` says why, and they may take a refund`,
    );
  }
  if (result.hasExcess) context.warn("more was paid than there are shares; `offering refund` pays it back");
  const succeeded = context.dryRun ? "would succeed" : "succeeded";
  const failed = context.dryRun ? "would fail" : "failed";
  const said = result.succeeds
    ? `Offering ${offering} ${succeeded} with ${result.sold} shares.`
    : `Offering ${offering} ${failed} with ${result.sold} shares; ${result.entitled.length} buyers may take their money back.`;
  return { data: result, text: `${describeSteps(result.steps)}\n${said}` };
});

async function close({ offeringDesk }: Suite, offering: bigint, provider: Provider): Promise<Step> {
  const { terms, sold } = await offeringDesk.offeringOf(offering);
  const now = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
  if (now > terms.closesAt) {
    return { title: `close offering ${offering}`, transaction: () => offeringDesk.close.populateTransaction(offering) };
  }
  if (sold === terms.hardCap) {
    const title = `close offering ${offering}, which is sold out`;
    return { title, transaction: () => offeringDesk.closeSoldOut.populateTransaction(offering) };
  }

  throw badInput(`offering ${offering} is open until ${formatTime(terms.closesAt)}`, {
    why: `${sold} of ${terms.hardCap} shares are sold`,
    todo: "close it after that, or once it is sold out",
    notDone: "nothing was sent",
  });
}

/** Proceeds come from allotments: where those are part of the plan, so is the payment. */
async function payOut({ offeringDesk }: Suite, offering: bigint, needsEarlier: boolean): Promise<Step[]> {
  const { terms } = await offeringDesk.offeringOf(offering);
  const { toTreasury, toFeeRecipient } = await offeringDesk.proceedsDue(offering);

  const treasury: Step = {
    title: `pay the treasury ${terms.treasury}`,
    transaction: () => offeringDesk.withdrawProceeds.populateTransaction(offering),
    needsEarlier,
  };
  const fee: Step = {
    title: `pay the fee to ${terms.feeRecipient}`,
    transaction: () => offeringDesk.withdrawFee.populateTransaction(offering),
    needsEarlier,
  };
  return [
    ...(toTreasury > 0n || needsEarlier ? [treasury] : []),
    ...((toFeeRecipient > 0n || needsEarlier) && terms.feeBps > 0n ? [fee] : []),
  ];
}

/** Whoever has brought buyers and is due something by now. */
async function payReferrers(
  { offeringDesk }: Suite,
  offering: bigint,
  { provider, fromBlock }: Pick<CloseOptions, "provider" | "fromBlock">,
): Promise<Step[]> {
  const { terms } = await offeringDesk.offeringOf(offering);
  if (terms.commissionBps === 0n) return [];
  const filter = offeringDesk.filters.CommissionEarned(offering);
  const until = await provider.getBlockNumber();
  const events = await readLogs((from, to) => offeringDesk.queryFilter(filter, from, to), fromBlock, until);

  const steps: Step[] = [];
  for (const referrer of new Set(events.map(({ args }) => args.referrer))) {
    if ((await offeringDesk.commissionDue(offering, referrer)) === 0n) continue;
    const title = `pay the referrer ${referrer}`;
    steps.push({ title, transaction: () => offeringDesk.withdrawCommission.populateTransaction(offering, referrer) });
  }
  return steps;
}

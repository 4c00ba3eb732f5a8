import { ZeroAddress } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { type FoundInvestor, findInvestor } from "../../sdk/investors.ts";
import { FLAG, SETTABLE_FLAGS } from "../../sdk/party.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { optionalReason, recordInvestorAct } from "../lib/office-acts.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

/** An entry of the log names at most so many (ERC-8328); it is about the investor, whatever wallets it names. */
const MOST_PARTIES = 10;

interface SuspendArguments extends WritingArguments {
  readonly investor: string;
  readonly lift: boolean;
  readonly reason: string;
}

export interface Suspension {
  readonly investor: string;
  readonly number: number;
  readonly suspended: boolean;
  readonly steps: readonly StepReport[];
}

/** Suspends an investor, so that none of his wallets sends or receives, or lifts it. */
export async function suspendInvestor(
  suite: Suite,
  sender: Sender,
  { id, party }: FoundInvestor,
  suspended: boolean,
  warn: (text: string) => void,
): Promise<Suspension> {
  const result = { investor: id, number: party.number, suspended };
  if (((party.flags & FLAG.suspended) !== 0) === suspended) return { ...result, steps: [] };

  await warnOfClaim(suite, id, warn);
  const flags = (party.flags & SETTABLE_FLAGS) ^ FLAG.suspended;
  const title = `${suspended ? "suspend" : "lift the suspension of"} investor ${party.number}`;
  const transaction = () => suite.investorRegistry.setStanding.populateTransaction(id, flags, party.verifiedUntil);
  return { ...result, steps: await sender.run([{ title, transaction }]) };
}

/** A standing that the registrar sets is the registrar's word from then on, and no longer a verifier's. */
export async function warnOfClaim(
  { investorRegistry }: Pick<Suite, "investorRegistry">,
  investor: string,
  warn: (text: string) => void,
): Promise<void> {
  const { verifier } = await investorRegistry.claimOf(investor);
  if (verifier === ZeroAddress) return;
  warn(
    `the verification rested on a claim at ${verifier}; from now on the registrar vouches, also if the claim is taken back`,
  );
}

export default runAction<SuspendArguments>("investor.suspend", async (context, args) => {
  const reason = optionalReason(args.reason);
  const { suite } = await context.suite();
  const found = await findInvestor(suite, args.investor, () => context.investorSalt());
  const sender = await context.sender();
  const warn = (text: string) => context.warn(text);
  const result = await suspendInvestor(suite, sender, found, !args.lift, warn);

  const kind = args.lift ? "HOLD_RELEASED" : "REGULATORY_HOLD";
  const wallets = (await suite.investorRegistry.walletsOf(found.id)).slice(0, MOST_PARTIES);
  const act = { investor: found.id, kind, wallets, reason, acted: result.steps[0] } as const;
  const steps = [...result.steps, ...(await recordInvestorAct(suite, sender, act, warn))];
  return { data: { ...result, steps }, text: describeSteps(steps) };
});

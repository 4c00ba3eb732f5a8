import { id } from "ethers";
import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput, ExitCode, MoietyError } from "../../sdk/errors.ts";
import { formatTime, parseUntil } from "../../sdk/time.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { assetSubject, recordCompliance } from "../lib/record-compliance.ts";
import { requireAsset } from "../lib/require-asset.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface ApproveArguments extends WritingArguments {
  readonly asset: bigint;
  readonly sender: string;
  readonly to: string;
  readonly shares: bigint;
  readonly until: string;
  readonly takeBack: boolean;
}

/** The one transfer that is approved. */
export interface ApprovedTransfer {
  readonly asset: bigint;
  readonly from: string;
  readonly to: string;
  readonly shares: bigint;
}

export interface Approval extends ApprovedTransfer {
  /** The last second in which it may be made; 0 if it may not. */
  readonly until: bigint;
  readonly steps: readonly StepReport[];
}

/** Approves one transfer between two investors, once, until a time; `until` 0 takes the approval back. What is so already is left alone. */
export async function approveTransfer(
  suite: Suite,
  sender: Sender,
  transfer: ApprovedTransfer,
  until: bigint,
  warn: (text: string) => void,
): Promise<Approval> {
  const { asset, from, to, shares } = transfer;
  await requireAsset(suite, asset);
  const { manualApprovalRule: rule } = suite;
  const [before, now] = await Promise.all([rule.approvedUntil(asset, from, to, shares), timeOf(sender)]);
  requireSensible(transfer, before, until, now);
  if (before === until) return { ...transfer, until, steps: [] };

  const isBound = (await suite.transferRules.rulesOf(asset)).some((each) => each.rule === rule.target);
  if (!isBound) warn(`asset ${asset} has no rule by which transfers are approved one by one: this has no effect`);
  const what = `the transfer of ${shares} shares of asset ${asset} from ${from} to ${to}`;
  const step =
    until === 0n
      ? {
          title: `take back the approval of ${what}`,
          transaction: () => rule.revoke.populateTransaction(asset, from, to, shares),
        }
      : {
          title: `approve ${what} until ${formatTime(until)}`,
          transaction: () => rule.approve.populateTransaction(asset, from, to, shares, until),
        };
  const steps = await sender.run([step]);
  const { steps: recorded } = await recordCompliance(
    suite,
    sender,
    steps[0],
    () => actOf(suite, transfer, until),
    warn,
  );
  return { ...transfer, until, steps: [...steps, ...recorded] };
}

export default runAction<ApproveArguments>("transfer.approve", async (context, args) => {
  const { asset, shares, takeBack } = args;
  if (takeBack === (args.until !== "")) {
    throw badInput("an approval ends at a time, or is taken back", {
      todo: "name --until <day or time>, or --take-back",
      notDone: "nothing was sent",
    });
  }
  const transfer = { asset, from: parseAddress(args.sender, "sender"), to: parseAddress(args.to, "to"), shares };
  const { suite } = await context.suite();
  const until = takeBack ? 0n : parseUntil(args.until);
  const result = await approveTransfer(suite, await context.sender(), transfer, until, (text) => context.warn(text));
  return { data: result, text: describeSteps(result.steps) };
});

function requireSensible({ shares, from, to }: ApprovedTransfer, before: bigint, until: bigint, now: bigint): void {
  const notDone = "nothing was sent";
  if (shares <= 0n) throw badInput(`${shares} is no number of shares to transfer`, { notDone });
  if (until === 0n && before === 0n) {
    throw new MoietyError({
      what: `no transfer of ${shares} shares from ${from} to ${to} is approved`,
      todo: "check sender, receiver and number; perhaps the approval was used already",
      notDone,
      exitCode: ExitCode.refused,
    });
  }
  if (until !== 0n && until <= now) {
    throw badInput(`the approval would have ended on ${formatTime(until)}`, { todo: "name a time to come", notDone });
  }
}

/** For the log: whose transfer, of how much, until when. */
async function actOf(suite: Suite, { asset, from, to, shares }: ApprovedTransfer, until: bigint) {
  const words = `${shares} shares of asset ${asset} from ${from} to ${to}${until === 0n ? "" : ` until ${formatTime(until)}`}`;
  return {
    subject: await assetSubject(suite, asset),
    event: "TRANSFER_APPROVAL" as const,
    outcome: until === 0n ? ("REVOKED" as const) : ("APPROVED" as const),
    parties: [
      { address: from, role: "SENDER" as const },
      { address: to, role: "RECEIVER" as const },
    ],
    evidenceHash: id(words),
    evidenceUri: `data:text/plain;charset=utf-8,${encodeURIComponent(words)}`,
  };
}

async function timeOf({ signer }: Sender): Promise<bigint> {
  return BigInt((await signer.provider?.getBlock("latest"))?.timestamp ?? 0);
}

import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput, ExitCode, MoietyError } from "../../sdk/errors.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { parseReason, recordAct } from "../lib/office-acts.ts";
import { requireAsset } from "../lib/require-asset.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface ForceArguments extends WritingArguments {
  readonly id: bigint;
  readonly account: string;
  readonly to: string;
  readonly shares: bigint;
  readonly reason: string;
}

export interface Force {
  readonly asset: bigint;
  readonly from: string;
  readonly to: string;
  readonly shares: bigint;
  readonly reason: string;
}

export interface ForceResult extends Force {
  /** What the account held before. */
  readonly balance: bigint;
  readonly recorded: boolean;
  readonly steps: readonly StepReport[];
}

/** Moves shares by force: free ones first, then frozen, then locked ones. No rule and no receiver is asked. */
export async function forceShares(
  suite: Suite,
  sender: Sender,
  force: Force,
  warn: (text: string) => void,
): Promise<ForceResult> {
  const { asset, from, to, shares, reason } = force;
  if (shares <= 0n) throw badInput(`${shares} is no number of shares to move`, { notDone: "nothing was sent" });
  await requireAsset(suite, asset);
  const balance = await suite.shareToken.balanceOf(from, asset);
  if (shares > balance) {
    throw new MoietyError({
      what: `${from} holds only ${balance} shares of asset ${asset}`,
      todo: "an investor may have moved to another wallet of his: `register export` shows all of them",
      notDone: "nothing was sent",
      exitCode: ExitCode.refused,
    });
  }

  const title = `force ${shares} shares of asset ${asset} from ${from} to ${to}`;
  const transaction = () => suite.shareToken.forcedTransfer.populateTransaction(from, to, asset, shares);
  const steps = await sender.run([{ title, transaction }]);
  const [done] = steps;
  if (!done?.hash || done.block === null) return { ...force, balance, recorded: false, steps };

  const parties = [
    { addr: from, role: "SENDER" },
    { addr: to, role: "RECEIVER" },
  ] as const;
  const act = {
    asset,
    kind: "FORCED_TRANSFER",
    parties,
    amount: shares,
    reason,
    hash: done.hash,
    block: done.block,
  } as const;
  const record = await recordAct(suite, sender, act, warn);
  return { ...force, balance, recorded: record.length > 0, steps: [...steps, ...record] };
}

export default runAction<ForceArguments>("asset.force", async (context, { id, account, to, shares, reason }) => {
  const force = {
    asset: id,
    from: parseAddress(account, "account"),
    to: parseAddress(to, "to"),
    shares,
    reason: parseReason(reason),
  };
  const { suite } = await context.suite();
  const result = await forceShares(suite, await context.sender(), force, (text) => context.warn(text));
  return { data: result, text: describeSteps(result.steps) };
});

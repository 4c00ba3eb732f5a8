import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { parseReason, recordAct } from "../lib/office-acts.ts";
import { requireAsset } from "../lib/require-asset.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface FreezeArguments extends WritingArguments {
  readonly id: bigint;
  readonly account: string;
  readonly shares: bigint;
  readonly reason: string;
}

export interface Freeze {
  readonly asset: bigint;
  readonly account: string;
  /** How many shares are frozen from now on, whatever was frozen before. */
  readonly shares: bigint;
  /** Recorded in the compliance log, if given. */
  readonly reason?: string | undefined;
}

export interface FreezeResult {
  readonly asset: bigint;
  readonly account: string;
  readonly before: bigint;
  readonly shares: bigint;
  readonly balance: bigint;
  readonly steps: readonly StepReport[];
}

/** A position counts in 64 bits. */
const MOST = (1n << 64n) - 1n;

/** Sets how many shares of an account are frozen: an absolute number, which may be more than it holds. */
export async function freezeShares(
  suite: Suite,
  sender: Sender,
  { asset, account, shares, reason }: Freeze,
  warn: (text: string) => void,
): Promise<FreezeResult> {
  if (shares < 0n || shares > MOST) throw badInput(`${shares} is no number of shares`, { notDone: "nothing was sent" });
  await requireAsset(suite, asset);
  const { shareToken } = suite;
  const [before, balance] = await Promise.all([
    shareToken.getFrozenTokens(account, asset),
    shareToken.balanceOf(account, asset),
  ]);
  if (shares > balance) warn(`${account} holds ${balance} shares; what it receives is frozen too, up to ${shares}`);
  if (before === shares) return { asset, account, before, shares, balance, steps: [] };

  const title = `freeze ${shares} shares of asset ${asset} at ${account} (until now ${before})`;
  const transaction = () => shareToken.setFrozenTokens.populateTransaction(account, asset, shares);
  const steps = await sender.run([{ title, transaction }]);
  const [done] = steps;
  if (reason === undefined || !done?.hash || done.block === null) {
    return { asset, account, before, shares, balance, steps };
  }
  const kind = shares > before ? "FREEZE" : "UNFREEZE";
  const parties = [{ addr: account, role: "TARGET" }] as const;
  const act = { asset, kind, parties, amount: shares, reason, hash: done.hash, block: done.block } as const;
  return { asset, account, before, shares, balance, steps: [...steps, ...(await recordAct(suite, sender, act, warn))] };
}

export default runAction<FreezeArguments>("asset.freeze", async (context, { id, account, shares, reason }) => {
  const freeze = {
    asset: id,
    account: parseAddress(account, "account"),
    shares,
    reason: reason === "" ? undefined : parseReason(reason),
  };
  const { suite } = await context.suite();
  const result = await freezeShares(suite, await context.sender(), freeze, (text) => context.warn(text));
  return { data: result, text: describeSteps(result.steps) };
});

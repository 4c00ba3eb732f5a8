import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput, ExitCode, MoietyError } from "../../sdk/errors.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { requireAsset } from "../lib/require-asset.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface LockArguments extends WritingArguments {
  readonly id: bigint;
  readonly account: string;
  readonly shares: bigint;
  readonly unlock: boolean;
}

export interface Lock {
  readonly asset: bigint;
  readonly account: string;
  /** How many more are locked, or with `unlock` how many fewer. */
  readonly shares: bigint;
  readonly unlock: boolean;
}

export interface LockResult extends Lock {
  readonly before: bigint;
  readonly locked: bigint;
  readonly steps: readonly StepReport[];
}

/** Locks spendable shares besides what is locked, or lets some go. What a lost wallet had locked is let go at its successor. */
export async function lockShares(suite: Suite, sender: Sender, lock: Lock): Promise<LockResult> {
  const { asset, account, shares, unlock } = lock;
  if (shares <= 0n) throw badInput(`${shares} is no number of shares to lock`, { notDone: "nothing was sent" });
  await requireAsset(suite, asset);
  const { shareToken } = suite;
  const holder = unlock ? await holderOfLock(suite, asset, account) : account;
  const [before, free] = await Promise.all([shareToken.lockedOf(holder, asset), shareToken.spendableOf(holder, asset)]);
  const most = unlock ? before : free;
  if (shares > most) {
    throw new MoietyError({
      what: unlock ? `only ${most} shares are locked at ${holder}` : `${holder} could spend only ${most} shares`,
      todo: `name at most ${most}`,
      notDone: "nothing was sent",
      exitCode: ExitCode.refused,
    });
  }

  const title = `${unlock ? "unlock" : "lock"} ${shares} shares of asset ${asset} at ${holder}`;
  const call = unlock ? shareToken.unlock : shareToken.lock;
  const steps = await sender.run([{ title, transaction: () => call.populateTransaction(holder, asset, shares) }]);
  return { ...lock, account: holder, before, locked: unlock ? before - shares : before + shares, steps };
}

export default runAction<LockArguments>("asset.lock", async (context, { id, account, shares, unlock }) => {
  const { suite } = await context.suite();
  const lock = { asset: id, account: parseAddress(account, "account"), shares, unlock };
  const result = await lockShares(suite, await context.sender(), lock);
  return { data: result, text: describeSteps(result.steps) };
});

/** As the register finds it: the account itself, or the successor where the lock went. */
async function holderOfLock({ shareToken, investorRegistry }: Suite, asset: bigint, account: string): Promise<string> {
  if ((await shareToken.lockedOf(account, asset)) > 0n) return account;
  return investorRegistry.successorOf(account);
}

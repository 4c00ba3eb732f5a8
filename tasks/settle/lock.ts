import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { MultisigArguments } from "../lib/flags.ts";
import { requireAsset } from "../lib/require-asset.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface LockArguments extends MultisigArguments {
  readonly asset: bigint;
  readonly shares: bigint;
}

export interface Locked {
  readonly asset: bigint;
  readonly shares: bigint;
  readonly steps: readonly StepReport[];
}

/** Locks shares of the sender at the settlement desk, so that no chunk fails for lack of them. They stay in the sender's wallet. */
export async function lockShares(suite: Suite, sender: Sender, asset: bigint, shares: bigint): Promise<Locked> {
  const { settlementDesk, shareToken } = suite;
  await requireAsset(suite, asset);
  requireSome(shares);
  const free = await shareToken.spendableOf(await sender.signer.getAddress(), asset);
  if (free < shares) {
    const why = `${free} are neither frozen nor locked, and ${shares} are to be locked`;
    throw badInput("there are too few shares", { why, notDone: "nothing was sent" });
  }

  const title = `lock ${shares} shares of asset ${asset} at the desk`;
  const transaction = () => settlementDesk.lockShares.populateTransaction(asset, shares);
  return { asset, shares, steps: await sender.run([{ title, transaction }]) };
}

/** Refuses a number of shares that is not above zero. */
export function requireSome(shares: bigint): void {
  if (shares <= 0n) throw badInput("the number of shares is zero", { notDone: "nothing was sent" });
}

export default runAction<LockArguments>("settle.lock", async (context, { asset, shares }) => {
  const { suite } = await context.suite();
  const { steps, ...data } = await lockShares(suite, await context.sender(), asset, shares);
  return { data: { ...data, steps }, text: describeSteps(steps) };
});

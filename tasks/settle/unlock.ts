import type { Provider } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { badInput, ExitCode, MoietyError } from "../../sdk/errors.ts";
import { formatTime } from "../../sdk/time.ts";
import { parseWhole } from "../../sdk/units.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { MultisigArguments } from "../lib/flags.ts";
import { requireAsset } from "../lib/require-asset.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender } from "../lib/sender.ts";
import { type Locked, requireSome } from "./lock.ts";

interface UnlockArguments extends MultisigArguments {
  readonly asset: bigint;
  readonly request: string;
}

/** Puts locked shares of the sender on leave; until the desk's window is over they still cover what was on its way. */
export async function requestUnlock(suite: Suite, sender: Sender, asset: bigint, shares: bigint): Promise<Locked> {
  const { settlementDesk } = suite;
  await requireAsset(suite, asset);
  requireSome(shares);
  const { locked } = await settlementDesk.locksOf(await sender.signer.getAddress(), asset);
  if (locked < shares) {
    const why = `${locked} are locked and not on leave yet`;
    throw badInput("there are too few locked shares", { why, notDone: "nothing was sent" });
  }

  const title = `ask for ${shares} locked shares of asset ${asset} back`;
  const transaction = () => settlementDesk.requestUnlock.populateTransaction(asset, shares);
  return { asset, shares, steps: await sender.run([{ title, transaction }]) };
}

/** Gives the sender back what was on leave long enough; all that is locked if the desk has a successor. Nobody else has to agree. */
export async function unlockShares(suite: Suite, sender: Sender, provider: Provider, asset: bigint): Promise<Locked> {
  const { settlementDesk } = suite;
  await requireAsset(suite, asset);
  const account = await sender.signer.getAddress();
  const { locked, leaving, unlocksAt } = await settlementDesk.locksOf(account, asset);
  const isReplaced = BigInt(await settlementDesk.successor()) !== 0n;
  const shares = isReplaced ? locked + leaving : leaving;
  if (shares === 0n) return { asset, shares, steps: [] };

  const now = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
  if (!isReplaced && now < unlocksAt) {
    throw new MoietyError({
      what: `${shares} shares are still on leave`,
      why: `they may be taken from ${formatTime(unlocksAt)} on`,
      notDone: "nothing was sent",
      exitCode: ExitCode.refused,
    });
  }
  const title = `take ${shares} locked shares of asset ${asset} back`;
  const transaction = () => settlementDesk.unlockShares.populateTransaction(asset);
  return { asset, shares, steps: await sender.run([{ title, transaction }]) };
}

export default runAction<UnlockArguments>("settle.unlock", async (context, { asset, request }) => {
  const { connection } = await context.connect();
  const { suite } = await context.suite();
  const sender = await context.sender();

  const { steps, ...data } =
    request === ""
      ? await unlockShares(suite, sender, connection.ethers.provider, asset)
      : await requestUnlock(suite, sender, asset, parseWhole(request, "shares"));
  return { data: { ...data, steps }, text: describeSteps(steps, "Nothing to do: nothing is on leave.") };
});

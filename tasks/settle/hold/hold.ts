import type { Provider, Signer } from "ethers";
import type { Suite } from "../../../sdk/connect.ts";
import { badInput, ExitCode, MoietyError } from "../../../sdk/errors.ts";
import { findSigner } from "../../../sdk/find-signer.ts";
import { type Hold, type HoldFile, holdId, signHold } from "../../../sdk/hold-file.ts";
import { formatTime } from "../../../sdk/time.ts";
import { requireAsset } from "../../lib/require-asset.ts";
import type { Sender, StepReport } from "../../lib/sender.ts";

export interface HoldDone {
  readonly id: string;
  readonly hold: Hold;
  readonly steps: readonly StepReport[];
}

/** Locks the shares of a hold. One that is open already is left alone. */
export async function createHold(
  suite: Suite,
  sender: Sender,
  { hold, signature: given }: HoldFile,
  { provider, signers }: { readonly provider: Provider; readonly signers: readonly Signer[] },
): Promise<HoldDone> {
  const { settlementDesk } = suite;
  await requireAsset(suite, hold.asset);
  const place = { chainId: (await provider.getNetwork()).chainId, desk: await settlementDesk.getAddress() };
  const id = holdId(place, hold);
  const { held, isUsed } = await settlementDesk.holdOf(id);
  if (held > 0n) return { id, hold, steps: [] };
  if (isUsed) throw badInput("this hold was decided or cancelled", { todo: "write another salt into the file" });

  const isOwn = (await sender.signer.getAddress()) === hold.holder;
  const signer = isOwn ? undefined : await findSigner(signers, hold.holder);
  const signature = isOwn ? "0x" : (given ?? (signer && (await signHold(signer, place, hold))));
  if (signature === undefined) {
    throw badInput(`the key of ${hold.holder} is not at hand, and the file has no signature`, {
      todo: `have the holder sign the digest ${id}, and put "signature" into the file`,
      notDone: "nothing was sent",
    });
  }
  const title = `hold ${hold.quantity} shares of asset ${hold.asset} of ${hold.holder} for ${hold.beneficiary}`;
  const transaction = () => settlementDesk.createHold.populateTransaction(hold, signature);
  return { id, hold, steps: await sender.run([{ title, transaction }]) };
}

/** Gives the beneficiary `shares` of what is held, 0 for all of it, and the holder the rest. For the agent. */
export async function executeHold(suite: Suite, sender: Sender, { hold }: HoldFile, shares: bigint): Promise<HoldDone> {
  const { settlementDesk } = suite;
  const { id, held } = await requireOpen(suite, hold);
  const quantity = shares === 0n ? held : shares;
  if (quantity > held) {
    throw badInput(`${held} shares are held, and ${quantity} are to be given over`, { notDone: "nothing was sent" });
  }
  const title = `give ${quantity} of ${held} held shares of asset ${hold.asset} to ${hold.beneficiary}`;
  const transaction = () => settlementDesk.executeHold.populateTransaction(hold, quantity);
  return { id, hold, steps: await sender.run([{ title, transaction }]) };
}

/** Gives the holder everything back. For agent or beneficiary. */
export async function releaseHold(suite: Suite, sender: Sender, { hold }: HoldFile): Promise<HoldDone> {
  const { id, held } = await requireOpen(suite, hold);
  const title = `release ${held} held shares of asset ${hold.asset} to ${hold.holder}`;
  const transaction = () => suite.settlementDesk.releaseHold.populateTransaction(hold);
  return { id, hold, steps: await sender.run([{ title, transaction }]) };
}

/** Gives the holder everything back once the agent's time is over. For anybody. */
export async function reclaimHold(
  suite: Suite,
  sender: Sender,
  { hold }: HoldFile,
  provider: Provider,
): Promise<HoldDone> {
  const { id, held } = await requireOpen(suite, hold);
  const now = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
  if (now <= hold.until) {
    throw new MoietyError({
      what: "the agent may still decide",
      why: `his time ends with ${formatTime(hold.until)}`,
      notDone: "nothing was sent",
      exitCode: ExitCode.refused,
    });
  }
  const title = `reclaim ${held} held shares of asset ${hold.asset} for ${hold.holder}`;
  const transaction = () => suite.settlementDesk.reclaimHold.populateTransaction(hold);
  return { id, hold, steps: await sender.run([{ title, transaction }]) };
}

/** Rules out a hold that was signed and not created. For the holder. */
export async function cancelHold({ settlementDesk }: Suite, sender: Sender, { hold }: HoldFile): Promise<HoldDone> {
  const id = await settlementDesk.hashHold(hold);
  const { held, isUsed } = await settlementDesk.holdOf(id);
  if (held > 0n) {
    const todo = "have agent or beneficiary release it, or reclaim it after its time";
    throw badInput("this hold is open, and binds the holder", { todo, notDone: "nothing was sent" });
  }
  if (isUsed) return { id, hold, steps: [] };

  const title = `rule out the hold of ${hold.quantity} shares of asset ${hold.asset} for ${hold.beneficiary}`;
  const transaction = () => settlementDesk.cancelHold.populateTransaction(hold);
  return { id, hold, steps: await sender.run([{ title, transaction }]) };
}

async function requireOpen(
  { settlementDesk }: Suite,
  hold: Hold,
): Promise<{ readonly id: string; readonly held: bigint }> {
  const id = await settlementDesk.hashHold(hold);
  const { held } = await settlementDesk.holdOf(id);
  if (held > 0n) return { id, held };
  throw badInput("no such hold is open", {
    why: "it was never created, was decided, or the file says something else than was signed",
    notDone: "nothing was sent",
  });
}

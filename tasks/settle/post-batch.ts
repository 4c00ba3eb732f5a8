import type { Provider } from "ethers";
import { type BatchResult, chunksToSettle, type NetVector, readBatchFile } from "../../executor/index.ts";
import type { Suite } from "../../sdk/connect.ts";
import { unlocksInTurn } from "../../sdk/locked-shares.ts";
import { readProgress } from "../../sdk/settler/batch-progress.ts";
import { chunkCall, type DeskCall, openCall } from "../../sdk/settler/calls.ts";
import { chunkGas, OPENING_GAS, readAssetGas, readGasCap, usableGas } from "../../sdk/settler/gas-model.ts";
import type { Step } from "../lib/sender.ts";

/** A transaction of a batch; the one that opens it has no net vector. */
interface PlannedCall extends DeskCall {
  readonly net: NetVector | undefined;
  readonly unlocks: number;
}

/**
 * The transactions that open a decided batch and settle its chunks; of one that the desk has already, those that are left. What is
 * locked is read as it is now; what earlier chunks of the plan use of it, later ones do not count on.
 */
export async function planSettlement(suite: Suite, result: BatchResult): Promise<Step[]> {
  return (await planCalls(suite, result)).map((call, place) => stepOf(call, place > 0));
}

/** The first of these transactions that a multisig can send in one, and how many are left. A chunk never goes without its opening. */
export async function fittingSteps(
  suite: Suite,
  provider: Provider,
  result: BatchResult,
): Promise<{ steps: Step[]; left: number }> {
  const calls = await planCalls(suite, result);
  const gasOf = await readGasModel(suite, result);
  const usable = usableGas(await readGasCap(provider));
  let gas = 0;
  const fitting = calls.filter((call, place) => {
    gas += gasOf(call);
    const isFirst = place === 0 || (place === 1 && calls[0]?.net === undefined);
    return isFirst || gas <= usable;
  });
  return { steps: fitting.map((call, place) => stepOf(call, place > 0)), left: calls.length - fitting.length };
}

async function planCalls(suite: Suite, result: BatchResult): Promise<PlannedCall[]> {
  const progress = await readProgress(suite, result);
  if (progress.state === "closed" || progress.state === "foreign") return [];

  const next = progress.state === "open" ? progress.nextChunk : 0;
  const chunks = (await chunksToSettle(result)).filter(({ chunk }) => chunk.index >= next);
  const newest = await suite.settlementDesk.runner?.provider?.getBlock("latest");
  const at = { block: newest?.number ?? 0, time: BigInt(newest?.timestamp ?? 0) };
  const nets = chunks.map(({ chunk }) => chunk.net);
  const unlocks = await unlocksInTurn(suite, nets, at);
  const opening = { ...(await openCall(suite, result.header)), net: undefined, unlocks: 0 };
  const settling = chunks.map(async (chunk, place): Promise<PlannedCall> => {
    const words = unlocks[place] ?? [];
    return { ...(await chunkCall(suite, result, chunk, words)), net: chunk.chunk.net, unlocks: words.length };
  });
  return [...(progress.state === "absent" ? [opening] : []), ...(await Promise.all(settling))];
}

/** What calls of a batch take, with the positions that were empty when it was decided. */
async function readGasModel(suite: Suite, { file }: BatchResult): Promise<(call: PlannedCall) => number> {
  const { snapshot } = readBatchFile(file);
  const ids = snapshot.assets.map(({ id }) => id);
  const gas = await readAssetGas(suite, ids);
  const gasOf = new Map(ids.map((id, place) => [id, gas[place]]));
  const held = new Set(
    snapshot.shares
      .filter(({ balance }) => balance > 0n)
      .map(({ asset, account }) => `${ids[asset]}/${snapshot.accounts[account]?.address.toLowerCase()}`),
  );
  const isNew = (asset: bigint, account: string) => !held.has(`${asset}/${account}`);

  return ({ net, unlocks }) => {
    if (net === undefined) return OPENING_GAS;
    return chunkGas(net, { assets: net.assets.flatMap((id) => gasOf.get(id) ?? []), isNew, unlocks });
  };
}

/** A call as a step of a plan. */
export function stepOf({ title, to, data }: DeskCall, needsEarlier: boolean): Step {
  return { title, transaction: async () => ({ to, data }), needsEarlier };
}

import { type BatchResult, chunksToSettle } from "../../executor/index.ts";
import type { Suite } from "../../sdk/connect.ts";
import { unlocksInTurn } from "../../sdk/locked-shares.ts";
import { readProgress } from "../../sdk/settler/batch-progress.ts";
import { chunkCall, type DeskCall, openCall } from "../../sdk/settler/calls.ts";
import { chunkGas, OPENING_GAS, USABLE_GAS } from "../../sdk/settler/gas-model.ts";
import type { Step } from "../lib/sender.ts";

/**
 * The transactions that open a decided batch and settle its chunks; of one that the desk has already, those that are left. What is
 * locked is read as it is now; what earlier chunks of the plan use of it, later ones do not count on.
 */
export async function planSettlement(suite: Suite, result: BatchResult): Promise<Step[]> {
  const progress = await readProgress(suite, result);
  if (progress.state === "closed" || progress.state === "foreign") return [];

  const next = progress.state === "open" ? progress.nextChunk : 0;
  const chunks = (await chunksToSettle(result)).filter(({ chunk }) => chunk.index >= next);
  const newest = await suite.settlementDesk.runner?.provider?.getBlock("latest");
  const at = { block: newest?.number ?? 0, time: BigInt(newest?.timestamp ?? 0) };
  const nets = chunks.map(({ chunk }) => chunk.net);
  const unlocks = await unlocksInTurn(suite, nets, at);
  const calls = [
    ...(progress.state === "absent" ? [await openCall(suite, result.header)] : []),
    ...(await Promise.all(chunks.map((chunk, place) => chunkCall(suite, result, chunk, unlocks[place] ?? [])))),
  ];
  return calls.map((call, place) => stepOf(call, place > 0));
}

/** The first of these transactions that a multisig can send in one, and how many are left. */
export async function fittingSteps(suite: Suite, result: BatchResult): Promise<{ steps: Step[]; left: number }> {
  const all = await planSettlement(suite, result);
  const isOpening = (await readProgress(suite, result)).state === "absent";
  const last = all.length - result.chunks.length;
  let gas = isOpening ? OPENING_GAS : 0;
  const steps = all.filter((_step, place) => {
    const chunk = result.chunks[place - last];
    if (chunk !== undefined) gas += chunkGas(chunk.net);
    return place === 0 || (isOpening && place === 1) || gas <= Number(USABLE_GAS);
  });
  return { steps, left: all.length - steps.length };
}

/** A call as a step of a plan. */
export function stepOf({ title, to, data }: DeskCall, needsEarlier: boolean): Step {
  return { title, transaction: async () => ({ to, data }), needsEarlier };
}

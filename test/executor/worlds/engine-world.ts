import {
  type BatchInput,
  type BatchResult,
  type EngineInput,
  runSequential,
  type SignedOrder,
  type Snapshot,
  type TradeInput,
} from "../../../executor/index.ts";
import { closeBatch, emptyState } from "../../../executor/replay/log-state.ts";
import { randomBatch } from "./random-world.ts";

/** What an engine opens with, and the batches that follow. */
export interface EngineWorld {
  readonly snapshot: Snapshot;
  readonly inputs: readonly EngineInput[];
}

/** Random batches one after another; each brings half of the one before again, of which some is through and some is not. */
export function randomEngineWorld(seed: number, count: number): EngineWorld {
  const own = Array.from({ length: count }, (_, place) => randomBatch(seed + place));

  return {
    snapshot: (own[0] ?? randomBatch(seed)).snapshot,
    inputs: own.map((input, place) => {
      const before = place === 0 ? undefined : own[place - 1];
      const earlier = listOf<SignedOrder>(before?.orders ?? []);
      const { time, maxChunkInstructions = 1, maxChunkPositions = 4 } = input;
      return {
        number: BigInt(place + 1),
        mode: "strict",
        time,
        maxChunkInstructions,
        maxChunkPositions,
        orders: [...earlier, ...listOf<SignedOrder>(input.orders)],
        trades: [
          ...listOf<TradeInput>(before?.trades ?? []).filter((_, trade) => trade % 2 === 0),
          ...listOf<TradeInput>(input.trades).map((trade) => ({
            ...trade,
            buyOrder: trade.buyOrder + earlier.length,
            sellOrder: trade.sellOrder + earlier.length,
          })),
        ],
      };
    }),
  };
}

/** The same batches by the judge: each opens with what the one before left when all its chunks had settled. */
export async function judgeEngineWorld({ snapshot, inputs }: EngineWorld) {
  const state = { ...emptyState(1n), positions: snapshot };
  const results: BatchResult[] = [];
  const whole: BatchInput[] = [];

  for (const input of inputs) {
    const follows = results.at(-1)?.header.fileHash;
    const opened: BatchInput = {
      ...input,
      snapshot: state.positions,
      alreadyFinal: new Set(state.final),
      filled: new Map(state.filled),
      ...(follows === undefined ? {} : { follows }),
    };
    const result = await runSequential(opened);
    closeBatch(state, opened.snapshot, result, new Set(result.chunks.keys()));
    results.push(result);
    whole.push(opened);
  }
  return { results, whole, state };
}

function listOf<T>(items: readonly T[] | Uint8Array): readonly T[] {
  if (items instanceof Uint8Array) throw new TypeError("these are records");
  return items;
}

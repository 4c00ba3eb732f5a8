import { openCarried } from "../../executor/engine/carried.ts";
import { rerunLedger } from "../../executor/engine/rerun-ledger.ts";
import { type BatchInput, readBatchFile, type WorkerPool } from "../../executor/index.ts";
import { decodeEntry, type OutcomeEntry } from "../../executor/log/entries.ts";
import { CUT } from "../../executor/log/frame.ts";
import { prepareBatch } from "../../executor/prepare-batch.ts";
import { readFrames, type WrittenLog } from "./replay-log.ts";

/** Bytes that keccak-256 takes in per permutation. */
const RATE = 136;
const ORDER_STRUCT = 320;
const TRADE_STRUCT = 192;
const ENVELOPE = 66;
const NODE = 64;
const INSTRUCTION_LEAF = 81;
const RECEIPT_LEAF = 65;
const RECEIPT = 64;
const CHUNK_LEAF = 109;
const POSITION_LEAF = 72;
const PIECE = 4_096;

/** Messages of one length that have to be hashed. */
export interface HashCount {
  readonly length: number;
  readonly messages: number;
  readonly permutations: number;
}

/**
 * The hashes that a replay with all roots cannot do without, for all batches of a log but the first: digests of orders and trades,
 * leaves and nodes of instructions, receipts, chunks and touched positions, nets, receipts and files. What is hashed as one long
 * message is counted by its permutations, each as a message of its own.
 */
export async function readCounts({ folder }: WrittenLog, pool: WorkerPool): Promise<HashCount[]> {
  const inputs: BatchInput[] = [];
  const files: number[] = [];
  const outcomes: OutcomeEntry[] = [];
  await readFrames(folder, async (frame) => {
    if (frame.kind >= CUT) return;
    const entry = decodeEntry(frame);
    if (entry.kind === "outcome") outcomes.push(entry);
    if (entry.kind !== "input") return;
    files.push(entry.file.length);
    inputs.push(readBatchFile(entry.file, () => inputs[0] ?? fail()));
  });
  const opening = inputs[0] ?? fail();
  const carried = await openCarried(prepareBatch({ ...opening, orders: [], trades: [] }), pool);
  const messages = new Map<number, number>();
  const add = (length: number, count: number) => messages.set(length, (messages.get(length) ?? 0) + count);
  const addLong = (bytes: number) => add(RATE - 1, Math.floor(bytes / RATE) + 1);

  for (const [place, input] of inputs.entries()) {
    const batch = prepareBatch(input);
    const closed = rerunLedger(carried, batch, outcomes[place] ?? fail());
    const touched = carried.positions.absorb();
    const hashes = await carried.positions.trees.update(carried.positions.tables, pool, {}, touched);
    if (place === 0) continue;

    const { orderCount, instructionCount } = batch;
    const leaves = touched.shares.length + touched.cash.length;
    add(POSITION_LEAF, leaves);
    add(NODE, hashes - leaves + 1);
    add(ORDER_STRUCT, orderCount);
    add(TRADE_STRUCT, instructionCount);
    add(ENVELOPE, orderCount + instructionCount);
    add(INSTRUCTION_LEAF, instructionCount);
    add(RECEIPT_LEAF, instructionCount);
    for (const chunk of closed) {
      add(NODE, 2 * nodesOver(chunk.instructionCount));
      addLong(chunk.encodeNet().length);
    }
    add(CHUNK_LEAF, closed.length);
    add(NODE, nodesOver(closed.length));
    addLong(RECEIPT * instructionCount);
    addLong(files[place] ?? fail());
  }
  return [...messages].map(([length, count]) => {
    return { length, messages: count, permutations: count * (Math.floor(length / RATE) + 1) };
  });
}

/** Makes as many hashes of messages that lie there already, on the threads of `pool`; how long it took. */
export function createHashFloor(counts: readonly HashCount[], pool: WorkerPool): () => Promise<number> {
  return async () => {
    const started = performance.now();
    for (const { length, messages: total } of counts) {
      await pool.run({ kind: "bareHashes", length, times: 1, total, pieceSize: PIECE });
    }
    return performance.now() - started;
  };
}

/** Inner nodes over `count` leaves, each level filled up to pairs. */
function nodesOver(count: number): number {
  let nodes = 0;
  for (let level = count; level > 1; level = (level + 1) >> 1) nodes += (level + 1) >> 1;
  return nodes;
}

function fail(): never {
  throw new Error("the log does not hold what was written");
}

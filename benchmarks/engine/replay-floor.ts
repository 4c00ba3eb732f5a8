import { createHash } from "node:crypto";
import { movementsOf } from "../../executor/commit-batch.ts";
import { openCarried } from "../../executor/engine/carried.ts";
import { rerunLedger } from "../../executor/engine/rerun-ledger.ts";
import { HASH_BYTES } from "../../executor/formats/merkle.ts";
import { type BatchInput, readBatchFile, type WorkerPool } from "../../executor/index.ts";
import { decodeEntry, type OutcomeEntry } from "../../executor/log/entries.ts";
import { CUT } from "../../executor/log/frame.ts";
import { prepareBatch } from "../../executor/prepare-batch.ts";
import { MovementLeaves } from "../../executor/tree/movement-leaves.ts";
import { sharedBytes } from "../../executor/workers/shared-bytes.ts";
import { FRAMES_OF_FIRST, readFrames, type WrittenLog } from "./replay-log.ts";

/** Bytes that keccak-256 takes in per permutation. */
const RATE = 136;
const ORDER_STRUCT = 320;
const TRADE_STRUCT = 192;
const ENVELOPE = 66;
const NODE = 64;
const INSTRUCTION_LEAF = 81;
const RECEIPT_LEAF = 65;
const MOVEMENT_LEAF = 76;
const CHUNK_LEAF = 145;
const POSITION_LEAF = 72;
const PIECE = 4_096;
/** What a frame's link is made of besides its payload: the link before, and the header up to the link. */
const LINKED = 64;

/** What a replay has to hash. */
export interface HashCounts {
  /** Messages that can be hashed many at once. */
  readonly short: readonly HashCount[];
  /** Bytes of each message that cannot: nets, receipts and files. */
  readonly long: readonly number[];
  /** Bytes of each message of SHA-256: the frames of the log, and the receipts. */
  readonly sums: readonly number[];
  /** Permutations of keccak for all of it. */
  readonly permutations: number;
}

/** Messages of one length that have to be hashed. */
export interface HashCount {
  readonly length: number;
  readonly messages: number;
  readonly permutations: number;
}

/**
 * The hashes that a replay with all roots cannot do without, for all batches of a log but the first: digests of orders and trades,
 * leaves and nodes of instructions, receipts, movements, chunks and touched positions, nets, receipts and files, and the links and sums
 * in the log. What is hashed once per batch, such as its header, is left out.
 */
export async function readCounts({ folder }: WrittenLog, pool: WorkerPool): Promise<HashCounts> {
  const inputs: BatchInput[] = [];
  const files: number[] = [];
  const outcomes: OutcomeEntry[] = [];
  const sums: number[] = [];
  await readFrames(folder, async (frame) => {
    if (frame.position.sequence > FRAMES_OF_FIRST) sums.push(LINKED + frame.payload.length);
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
  const long: number[] = [];

  for (const [place, input] of inputs.entries()) {
    const batch = prepareBatch(input);
    const { closed, receipts, moved, state } = rerunLedger(carried, batch, outcomes[place] ?? fail());
    const touched = carried.positions.absorb();
    const positions = carried.positions.tables;
    const hashes = await carried.positions.trees.update(positions, pool, {}, touched);
    if (place === 0) continue;

    const { orderCount, instructionCount } = batch;
    const movements = new MovementLeaves(movementsOf({ moved, state, positions }), receipts);
    const leaves = touched.shares.length + touched.cash.length;
    add(POSITION_LEAF, leaves);
    add(NODE, hashes - leaves + 1);
    add(ORDER_STRUCT, orderCount);
    add(TRADE_STRUCT, instructionCount);
    add(ENVELOPE, orderCount + instructionCount);
    add(INSTRUCTION_LEAF, instructionCount);
    add(RECEIPT_LEAF, instructionCount);
    for (const chunk of closed) {
      const moves = movements.list(chunk.firstInstruction, chunk.instructionCount);
      add(MOVEMENT_LEAF, moves);
      add(NODE, 2 * nodesOver(chunk.instructionCount) + nodesOver(moves));
      long.push(chunk.encodeNet().length);
    }
    add(CHUNK_LEAF, closed.length);
    add(NODE, nodesOver(closed.length));
    long.push(receipts.length, files[place] ?? fail());
    sums.push(receipts.length);
  }
  const short = [...messages].map(([length, count]) => ({
    length,
    messages: count,
    permutations: count * blocksOf(length),
  }));
  const permutations = [...short.map((count) => count.permutations), ...long.map(blocksOf)];
  return { short, long, sums, permutations: permutations.reduce((sum, count) => sum + count, 0) };
}

/**
 * Makes as many hashes of messages that lie there already, on the threads of `pool`; how long it took. Messages of one length are
 * hashed many at once. A long one is hashed as what it is, block after block, by the fastest that this machine has for one message,
 * and each on another thread; sums are made by the calling thread meanwhile.
 */
export function createHashFloor({ short, long, sums }: HashCounts, pool: WorkerPool): () => Promise<number> {
  const longest = sharedBytes(Math.max(0, ...long, ...sums));
  const messages = long.toSorted((one, other) => other - one).map((length) => [longest.subarray(0, length)]);
  const hashes = sharedBytes(HASH_BYTES * messages.length);

  return async () => {
    const started = performance.now();
    const jobs = [
      pool.run({ kind: "longHashes", total: messages.length, pieceSize: 1, messages, hashes }, { urgency: 1 }),
      ...short.map(({ length, messages: total }) => {
        return pool.run({ kind: "bareHashes", length, times: 1, total, pieceSize: PIECE });
      }),
    ];
    for (const length of sums) createHash("sha256").update(longest.subarray(0, length)).digest();
    await Promise.all(jobs);
    return performance.now() - started;
  };
}

/**
 * The same with long messages as if each of their blocks were a message by itself, which can be hashed two at a time: less than anyone
 * who has to hash the messages as they are can take.
 */
export function createBlockFloor(counts: HashCounts, pool: WorkerPool): () => Promise<number> {
  const blocks = counts.long.reduce((sum, length) => sum + blocksOf(length), 0);
  const { short } = counts;
  return createHashFloor(
    { ...counts, short: [...short, { length: RATE - 1, messages: blocks, permutations: blocks }], long: [], sums: [] },
    pool,
  );
}

const blocksOf = (length: number): number => Math.floor(length / RATE) + 1;

/** Inner nodes over `count` leaves, each level filled up to pairs. */
function nodesOver(count: number): number {
  let nodes = 0;
  for (let level = count; level > 1; level = (level + 1) >> 1) nodes += (level + 1) >> 1;
  return nodes;
}

function fail(): never {
  throw new Error("the log does not hold what was written");
}

import { CODE } from "../../formats/reason-codes.ts";
import type { JobRunner, RunOptions } from "../../workers/pool.ts";
import { sharedBytes } from "../../workers/shared-bytes.ts";
import { type Holders, moveHolding } from "../holders.ts";
import type { LoweredBatch } from "../lowered-batch.ts";
import type { ClosedChunk, Posting } from "../posting.ts";
import { AMOUNT, ROW, ROW_AMOUNTS, ROW_WORDS, type Rows } from "../rows.ts";
import { sharedAmounts } from "../shared-amounts.ts";
import type { SplitJob } from "./split-job.ts";
import { RESIDUE, type SplitTables } from "./split-tables.ts";

const NONE = -1;
const ROWS_PER_PIECE = 4_096;
const CELLS_PER_PIECE = 32_768;
const MOST_SHARDS = 64;

/** The chunks of a batch, and how many of its rows had to run in their order. */
export interface SplitOutcome {
  readonly closed: ClosedChunk[];
  readonly residue: number;
}

/** A lowered batch; without `posting` nobody counts chunks and net movements. */
export interface SplitBatch extends Omit<LoweredBatch, "posting" | "kinds" | "books" | "maxChunkInstructions"> {
  readonly posting?: Posting;
}

/**
 * Decides rows in parallel where their order cannot matter, and one after another where it may. A cell is *covered* if
 * it can bear all debits of the batch that name it; a row that touches nothing else is accepted in every order, so that it may
 * be applied in any. The rest runs in its order and finds every uncovered cell as in a serial run, because nobody else
 * touches those. Chunks, net movements and mandates are kept in order over all rows. The outcome is that of `decideRows`, byte for byte.
 */
export async function decideSplit(
  batch: SplitBatch,
  instructions: Uint8Array,
  receipts: Uint8Array,
  pool: JobRunner,
  options: RunOptions = {},
): Promise<SplitOutcome> {
  const { count, moved } = batch;
  const tables = createTables(batch, pool.size);
  const run = (step: SplitJob["step"], total: number, pieceSize: number, chunkFirsts = new Uint32Array(0)) =>
    pool.run({ kind: "split", step, total, pieceSize, tables, instructions, receipts, moved, chunkFirsts }, options);

  await run("gross", tables.shards, 1);
  await run("select", count, ROWS_PER_PIECE);
  const residue = tables.codes.reduce((rows, code) => rows + Number(code === RESIDUE), 0);
  const closed = batch.posting ? decideResidue(batch, batch.posting, tables) : decideUnposted(batch, tables);
  await run("apply", tables.shards, 1);
  await run("store", tables.room.length, CELLS_PER_PIECE);
  await run(
    "receipts",
    count,
    ROWS_PER_PIECE,
    Uint32Array.from(closed, ({ firstInstruction }) => firstInstruction),
  );
  return { closed, residue };
}

function createTables({ count, state, rows, fills }: SplitBatch, workers: number): SplitTables {
  return {
    rows,
    count,
    cells: state.cells,
    cellCount: state.lockedAt,
    fills: fills.amounts,
    room: sharedAmounts(state.lockedAt + fills.end),
    limited: limitedAssets(count, rows, state.holders),
    codes: new Uint16Array(new SharedArrayBuffer(2 * count)),
    covered: sharedBytes(count),
    shards: Math.min(2 ** Math.ceil(Math.log2(Math.max(workers, 1))), MOST_SHARDS),
  };
}

/** Assets whose limit may stop somebody: present holders and a newcomer per row would be too many. */
function limitedAssets(count: number, { words }: Rows, { limit, count: holders }: Holders): Uint8Array {
  const limited = new Uint8Array(limit.length);
  if (!limit.some((most) => most > 0)) return limited;

  const rowsOf = new Uint32Array(limit.length);
  for (let index = 0; index < count; index++) {
    const asset = (words[index * ROW_WORDS + ROW.asset] ?? 0) & 0xffff;
    rowsOf[asset] = (rowsOf[asset] ?? 0) + 1;
  }
  return limited.map((_, asset) => {
    const most = limit[asset] ?? 0;
    return Number(most > 0 && (holders[asset] ?? 0) + (rowsOf[asset] ?? 0) > most);
  });
}

/** The serial pass: the residue against cells, and everything that was accepted into chunks. */
function decideResidue(batch: SplitBatch, posting: Posting, { codes, covered }: SplitTables): ClosedChunk[] {
  const { count, kernel } = batch;
  const closed: ClosedChunk[] = [];

  for (let index = 0; index < count; index++) {
    if (posting.isFull(index)) closed.push(posting.close(index));

    const isResidue = codes[index] === RESIDUE;
    let code = isResidue ? kernel.check(index) : (codes[index] ?? 0);
    if (code === CODE.accepted) code = posting.checkLive(index);
    if (code === CODE.accepted) {
      if (!posting.hasRoomFor(index)) closed.push(posting.close(index));
      code = posting.checkLeft(index);
    }
    if (code === CODE.accepted) {
      if (isResidue) kernel.apply(index);
      else countHolders(batch, index);
      posting.add(index);
    }
    codes[index] = code;
    if (code !== CODE.accepted) covered[index] = 0;
  }
  if (posting.first < count) closed.push(posting.close(count));

  return closed;
}

/** The serial pass where there are no chunks. */
function decideUnposted(batch: SplitBatch, { codes, covered }: SplitTables): ClosedChunk[] {
  const { count, kernel } = batch;

  for (let index = 0; index < count; index++) {
    if (covered[index] === 1) countHolders(batch, index);
    if (codes[index] !== RESIDUE) continue;

    const code = kernel.check(index);
    if (code === CODE.accepted) kernel.apply(index);
    codes[index] = code;
  }
  return [];
}

/** Holders are counted in order, so that the residue finds them right. */
function countHolders({ rows: { words, amounts }, state: { holders } }: SplitBatch, index: number): void {
  const row = index * ROW_WORDS;
  const asset = (words[row + ROW.asset] ?? 0) & 0xffff;
  if (holders.limit[asset] === 0) return;

  const quantity = amounts[index * ROW_AMOUNTS + AMOUNT.quantity] ?? 0n;
  moveHolding(holders, asset, words[row + ROW.from] ?? NONE, words[row + ROW.to] ?? NONE, quantity);
}

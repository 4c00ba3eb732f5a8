import type { ChunkResult } from "./batch-result.ts";
import { encodeChunk } from "./formats/chunk-leaf.ts";
import { type BatchHeader, modeByte } from "./formats/header.ts";
import { fromHex, toHex } from "./formats/hex.ts";
import { type Keccak, loadKeccak } from "./formats/keccak.ts";
import { HASH_BYTES, leafHash, merkleRoot } from "./formats/merkle.ts";
import type { ClosedChunk } from "./ledger/posting.ts";
import type { MOVED_AT } from "./ledger/rows.ts";
import type { LedgerState } from "./ledger/state.ts";
import type { PreparedBatch } from "./prepare-batch.ts";
import { TREES_PER_CHUNK } from "./tree/commit-chunks.ts";
import type { MovementSource } from "./tree/movement-leaves.ts";
import type { PositionTables } from "./tree/position-table.ts";
import { PositionTrees, type TouchedPositions } from "./tree/position-trees.ts";
import type { JobRunner, RunOptions } from "./workers/pool.ts";
import { sharedBytes } from "./workers/shared-bytes.ts";

/** What there is to commit to. */
export interface Decided {
  /** In the order in which they settled. */
  readonly instructions: Uint8Array;
  readonly receipts: Uint8Array;
  readonly closed: readonly ClosedChunk[];
  /** Beside each receipt the cells that it moved, see {@link MOVED_AT}. */
  readonly moved: Int32Array;
  /** Accounts and assets of the ledger that decided it. */
  readonly state: LedgerState;
  /** All positions as they are then. */
  readonly positions: PositionTables;
  /** Their trees from the batch before, and what has changed since; left out, everything is hashed. */
  readonly trees?: PositionTrees | undefined;
  readonly touched?: TouchedPositions | undefined;
  /** keccak256 of the batch file; called while the workers hash. */
  readonly fileHash: () => Promise<Uint8Array>;
}

/** What commits to it. */
export interface Commitment {
  readonly chunks: readonly ChunkResult[];
  readonly header: BatchHeader;
}

/** Hashes a decided batch: chunk trees in the workers, and meanwhile the batch file in this thread. */
export async function commitBatch(
  batch: PreparedBatch,
  decided: Decided,
  pool: JobRunner,
  options: RunOptions,
): Promise<Commitment> {
  const keccak = await loadKeccak();
  const { closed, instructions, receipts, positions, trees = roomFor(positions), touched } = decided;
  const roots = sharedBytes(TREES_PER_CHUNK * HASH_BYTES * closed.length);
  const movementCounts = new Uint32Array(sharedBytes(Uint32Array.BYTES_PER_ELEMENT * closed.length).buffer);
  const movements = movementsOf(decided);
  const bounds = Uint32Array.from(
    closed.flatMap(({ firstInstruction, instructionCount }) => [firstInstruction, instructionCount]),
  );

  const hashing = Promise.all([
    pool.run(
      {
        kind: "commit",
        total: closed.length,
        pieceSize: 1,
        chunks: bounds,
        instructions,
        receipts,
        movements,
        roots,
        movementCounts,
      },
      options,
    ),
    trees.update(positions, pool, signalOf(options), touched),
  ]);
  const [fileHash] = await Promise.all([decided.fileHash(), hashing]);

  const chunks = closed.map((chunk, index) => hashChunk(keccak, chunk, index, roots, movementCounts));
  const chunkLeaves = new Uint8Array(HASH_BYTES * chunks.length);
  for (const { index, leaf } of chunks) chunkLeaves.set(fromHex(leaf, HASH_BYTES), index * HASH_BYTES);

  const header: BatchHeader = {
    number: batch.number,
    mode: modeByte(batch.mode),
    time: batch.time,
    openingBlock: batch.snapshot.openingBlock,
    instructionCount: batch.instructionCount,
    chunkCount: chunks.length,
    chunksRoot: toHex(merkleRoot(keccak, chunkLeaves)),
    positionsRoot: toHex(trees.root()),
    fileHash: toHex(fileHash),
  };
  return { chunks, header };
}

function roomFor({ shares, cash }: PositionTables): PositionTrees {
  return new PositionTrees({ shares: shares.count, cash: cash.count });
}

/** Progress is told in chunks. */
function signalOf({ signal }: RunOptions): RunOptions {
  return signal === undefined ? {} : { signal };
}

/** Where the trees of movements find what they need. */
export function movementsOf({
  moved,
  state,
  positions,
}: Pick<Decided, "moved" | "state" | "positions">): MovementSource {
  const { shares, cash } = positions;
  const { cashAt, accountRank, assetRank } = state;
  return {
    moved,
    account: shares.account,
    asset: shares.unit,
    cashAt,
    addresses: shares.addresses,
    assetUnits: shares.units,
    currencyUnits: cash.units,
    accountRank,
    assetRank,
  };
}

function hashChunk(
  keccak: Keccak,
  { net, encodeNet, firstInstruction, instructionCount }: ClosedChunk,
  index: number,
  roots: Uint8Array,
  movementCounts: Uint32Array,
): ChunkResult {
  const rootAt = (tree: number) => {
    const at = (TREES_PER_CHUNK * index + tree) * HASH_BYTES;
    return roots.subarray(at, at + HASH_BYTES);
  };
  const [instructionsRoot, receiptsRoot, movementsRoot] = [rootAt(0), rootAt(1), rootAt(2)];
  const counts = { index, firstInstruction, instructionCount, movementCount: movementCounts[index] ?? 0 };
  const hash = keccak(encodeNet());
  const bytes = encodeChunk({ ...counts, instructionsRoot, receiptsRoot, movementsRoot, netHash: hash });

  return {
    ...counts,
    instructionsRoot: toHex(instructionsRoot),
    receiptsRoot: toHex(receiptsRoot),
    movementsRoot: toHex(movementsRoot),
    netHash: toHex(hash),
    leaf: toHex(leafHash(keccak, bytes)),
    net,
  };
}

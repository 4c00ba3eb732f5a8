import { availableParallelism } from "node:os";
import { toHex } from "../../executor/formats/hex.ts";
import { loadKeccak } from "../../executor/formats/keccak.ts";
import { encodePosition, POSITION_KIND } from "../../executor/formats/position-leaf.ts";
import { createRandom, type Random, randomInteger, WorkerPool } from "../../executor/index.ts";
import { plainRoot } from "../../executor/sequential/plain-merkle.ts";
import { amountColumn, type PositionTable, placeColumn, positionAt } from "../../executor/tree/position-table.ts";
import { PositionalTree } from "../../executor/tree/positional-tree.ts";
import { updatePositions } from "../../executor/tree/update-positions.ts";
import { sharedBytes } from "../../executor/workers/shared-bytes.ts";
import type { Extent, Line, Measure } from "./line.ts";
import { measurePairs } from "./pairs.ts";

const MOST_TIMES_FLOOR = 1.3;
const MOST_HASHES_PER_LEAF = 5;
const NODE_BYTES = 64;
const BARE_PIECE = 4_096;

/** Assets, of which every account has some. */
const UNITS = 100;

/**
 * Random positions change and the tree follows. The measure of it are as many bare hashes of 64 bytes by the same threads,
 * of messages that lie there already. At the end the root has to be that of a tree rebuilt by the book.
 */
export const measureMerkle: Measure = async (extent) => {
  const lines: Line[] = [];
  for (const workers of [...new Set([0, 1, availableParallelism()])])
    lines.push(...(await measureWith(workers, extent)));
  return lines;
};

async function measureWith(workers: number, { full, pairs, seed }: Extent): Promise<Line[]> {
  const [count, touchedCount] = full ? [1_000_000, 100_000] : [20_000, 2_000];
  const random = createRandom(seed);
  const table = createTable(random, count);
  const tree = new PositionalTree(count);
  const pool = await WorkerPool.open(workers);
  await updatePositions(tree, table, new Uint32Array(), pool);

  let hashes = 0;
  const change = async (): Promise<number> => {
    const touched = drawPlaces(random, count, touchedCount);
    for (const place of touched) table.spendable[place] = BigInt(randomInteger(random, 0, 2 ** 47));
    const started = performance.now();
    hashes = await updatePositions(tree, table, touched, pool);
    return performance.now() - started;
  };
  const hashBare = async (): Promise<number> => {
    const started = performance.now();
    await pool.run({ kind: "bareHashes", length: NODE_BYTES, times: 1, total: hashes, pieceSize: BARE_PIECE });
    return performance.now() - started;
  };
  for (let warm = 0; warm < 3; warm++) {
    await change();
    await hashBare();
  }
  const { ours, theirs, ratio } = await measurePairs(pairs, change, hashBare);
  await pool.close();
  await verifyRoot(tree, table);

  const detail = `${touchedCount} of ${count} positions, ${hashes} hashes, ${ours.toFixed(1)} ms against ${theirs.toFixed(1)} ms, seed ${seed}`;
  return [
    { measure: "Merkle: time ÷ bare hashes", workers, value: 1 / ratio, unit: "×", atMost: MOST_TIMES_FLOOR, detail },
    {
      measure: "Merkle: hashes per random touched leaf",
      workers,
      value: hashes / touchedCount,
      unit: "hashes",
      atMost: MOST_HASHES_PER_LEAF,
      detail,
    },
  ];
}

function createTable(random: Random, count: number) {
  const accounts = Math.ceil(count / UNITS);
  const table = {
    kind: POSITION_KIND.shares,
    count,
    addresses: sharedBytes(20 * accounts),
    units: sharedBytes(32 * UNITS),
    account: placeColumn(count),
    unit: placeColumn(count),
    spendable: amountColumn(count),
    locked: amountColumn(count),
    frozen: amountColumn(count),
  } satisfies PositionTable;
  for (const column of [table.addresses, table.units]) {
    for (let i = 0; i < column.length; i++) column[i] = randomInteger(random, 0, 255);
  }

  for (let place = 0; place < count; place++) {
    table.account[place] = randomInteger(random, 0, accounts - 1);
    table.unit[place] = place % UNITS;
    table.spendable[place] = BigInt(randomInteger(random, 0, 2 ** 47));
  }
  return table;
}

/** `size` different places. */
function drawPlaces(random: Random, count: number, size: number): Uint32Array {
  const drawn = new Set<number>();
  while (drawn.size < size) drawn.add(randomInteger(random, 0, count - 1));
  return Uint32Array.from(drawn);
}

async function verifyRoot(tree: PositionalTree, table: PositionTable): Promise<void> {
  const keccak = await loadKeccak();
  const leaves = Array.from({ length: table.count }, (_, place) =>
    keccak(Buffer.concat([Uint8Array.of(0), encodePosition(positionAt(table, place))])),
  );
  if (toHex(tree.root()) !== toHex(plainRoot(keccak, leaves)))
    throw new Error("the tree is not the one rebuilt by the book");
}

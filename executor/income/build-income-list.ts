import { writeFile } from "node:fs/promises";
import { requireInput } from "../errors.ts";
import { fromHex, toHex } from "../formats/hex.ts";
import { loadKeccak } from "../formats/keccak.ts";
import type { WorkerPool } from "../workers/pool.ts";
import { createIncomeLeafHasher, createPairHasher } from "./income-leaf.ts";
import { type IncomeRows, incomeRowAt, ROW_BYTES, requireAscending } from "./income-rows.ts";
import { encodeProofHeader, type ProofHeader } from "./proof-header.ts";
import { leafNode, parentOf, siblingOf, treeShape } from "./tree-shape.ts";

/** What a list is built from, and where its proofs go. */
export interface IncomeListInput {
  /** `IncomeDesk.listKeyOf(…)`: a proof fits this list of this desk on this chain and no other. */
  readonly listKey: string;
  readonly rows: IncomeRows;
  /** The proof file. It appears whole or not at all; one that is there already is replaced. */
  readonly path: string;
}

export interface IncomeListOptions {
  /** Threads; 0 (as if left out) does everything in the calling one. */
  readonly workers?: number;
  /** A pool of one's own, instead of `workers`. */
  readonly pool?: WorkerPool;
  readonly onProgress?: (stage: IncomeListStage, done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export type IncomeListStage = "leaves" | "tree" | "proofs";

/** The list as it was built: the header of its proof file, and that file's length. */
export interface IncomeList extends ProofHeader {
  readonly fileBytes: number;
}

/** Hashes the rows' leaves and their tree and writes all proofs to `path`. */
export async function buildIncomeList(
  { listKey, rows, path }: IncomeListInput,
  _options: IncomeListOptions = {},
): Promise<IncomeList> {
  requireInput(rows.count > 0, "a list of no rows");
  requireAscending(rows);
  const keccak = await loadKeccak();
  const leafOf = createIncomeLeafHasher(keccak, listKey);
  const pairOf = createPairHasher(keccak);
  const shape = treeShape(rows.count);
  const tree: Uint8Array[] = new Array(shape.nodes);
  let totalGross = 0n;
  let totalWithheld = 0n;
  for (let index = 0; index < rows.count; index++) {
    const { gross, withheld } = incomeRowAt(rows, index);
    totalGross += gross;
    totalWithheld += withheld;
    tree[leafNode(shape, index)] = leafOf(rows.bytes, index * ROW_BYTES, index);
  }
  const empty = new Uint8Array(32);
  for (let node = rows.count - 2; node >= 0; node--) {
    tree[node] = pairOf(tree[2 * node + 1] ?? empty, tree[2 * node + 2] ?? empty);
  }

  const header = {
    listKey: toHex(fromHex(listKey, 32)),
    root: toHex(tree[0] ?? empty),
    count: rows.count,
    totalGross,
    totalWithheld,
  };
  const parts = [encodeProofHeader(keccak, header)];
  for (let index = 0; index < rows.count; index++) {
    parts.push(rows.bytes.slice(index * ROW_BYTES, (index + 1) * ROW_BYTES));
    for (let node = leafNode(shape, index); node > 0; node = parentOf(node)) parts.push(tree[siblingOf(node)] ?? empty);
  }
  const bytes = Buffer.concat(parts);
  await writeFile(path, bytes);
  return { ...header, fileBytes: bytes.length };
}

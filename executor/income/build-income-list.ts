import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { requireInput } from "../errors.ts";
import { isHex, toHex } from "../formats/hex.ts";
import { loadKeccak } from "../formats/keccak.ts";
import { HASH_BYTES } from "../formats/merkle.ts";
import { type PoolOptions, poolOf, type RunOptions } from "../workers/pool.ts";
import { sharedBytes } from "../workers/shared-bytes.ts";
import { createInnerNodes } from "./income-hashing.ts";
import { type IncomeProofsJob, type IncomeTreeJob, writeAll } from "./income-jobs.ts";
import { type IncomeRows, MAX_INCOME, ROW_AT, requireAscending, sumIncome } from "./income-rows.ts";
import { encodeProofHeader, PROOF_HEADER_BYTES, type ProofHeader } from "./proof-header.ts";
import { proofLayout } from "./proof-layout.ts";
import { treeShape } from "./tree-shape.ts";

/** Leaves below one piece of the tree, or half as many: small enough for a progress bar, large enough to be worth it. */
const LEAVES_PER_PIECE = 4_096;

/** Records that are written at once: about a megabyte. */
const RECORDS_PER_PIECE = 1_536;

/** What a list is built from. */
export interface IncomeListInput {
  /** `IncomeDesk.listKeyOf(…)`: a proof fits this list of this desk on this chain and no other. */
  readonly listKey: string;
  readonly rows: IncomeRows;
}

export interface IncomeListOptions extends PoolOptions {
  readonly onProgress?: (stage: IncomeListStage, done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** `tree` counts pieces of the tree, `proofs` counts rows. */
export type IncomeListStage = "tree" | "proofs";

/** The list as it was built: the header of its proof file, and that file's length. */
export interface IncomeList extends ProofHeader {
  readonly fileBytes: number;
}

/**
 * Hashes the rows' leaves and their tree, and writes all proofs to `path`. The file appears there whole or not at all,
 * and takes the place of one that was there before; whoever is killed leaves `<path>.new`, which the next one overwrites.
 */
export async function buildIncomeList(
  input: IncomeListInput & { readonly path: string },
  options: IncomeListOptions = {},
): Promise<IncomeList> {
  const { path, rows } = input;
  const unfinished = `${path}.new`;
  requireAscending(rows);
  const totalGross = sumIncome(rows, ROW_AT.gross);
  requireInput(totalGross <= MAX_INCOME, `rows of ${totalGross} in all, which do not fit 128 bits`);
  const tree = await hashIncomeTree(input, options);
  const header = {
    listKey: input.listKey.toLowerCase(),
    root: toHex(tree, 0, HASH_BYTES),
    count: rows.count,
    totalGross,
    totalWithheld: sumIncome(rows, ROW_AT.withheld),
  };

  const file = await open(unfinished, "w");
  try {
    await writeRecords(file.fd, rows, tree, options);
    writeAll(file.fd, encodeProofHeader(await loadKeccak(), header), 0);
    await file.sync();
    options.signal?.throwIfAborted();
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
  await syncFolder(dirname(path));
  return { ...header, fileBytes: proofLayout(rows.count, PROOF_HEADER_BYTES).fileBytes };
}

/** The nodes of the list's tree, 32 bytes each, the root first. */
export async function hashIncomeTree(
  { listKey, rows }: IncomeListInput,
  options: IncomeListOptions = {},
): Promise<Uint8Array> {
  requireInput(rows.count > 0, "a list of no rows");
  requireInput(isHex(listKey, HASH_BYTES), `"${listKey}" is not 0x and ${HASH_BYTES} bytes in hexadecimal`);
  const { nodes, depth } = treeShape(rows.count);
  const tree = sharedBytes(nodes * HASH_BYTES);

  const level = Math.max(0, depth - Math.log2(LEAVES_PER_PIECE));
  const job: IncomeTreeJob = {
    kind: "incomeTree",
    total: 2 ** level,
    pieceSize: 1,
    listKey,
    rows: rows.bytes,
    tree,
    count: rows.count,
    level,
  };
  await (await poolOf(options)).run(job, watch("tree", options));

  const hashInner = createInnerNodes(tree);
  for (let above = level - 1; above >= 0; above--) hashInner(2 ** above - 1, 2 ** (above + 1) - 1);
  return tree;
}

async function writeRecords(
  file: number,
  rows: IncomeRows,
  tree: Uint8Array,
  options: IncomeListOptions,
): Promise<void> {
  const job: IncomeProofsJob = {
    kind: "incomeProofs",
    total: rows.count,
    pieceSize: RECORDS_PER_PIECE,
    rows: rows.bytes,
    tree,
    file,
  };
  await (await poolOf(options)).run(job, watch("proofs", options));
}

/** The file's name has to outlive a power failure too. Some systems cannot do that for folders, and need not. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

function watch(stage: IncomeListStage, { onProgress, signal }: IncomeListOptions): RunOptions {
  return {
    ...(onProgress === undefined ? {} : { onProgress: (done, total) => onProgress(stage, done, total) }),
    ...(signal === undefined ? {} : { signal }),
  };
}

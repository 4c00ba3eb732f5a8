import type { BatchResult } from "./batch-result.ts";
import { readBatchFile } from "./formats/batch-file.ts";
import type { BatchHeader } from "./formats/header.ts";
import { toHex } from "./formats/hex.ts";
import { encodePosition, POSITION_BYTES, type Position } from "./formats/position-leaf.ts";
import { packSnapshot } from "./packed-snapshot.ts";
import { verifyProof } from "./prove.ts";
import { closeKinds } from "./replay/close-kinds.ts";
import { closePositions } from "./replay/close-positions.ts";
import { openingPositions } from "./tree/closing-positions.ts";
import { type PositionTable, type PositionTables, positionAt } from "./tree/position-table.ts";
import { PositionTrees } from "./tree/position-trees.ts";
import { sharedPool } from "./workers/pool.ts";

/** That an account had a position after a batch, as if all of it had settled. */
export interface PositionProof {
  readonly position: Position;
  /** The 71 bytes of its leaf. */
  readonly record: string;
  /** Bit *d* is set if the node at depth *d* on the way up is the right one. */
  readonly path: bigint;
  readonly proof: readonly string[];
}

interface ProvedPositions {
  readonly tables: PositionTables;
  readonly trees: PositionTrees;
}

const provedLast = new WeakMap<BatchResult, ProvedPositions>();

/**
 * Proves what `account` had of `unit` (an asset's id, or a currency's address as a number) after the batch. The positions
 * are found again from the batch file and the chunks, once per result. Throws if there is no such position, or if what is
 * found is not what the header committed to.
 */
export async function provePosition(
  result: BatchResult,
  { kind, account, unit }: Pick<Position, "kind" | "account" | "unit">,
): Promise<PositionProof> {
  const { tables, trees } = provedLast.get(result) ?? (await rebuild(result));
  const table = kind === tables.shares.kind ? tables.shares : tables.cash;
  const place = findPosition(table, account, unit);
  if (place === undefined)
    throw new RangeError(`${account} has no position in ${unit} after batch ${result.header.number}`);
  const position = positionAt(table, place);

  return { position, record: toHex(encodePosition(position)), ...trees.prove(kind, place) };
}

/** Whether `header` committed to the position of `proof`. */
export async function verifyPosition(
  { positionsRoot }: Pick<BatchHeader, "positionsRoot">,
  { record, path, proof }: Pick<PositionProof, "record" | "path" | "proof">,
): Promise<boolean> {
  return record.length === 2 + 2 * POSITION_BYTES && (await verifyProof(record, path, proof, positionsRoot));
}

async function rebuild(result: BatchResult): Promise<ProvedPositions> {
  const opening = readBatchFile(result.file).snapshot;
  const all = new Set(result.chunks.keys());
  const closing = closeKinds(opening, closePositions(opening, result.chunks), result, all);
  const tables = openingPositions(packSnapshot(closing));
  const trees = new PositionTrees({ shares: tables.shares.count, cash: tables.cash.count });
  await trees.update(tables, await sharedPool(0));

  const root = toHex(trees.root());
  if (root !== result.header.positionsRoot) {
    throw new Error(`positions after batch ${result.header.number} have the root ${root}, not the header's`);
  }
  const proved = { tables, trees };
  provedLast.set(result, proved);
  return proved;
}

function findPosition(table: PositionTable, account: string, unit: bigint): number | undefined {
  const isWanted = (place: number) => {
    const position = positionAt(table, place);
    return position.unit === unit && position.account === account.toLowerCase();
  };
  for (let place = 0; place < table.count; place++) if (isWanted(place)) return place;
  return undefined;
}

import { toHex } from "../formats/hex.ts";
import { readWord, viewOf } from "../formats/integers.ts";
import type { Position, PositionKind } from "../formats/position-leaf.ts";
import { sharedBytes } from "../workers/shared-bytes.ts";

/**
 * Positions of one kind as columns, which threads read while they hash. Place *i* of the tree is row *i*; columns may be
 * longer than the table. Whoever has more than a few should keep the columns in shared memory, else every job copies them.
 */
export interface PositionTable {
  readonly kind: PositionKind;
  readonly count: number;
  /** 20 bytes per account. */
  readonly addresses: Uint8Array;
  /** 32 bytes per asset or currency: its id, or its address behind zeros. */
  readonly units: Uint8Array;
  /** Whose, as a place in `addresses`. */
  readonly account: Uint32Array | Int32Array;
  /** Of what, as a place in `units`. */
  readonly unit: Uint16Array | Uint32Array | Int32Array;
  /** What may move; below zero where more is held back than is there, which a leaf does not tell. */
  readonly spendable: BigInt64Array;
  /** What may not, and why; the balance is the sum of the three. A column may be empty: nothing is. */
  readonly locked: BigInt64Array;
  readonly frozen: BigInt64Array;
}

/** The positions of a batch, or of what is carried from one to the next. */
export interface PositionTables {
  readonly shares: PositionTable;
  readonly cash: PositionTable;
}

/** Row `place` as an object. */
export function positionAt(table: PositionTable, place: number): Position {
  if (place < 0 || place >= table.count) throw new RangeError(`${table.count} positions, and none at ${place}`);
  const free = table.spendable[place] ?? 0n;
  return {
    kind: table.kind,
    account: toHex(table.addresses, 20 * (table.account[place] ?? 0), 20),
    unit: readWord(viewOf(table.units), 32 * (table.unit[place] ?? 0)),
    balance: free + (table.locked[place] ?? 0n) + (table.frozen[place] ?? 0n),
    spendable: free < 0n ? 0n : free,
  };
}

/** A shared column of `length` amounts. */
export const amountColumn = (length: number): BigInt64Array => new BigInt64Array(sharedBytes(8 * length).buffer);

/** A shared column of `length` places. */
export const placeColumn = (length: number): Uint32Array => new Uint32Array(sharedBytes(4 * length).buffer);

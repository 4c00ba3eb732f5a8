import { toHex, writeHex } from "./hex.ts";
import { readWord, viewOf, writeWord } from "./integers.ts";
import { POSITION_KIND, type PositionKind } from "./position-leaf.ts";

/** What one accepted instruction moved of one position, and what its chunk had moved of it until then. */
export interface Movement {
  readonly kind: PositionKind;
  readonly account: string;
  /** Asset id, or the currency's address as a number. */
  readonly unit: bigint;
  /** Its place in the batch. */
  readonly instruction: number;
  /** Shares, or engine units; never zero. */
  readonly delta: bigint;
  /** Sum of the position's deltas in the chunk, this one included: the last one is its net delta. */
  readonly total: bigint;
}

/** Bytes of a movement's leaf after the zero byte. */
export const MOVEMENT_BYTES = 75;

/** Where the fields begin; behind the zero byte each of them but the kind lies on a word. */
export const MOVEMENT_AT = { kind: 0, account: 3, unit: 23, instruction: 55, delta: 59, total: 67 } as const;

/** The bytes of a movement's leaf: `abi.encodePacked(uint24 kind, account, uint256 unit, uint32 instruction, int64 delta, int64 total)`. */
export function encodeMovement({ kind, account, unit, instruction, delta, total }: Movement): Uint8Array {
  const bytes = new Uint8Array(MOVEMENT_BYTES);
  const view = viewOf(bytes);

  bytes[MOVEMENT_AT.kind + 2] = kind;
  writeHex(bytes, MOVEMENT_AT.account, 20, account);
  writeWord(view, MOVEMENT_AT.unit, unit);
  view.setUint32(MOVEMENT_AT.instruction, instruction);
  view.setBigInt64(MOVEMENT_AT.delta, delta);
  view.setBigInt64(MOVEMENT_AT.total, total);

  return bytes;
}

/** The movement whose leaf's bytes begin at `offset`. */
export function decodeMovement(bytes: Uint8Array, offset = 0): Movement {
  const view = viewOf(bytes);

  return {
    kind: bytes[offset + MOVEMENT_AT.kind + 2] === POSITION_KIND.shares ? POSITION_KIND.shares : POSITION_KIND.cash,
    account: toHex(bytes, offset + MOVEMENT_AT.account, 20),
    unit: readWord(view, offset + MOVEMENT_AT.unit),
    instruction: view.getUint32(offset + MOVEMENT_AT.instruction),
    delta: view.getBigInt64(offset + MOVEMENT_AT.delta),
    total: view.getBigInt64(offset + MOVEMENT_AT.total),
  };
}

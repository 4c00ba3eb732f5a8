import { writeHex } from "./hex.ts";
import { viewOf, writeWord } from "./integers.ts";

/** What a position is made of. */
export const POSITION_KIND = { shares: 1, cash: 2 } as const;

export type PositionKind = (typeof POSITION_KIND)[keyof typeof POSITION_KIND];

/** One account's shares of one asset or cash in one currency, after a batch. */
export interface Position {
  readonly kind: PositionKind;
  readonly account: string;
  /** Asset id, or the currency's address as a number. */
  readonly unit: bigint;
  /** Shares, or engine units. */
  readonly balance: bigint;
  /** What of it may move: balance − frozen − locked, not below zero. Cash may all move. */
  readonly spendable: bigint;
}

/** Bytes of a position's leaf after the zero byte. */
export const POSITION_BYTES = 71;

/** Where the fields begin. The kind has three bytes, so that behind the zero byte every other field lies on a word. */
export const POSITION_AT = { kind: 0, account: 3, unit: 23, balance: 55, spendable: 63 } as const;

/** The bytes of a position's leaf: `abi.encodePacked(uint24 kind, account, uint256 unit, uint64 balance, uint64 spendable)`. */
export function encodePosition({ kind, account, unit, balance, spendable }: Position): Uint8Array {
  const bytes = new Uint8Array(POSITION_BYTES);
  const view = viewOf(bytes);

  bytes[POSITION_AT.kind + 2] = kind;
  writeHex(bytes, POSITION_AT.account, 20, account);
  writeWord(view, POSITION_AT.unit, unit);
  view.setBigUint64(POSITION_AT.balance, balance);
  view.setBigUint64(POSITION_AT.spendable, spendable);

  return bytes;
}

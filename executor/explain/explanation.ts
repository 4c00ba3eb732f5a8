import type { Reason } from "../formats/reason-codes.ts";

/** Why an instruction came out as it did. */
export interface Explanation {
  /** Place in canonical order. */
  readonly index: number;
  readonly id: string;
  readonly matchNumber: bigint;
  readonly chunk: number;
  readonly reason: Reason;
  /** What the check that decided compared; undefined where nothing was compared with a number. */
  readonly decisive: Comparison | undefined;
  /** Instructions of the batch, before this one, without which it might have come out otherwise; in canonical order. */
  readonly earlier: readonly EarlierChange[];
}

/** A check of one number against another. */
export interface Comparison {
  /** Whose and of what, e.g. "shares of asset 7 that 0x… may move". */
  readonly what: string;
  /** What the instruction wanted. */
  readonly needed: bigint;
  /** What there was when its turn came. */
  readonly available: bigint;
  /** What there was when the batch opened. */
  readonly opening: bigint;
}

/** What an earlier instruction did to the number that decided. */
export interface EarlierChange {
  readonly index: number;
  readonly id: string;
  readonly matchNumber: bigint;
  /** By how much it made `available` larger; negative if smaller. */
  readonly delta: bigint;
}

/** What decided, and what led to it. */
export interface Decisive {
  readonly decisive: Comparison | undefined;
  readonly earlier: readonly EarlierChange[];
}

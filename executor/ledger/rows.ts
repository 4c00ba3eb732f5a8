/**
 * What the ledger needs to know of an instruction, once: every record is lowered to one row of 64 bytes that holds
 * numbers of cells, fills and mandates instead of addresses and ids. The serial pass then reads one cache line per
 * instruction and looks nothing up. Rows are lowered by ranges, in any order.
 */
export interface Rows {
  /** 16 words per row. */
  readonly words: Int32Array;
  /** The same bytes, 8 amounts per row. */
  readonly amounts: BigInt64Array;
}

export const ROW_WORDS = 16;
export const ROW_AMOUNTS = 8;
export const ROW_BYTES = 64;

/** Where the words of a row are. A cell, fill, mandate or limit that is not there is -1. */
export const ROW = {
  /** Kind in the lowest byte, flags in the next, code in the upper half: see {@link codeOf}. */
  head: 0,
  /** Asset in the lower half, currency in the upper. */
  asset: 1,
  /** The share cells that give and get the quantity. */
  from: 2,
  to: 3,
  /** The cash cells that give and get the cash; `pay` is of the account that gets the shares. */
  pay: 4,
  receive: 5,
  /** What counts how much of the buying and of the selling order is filled. */
  buyFill: 6,
  sellFill: 7,
  /** The live mandates of who gets and who gives the shares, with their limits for the asset: both of a pair or neither. */
  buyMandate: 8,
  buyLimit: 9,
  sellMandate: 10,
  sellLimit: 11,
} as const;

/** The words from `from` to `receive`: what is kept of a row beside its receipt, because a chunk commits to what it moved. */
export const MOVED_WORDS = 4;
export const MOVED_AT = { from: 0, to: 1, pay: 2, receive: 3 } as const;

/** Where the amounts of a row are: in its last four words. */
export const AMOUNT = { quantity: 6, cash: 7 } as const;

/** The first code that refuses an instruction whatever the ledger holds. */
export const FIRST_EARLY_CODE = 100;

/** Rows for `count` instructions in `buffer`, which may be shared memory. */
export function rowsOver(buffer: ArrayBufferLike): Rows {
  return { words: new Int32Array(buffer), amounts: new BigInt64Array(buffer) };
}

/** The first word of a row. */
export function packHead(kind: number, flags: number, code: number): number {
  return kind | (flags << 8) | (code << 16);
}

/**
 * The code in a row's first word. From {@link FIRST_EARLY_CODE} on it refuses the instruction at once. Below, it is why
 * the register refuses it, once its orders have proved to have enough left; 0 if it does not.
 */
export function codeOf(head: number): number {
  return head >>> 16;
}

/** The row of an instruction that is refused whatever the ledger holds. */
export function refuseRow({ words }: Rows, row: number, kind: number, code: number): void {
  words[row * ROW_WORDS + ROW.head] = packHead(kind, 0, code);
}

/** Rows for which what they ask about is read ahead together: few enough that the nearest cache keeps it. */
export const TOUCHED_AT_ONCE = 256;

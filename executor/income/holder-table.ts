import { requireInput } from "../errors.ts";
import { writeHex } from "../formats/hex.ts";
import { sharedBytes } from "../workers/shared-bytes.ts";
import { ADDRESS_BYTES } from "./addresses.ts";

/** All of it is withheld. */
export const MAX_BPS = 10_000;

/** Shares fit 63 bits, each holder's and all together. */
export const MAX_SHARES = 2n ** 63n - 1n;

/** What one account held at the record, and what is withheld of its income. */
export interface HolderRow {
  readonly holder: string;
  readonly shares: bigint;
  /** Hundredths of a percent of the gross amount, rounded down; 0 if left out. */
  readonly withholdingBps?: number;
}

/** Holders, packed: a million take 30 MB, and threads share them. In any order; the same holder may stand in it again. */
export interface HolderTable {
  readonly count: number;
  /** 20 bytes each. */
  readonly addresses: Uint8Array;
  readonly shares: BigUint64Array;
  readonly withholdingBps: Uint16Array;
}

/** A table of `count` holders, all zero. */
export function createHolderTable(count: number): HolderTable {
  return {
    count,
    addresses: sharedBytes(count * ADDRESS_BYTES),
    shares: new BigUint64Array(new SharedArrayBuffer(count * 8)),
    withholdingBps: new Uint16Array(new SharedArrayBuffer(count * 2)),
  };
}

/** Packs `rows`; throws with the place of the first that does not fit. */
export function packHolders(rows: readonly HolderRow[]): HolderTable {
  const table = createHolderTable(rows.length);

  for (const [place, { holder, shares, withholdingBps = 0 }] of rows.entries()) {
    requireInput(shares >= 0n && shares <= MAX_SHARES, `holder ${place}: ${shares} shares do not fit 63 bits`);
    requireBps(withholdingBps, place);
    writeHex(table.addresses, place * ADDRESS_BYTES, ADDRESS_BYTES, holder);
    table.shares[place] = shares;
    table.withholdingBps[place] = withholdingBps;
  }
  return table;
}

function requireBps(bps: number, place: number): void {
  const fits = Number.isInteger(bps) && bps >= 0 && bps <= MAX_BPS;
  requireInput(fits, `holder ${place}: ${bps} is no rate between 0 and ${MAX_BPS} hundredths of a percent`);
}

import type { SnapshotTables } from "../packed-snapshot.ts";

/** The prices at which each asset may be traded in each currency, by `asset * currencyCount + currency`; both ends are in. */
export interface PriceBands {
  readonly currencyCount: number;
  readonly low: BigInt64Array;
  readonly high: BigInt64Array;
}

const HIGHEST = 2n ** 63n - 1n;

/** The bands of a checked snapshot; undefined if it has none. A pair that is not listed has any price. */
export function loadBands({ assets, currencies, bands = [] }: SnapshotTables): PriceBands | undefined {
  if (bands.length === 0) return undefined;

  const count = assets.length * currencies.length;
  const loaded = {
    currencyCount: currencies.length,
    low: new BigInt64Array(count),
    high: new BigInt64Array(count).fill(HIGHEST),
  };
  for (const { asset, currency, low, high } of bands) {
    const place = asset * currencies.length + currency;
    loaded.low[place] = low;
    loaded.high[place] = high;
  }
  return loaded;
}

/** Whether shares of `asset` may not be traded at `price` of `currency`. */
export function isOutsideBand(bands: PriceBands | undefined, asset: number, currency: number, price: bigint): boolean {
  if (bands === undefined) return false;

  const place = asset * bands.currencyCount + currency;
  return price < (bands.low[place] ?? 0n) || price > (bands.high[place] ?? HIGHEST);
}

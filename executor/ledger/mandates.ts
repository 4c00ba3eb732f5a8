import type { Snapshot } from "../snapshot.ts";

/** No mandate, no limit. */
const NONE = -1;

/** What is left of one account's mandate in one currency; plain integers, because its signed fields have 128 bits. */
export interface Mandate {
  readonly expiry: bigint;
  cashOutLeft: bigint;
  lossLeft: bigint;
  feeLeft: bigint;
}

/** What is left of a mandate for one asset. */
export interface Limit {
  inLeft: bigint;
  outLeft: bigint;
  readonly maxBuyPrice: bigint;
  readonly minSellPrice: bigint;
}

/** All mandates of a snapshot, found by numbers. */
export interface Mandates {
  readonly currencyCount: number;
  readonly assetCount: number;
  /** By `account * currencyCount + currency`. */
  readonly indexOf: Int32Array;
  readonly list: readonly Mandate[];
  /** By `mandate * assetCount + asset`. */
  readonly limits: ReadonlyMap<number, Limit>;
}

export function loadMandates({ accounts, assets, currencies, mandates }: Snapshot): Mandates {
  const indexOf = new Int32Array(accounts.length * currencies.length).fill(NONE);
  const limits = new Map<number, Limit>();

  for (const [index, mandate] of mandates.entries()) {
    indexOf[mandate.account * currencies.length + mandate.currency] = index;
    for (const { asset, inLeft, outLeft, maxBuyPrice, minSellPrice } of mandate.limits) {
      limits.set(index * assets.length + asset, { inLeft, outLeft, maxBuyPrice, minSellPrice });
    }
  }

  return {
    currencyCount: currencies.length,
    assetCount: assets.length,
    indexOf,
    list: mandates.map(({ expiry, cashOutLeft, lossLeft, feeLeft }) => ({ expiry, cashOutLeft, lossLeft, feeLeft })),
    limits,
  };
}

/** The mandate of `account` in `currency`. */
export function mandateOf(mandates: Mandates, account: number, currency: number): Mandate | undefined {
  return mandates.list[mandates.indexOf[account * mandates.currencyCount + currency] ?? NONE];
}

/** The limit of that mandate for `asset`. */
export function limitOf(mandates: Mandates, account: number, currency: number, asset: number): Limit | undefined {
  const index = mandates.indexOf[account * mandates.currencyCount + currency] ?? NONE;
  return index === NONE ? undefined : mandates.limits.get(index * mandates.assetCount + asset);
}

/** What a net movement of `net` shares has to bring in cash: less than nothing if shares came in. */
export function requiredCash(net: bigint, limit: Limit): bigint {
  return net < 0n ? -net * limit.minSellPrice : -net * limit.maxBuyPrice;
}

/** By how much `netCash` falls short of `required`. */
export function shortfallOf(required: bigint, netCash: bigint): bigint {
  return required > netCash ? required - netCash : 0n;
}

/** Takes a chunk's net cash and shortfall from what is left: fees first, then loss. */
export function consumeCash(mandate: Mandate, netCash: bigint, shortfall: bigint): void {
  const fees = shortfall < mandate.feeLeft ? shortfall : mandate.feeLeft;

  if (netCash < 0n) mandate.cashOutLeft += netCash;
  mandate.feeLeft -= fees;
  mandate.lossLeft -= shortfall - fees;
}

/** Takes a chunk's net shares from what is left. */
export function consumeShares(limit: Limit, net: bigint): void {
  if (net > 0n) limit.inLeft -= net;
  else limit.outLeft += net;
}

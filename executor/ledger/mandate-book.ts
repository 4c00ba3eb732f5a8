import type { PackedSnapshot } from "../packed-snapshot.ts";
import type { MandateState } from "../snapshot.ts";
import { consumeCash, consumeShares, type Limit, type Mandate, requiredCash, shortfallOf } from "./mandates.ts";
import { PairTable } from "./pair-table.ts";

/** No mandate, no limit. */
const NONE = -1;

/** Numbers per limit, and which is which. */
const LIMIT = 4;
const IN = 0;
const OUT = 1;
const MAX_BUY = 2;
const MIN_SELL = 3;

/** Amounts of a narrow mandate stay below this, and so do the values of all that may move under it. */
const NARROW = 2n ** 61n;

/** A mandate whose numbers, or their products, may leave 64 bits. Its signed fields have 128. */
interface WideMandate extends Mandate {
  /** What the chunk's net shares have to bring in cash. */
  required: bigint;
  /** By the number of the limit. */
  readonly limits: ReadonlyMap<number, Limit>;
}

/**
 * What is left of all mandates, and what the running chunk needs of them. Nearly all are *narrow*: whatever can happen
 * under them fits 64 bits, because no net movement of shares exceeds the supply. The others are kept as plain integers.
 */
export class MandateBook {
  /** Limits by mandate and asset. */
  readonly limits: PairTable;
  readonly expiry: BigUint64Array;
  /** By `account * currencyCount + currency`. */
  readonly #mandateOf: Int32Array;
  readonly #cashOut: BigInt64Array;
  readonly #loss: BigInt64Array;
  readonly #fee: BigInt64Array;
  readonly #required: BigInt64Array;
  /** Per limit what is left and the prices, side by side, because they are read together. */
  readonly #limits: BigInt64Array;
  /** The same in halves. */
  readonly #halves: Int32Array;
  readonly #isWide: Uint8Array;
  readonly #wide = new Map<number, WideMandate>();

  constructor({ accounts, currencies, mandates }: PackedSnapshot, supply: BigInt64Array) {
    const limitCount = mandates.reduce((count, { limits }) => count + limits.length, 0);
    this.limits = new PairTable(limitCount);
    this.expiry = new BigUint64Array(mandates.length);
    this.#mandateOf = new Int32Array(accounts.investors.length * currencies.length).fill(NONE);
    this.#cashOut = new BigInt64Array(mandates.length);
    this.#loss = new BigInt64Array(mandates.length);
    this.#fee = new BigInt64Array(mandates.length);
    this.#required = new BigInt64Array(mandates.length);
    this.#limits = new BigInt64Array(LIMIT * limitCount);
    this.#halves = new Int32Array(this.#limits.buffer);
    this.#isWide = new Uint8Array(mandates.length);

    for (const [index, mandate] of mandates.entries()) {
      this.#mandateOf[mandate.account * currencies.length + mandate.currency] = index;
      this.expiry[index] = mandate.expiry;
      if (isNarrow(mandate, supply)) this.#loadNarrow(index, mandate);
      else this.#loadWide(index, mandate);
    }
  }

  /** The mandate for a place of cash, alive or not; -1 if there is none. */
  findMandate(place: number): number {
    return this.#mandateOf[place] ?? NONE;
  }

  /** The mandate for a place of cash, if it is alive at `time`; else -1. */
  findLive(place: number, time: bigint): number {
    const mandate = this.#mandateOf[place] ?? NONE;
    return mandate !== NONE && time <= (this.expiry[mandate] ?? 0n) ? mandate : NONE;
  }

  /** Reads what {@link bears} asks of a limit, and forgets it, so that many come from memory together. The answer means nothing. */
  touch(limit: number): number {
    return this.#halves[2 * LIMIT * limit] ?? 0;
  }

  /**
   * Whether the mandate bears a chunk whose net shares of the limit's asset go from `before` to `after`, and whose net
   * cash becomes `netCash`.
   */
  bears(mandate: number, limit: number, before: bigint, after: bigint, netCash: bigint): boolean {
    if (this.#isWide[mandate] === 1) return this.#bearsWide(mandate, limit, before, after, netCash);
    if (after > (this.#limits[LIMIT * limit + IN] ?? 0n) || -after > (this.#limits[LIMIT * limit + OUT] ?? 0n))
      return false;
    if (-netCash > (this.#cashOut[mandate] ?? 0n)) return false;

    const change = BigInt.asIntN(64, this.#requiredCash(limit, after) - this.#requiredCash(limit, before));
    const required = BigInt.asIntN(64, (this.#required[mandate] ?? 0n) + change);
    const bearable = BigInt.asIntN(64, (this.#fee[mandate] ?? 0n) + (this.#loss[mandate] ?? 0n));
    return required <= netCash || BigInt.asIntN(64, required - netCash) <= bearable;
  }

  /** Counts net shares that go from `before` to `after`, after {@link bears} allowed it or to take it back. */
  move(mandate: number, limit: number, before: bigint, after: bigint): void {
    if (this.#isWide[mandate] === 1) {
      this.#moveWide(mandate, limit, before, after);
      return;
    }
    const change = BigInt.asIntN(64, this.#requiredCash(limit, after) - this.#requiredCash(limit, before));
    this.#required[mandate] = BigInt.asIntN(64, (this.#required[mandate] ?? 0n) + change);
  }

  /** Takes a closed chunk's net shares of a limit's asset from what is left. */
  consumeShares(limit: number, net: bigint): void {
    const mandate = this.limits.first[limit] ?? NONE;
    const wide = this.#isWide[mandate] === 1 ? this.#wide.get(mandate)?.limits.get(limit) : undefined;

    if (wide !== undefined) consumeShares(wide, net);
    else if (net > 0n) this.#limits[LIMIT * limit + IN] = (this.#limits[LIMIT * limit + IN] ?? 0n) - net;
    else this.#limits[LIMIT * limit + OUT] = (this.#limits[LIMIT * limit + OUT] ?? 0n) + net;
  }

  /** Takes a closed chunk's net cash and shortfall from what is left, fees first, and begins the next chunk. */
  consumeCash(mandate: number, netCash: bigint): void {
    const wide = this.#isWide[mandate] === 1 ? this.#wide.get(mandate) : undefined;
    if (wide !== undefined) {
      consumeCash(wide, netCash, shortfallOf(wide.required, netCash));
      wide.required = 0n;
      return;
    }
    const shortfall = shortfallOf(this.#required[mandate] ?? 0n, netCash);
    const feeLeft = this.#fee[mandate] ?? 0n;
    const fees = shortfall < feeLeft ? shortfall : feeLeft;

    if (netCash < 0n) this.#cashOut[mandate] = (this.#cashOut[mandate] ?? 0n) + netCash;
    this.#fee[mandate] = feeLeft - fees;
    this.#loss[mandate] = (this.#loss[mandate] ?? 0n) - (shortfall - fees);
    this.#required[mandate] = 0n;
  }

  #loadNarrow(index: number, { cashOutLeft, lossLeft, feeLeft, limits }: MandateState): void {
    this.#cashOut[index] = cashOutLeft;
    this.#loss[index] = lossLeft;
    this.#fee[index] = feeLeft;
    for (const { asset, inLeft, outLeft, maxBuyPrice, minSellPrice } of limits) {
      const limit = this.limits.add(index, asset);
      this.#limits[LIMIT * limit + IN] = inLeft;
      this.#limits[LIMIT * limit + OUT] = outLeft;
      this.#limits[LIMIT * limit + MAX_BUY] = maxBuyPrice;
      this.#limits[LIMIT * limit + MIN_SELL] = minSellPrice;
    }
  }

  #loadWide(index: number, { expiry, cashOutLeft, lossLeft, feeLeft, limits }: MandateState): void {
    const wide = new Map(limits.map(({ asset, ...limit }) => [this.limits.add(index, asset), { ...limit }]));
    this.#isWide[index] = 1;
    this.#wide.set(index, { expiry, cashOutLeft, lossLeft, feeLeft, required: 0n, limits: wide });
  }

  #requiredCash(limit: number, net: bigint): bigint {
    const price = this.#limits[LIMIT * limit + (net < 0n ? MIN_SELL : MAX_BUY)] ?? 0n;
    return BigInt.asIntN(64, -net * price);
  }

  #bearsWide(mandate: number, limit: number, before: bigint, after: bigint, netCash: bigint): boolean {
    const wide = this.#wide.get(mandate);
    const own = wide?.limits.get(limit);
    if (wide === undefined) return false;

    // Where only cash moves there is no limit, and nothing changes in what the shares have to bring.
    const change = own === undefined ? 0n : requiredCash(after, own) - requiredCash(before, own);
    const required = wide.required + change;
    return (
      (own === undefined || (after <= own.inLeft && -after <= own.outLeft)) &&
      -netCash <= wide.cashOutLeft &&
      shortfallOf(required, netCash) <= wide.feeLeft + wide.lossLeft
    );
  }

  #moveWide(mandate: number, limit: number, before: bigint, after: bigint): void {
    const wide = this.#wide.get(mandate);
    const own = wide?.limits.get(limit);
    if (wide === undefined || own === undefined) return;
    wide.required += requiredCash(after, own) - requiredCash(before, own);
  }
}

/** Whether all that can happen under a mandate stays within 63 bits, sums and differences included. */
function isNarrow({ cashOutLeft, lossLeft, feeLeft, limits }: MandateState, supply: BigInt64Array): boolean {
  let greatest = 0n;
  for (const { asset, inLeft, outLeft, maxBuyPrice, minSellPrice } of limits) {
    if (inLeft >= NARROW || outLeft >= NARROW || maxBuyPrice >= NARROW || minSellPrice >= NARROW) return false;
    const most = supply[asset] ?? 0n;
    const bought = (inLeft < most ? inLeft : most) * maxBuyPrice;
    const sold = (outLeft < most ? outLeft : most) * minSellPrice;
    greatest += bought > sold ? bought : sold;
  }
  return greatest < NARROW && cashOutLeft < NARROW && lossLeft < NARROW && feeLeft < NARROW;
}

import { CODE } from "../formats/reason-codes.ts";
import { NO_INVESTOR, type PackedSnapshot } from "../packed-snapshot.ts";
import type { AssetState } from "../snapshot.ts";
import { PairTable } from "./pair-table.ts";

/** No holding: of a protocol account, or of an asset whose holders nobody counts. */
const NONE = -1;

/** How many investors hold each asset whose holders are limited; what one investor has in several wallets is one holding. */
export interface Holders {
  /** Most investors per asset; 0 for no limit. */
  readonly limit: Uint32Array;
  /** Per asset fewest investors, most shares of one, and fewest of one that has any; 0 for no limit. */
  readonly minimum: Uint32Array;
  readonly cap: BigInt64Array;
  readonly least: BigInt64Array;
  /** Whether an asset has one of these limits; else nothing is counted. */
  readonly isCounted: Uint8Array;
  /** Investors with a positive balance, per asset. */
  readonly count: Uint32Array;
  /** The holding that a position counts for. */
  readonly holdingOf: Int32Array;
  /** Shares of a holding, locked and frozen ones too. */
  readonly held: BigInt64Array;
}

/** Counts the holders of a snapshot whose positions are numbered as they are listed. */
export function loadHolders({ assets, accounts, shares }: PackedSnapshot): Holders {
  const count = shares.account.length;
  const isCounted = Uint8Array.from(assets, (asset) => Number(asset.holderLimit > 0 || hasOtherLimits(asset)));
  const isLimited = isCounted.includes(1);
  const holdings = new PairTable(isLimited ? count : 0);
  const holders: Holders = {
    limit: Uint32Array.from(assets, ({ holderLimit }) => holderLimit),
    minimum: Uint32Array.from(assets, ({ minimumHolders = 0 }) => minimumHolders),
    cap: BigInt64Array.from(assets, ({ balanceCap = 0n }) => balanceCap),
    least: BigInt64Array.from(assets, ({ minimumHolding = 0n }) => minimumHolding),
    isCounted,
    count: new Uint32Array(assets.length),
    holdingOf: new Int32Array(isLimited ? count : 0).fill(NONE),
    held: new BigInt64Array(isLimited ? count : 0),
  };
  if (!isLimited) return holders;

  for (let position = 0; position < count; position++) {
    const asset = shares.asset[position] ?? 0;
    const investor = accounts.investors[shares.account[position] ?? 0] ?? NO_INVESTOR;
    if (investor === NO_INVESTOR || isCounted[asset] === 0) continue;
    const known = holdings.find(investor, asset);
    const holding = known === NONE ? holdings.add(investor, asset) : known;
    holders.holdingOf[position] = holding;
    changeHolding(holders, asset, holding, shares.balance[position] ?? 0n);
  }
  return holders;
}

/** Whether an asset has a limit besides the one of holders. */
export function hasOtherLimits({ minimumHolders, balanceCap, minimumHolding }: AssetState): boolean {
  return Boolean(minimumHolders) || Boolean(balanceCap) || Boolean(minimumHolding);
}

/** 32 to 35: why the rules refuse `quantity` shares from one position to another, both of a counted asset; or 0. */
export function checkHoldings(holders: Holders, asset: number, from: number, to: number, quantity: bigint): number {
  const giver = holders.holdingOf[from] ?? NONE;
  const taker = holders.holdingOf[to] ?? NONE;
  if (giver === taker) return CODE.accepted;
  if (exceedsHolderLimit(holders, asset, from, to, quantity)) return CODE.holderLimitReached;

  const rest = giver === NONE ? 0n : (holders.held[giver] ?? 0n) - quantity;
  const total = taker === NONE ? 0n : (holders.held[taker] ?? 0n) + quantity;
  const isFewer = giver !== NONE && rest === 0n && (taker === NONE || holders.held[taker] !== 0n);
  if (isFewer && (holders.count[asset] ?? 0) - 1 < (holders.minimum[asset] ?? 0)) return CODE.tooFewHolders;
  const cap = holders.cap[asset] ?? 0n;
  if (cap !== 0n && total > cap) return CODE.balanceCapExceeded;
  const least = holders.least[asset] ?? 0n;
  const isTooSmall = (rest > 0n && rest < least) || (total > 0n && total < least);
  return isTooSmall ? CODE.holdingTooSmall : CODE.accepted;
}

/**
 * Whether `quantity` shares from one position to another would bring in an investor beyond the asset's limit. Who takes the place of
 * one who leaves makes nobody more, be they too many already.
 */
export function exceedsHolderLimit(holders: Holders, asset: number, from: number, to: number, quantity: bigint) {
  const limit = holders.limit[asset] ?? 0;
  const giver = holders.holdingOf[from] ?? NONE;
  const taker = holders.holdingOf[to] ?? NONE;
  if (limit === 0 || taker === NONE || taker === giver || holders.held[taker] !== 0n) return false;

  const leaves = giver !== NONE && holders.held[giver] === quantity;
  return !leaves && (holders.count[asset] ?? 0) + 1 > limit;
}

/** Counts `quantity` shares of a limited asset from one position to another. */
export function moveHolding(holders: Holders, asset: number, from: number, to: number, quantity: bigint): void {
  const giver = holders.holdingOf[from] ?? NONE;
  const taker = holders.holdingOf[to] ?? NONE;

  if (giver !== NONE) changeHolding(holders, asset, giver, -quantity);
  if (taker !== NONE) changeHolding(holders, asset, taker, quantity);
}

function changeHolding({ count, held }: Holders, asset: number, holding: number, delta: bigint): void {
  const before = held[holding] ?? 0n;
  // While a group settles, a holding may be beyond 63 bits for a moment; counted by what is stored, it comes out right.
  const after = BigInt.asIntN(64, before + delta);

  held[holding] = after;
  count[asset] = (count[asset] ?? 0) + Number(after > 0n) - Number(before > 0n);
}

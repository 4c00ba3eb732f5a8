import type { Snapshot } from "../snapshot.ts";
import { loadMandates, type Mandates } from "./mandates.ts";

/** No position, holding or mandate. */
export const NONE = -1;

/**
 * The snapshot on typed arrays. A *position* is the place of one (account, asset) pair, a *holding* that of one
 * (investor, asset) pair; cash stands at `account * currencyCount + currency`.
 */
export interface World {
  readonly assetIds: readonly bigint[];
  readonly assetCount: number;
  readonly currencies: readonly string[];
  readonly addresses: readonly string[];
  readonly assetState: Uint16Array;
  readonly holderLimit: Uint32Array;
  /** Investors with a positive balance, per asset. */
  readonly holders: Uint32Array;
  readonly positionOf: ReadonlyMap<number, number>;
  readonly positionAccount: Int32Array;
  readonly positionAsset: Int32Array;
  readonly balance: BigInt64Array;
  readonly spendable: BigInt64Array;
  readonly sendCode: Uint16Array;
  readonly receiveCode: Uint16Array;
  /** The holding that a position counts for, {@link NONE} for protocol accounts. */
  readonly holdingOf: Int32Array;
  readonly holding: BigInt64Array;
  readonly cash: BigInt64Array;
  readonly mandates: Mandates;
}

/** Interns a checked snapshot. */
export function loadWorld(snapshot: Snapshot): World {
  const { assets, currencies, accounts, shares, cash } = snapshot;
  const holdings = new Map<string, number>();
  const positionOf = new Map<number, number>();
  const world: World = {
    assetIds: assets.map(({ id }) => id),
    assetCount: assets.length,
    currencies: currencies.map(({ address }) => address),
    addresses: accounts.map(({ address }) => address),
    assetState: Uint16Array.from(assets, ({ state }) => state),
    holderLimit: Uint32Array.from(assets, ({ holderLimit }) => holderLimit),
    holders: new Uint32Array(assets.length),
    positionOf,
    positionAccount: Int32Array.from(shares, ({ account }) => account),
    positionAsset: Int32Array.from(shares, ({ asset }) => asset),
    balance: BigInt64Array.from(shares, ({ balance }) => balance),
    spendable: BigInt64Array.from(shares, ({ spendable }) => spendable),
    sendCode: Uint16Array.from(shares, ({ sendCode }) => sendCode),
    receiveCode: Uint16Array.from(shares, ({ receiveCode }) => receiveCode),
    holdingOf: new Int32Array(shares.length).fill(NONE),
    holding: new BigInt64Array(shares.length),
    cash: new BigInt64Array(accounts.length * currencies.length),
    mandates: loadMandates(snapshot),
  };

  for (const [position, { account, asset, balance }] of shares.entries()) {
    positionOf.set(account * assets.length + asset, position);
    const investor = accounts[account]?.investor ?? "";
    if (investor === "") continue;
    const key = `${asset}/${investor}`;
    const holding = holdings.get(key) ?? holdings.size;
    holdings.set(key, holding);
    world.holdingOf[position] = holding;
    changeHolding(world, asset, holding, balance);
  }
  for (const { account, currency, deposited } of cash) world.cash[account * currencies.length + currency] = deposited;

  return world;
}

/** Adds `delta` to a holding and keeps count of the asset's investors. */
function changeHolding(world: World, asset: number, holding: number, delta: bigint): void {
  const before = world.holding[holding] ?? 0n;
  const after = before + delta;

  world.holding[holding] = after;
  world.holders[asset] = (world.holders[asset] ?? 0) + Number(after > 0n) - Number(before > 0n);
}

/** Adds `delta` shares to a position. Checked snapshots have totals within 63 bits, so no balance can overflow. */
export function changeShares(world: World, position: number, delta: bigint): void {
  const holding = world.holdingOf[position] ?? NONE;

  world.balance[position] = (world.balance[position] ?? 0n) + delta;
  world.spendable[position] = (world.spendable[position] ?? 0n) + delta;
  if (holding !== NONE) changeHolding(world, world.positionAsset[position] ?? 0, holding, delta);
}

/** Adds `delta` engine units to an account's deposited cash. */
export function changeCash(world: World, account: number, currency: number, delta: bigint): void {
  const place = account * world.currencies.length + currency;
  world.cash[place] = (world.cash[place] ?? 0n) + delta;
}

/** Whether `quantity` shares from one position to another would bring in an investor beyond the asset's limit. */
export function exceedsHolderLimit(world: World, from: number, to: number, quantity: bigint): boolean {
  const asset = world.positionAsset[to] ?? 0;
  const limit = world.holderLimit[asset] ?? 0;
  const buyer = world.holdingOf[to] ?? NONE;
  const seller = world.holdingOf[from] ?? NONE;
  if (limit === 0 || buyer === NONE || buyer === seller || world.holding[buyer] !== 0n) return false;

  const leaves = seller !== NONE && world.holding[seller] === quantity;
  return (world.holders[asset] ?? 0) - Number(leaves) + 1 > limit;
}

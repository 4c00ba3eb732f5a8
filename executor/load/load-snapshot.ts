import {
  createPackedAccounts,
  createPackedCash,
  createPackedShares,
  type SnapshotTables,
  snapshotOf,
} from "../packed-snapshot.ts";
import type { Snapshot } from "../snapshot.ts";
import type { LoadAccounts } from "./accounts.ts";

export const LOAD_CHAIN_ID = 31_337n;
export const LOAD_DESK = "0x000000000000000000000000000000000000de5c";
export const LOAD_CURRENCY = "0x000000000000000000000000000000000000cafe";
/** What "now" is in every batch of a load. */
export const LOAD_TIME = 1_800_000_000n;

/** Token id of asset 0; the others follow. */
export const FIRST_ASSET = 1_000n;
const SHARES = 10n ** 9n;
/** More than anybody can move. */
export const MOST_SHARES = 2n ** 62n;
/** What everybody has deposited, and may lose. */
export const CASH = 10n ** 14n;
export const HIGHEST_PRICE = 2_000_000n;
export const LOWEST_PRICE = 500_000n;

/** What a load opens with, where it is not plenty of everything. */
export interface LoadOpening {
  /** Shares of `asset` that `account` holds, at `asset × accounts + account`. */
  readonly opening?: BigInt64Array;
  /** What a mandate sells for at least, in engine units. */
  readonly lowestPrice?: bigint;
  /** Addresses on a chain where the load is to settle. */
  readonly desk?: string;
  readonly currency?: string;
}

/**
 * Everyone may trade everything, has plenty of it, and has signed a wide mandate: `accounts × assets` positions, and cash. In
 * columns, so that a million positions fit; as objects for whoever asks.
 */
export function loadSnapshot(
  { count, addresses }: LoadAccounts,
  assetCount: number,
  { opening, ...terms }: LoadOpening = {},
): Snapshot {
  const accounts = createPackedAccounts(count);
  const shares = createPackedShares(count * assetCount);
  const cash = createPackedCash(count);

  accounts.addresses.set(addresses);
  for (let account = 0; account < count; account++) {
    accounts.investors[account] = account + 1;
    cash.account[account] = account;
    cash.deposited[account] = CASH;
    for (let asset = 0; asset < assetCount; asset++) {
      const row = account * assetCount + asset;
      shares.account[row] = account;
      shares.asset[row] = asset;
      const held = opening === undefined ? SHARES : (opening[asset * count + account] ?? 0n);
      shares.spendable[row] = held;
      shares.balance[row] = held;
    }
  }
  return snapshotOf({ ...loadTables(count, assetCount, terms), accounts, shares, cash });
}

function loadTables(
  count: number,
  assetCount: number,
  { lowestPrice = LOWEST_PRICE, desk = LOAD_DESK, currency = LOAD_CURRENCY }: LoadOpening,
): SnapshotTables {
  const assets = Array.from({ length: assetCount }, (_, asset) => asset);
  const limits = assets.map((asset) => ({
    asset,
    inLeft: MOST_SHARES,
    outLeft: MOST_SHARES,
    maxBuyPrice: HIGHEST_PRICE,
    minSellPrice: lowestPrice,
  }));

  return {
    chainId: LOAD_CHAIN_ID,
    desk,
    openingBlock: 1n,
    assets: assets.map((asset) => ({ id: FIRST_ASSET + BigInt(asset), state: 0, holderLimit: 0 })),
    currencies: [{ address: currency, engineUnit: 1n }],
    mandates: Array.from({ length: count }, (_, account) => ({
      account,
      currency: 0,
      id: `0x${(account + 1).toString(16).padStart(64, "0")}`,
      expiry: LOAD_TIME + 86_400n,
      cashOutLeft: CASH,
      lossLeft: CASH,
      feeLeft: CASH,
      limits,
    })),
  };
}

import { requireInput } from "./errors.ts";
import { isHex } from "./formats/hex.ts";
import { MAX_AMOUNT, requireBits } from "./formats/integers.ts";
import type { SnapshotTables } from "./packed-snapshot.ts";
import { requireAddress, requireIndex, requireUnique } from "./require-entry.ts";

/** Throws unless what a snapshot says of offerings, income, holds, officers and withdrawn orders is consistent. */
export function checkKinds(snapshot: SnapshotTables, accountCount: number): void {
  const accounts = { length: accountCount };
  const { assets, currencies, offerings = [], distributions = [], entitlements = [], holds = [] } = snapshot;

  for (const { id, asset, currency, account, price, left } of offerings) {
    requireBits(id, 256, "offering");
    requireIndex(asset, assets, `offering ${id}`);
    requireIndex(currency, currencies, `offering ${id}`);
    requireIndex(account, accounts, `offering ${id}`);
    requireAmount(price, `price of offering ${id}`);
    requireAmount(left, `rest of offering ${id}`);
  }
  for (const { id, currency, account } of distributions) {
    requireBits(id, 256, "distribution");
    requireIndex(currency, currencies, `distribution ${id}`);
    requireIndex(account, accounts, `distribution ${id}`);
  }
  for (const { distribution, account, amount } of entitlements) {
    requireIndex(distribution, distributions, "entitlement");
    requireIndex(account, accounts, `entitlement of distribution ${distribution}`);
    requireAmount(amount, `entitlement of account ${account}`);
  }
  requireInput(
    !snapshot.withoutMandates || snapshot.mandates.length === 0,
    `${snapshot.mandates.length} mandates in a snapshot that asks for none`,
  );
  for (const officer of snapshot.officers ?? []) requireIndex(officer, accounts, "officer");
  for (const { order, trader } of snapshot.cancelled ?? []) {
    requireInput(isHex(order, 32), `withdrawn order "${order}" is not an id`);
    requireAddress(trader, "trader of a withdrawn order");
  }

  requireUnique("offering", offerings, ({ id }) => `${id}`);
  requireUnique("distribution", distributions, ({ id }) => `${id}`);
  requireUnique("entitlement", entitlements, ({ distribution, account }) => `${distribution}/${account}`);
  for (const { id, holder, beneficiary, agent, asset, quantity, until } of holds) {
    requireInput(isHex(id, 32), `hold "${id}" is not an id`);
    for (const account of [holder, beneficiary, agent]) requireIndex(account, accounts, `hold ${id}`);
    requireIndex(asset, assets, `hold ${id}`);
    requireAmount(quantity, `hold ${id}`);
    requireBits(until, 64, `hold ${id}`);
  }
  requireUnique("hold", holds, ({ id }) => id.toLowerCase());
}

/** Throws unless what is held is in its holder's position, neither spendable nor frozen. */
export function checkHolds(
  { holds = [] }: SnapshotTables,
  positions: number,
  positionAt: (row: number) => { readonly account: number; readonly asset: number; readonly locked: bigint },
): void {
  const held = new Map<string, bigint>();
  for (const { holder, asset, quantity } of holds) {
    held.set(`${holder}/${asset}`, (held.get(`${holder}/${asset}`) ?? 0n) + quantity);
  }

  for (let row = 0; row < positions && held.size > 0; row++) {
    const { account, asset, locked } = positionAt(row);
    const pair = `${account}/${asset}`;
    const quantity = held.get(pair) ?? 0n;
    requireInput(quantity <= locked, `${pair}: ${quantity} held, but not set aside`);
    held.delete(pair);
  }
  for (const [pair, quantity] of held) requireInput(quantity === 0n, `${pair}: ${quantity} held of no position`);
}

/** The lists field by field; those that are left out or empty stay out. */
export function normalKinds(
  snapshot: Omit<SnapshotTables, "chainId" | "desk" | "openingBlock">,
): Partial<SnapshotTables> {
  const {
    bands = [],
    offerings = [],
    distributions = [],
    entitlements = [],
    holds = [],
    officers = [],
    cancelled = [],
  } = snapshot;

  return {
    ...listed("bands", bands, ({ asset, currency, low, high }) => ({ asset, currency, low, high })),
    ...listed("offerings", offerings, ({ id, asset, currency, account, price, left }) => {
      return { id, asset, currency, account, price, left };
    }),
    ...listed("distributions", distributions, ({ id, currency, account }) => ({ id, currency, account })),
    ...listed("entitlements", entitlements, ({ distribution, account, amount }) => {
      return { distribution, account, amount };
    }),
    ...listed("holds", holds, ({ id, holder, beneficiary, agent, asset, quantity, until }) => {
      return { id: id.toLowerCase(), holder, beneficiary, agent, asset, quantity, until };
    }),
    ...listed("officers", officers, (officer) => officer),
    ...listed("cancelled", cancelled, ({ order, trader }) => {
      return { order: order.toLowerCase(), trader: trader.toLowerCase() };
    }),
    ...(snapshot.withoutMandates ? { withoutMandates: true } : {}),
  };
}

function listed<Key extends string, Item>(key: Key, items: readonly Item[], normal: (item: Item) => Item) {
  return items.length === 0 ? {} : { [key]: items.map(normal) };
}

function requireAmount(amount: bigint, name: string): void {
  requireInput(amount >= 0n && amount <= MAX_AMOUNT, `${name}: ${amount}`);
}

import { requireInput } from "./errors.ts";
import { isHex } from "./formats/hex.ts";
import { MAX_AMOUNT, requireBits } from "./formats/integers.ts";
import { requireAddress, requireIndex, requireUnique } from "./require-entry.ts";
import type { Snapshot } from "./snapshot.ts";

/** Throws unless what a snapshot says of offerings, income, holds, officers and withdrawn orders is consistent. */
export function checkKinds(snapshot: Snapshot): void {
  const { accounts, assets, currencies, offerings = [], distributions = [], entitlements = [] } = snapshot;

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
  for (const officer of snapshot.officers ?? []) requireIndex(officer, accounts, "officer");
  for (const { order, trader } of snapshot.cancelled ?? []) {
    requireInput(isHex(order, 32), `withdrawn order "${order}" is not an id`);
    requireAddress(trader, "trader of a withdrawn order");
  }

  requireUnique("offering", offerings, ({ id }) => `${id}`);
  requireUnique("distribution", distributions, ({ id }) => `${id}`);
  requireUnique("entitlement", entitlements, ({ distribution, account }) => `${distribution}/${account}`);
  checkHolds(snapshot);
}

/** What is held has to be in its holder's position: neither spendable nor frozen. */
function checkHolds({ accounts, assets, shares, holds = [] }: Snapshot): void {
  const held = new Map<string, bigint>();

  for (const { id, holder, beneficiary, agent, asset, quantity, until } of holds) {
    requireInput(isHex(id, 32), `hold "${id}" is not an id`);
    for (const account of [holder, beneficiary, agent]) requireIndex(account, accounts, `hold ${id}`);
    requireIndex(asset, assets, `hold ${id}`);
    requireAmount(quantity, `hold ${id}`);
    requireBits(until, 64, `hold ${id}`);
    const pair = `${holder}/${asset}`;
    held.set(pair, (held.get(pair) ?? 0n) + quantity);
  }
  requireUnique("hold", holds, ({ id }) => id.toLowerCase());

  if (held.size === 0) return;
  for (const { account, asset, balance, spendable, frozen = 0n } of shares) {
    const pair = `${account}/${asset}`;
    const quantity = held.get(pair) ?? 0n;
    requireInput(quantity <= balance - spendable - frozen, `${pair}: ${quantity} held, but not set aside`);
    held.delete(pair);
  }
  for (const [pair, quantity] of held) requireInput(quantity === 0n, `${pair}: ${quantity} held of no position`);
}

/** The lists field by field; those that are left out or empty stay out. */
export function normalKinds(snapshot: Omit<Snapshot, "chainId" | "desk" | "openingBlock">): Partial<Snapshot> {
  const { offerings = [], distributions = [], entitlements = [], holds = [], officers = [], cancelled = [] } = snapshot;

  return {
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

import { expect } from "chai";
import {
  addressOf,
  type BatchInput,
  type BatchResult,
  BUY,
  compareResults,
  createOrderSigner,
  loadKeccak,
  type Order,
  receiptsOf,
  runBatch,
  runSequential,
  SELL,
  type SignedOrder,
  type Snapshot,
  type TradeInput,
} from "../../../executor/index.ts";

/** The same data, but open to edits. */
export type Draft<T> = T extends readonly (infer Item)[]
  ? Draft<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Draft<T[Key]> }
    : T;

export const CHAIN_ID = 31337n;
export const DESK = "0x00000000000000000000000000000000000de5c0";
export const NOW = 1_800_000_000n;
/** Two assets and two currencies; a dollar's engine unit is its base unit, a crown's is 10^12 of them. */
export const HOUSE = 7n;
export const YACHT = 9n;
export const DOLLAR = "0x00000000000000000000000000000000000d0114";
export const CROWN = "0x00000000000000000000000000000000000c2047";
export const CROWN_UNIT = 10n ** 12n;
export const PRICE = 100n;

const NAMES = ["alice", "bob", "carol", "alice's second wallet", "the desk", "a stranger"] as const;
export type Name = (typeof NAMES)[number];

const keccak = await loadKeccak();
export const keyOf = (name: string) => keccak(Buffer.from(`key of ${name}`));
const signer = await createOrderSigner(CHAIN_ID, DESK);

/** Everyone's address, in the order of the snapshot's accounts; the stranger has none there. */
export const ADDRESS = Object.fromEntries(
  await Promise.all(NAMES.map(async (name) => [name, await addressOf(keyOf(name))] as const)),
) as Record<Name, string>;
export const ALICE = 0;
export const BOB = 1;
export const CAROL = 2;
export const SECOND_WALLET = 3;
export const PROTOCOL = 4;
const INVESTORS = ["Alice", "Bob", "Carol", "Alice", ""];

/**
 * Five accounts that hold 1,000 shares of each asset, of which all may move, 10^9 units of each currency, and mandates so
 * wide that they never matter. The desk is a protocol account.
 */
export function everyoneMayTrade(edit: (draft: Draft<Snapshot>) => void = () => undefined): Draft<Snapshot> {
  const draft: Draft<Snapshot> = {
    chainId: CHAIN_ID,
    desk: DESK,
    openingBlock: 42n,
    assets: [HOUSE, YACHT].map((id) => ({ id, state: 0, holderLimit: 0 })),
    currencies: [
      { address: DOLLAR, engineUnit: 1n },
      { address: CROWN, engineUnit: CROWN_UNIT },
    ],
    accounts: INVESTORS.map((investor, account) => ({ address: ADDRESS[NAMES[account] ?? "alice"], investor })),
    shares: INVESTORS.flatMap((_, account) =>
      [0, 1].map((asset) => ({ account, asset, spendable: 1_000n, balance: 1_000n, sendCode: 0, receiveCode: 0 })),
    ),
    cash: INVESTORS.flatMap((_, account) =>
      [0, 1].map((currency) => ({ account, currency, deposited: 1_000_000_000n })),
    ),
    mandates: INVESTORS.flatMap((_, account) =>
      [0, 1].map((currency) => ({
        account,
        currency,
        id: `0x${(2 * account + currency + 1).toString(16).padStart(64, "0")}`,
        expiry: NOW,
        cashOutLeft: 10n ** 12n,
        lossLeft: 10n ** 12n,
        feeLeft: 0n,
        limits: [0, 1].map((asset) => ({
          asset,
          inLeft: 10_000n,
          outLeft: 10_000n,
          maxBuyPrice: 10n ** 6n,
          minSellPrice: 0n,
        })),
      })),
    ),
  };
  edit(draft);
  return draft;
}

/** The share position of an account in a draft. */
export function sharesOf(draft: Draft<Snapshot>, account: number, asset = 0): Draft<Snapshot["shares"][number]> {
  return entry(draft.shares.find((position) => position.account === account && position.asset === asset));
}

/** The cash position of an account in a draft. */
export function cashOf(draft: Draft<Snapshot>, account: number, currency = 0): Draft<Snapshot["cash"][number]> {
  return entry(draft.cash.find((position) => position.account === account && position.currency === currency));
}

/** The mandate of an account in a draft. */
export function mandateOf(draft: Draft<Snapshot>, account: number, currency = 0): Draft<Snapshot["mandates"][number]> {
  return entry(draft.mandates.find((mandate) => mandate.account === account && mandate.currency === currency));
}

/** The mandate's limit for an asset in a draft. */
export function limitOf(draft: Draft<Snapshot>, account: number, asset = 0) {
  return entry(mandateOf(draft, account).limits.find((limit) => limit.asset === asset));
}

/** `value`, which the test knows to be there. */
export function entry<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the world has no such entry");
  return value;
}

/** A batch in a world that differs in one edit. */
export const inWorld = (edit: (draft: Draft<Snapshot>) => void): Partial<BatchInput> => ({
  snapshot: everyoneMayTrade(edit),
});
export const withAssets = (change: Partial<Snapshot["assets"][number]>) =>
  inWorld(({ assets }) => {
    for (const asset of assets) Object.assign(asset, change);
  });
export const withShares = (account: number, change: Partial<Snapshot["shares"][number]>) =>
  inWorld((draft) => Object.assign(sharesOf(draft, account), change));
export const withCash = (account: number, deposited: bigint) =>
  inWorld((draft) => Object.assign(cashOf(draft, account), { deposited }));
export const withMandate = (account: number, change: Partial<Snapshot["mandates"][number]>) =>
  inWorld((draft) => Object.assign(mandateOf(draft, account), change));
export const withLimit = (account: number, change: Partial<Snapshot["mandates"][number]["limits"][number]>) =>
  inWorld((draft) => Object.assign(limitOf(draft, account), change));

let salt = 0n;

/** An order of 100 houses at {@link PRICE} dollars, good for this very second; no two are the same. */
export function order(name: Name, side: number, terms: Partial<Order> = {}): SignedOrder {
  salt += 1n;
  const asked: Order = {
    trader: ADDRESS[name],
    side,
    asset: HOUSE,
    currency: DOLLAR,
    quantity: 100n,
    limitPrice: PRICE,
    expiry: NOW,
    priority: 0,
    salt,
    ...terms,
  };
  return signer.sign(asked, keyOf(name));
}

export const buys = (name: Name, terms: Partial<Order> = {}): SignedOrder => order(name, BUY, terms);
export const sells = (name: Name, terms: Partial<Order> = {}): SignedOrder => order(name, SELL, terms);
export const idOf = (asked: Order): string => signer.orderId(asked);

/** A trade of 10 shares at {@link PRICE} between the first two orders. */
export function trade(terms: Partial<TradeInput> = {}): TradeInput {
  return { buyOrder: 0, sellOrder: 1, quantity: 10n, price: PRICE, matchNumber: 1n, ...terms };
}

/** A batch in which alice buys from bob, unless `parts` say otherwise. */
export function batch(parts: Partial<BatchInput> = {}): BatchInput {
  return {
    number: 1n,
    mode: "strict",
    time: NOW,
    snapshot: everyoneMayTrade(),
    orders: [buys("alice"), sells("bob")],
    trades: [trade()],
    ...parts,
  };
}

/** Runs a batch both ways and insists that they agree. */
export async function settle(parts: Partial<BatchInput> = {}): Promise<BatchResult> {
  const input = batch(parts);
  const judge = await runSequential(input);

  const fast = await runBatch(input, { workers: 0 });
  expect(compareResults(judge, fast)).to.equal(undefined);

  return fast;
}

/** The receipts' codes of a batch, in canonical order. */
export async function codes(parts: Partial<BatchInput> = {}): Promise<number[]> {
  return receiptsOf(await settle(parts)).map(({ code }) => code);
}

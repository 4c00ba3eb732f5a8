import { checkHolds, checkKinds, normalKinds } from "./check-kinds.ts";
import { type Message, requireInput, textOf } from "./errors.ts";
import { isHex } from "./formats/hex.ts";
import { MAX_AMOUNT, requireBits } from "./formats/integers.ts";
import type { SnapshotTables } from "./packed-snapshot.ts";
import { requireAddress, requireIndex, requireUnique } from "./require-entry.ts";
import type { AssetState, Snapshot } from "./snapshot.ts";

/** Indices are 16 bits, and the highest is the mark for "not in the table". */
const MAX_TABLE = 0xffff;

/** Engine units are at most 10^18 base units, so that a price in base units fits the 128 bits of its signed type. */
const MAX_ENGINE_UNIT = 10n ** 18n;

/**
 * Throws unless `snapshot` is consistent, and returns it with addresses in lower case. What is checked here the ledger
 * relies on: totals within 63 bits mean that no sum of a batch can overflow, because trades conserve.
 */
export function checkSnapshot(snapshot: Snapshot): Snapshot {
  checkTables(snapshot);
  for (const { address } of snapshot.accounts) requireAddress(address, "account");
  requireUnique("account", snapshot.accounts, ({ address }) => address.toLowerCase());
  checkPositions(snapshot);
  checkMandates(snapshot, snapshot.accounts.length);
  checkKinds(snapshot, snapshot.accounts.length);
  checkHolds(snapshot, snapshot.shares.length, (row) => {
    const { account = 0, asset = 0, balance = 0n, spendable = 0n, frozen = 0n } = snapshot.shares[row] ?? {};
    return { account, asset, locked: balance - spendable - frozen };
  });

  return normalSnapshot(snapshot);
}

/** The part of {@link checkSnapshot} that is about chain, desk, assets and currencies. */
export function checkTables(snapshot: SnapshotTables): void {
  requireBits(snapshot.chainId, 256, "chainId");
  requireBits(snapshot.openingBlock, 64, "openingBlock");
  requireAddress(snapshot.desk, "desk");
  requireInput(snapshot.assets.length < MAX_TABLE, `${snapshot.assets.length} assets are too many`);
  requireInput(snapshot.currencies.length < MAX_TABLE, `${snapshot.currencies.length} currencies are too many`);

  for (const { id, state, holderLimit, minimumHolders, balanceCap, minimumHolding } of snapshot.assets) {
    requireBits(id, 256, "asset");
    requireBits(state, 16, "asset state");
    requireBits(holderLimit, 32, "holder limit");
    requireBits(minimumHolders ?? 0, 32, "minimum of holders");
    requireBits(balanceCap ?? 0n, 63, "balance cap");
    requireBits(minimumHolding ?? 0n, 63, "minimum holding");
  }
  for (const { address, engineUnit } of snapshot.currencies) {
    requireAddress(address, "currency");
    requireInput(engineUnit >= 1n && engineUnit <= MAX_ENGINE_UNIT, `engine unit ${engineUnit} of ${address}`);
  }

  for (const { asset, currency, low, high } of snapshot.bands ?? []) {
    const pair = () => `price band of asset ${asset}, currency ${currency}`;
    requireIndex(asset, snapshot.assets, pair);
    requireIndex(currency, snapshot.currencies, pair);
    requireBits(low, 63, pair);
    requireBits(high, 63, pair);
  }

  requireUnique("price band", snapshot.bands ?? [], ({ asset, currency }) => `${asset}/${currency}`);
  requireUnique("asset", snapshot.assets, ({ id }) => `${id}`);
  requireUnique("currency", snapshot.currencies, ({ address }) => address.toLowerCase());
}

/** The same snapshot field by field, so that nothing else gets into the batch file, with addresses in lower case. */
function normalSnapshot(lists: Snapshot): Snapshot {
  return {
    ...normalTables(lists),
    accounts: lists.accounts.map(({ address, investor }) => ({ address: address.toLowerCase(), investor })),
    shares: lists.shares.map(({ account, asset, spendable, balance, frozen, sendCode, receiveCode }) => ({
      account,
      asset,
      spendable,
      balance,
      ...(frozen === undefined ? {} : { frozen }),
      sendCode,
      receiveCode,
    })),
    cash: lists.cash.map(({ account, currency, deposited }) => ({ account, currency, deposited })),
  };
}

/** The part of a normal snapshot that a packed one has, too. */
export function normalTables({ chainId, desk, openingBlock, ...lists }: SnapshotTables): SnapshotTables {
  return {
    chainId,
    desk: desk.toLowerCase(),
    openingBlock,
    assets: lists.assets.map(normalAsset),
    currencies: lists.currencies.map(({ address, engineUnit }) => ({ address: address.toLowerCase(), engineUnit })),
    mandates: lists.mandates.map(({ account, currency, id, expiry, cashOutLeft, lossLeft, feeLeft, limits }) => ({
      account,
      currency,
      id: id.toLowerCase(),
      expiry,
      cashOutLeft,
      lossLeft,
      feeLeft,
      limits: limits.map(({ asset, inLeft, outLeft, maxBuyPrice, minSellPrice }) => ({
        asset,
        inLeft,
        outLeft,
        maxBuyPrice,
        minSellPrice,
      })),
    })),
    ...normalKinds(lists),
  };
}

/** Limits of zero are none. */
function normalAsset({ id, state, holderLimit, minimumHolders, balanceCap, minimumHolding }: AssetState): AssetState {
  return {
    id,
    state,
    holderLimit,
    ...(minimumHolders ? { minimumHolders } : {}),
    ...(balanceCap ? { balanceCap } : {}),
    ...(minimumHolding ? { minimumHolding } : {}),
  };
}

function checkPositions(snapshot: Snapshot): void {
  const supply = new Map<number, bigint>();
  const deposits = new Map<number, bigint>();

  for (const { account, asset, spendable, balance, frozen = 0n, sendCode, receiveCode } of snapshot.shares) {
    const pair = () => `shares of account ${account}, asset ${asset}`;
    requireIndex(account, snapshot.accounts, pair);
    requireIndex(asset, snapshot.assets, pair);
    const held = balance - spendable;
    const isWithin = balance >= 0n && held >= 0n && held <= MAX_AMOUNT;
    requireInput(isWithin, () => `${pair()}: spendable ${spendable} of ${balance}`);
    requireInput(
      frozen >= 0n && frozen <= held,
      () => `${pair()}: frozen ${frozen}, spendable ${spendable} of ${balance}`,
    );
    requireBits(sendCode, 16, pair);
    requireBits(receiveCode, 16, pair);
    addWithin(supply, asset, balance, pair);
  }
  for (const { account, currency, deposited } of snapshot.cash) {
    const pair = () => `cash of account ${account}, currency ${currency}`;
    requireIndex(account, snapshot.accounts, pair);
    requireIndex(currency, snapshot.currencies, pair);
    requireInput(deposited >= 0n, () => `${pair()}: ${deposited}`);
    addWithin(deposits, currency, deposited, pair);
  }

  requireUnique("share position", snapshot.shares, ({ account, asset }) => `${account}/${asset}`);
  requireUnique("cash position", snapshot.cash, ({ account, currency }) => `${account}/${currency}`);
}

/** The part of {@link checkSnapshot} that is about mandates, given how many accounts there are. */
export function checkMandates(snapshot: SnapshotTables, accountCount: number): void {
  for (const mandate of snapshot.mandates) {
    requireIndex(mandate.account, { length: accountCount }, "mandate");
    requireIndex(mandate.currency, snapshot.currencies, "mandate");
    requireInput(isHex(mandate.id, 32), () => `mandate id ${mandate.id}`);
    requireBits(mandate.expiry, 64, "mandate expiry");
    for (const amount of [mandate.cashOutLeft, mandate.lossLeft, mandate.feeLeft]) requireBits(amount, 128, mandate.id);
    for (const { asset, inLeft, outLeft, maxBuyPrice, minSellPrice } of mandate.limits) {
      requireIndex(asset, snapshot.assets, () => `limits of mandate ${mandate.id}`);
      for (const amount of [inLeft, outLeft, maxBuyPrice, minSellPrice]) requireBits(amount, 128, mandate.id);
    }
    requireUnique(`limit of mandate ${mandate.id} for asset`, mandate.limits, ({ asset }) => `${asset}`);
  }
  requireUnique("mandate", snapshot.mandates, ({ account, currency }) => `${account}/${currency}`);
}

function addWithin(totals: Map<number, bigint>, key: number, amount: bigint, name: Message): void {
  const total = (totals.get(key) ?? 0n) + amount;
  requireInput(total <= MAX_AMOUNT, () => `${textOf(name)}: the total ${total} does not fit 63 bits`);
  totals.set(key, total);
}

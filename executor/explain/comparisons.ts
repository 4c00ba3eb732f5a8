import { acceptedBefore, type BatchCase, isSame, type NamedOrder, type Step } from "./batch-case.ts";
import type { Decisive, EarlierChange } from "./explanation.ts";

const NOTHING: Decisive = { decisive: undefined, earlier: [] };

/** 20 to 22: what the seller could still move. */
export function compareShares(batch: BatchCase, step: Step): Decisive {
  const { sell, instruction } = step;
  if (sell === undefined) return NOTHING;
  const { snapshot } = batch.input;
  const opening =
    snapshot.shares.find(
      ({ account, asset }) => asset === sell.asset && isSame(snapshot.accounts[account]?.address, sell.trader),
    )?.spendable ?? 0n;

  const earlier = changesBefore(batch, step, (other) => {
    if (other.buy?.asset !== sell.asset) return 0n;
    const { quantity } = other.receipt;
    return (
      (isSame(other.buy.trader, sell.trader) ? quantity : 0n) -
      (isSame(other.sell?.trader, sell.trader) ? quantity : 0n)
    );
  });
  const what = `shares of asset ${snapshot.assets[sell.asset]?.id} that ${sell.trader} may move`;
  return compare(what, instruction.quantity, opening, earlier);
}

/** 117: what the buyer had deposited and not spent. */
export function compareCash(batch: BatchCase, step: Step): Decisive {
  const { buy, instruction } = step;
  if (buy === undefined) return NOTHING;
  const { snapshot } = batch.input;
  const opening =
    snapshot.cash.find(
      ({ account, currency }) => currency === buy.currency && isSame(snapshot.accounts[account]?.address, buy.trader),
    )?.deposited ?? 0n;

  const earlier = changesBefore(batch, step, (other) => {
    if (other.buy?.currency !== buy.currency) return 0n;
    const { cash } = other.receipt;
    return (isSame(other.sell?.trader, buy.trader) ? cash : 0n) - (isSame(other.buy.trader, buy.trader) ? cash : 0n);
  });
  const what = `engine units of ${snapshot.currencies[buy.currency]?.address} that ${buy.trader} has deposited`;
  return compare(what, instruction.quantity * instruction.price, opening, earlier);
}

/** 115 and 116: what was left of the order. */
export function compareFill(batch: BatchCase, step: Step, order: NamedOrder | undefined): Decisive {
  if (order === undefined) return NOTHING;
  const opening = order.quantity - (batch.input.filled?.get(order.id) ?? 0n);
  const earlier = changesBefore(batch, step, ({ buy, sell, receipt }) =>
    [buy?.id, sell?.id].includes(order.id) ? -receipt.quantity : 0n,
  );
  return compare(`shares left of order ${order.id}`, step.instruction.quantity, opening, earlier);
}

/** 111 and 112: the batch's time against the order's last second. */
export function compareTime({ input }: BatchCase, order: NamedOrder | undefined): Decisive {
  if (order === undefined) return NOTHING;
  return compare(`last second of order ${order.id}; the batch's time is needed`, input.time, order.expiry, []);
}

/** 113 and 114: the trade's price against the order's limit. */
export function comparePrice(order: NamedOrder | undefined, price: bigint): Decisive {
  if (order === undefined) return NOTHING;
  return compare(
    `price limit of order ${order.id} in engine units; the trade's price is needed`,
    price,
    order.limitPrice,
    [],
  );
}

/** 32: the places for holders that were left. */
export function compareHolders(batch: BatchCase, step: Step): Decisive {
  const asset = step.buy?.asset;
  if (asset === undefined) return NOTHING;
  const { snapshot } = batch.input;
  const state = snapshot.assets[asset];
  const held = openingHoldings(batch, asset);
  const investorOf = (trader: string | undefined) =>
    snapshot.accounts.find(({ address }) => isSame(address, trader))?.investor ?? "";
  const opening = BigInt((state?.holderLimit ?? 0) - [...held.values()].filter((shares) => shares > 0n).length);

  const earlier = changesBefore(batch, step, ({ buy, sell, receipt }) => {
    if (buy?.asset !== asset) return 0n;
    return (
      addHolding(held, investorOf(sell?.trader), -receipt.quantity) +
      addHolding(held, investorOf(buy.trader), receipt.quantity)
    );
  });
  return compare(`places for further holders of asset ${state?.id}`, 1n, opening, earlier);
}

/** Changes of one number by accepted instructions before `step`, without those that left it alone. */
export function changesBefore(batch: BatchCase, { receipt }: Step, deltaOf: (other: Step) => bigint): EarlierChange[] {
  return acceptedBefore(batch, receipt.index).flatMap((other) => {
    const delta = deltaOf(other);
    const { id, matchNumber } = other.instruction;
    return delta === 0n ? [] : [{ index: other.receipt.index, id, matchNumber, delta }];
  });
}

/** A comparison whose `available` is `opening` and what came after. */
export function compare(what: string, needed: bigint, opening: bigint, earlier: readonly EarlierChange[]): Decisive {
  const available = earlier.reduce((sum, { delta }) => sum + delta, opening);
  return { decisive: { what, needed, available, opening }, earlier };
}

/** Shares by investor when the batch opened; wallets of nobody count for nobody. */
function openingHoldings({ input: { snapshot } }: BatchCase, wanted: number): Map<string, bigint> {
  const held = new Map<string, bigint>();
  for (const { account, asset, balance } of snapshot.shares) {
    const investor = snapshot.accounts[account]?.investor ?? "";
    if (asset === wanted && investor !== "") held.set(investor, (held.get(investor) ?? 0n) + balance);
  }
  return held;
}

/** Changes a holding; 1 if a place became free by it, -1 if one was taken. */
function addHolding(held: Map<string, bigint>, investor: string, delta: bigint): bigint {
  if (investor === "") return 0n;
  const before = held.get(investor) ?? 0n;
  held.set(investor, before + delta);
  return BigInt(Number(before > 0n) - Number(before + delta > 0n));
}

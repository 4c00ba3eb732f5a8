import { isInstructionWellFormed } from "../formats/instruction-record.ts";
import { viewOf } from "../formats/integers.ts";
import { CODE } from "../formats/reason-codes.ts";
import type { Snapshot } from "../snapshot.ts";
import type { PlainBooks } from "./plain-books.ts";
import type { Decision, Operation } from "./plain-movement.ts";
import type { PlainInstruction, PlainOrder, PlainTrade } from "./plain-trade.ts";

/** 100 to 109: the trade, or why it is none. */
export function readTrade(
  instruction: PlainInstruction,
  orders: readonly PlainOrder[],
  accountOf: ReadonlyMap<string, number>,
): PlainTrade | number {
  const { quantity, price, bytes } = instruction;
  const buy = orders[instruction.buyOrder];
  const sell = orders[instruction.sellOrder];

  if (instruction.kind !== 1 || !isInstructionWellFormed(bytes, viewOf(bytes), 0)) return CODE.malformed;
  if (buy?.status === 1 || sell?.status === 1) return CODE.malformed;
  if (buy === undefined || sell === undefined) return CODE.orderUnknown;
  if (buy.side !== 0 || sell.side !== 1) return CODE.sidesDoNotMatch;
  if (buy.asset !== sell.asset) return CODE.assetsDiffer;
  if (buy.currency !== sell.currency) return CODE.currenciesDiffer;
  if (quantity === 0n) return CODE.quantityZero;
  if (buy.trader === sell.trader) return CODE.selfTrade;
  const buyer = accountOf.get(buy.trader);
  const seller = accountOf.get(sell.trader);
  if (buyer === undefined || seller === undefined) return CODE.accountUnknown;
  if (buy.status !== 0) return CODE.buySignatureInvalid;
  if (sell.status !== 0) return CODE.sellSignatureInvalid;

  const { asset, currency } = buy;
  return { buy, sell, buyer, seller, asset, currency, quantity, price, cash: quantity * price };
}

/** A trade as an operation, or why it is none. */
export function readTradeOperation(instruction: PlainInstruction, books: PlainBooks): Operation | number {
  const trade = readTrade(instruction, books.messages, books.accountOf);
  if (typeof trade === "number") return trade;

  const terms = termsOf(trade, books.batch.time) || bandOf(trade, books.batch.snapshot);
  return { terms, run: () => runTrade(trade, instruction.isPartial, books) };
}

/** 111 to 114: what the orders allow by themselves. */
function termsOf({ buy, sell, price }: PlainTrade, time: bigint): number {
  if (time > buy.expiry) return CODE.buyOrderExpired;
  if (time > sell.expiry) return CODE.sellOrderExpired;
  if (price > buy.limitPrice) return CODE.priceAboveBuyLimit;
  if (price < sell.limitPrice) return CODE.priceBelowSellLimit;
  return CODE.accepted;
}

/** 118: what the price guard allows. */
function bandOf({ asset, currency, price }: PlainTrade, { bands = [] }: Snapshot): number {
  const band = bands.find((each) => each.asset === asset && each.currency === currency);
  const isWithin = band === undefined || (price >= band.low && price <= band.high);
  return isWithin ? CODE.accepted : CODE.priceOutsideBand;
}

function runTrade(trade: PlainTrade, isPartial: boolean, books: PlainBooks): Decision {
  const { buy, sell, price } = trade;
  const quantity = isPartial ? availableOf(trade, books) : trade.quantity;
  const movement = { ...trade, quantity, cash: quantity * price };

  if (books.isCancelled(buy)) return { code: CODE.buyOrderCancelled, quantity };
  if (books.isCancelled(sell)) return { code: CODE.sellOrderCancelled, quantity };
  if (quantity > books.leftOf(buy)) return { code: CODE.buyOrderOverfilled, quantity };
  if (quantity > books.leftOf(sell)) return { code: CODE.sellOrderOverfilled, quantity };
  return {
    code: books.ledger.check(movement),
    quantity,
    movement,
    commit() {
      books.fill(buy, quantity);
      books.fill(sell, quantity);
    },
  };
}

/** What orders, shares and cash allow, up to the trade's quantity, but one share at least: that one is then refused. */
function availableOf(
  { buy, sell, buyer, seller, asset, currency, quantity, price }: PlainTrade,
  books: PlainBooks,
): bigint {
  const bounds = [quantity, books.leftOf(buy), books.leftOf(sell), books.ledger.spendableOf(seller, asset)];
  if (price > 0n) bounds.push(books.ledger.cashOf(buyer, currency) / price);
  return atLeastOne(bounds);
}

/** The least of some bounds, and no less than 1. */
export function atLeastOne(bounds: readonly bigint[]): bigint {
  const least = bounds.reduce((low, bound) => (bound < low ? bound : low));
  return least < 1n ? 1n : least;
}

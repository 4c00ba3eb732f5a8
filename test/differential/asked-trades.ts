import { TypedDataEncoder } from "ethers";
import { type BatchResult, instructionsOf, ORDER_TYPES, TRADE_TYPES, type TradeInput } from "../../executor/index.ts";
import { settlementDomain } from "../helpers/settlement-types.ts";
import type { Step } from "./relay.ts";
import { INTERFACES, type Stage } from "./stage.ts";
import type { DrawnBatch, ProvedOrder } from "./worlds/draw-batch.ts";
import type { AskedTrade } from "./worlds/reasons.ts";

const TRADE_GAS = 1_000_000;

/** Instructions in canonical order with their orders; nothing where one names an order that does not exist. */
export function askedTrades(drawn: DrawnBatch, result: BatchResult, stage: Stage): (AskedTrade | undefined)[] {
  const ids = orderIds(drawn, stage);
  return instructionsOf(result).map(({ id, sequence, buyOrder, sellOrder, quantity }) => {
    const { price = 0n, matchNumber = 0n, partial = false } = drawn.trades[sequence] ?? {};
    return ask(drawn, ids, { buyOrder, sellOrder, quantity, price, matchNumber, partial }, id);
  });
}

/** Trades that come before the batch, with their orders and the ids that the chain gives them. */
export function earlyTrades(drawn: DrawnBatch, stage: Stage): AskedTrade[] {
  const ids = orderIds(drawn, stage);
  const domain = settlementDomain(stage.desk, stage.chainId);
  return drawn.early.flatMap((trade) => {
    const [buyOrder, sellOrder] = [ids[trade.buyOrder], ids[trade.sellOrder]];
    if (buyOrder === undefined || sellOrder === undefined) return [];
    const id = TypedDataEncoder.hash(domain, TRADE_TYPES, { ...trade, buyOrder, sellOrder });
    return ask(drawn, ids, trade, id) ?? [];
  });
}

/** The trade by itself; one that is only tried is taken back. */
export function stepOf({ desk }: Stage, trade: AskedTrade, isTried: boolean): Step {
  const data = INTERFACES.desk.encodeFunctionData("settleTrade", [signedTrade(trade)]);
  return { target: desk, data, gas: TRADE_GAS, isTried };
}

/** Several trades as a list. */
export function listOf({ desk }: Stage, trades: readonly AskedTrade[]): Step {
  const data = INTERFACES.desk.encodeFunctionData("settleTrades", [trades.map(signedTrade)]);
  return { target: desk, data, gas: TRADE_GAS * (trades.length + 2) };
}

/** Ids are what the chain makes of an order: the executor has none for one that is malformed. */
function orderIds({ orders }: DrawnBatch, { desk, chainId }: Stage): string[] {
  const domain = settlementDomain(desk, chainId);
  return orders.map(({ order }) => TypedDataEncoder.hash(domain, ORDER_TYPES, order));
}

function ask({ orders }: DrawnBatch, ids: readonly string[], trade: TradeInput, id: string): AskedTrade | undefined {
  const { buyOrder, sellOrder, quantity, price, matchNumber, partial: isPartial = false } = trade;
  const [buy, sell] = [orders[buyOrder], orders[sellOrder]];
  if (buy === undefined || sell === undefined) return undefined;
  const named = { buyId: ids[buyOrder] ?? "", sellId: ids[sellOrder] ?? "" };
  return { id, buy, sell, ...named, quantity, price, matchNumber, isPartial };
}

function signedTrade({ buy, sell, quantity, price, matchNumber }: AskedTrade) {
  return { buy: signedOrder(buy), sell: signedOrder(sell), quantity, price, matchNumber };
}

function signedOrder({ order, signature, place, path }: ProvedOrder) {
  return { order, signature, place: BigInt(place), path: [...path] };
}

import {
  INSTRUCTION_AT,
  INSTRUCTION_BYTES,
  isInstructionWellFormed,
  KIND_TRADE,
} from "../formats/instruction-record.ts";
import { BUY, SELL } from "../formats/order-record.ts";
import { CODE } from "../formats/reason-codes.ts";
import { ORDER_STATUS } from "../workers/jobs.ts";
import type { KeyTable } from "./key-table.ts";
import { limitOf, mandateOf } from "./mandates.ts";
import type { Orders } from "./orders.ts";
import { exceedsHolderLimit, NONE, type World } from "./world.ts";

/** A trade that passed its screening: what is to move, and between which places. */
export interface Trade {
  readonly buyOrder: number;
  readonly sellOrder: number;
  readonly buyer: number;
  readonly seller: number;
  readonly buyerPosition: number;
  readonly sellerPosition: number;
  readonly asset: number;
  readonly currency: number;
  readonly quantity: bigint;
  readonly cash: bigint;
}

/** What screening reads. */
export interface Screen {
  readonly time: bigint;
  readonly instructions: Uint8Array;
  readonly view: DataView;
  readonly orders: Orders;
  readonly world: World;
  /** Ids met so far in this batch. */
  readonly seen: KeyTable;
  /** Whether the trade at `index` was final before this batch. */
  readonly wasFinal: (index: number) => boolean;
}

/**
 * Makes every check that does not depend on the chunk, in the order of `docs/formats.md`. The answer is the trade, or
 * the code of the first check that fails. Either way the trade's id is used up.
 */
export function screenTrade(screen: Screen, index: number): Trade | number {
  const { view, orders, world, time } = screen;
  const offset = index * INSTRUCTION_BYTES;
  const isFresh = useUpId(screen, offset) && !screen.wasFinal(index);
  const buy = view.getUint32(offset + INSTRUCTION_AT.buyOrder);
  const sell = view.getUint32(offset + INSTRUCTION_AT.sellOrder);

  const formCode = checkForm(screen, offset, buy, sell);
  if (formCode !== CODE.accepted) return formCode;
  if (!isFresh) return CODE.duplicate;

  const quantity = view.getBigUint64(offset + INSTRUCTION_AT.quantity);
  const price = view.getBigUint64(offset + INSTRUCTION_AT.price);
  const termsCode = checkTerms(orders, buy, sell, quantity, price, time);
  if (termsCode !== CODE.accepted) return termsCode;

  const buyer = orders.account[buy] ?? NONE;
  const seller = orders.account[sell] ?? NONE;
  const asset = orders.asset[buy] ?? 0;
  const trade: Trade = {
    buyOrder: buy,
    sellOrder: sell,
    buyer,
    seller,
    buyerPosition: world.positionOf.get(buyer * world.assetCount + asset) ?? NONE,
    sellerPosition: world.positionOf.get(seller * world.assetCount + asset) ?? NONE,
    asset,
    currency: orders.currency[buy] ?? 0,
    quantity,
    cash: quantity * price,
  };
  const stateCode = checkState(world, trade, time);
  return stateCode === CODE.accepted ? trade : stateCode;
}

/** Whether the id at `offset` is met for the first time in this batch. */
function useUpId({ seen, instructions }: Screen, offset: number): boolean {
  const before = seen.size;
  seen.add(instructions, offset + INSTRUCTION_AT.id);
  return seen.size > before;
}

/** 100 to 109: what the trade and its orders say by themselves. */
function checkForm({ instructions, view, orders }: Screen, offset: number, buy: number, sell: number): number {
  const statusOf = (order: number) => orders.status[order] ?? ORDER_STATUS.valid;
  const isMalformed = (order: number) => statusOf(order) === ORDER_STATUS.malformed;

  if (!isInstructionWellFormed(instructions, view, offset)) return CODE.malformed;
  if (view.getUint8(offset) !== KIND_TRADE || view.getUint8(offset + INSTRUCTION_AT.flags) !== 0) return CODE.malformed;
  if (isMalformed(buy) || isMalformed(sell)) return CODE.malformed;
  if (buy >= orders.count || sell >= orders.count) return CODE.orderUnknown;
  if (orders.side[buy] !== BUY || orders.side[sell] !== SELL) return CODE.sidesDoNotMatch;
  if (orders.asset[buy] !== orders.asset[sell]) return CODE.assetsDiffer;
  if (orders.currency[buy] !== orders.currency[sell]) return CODE.currenciesDiffer;
  if (view.getBigUint64(offset + INSTRUCTION_AT.quantity) === 0n) return CODE.quantityZero;
  if (orders.trader[buy] === orders.trader[sell]) return CODE.selfTrade;
  if (orders.account[buy] === NONE || orders.account[sell] === NONE) return CODE.accountUnknown;
  if (statusOf(buy) !== ORDER_STATUS.valid) return CODE.buySignatureInvalid;
  if (statusOf(sell) !== ORDER_STATUS.valid) return CODE.sellSignatureInvalid;
  return CODE.accepted;
}

/** 111 to 116: what the orders allow. */
function checkTerms(orders: Orders, buy: number, sell: number, quantity: bigint, price: bigint, time: bigint): number {
  const left = (order: number) => (orders.quantity[order] ?? 0n) - (orders.filled[orders.fill[order] ?? NONE] ?? 0n);

  if (time > (orders.expiry[buy] ?? 0n)) return CODE.buyOrderExpired;
  if (time > (orders.expiry[sell] ?? 0n)) return CODE.sellOrderExpired;
  if (price > (orders.limitPrice[buy] ?? 0n)) return CODE.priceAboveBuyLimit;
  if (price < (orders.limitPrice[sell] ?? 0n)) return CODE.priceBelowSellLimit;
  if (quantity > left(buy)) return CODE.buyOrderOverfilled;
  if (quantity > left(sell)) return CODE.sellOrderOverfilled;
  return CODE.accepted;
}

/** 1 to 32, 20, 117, 120, 121: what the register, the deposits and the mandates allow. */
function checkState(world: World, trade: Trade, time: bigint): number {
  const { buyer, seller, buyerPosition, sellerPosition, asset, currency, quantity, cash } = trade;
  const { mandates } = world;

  const assetState = world.assetState[asset] ?? 0;
  if (assetState !== 0) return assetState;
  const sendCode = world.sendCode[sellerPosition] ?? CODE.senderUnknown;
  if (sendCode !== 0) return sendCode;
  const receiveCode = world.receiveCode[buyerPosition] ?? CODE.receiverUnknown;
  if (receiveCode !== 0) return receiveCode;
  if (exceedsHolderLimit(world, sellerPosition, buyerPosition, quantity)) return CODE.holderLimitReached;
  if (quantity > (world.spendable[sellerPosition] ?? 0n)) return CODE.balanceTooSmall;
  if (cash > (world.cash[buyer * world.currencies.length + currency] ?? 0n)) return CODE.cashTooSmall;

  const isCovered = (account: number) =>
    time <= (mandateOf(mandates, account, currency)?.expiry ?? -1n) &&
    limitOf(mandates, account, currency, asset) !== undefined;
  if (!isCovered(buyer)) return CODE.buyMandateMissing;
  if (!isCovered(seller)) return CODE.sellMandateMissing;
  return CODE.accepted;
}

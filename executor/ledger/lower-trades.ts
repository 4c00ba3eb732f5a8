import { INSTRUCTION_AT, INSTRUCTION_BYTES, isInstructionWellFormed } from "../formats/instruction-record.ts";
import { BUY, ORDER_AT, ORDER_BYTES, SELL } from "../formats/order-record.ts";
import { CODE } from "../formats/reason-codes.ts";
import { ORDER_STATUS } from "../workers/jobs.ts";
import { type Orders, sameTrader } from "./orders.ts";
import { isOutsideBand } from "./price-bands.ts";
import { AMOUNT, packHead, ROW, ROW_AMOUNTS, ROW_WORDS, type Rows, refuseRow, TOUCHED_AT_ONCE } from "./rows.ts";
import { cashCell, type LedgerState } from "./state.ts";

const NONE = -1;

/** What instructions are lowered from and to. */
export interface Lowering {
  readonly time: bigint;
  /** Records in canonical order. */
  readonly instructions: Uint8Array;
  readonly view: DataView;
  /** One byte per instruction: whether its id was used up before. */
  readonly repeated: Uint8Array;
  readonly orders: Orders;
  readonly state: LedgerState;
  readonly rows: Rows;
}

/** Lowers the instructions from `from` up to `to`. Writes nothing but their rows. */
export function lowerTrades(lowering: Lowering, from: number, to: number): void {
  for (let index = from; index < to; index++) {
    if ((index - from) % TOUCHED_AT_ONCE === 0 && to - index > 1) {
      touchPositions(lowering, index, Math.min(index + TOUCHED_AT_ONCE, to));
    }
    const kind = lowering.instructions[index * INSTRUCTION_BYTES] ?? 0;
    const code = earlyCode(lowering, index);
    if (code === CODE.accepted) lowerTrade(lowering, index, kind);
    else refuseRow(lowering.rows, index, kind, code);
  }
}

/**
 * Reads where the rows from `from` up to `to` will look for positions and limits, then what stands there, and forgets it, so that it comes
 * from memory together: a ledger of a million positions waits half as long. The answer means nothing.
 */
function touchPositions({ view, orders, state }: Lowering, from: number, to: number): number {
  const { positions, mandates, sendCode, receiveCode } = state;
  let read = 0;
  for (let pass = 0; pass < 3; pass++) {
    for (let index = from; index < to; index++) {
      const offset = index * INSTRUCTION_BYTES;
      const buy = view.getUint32(offset + INSTRUCTION_AT.buyOrder);
      const sell = view.getUint32(offset + INSTRUCTION_AT.sellOrder);
      if (buy >= orders.count || sell >= orders.count) continue;
      const asset = indexAt(orders, buy * ORDER_BYTES + ORDER_AT.asset);
      const currency = indexAt(orders, buy * ORDER_BYTES + ORDER_AT.currency);
      const [buyer, seller] = [orders.account[buy] ?? NONE, orders.account[sell] ?? NONE];
      const buyMandate = mandates.findMandate(buyer * state.currencies.length + currency);
      const sellMandate = mandates.findMandate(seller * state.currencies.length + currency);
      if (pass === 0) {
        read ^= positions.touchPlace(buyer, asset) ^ positions.touchPlace(seller, asset);
        read ^= mandates.limits.touchPlace(buyMandate, asset) ^ mandates.limits.touchPlace(sellMandate, asset);
      } else if (pass === 1) {
        read ^= positions.touchPair(buyer, asset) ^ positions.touchPair(seller, asset);
        read ^= mandates.limits.touchPair(buyMandate, asset) ^ mandates.limits.touchPair(sellMandate, asset);
      } else {
        read ^= receiveCode[positions.touchPlace(buyer, asset)] ?? 0;
        read ^= sendCode[positions.touchPlace(seller, asset)] ?? 0;
      }
    }
  }
  return read;
}

/** 100 to 118: what needs no more than the trade and its orders. */
function earlyCode(lowering: Lowering, index: number): number {
  const { view, orders, state, time } = lowering;
  const offset = index * INSTRUCTION_BYTES;
  const buy = view.getUint32(offset + INSTRUCTION_AT.buyOrder);
  const sell = view.getUint32(offset + INSTRUCTION_AT.sellOrder);

  const formCode = checkForm(lowering, offset, buy, sell);
  if (formCode !== CODE.accepted) return formCode;
  if (lowering.repeated[index] === 1) return CODE.duplicate;
  const price = view.getBigUint64(offset + INSTRUCTION_AT.price);
  const termsCode = checkTerms(orders, buy, sell, price, time);
  if (termsCode !== CODE.accepted) return termsCode;

  const asset = indexAt(orders, buy * ORDER_BYTES + ORDER_AT.asset);
  const currency = indexAt(orders, buy * ORDER_BYTES + ORDER_AT.currency);
  return isOutsideBand(state.bands, asset, currency, price) ? CODE.priceOutsideBand : CODE.accepted;
}

/** 100 to 109: what the trade and its orders say by themselves. */
function checkForm({ instructions, view, orders }: Lowering, offset: number, buy: number, sell: number): number {
  const buyStatus = orders.status[buy] ?? ORDER_STATUS.valid;
  const sellStatus = orders.status[sell] ?? ORDER_STATUS.valid;
  const buyAt = buy * ORDER_BYTES;
  const sellAt = sell * ORDER_BYTES;

  if (!isInstructionWellFormed(instructions, view, offset)) return CODE.malformed;
  if (buyStatus === ORDER_STATUS.malformed || sellStatus === ORDER_STATUS.malformed) return CODE.malformed;
  if (buy >= orders.count || sell >= orders.count) return CODE.orderUnknown;
  if (orders.view.getUint8(buyAt + ORDER_AT.side) !== BUY) return CODE.sidesDoNotMatch;
  if (orders.view.getUint8(sellAt + ORDER_AT.side) !== SELL) return CODE.sidesDoNotMatch;
  if (indexAt(orders, buyAt + ORDER_AT.asset) !== indexAt(orders, sellAt + ORDER_AT.asset)) return CODE.assetsDiffer;
  if (indexAt(orders, buyAt + ORDER_AT.currency) !== indexAt(orders, sellAt + ORDER_AT.currency)) {
    return CODE.currenciesDiffer;
  }
  if (view.getBigUint64(offset + INSTRUCTION_AT.quantity) === 0n) return CODE.quantityZero;
  if (sameTrader(orders, buy, sell)) return CODE.selfTrade;
  if (orders.account[buy] === NONE || orders.account[sell] === NONE) return CODE.accountUnknown;
  if (buyStatus !== ORDER_STATUS.valid) return CODE.buySignatureInvalid;
  if (sellStatus !== ORDER_STATUS.valid) return CODE.sellSignatureInvalid;
  return CODE.accepted;
}

/** 111 to 114: what the orders allow, whatever is filled of them. */
function checkTerms({ view }: Orders, buy: number, sell: number, price: bigint, time: bigint): number {
  if (time > view.getBigUint64(buy * ORDER_BYTES + ORDER_AT.expiry)) return CODE.buyOrderExpired;
  if (time > view.getBigUint64(sell * ORDER_BYTES + ORDER_AT.expiry)) return CODE.sellOrderExpired;
  if (price > view.getBigUint64(buy * ORDER_BYTES + ORDER_AT.limitPrice)) return CODE.priceAboveBuyLimit;
  if (price < view.getBigUint64(sell * ORDER_BYTES + ORDER_AT.limitPrice)) return CODE.priceBelowSellLimit;
  return CODE.accepted;
}

/** Writes the row of a trade that nothing refuses so far, with what the register says of it. */
function lowerTrade({ view, orders, state, rows, time }: Lowering, index: number, kind: number): void {
  const offset = index * INSTRUCTION_BYTES;
  const buy = view.getUint32(offset + INSTRUCTION_AT.buyOrder);
  const sell = view.getUint32(offset + INSTRUCTION_AT.sellOrder);
  const buyer = orders.account[buy] ?? NONE;
  const seller = orders.account[sell] ?? NONE;
  const asset = indexAt(orders, buy * ORDER_BYTES + ORDER_AT.asset);
  const currency = indexAt(orders, buy * ORDER_BYTES + ORDER_AT.currency);
  const from = state.positions.find(seller, asset);
  const to = state.positions.find(buyer, asset);
  const pay = cashCell(state, buyer, currency);
  const receive = cashCell(state, seller, currency);
  const { words, amounts } = rows;
  const row = index * ROW_WORDS;
  const quantity = view.getBigInt64(offset + INSTRUCTION_AT.quantity);

  words[row + ROW.head] = packHead(
    kind,
    view.getUint8(offset + INSTRUCTION_AT.flags),
    registerCode(state, asset, from, to),
  );
  words[row + ROW.asset] = asset | (currency << 16);
  words[row + ROW.from] = from;
  words[row + ROW.to] = to;
  words[row + ROW.pay] = pay;
  words[row + ROW.receive] = receive;
  words[row + ROW.buyFill] = orders.fill[buy] ?? NONE;
  words[row + ROW.sellFill] = orders.fill[sell] ?? NONE;
  writeMandate(state, words, row + ROW.buyMandate, pay, asset, time);
  writeMandate(state, words, row + ROW.sellMandate, receive, asset, time);
  amounts[index * ROW_AMOUNTS + AMOUNT.quantity] = quantity;
  amounts[index * ROW_AMOUNTS + AMOUNT.cash] = quantity * view.getBigInt64(offset + INSTRUCTION_AT.price);
}

/** 1 to 31: why the register refuses shares of `asset` from one position to another, or 0. */
export function registerCode(state: LedgerState, asset: number, from: number, to: number): number {
  const assetCode = state.assetState[asset] ?? 0;
  if (assetCode !== 0) return assetCode;

  const sendCode = from === NONE ? CODE.senderUnknown : (state.sendCode[from] ?? 0);
  if (sendCode !== 0) return sendCode;
  return to === NONE ? CODE.receiverUnknown : (state.receiveCode[to] ?? 0);
}

/** Writes a live mandate and its limit for the asset at word `at` and the next, or twice that there is none. */
export function writeMandate(
  { mandates, cashAt }: LedgerState,
  words: Int32Array,
  at: number,
  cash: number,
  asset: number,
  time: bigint,
): void {
  const mandate = mandates.findLive(cash - cashAt, time);
  const limit = mandate === NONE ? NONE : mandates.limits.find(mandate, asset);

  words[at] = limit === NONE ? NONE : mandate;
  words[at + 1] = limit;
}

const indexAt = ({ view }: Orders, offset: number): number => view.getUint16(offset);

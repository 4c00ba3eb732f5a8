import {
  INSTRUCTION_AT,
  INSTRUCTION_BYTES,
  isInstructionWellFormed,
  KIND,
  messageTypeOf,
} from "../../formats/instruction-record.ts";
import { BUY, ORDER_AT, ORDER_BYTES } from "../../formats/order-record.ts";
import { CODE } from "../../formats/reason-codes.ts";
import { ORDER_STATUS } from "../../workers/jobs.ts";
import type { FillBook } from "../fill-book.ts";
import { type Lowering, registerCode, writeMandate } from "../lower-trades.ts";
import { AMOUNT, packHead, ROW, ROW_AMOUNTS, ROW_WORDS, refuseRow } from "../rows.ts";
import { cashCell } from "../state.ts";
import { fillOfCancel, type KindBooks } from "./kind-books.ts";
import { clearRow, KIND_ROW } from "./kind-rows.ts";

const NONE = -1;
const ORDER_WORDS = ORDER_BYTES / 4;

/** What lowering kinds needs besides. */
export interface KindLowering extends Lowering {
  readonly books: KindBooks;
  readonly fills: FillBook;
  readonly orderOfFill: Int32Array;
  readonly idWords: Int32Array;
}

/** Two accounts between which something moves. */
interface Sides {
  readonly buyer: number;
  readonly seller: number;
  readonly asset: number;
  readonly currency: number;
}

/** Lowers one instruction that is no trade to its row. */
export function lowerKind(lowering: KindLowering, index: number): void {
  const { instructions, view, rows } = lowering;
  const offset = index * INSTRUCTION_BYTES;
  const kind = instructions[offset] ?? 0;
  clearRow(rows, index);
  const code = isInstructionWellFormed(instructions, view, offset)
    ? lowerByKind(lowering, index, kind)
    : CODE.malformed;
  if (code !== CODE.accepted) refuseRow(rows, index, kind, code);
}

/** The first check that fails whatever the ledger holds; if none does, the row is written. */
function lowerByKind(lowering: KindLowering, index: number, kind: number): number {
  if (kind === KIND.subscription) return lowerSubscription(lowering, index);
  if (kind === KIND.claim) return lowerClaim(lowering, index);
  if (kind === KIND.expire) return lowerExpiry(lowering, index);
  return lowerMessage(lowering, index, kind);
}

function lowerSubscription(lowering: KindLowering, index: number): number {
  const { view, orders, books, time, rows } = lowering;
  const offset = index * INSTRUCTION_BYTES;
  const buy = view.getUint32(offset + INSTRUCTION_AT.buyOrder);
  const place = view.getUint32(offset + INSTRUCTION_AT.sellOrder);
  const price = view.getBigInt64(offset + INSTRUCTION_AT.price);
  const quantity = view.getBigInt64(offset + INSTRUCTION_AT.quantity);
  const at = buy * ORDER_BYTES;

  if (orders.status[buy] === ORDER_STATUS.malformed) return CODE.malformed;
  if (buy >= orders.count) return CODE.orderUnknown;
  if (orders.view.getUint8(at + ORDER_AT.side) !== BUY) return CODE.sidesDoNotMatch;
  const offering = books.offerings[place];
  if (offering === undefined) return CODE.offeringUnknown;
  const { asset, currency, account: seller } = offering;
  const isSameAsset = orders.view.getUint16(at + ORDER_AT.asset) === asset;
  const isSameCurrency = orders.view.getUint16(at + ORDER_AT.currency) === currency;
  if (!isSameAsset || !isSameCurrency || price !== offering.price) return CODE.offeringTermsDiffer;
  if (quantity === 0n) return CODE.quantityZero;
  const buyer = orders.account[buy] ?? NONE;
  if (buyer === seller) return CODE.selfTrade;
  if (buyer === NONE) return CODE.accountUnknown;
  if (orders.status[buy] !== ORDER_STATUS.valid) return CODE.buySignatureInvalid;
  if (lowering.repeated[index] === 1) return CODE.duplicate;
  if (time > orders.view.getBigUint64(at + ORDER_AT.expiry)) return CODE.buyOrderExpired;
  if (price > orders.view.getBigInt64(at + ORDER_AT.limitPrice)) return CODE.priceAboveBuyLimit;

  writeMovement(lowering, index, KIND.subscription, { buyer, seller, asset, currency }, quantity, quantity * price);
  rows.words[index * ROW_WORDS + ROW.buyFill] = orders.fill[buy] ?? NONE;
  rows.words[index * ROW_WORDS + KIND_ROW.subject] = place;
  return CODE.accepted;
}

function lowerClaim(lowering: KindLowering, index: number): number {
  const { view, books, state, rows, time } = lowering;
  const { words, amounts } = rows;
  const row = index * ROW_WORDS;
  const place = view.getUint32(index * INSTRUCTION_BYTES + INSTRUCTION_AT.buyOrder);
  const entitlement = books.entitlements[place];
  const pot = books.distributions[entitlement?.distribution ?? NONE];
  if (entitlement === undefined || pot === undefined) return CODE.entitlementUnknown;
  if (entitlement.account === pot.account) return CODE.sameAccount;
  if (lowering.repeated[index] === 1) return CODE.duplicate;

  writeHead(lowering, index, KIND.claim, 0, 0, pot.currency);
  words[row + ROW.pay] = cashCell(state, pot.account, pot.currency);
  words[row + ROW.receive] = cashCell(state, entitlement.account, pot.currency);
  words[row + ROW.buyMandate] = state.mandates.findLive((words[row + ROW.pay] ?? 0) - state.cashAt, time);
  words[row + ROW.sellMandate] = state.mandates.findLive((words[row + ROW.receive] ?? 0) - state.cashAt, time);
  words[row + KIND_ROW.subject] = place;
  amounts[index * ROW_AMOUNTS + AMOUNT.cash] = entitlement.amount;
  return CODE.accepted;
}

function lowerExpiry(lowering: KindLowering, index: number): number {
  const { view, books, state, rows } = lowering;
  const place = view.getUint32(index * INSTRUCTION_BYTES + INSTRUCTION_AT.buyOrder);
  const number = books.openingHold(place);
  const hold = books.holds[number];
  if (hold === undefined) return CODE.holdUnknown;
  if (lowering.repeated[index] === 1) return CODE.duplicate;

  writeHead(lowering, index, KIND.expire, 0, hold.asset, 0);
  rows.words[index * ROW_WORDS + ROW.from] = state.positions.find(hold.holder, hold.asset);
  rows.words[index * ROW_WORDS + KIND_ROW.subject] = number;
  rows.amounts[index * ROW_AMOUNTS + AMOUNT.quantity] = hold.quantity;
  return CODE.accepted;
}

/** 100 to 139 of an instruction that does what a message says. */
function lowerMessage(lowering: KindLowering, index: number, kind: number): number {
  const { view, orders, time } = lowering;
  const offset = index * INSTRUCTION_BYTES;
  const message = view.getUint32(offset + INSTRUCTION_AT.buyOrder);
  const quantity = view.getBigInt64(offset + INSTRUCTION_AT.quantity);
  const at = message * ORDER_BYTES;
  const wanted = messageTypeOf(kind);

  if (orders.status[message] === ORDER_STATUS.malformed) return CODE.malformed;
  if (message >= orders.count) return CODE.orderUnknown;
  const option = orders.view.getUint8(at + ORDER_AT.option);
  if (orders.view.getUint8(at + ORDER_AT.side) !== wanted?.type) return CODE.messageTypeWrong;
  if (wanted.option !== undefined && wanted.option !== option) return CODE.messageTypeWrong;
  const isWithoutShares = kind === KIND.void || kind === KIND.cancel;
  if (quantity !== orders.view.getBigInt64(at + ORDER_AT.quantity)) return CODE.malformed;
  if ((quantity === 0n) !== isWithoutShares) return isWithoutShares ? CODE.malformed : CODE.quantityZero;
  const signer = orders.account[message] ?? NONE;
  const isWithin = kind === KIND.transfer || kind === KIND.hold;
  if (isWithin && signer === orders.view.getUint32(at + ORDER_AT.counterparty)) return CODE.sameAccount;
  if (signer === NONE) return CODE.accountUnknown;
  if (orders.status[message] !== ORDER_STATUS.valid) return CODE.signatureInvalid;
  if (lowering.repeated[index] === 1) return CODE.duplicate;
  if (time > orders.view.getBigUint64(at + ORDER_AT.expiry)) return CODE.messageExpired;
  if (kind === KIND.hold && time > orders.view.getBigUint64(at + ORDER_AT.limitPrice)) return CODE.holdOver;
  const isFreeze = kind === KIND.freeze || kind === KIND.unfreeze;
  if (isFreeze && !lowering.books.officers.has(signer)) return CODE.notOfficer;

  writeMessage(lowering, index, kind, message);
  return CODE.accepted;
}

function writeMessage(lowering: KindLowering, index: number, kind: number, message: number): void {
  const { orders, state, books, rows } = lowering;
  const at = message * ORDER_BYTES;
  const row = index * ROW_WORDS;
  const { words } = rows;
  const signer = orders.account[message] ?? NONE;
  const counterparty = orders.view.getUint32(at + ORDER_AT.counterparty);
  const asset = orders.view.getUint16(at + ORDER_AT.asset);
  const currency = orders.view.getUint16(at + ORDER_AT.currency);
  const quantity = orders.view.getBigInt64(at + ORDER_AT.quantity);

  if (kind === KIND.transfer) {
    writeMovement(lowering, index, kind, { buyer: counterparty, seller: signer, asset, currency }, quantity, 0n);
    return;
  }
  if (kind === KIND.post || kind === KIND.void) {
    writeDecision(lowering, index, kind, message);
    return;
  }
  const position = state.positions.find(kind === KIND.hold ? signer : counterparty, asset);
  writeHead(lowering, index, kind, kind === KIND.hold ? senderCode(lowering, asset, position) : 0, asset, currency);
  rows.amounts[index * ROW_AMOUNTS + AMOUNT.quantity] = quantity;
  if (kind === KIND.cancel) {
    words[row + KIND_ROW.subject] = books.withdrawalOf(orders, message);
    words[row + KIND_ROW.fill] = fillOfCancel(orders, lowering.fills, lowering.orderOfFill, message);
    return;
  }
  words[row + ROW.from] = position;
  if (kind === KIND.hold) words[row + KIND_ROW.subject] = books.findHold(lowering.idWords, message * 8);
}

/** A post moves what is held; a void only gives it back. */
function writeDecision(lowering: KindLowering, index: number, kind: number, message: number): void {
  const { orders, state, books, rows } = lowering;
  const row = index * ROW_WORDS;
  const number = books.findHold(orders.words, message * ORDER_WORDS + ORDER_AT.salt / 4);
  const hold = books.holds[number];
  const currency = orders.view.getUint16(message * ORDER_BYTES + ORDER_AT.currency);
  const quantity = orders.view.getBigInt64(message * ORDER_BYTES + ORDER_AT.quantity);

  if (hold === undefined) writeHead(lowering, index, kind, 0, 0, currency);
  else if (kind === KIND.post) {
    const { holder: seller, beneficiary: buyer, asset } = hold;
    writeMovement(lowering, index, kind, { buyer, seller, asset, currency }, quantity, 0n);
  } else {
    writeHead(lowering, index, kind, 0, hold.asset, currency);
    rows.words[row + ROW.from] = state.positions.find(hold.holder, hold.asset);
    rows.amounts[index * ROW_AMOUNTS + AMOUNT.quantity] = hold.quantity;
  }
  rows.words[row + KIND_ROW.subject] = number;
  rows.words[row + KIND_ROW.signer] = orders.account[message] ?? NONE;
}

/** Writes what moves shares, and cash or none, between two accounts. */
function writeMovement(
  lowering: KindLowering,
  index: number,
  kind: number,
  { buyer, seller, asset, currency }: Sides,
  quantity: bigint,
  cash: bigint,
): void {
  const { state, rows, time } = lowering;
  const { words, amounts } = rows;
  const row = index * ROW_WORDS;
  const from = state.positions.find(seller, asset);
  const to = state.positions.find(buyer, asset);
  const pay = cashCell(state, buyer, currency);
  const receive = cashCell(state, seller, currency);

  writeHead(lowering, index, kind, registerCode(state, asset, from, to), asset, currency);
  words[row + ROW.from] = from;
  words[row + ROW.to] = to;
  words[row + ROW.pay] = pay;
  words[row + ROW.receive] = receive;
  writeMandate(state, words, row + ROW.buyMandate, pay, asset, time);
  writeMandate(state, words, row + ROW.sellMandate, receive, asset, time);
  amounts[index * ROW_AMOUNTS + AMOUNT.quantity] = quantity;
  amounts[index * ROW_AMOUNTS + AMOUNT.cash] = cash;
}

function writeHead(
  { instructions, rows }: KindLowering,
  index: number,
  kind: number,
  code: number,
  asset: number,
  currency: number,
): void {
  const flags = instructions[index * INSTRUCTION_BYTES + INSTRUCTION_AT.flags] ?? 0;
  rows.words[index * ROW_WORDS + ROW.head] = packHead(kind, flags, code);
  rows.words[index * ROW_WORDS + ROW.asset] = asset | (currency << 16);
}

/** Why the register does not let a position give shares, or 0. */
function senderCode({ state }: KindLowering, asset: number, position: number): number {
  const assetCode = state.assetState[asset] ?? 0;
  if (assetCode !== 0) return assetCode;
  return position === NONE ? CODE.senderUnknown : (state.sendCode[position] ?? 0);
}

import { ExecutorInputError, requireInput } from "../errors.ts";
import { type BatchTables, createBatchTables } from "../formats/batch-tables.ts";
import { BULK_BYTES, decodeBulk, encodeBulks } from "../formats/bulk.ts";
import { isHex, toHex, writeHex } from "../formats/hex.ts";
import {
  decodeInstruction,
  encodeInstruction,
  FLAG,
  INSTRUCTION_BYTES,
  type InstructionInput,
  KIND,
} from "../formats/instruction-record.ts";
import { MAX_AMOUNT, readWord, viewOf, writeWord } from "../formats/integers.ts";
import { encodeMessage, type SignedMessage } from "../formats/message-record.ts";
import {
  decodeOrder,
  MESSAGE,
  OPTION,
  ORDER_AT,
  ORDER_BYTES,
  SIGNATURE_BYTES,
  type SignedOrder,
} from "../formats/order-record.ts";
import { createPartReader } from "./part-reader.ts";
import type { TradeFile } from "./trade-file.ts";
import { MESSAGE_KINDS } from "./trade-line.ts";

const MAGIC = Buffer.from("MOIETYT2");
const WORD = 32;
const ADDRESS = 20;

/** Whether `bytes` are a binary file of all kinds. */
export function isInstructionFile(bytes: Uint8Array): boolean {
  return MAGIC.equals(bytes.subarray(0, MAGIC.length));
}

/**
 * Messages, bulks and instructions as records, prices in base units (`docs/formats.md`). Throws if an amount does not fit its
 * 63 bits, or if a message leaves open in which currency's chunk its shares move.
 */
export function encodeInstructionFile(file: TradeFile): Uint8Array {
  const { orders, trades, bulks = [] } = file;
  const tables = tablesOf(orders);
  const bulkRecords = encodeBulks(bulks, orders.length);
  const assets = new Uint8Array(WORD * tables.assetIds.length);
  for (const [place, asset] of tables.assetIds.entries()) writeWord(viewOf(assets), WORD * place, asset);
  const messages = new Uint8Array(ORDER_BYTES * orders.length);
  for (const [place, message] of orders.entries()) {
    requireWritable(message, place);
    encodeMessage(viewOf(messages), ORDER_BYTES * place, message, tables);
  }
  const instructions = new Uint8Array(INSTRUCTION_BYTES * trades.length);
  for (const [place, trade] of trades.entries()) {
    const amounts = [
      "quantity" in trade ? trade.quantity : 0n,
      "price" in trade ? trade.price : 0n,
      "number" in trade ? (trade.number ?? 0n) : 0n,
    ];
    requireInput(
      amounts.every((amount) => amount <= MAX_AMOUNT),
      `instruction ${place}: an amount does not fit 63 bits`,
    );
    encodeInstruction(viewOf(instructions), INSTRUCTION_BYTES * place, trade, place, 1n);
  }

  const parts = [
    [assets, WORD],
    [addressesOf(tables.currencies), ADDRESS],
    [addressesOf(tables.accounts), ADDRESS],
    [messages, ORDER_BYTES],
    [bulkRecords, BULK_BYTES],
    [instructions, INSTRUCTION_BYTES],
  ] as const;
  return new Uint8Array(Buffer.concat([MAGIC, ...parts.flatMap(([bytes, size]) => [countOf(bytes, size), bytes])]));
}

/** Reads a binary file of all kinds. Throws an `ExecutorInputError` if it is truncated, has something left over or says what no message says. */
export function decodeInstructionFile(bytes: Uint8Array): Required<TradeFile> {
  requireInput(isInstructionFile(bytes), "the file does not begin with MOIETYT2");
  const reader = createPartReader(bytes, MAGIC.length);
  const assets = reader.take(WORD, "assets");
  const currencies = addressesIn(reader.take(ADDRESS, "currencies"));
  const accounts = addressesIn(reader.take(ADDRESS, "accounts"));
  const messages = reader.take(ORDER_BYTES, "messages");
  const bulks = reader.take(BULK_BYTES, "bulks");
  const instructions = reader.take(INSTRUCTION_BYTES, "instructions");
  reader.end("instructions");
  const tables = {
    assets: placesOf(assets, WORD).map((offset) => readWord(viewOf(assets), offset)),
    currencies,
    accounts,
  };
  encodeBulks(bulks, messages.length / ORDER_BYTES); // which insists that none overlaps another

  return {
    orders: placesOf(messages, ORDER_BYTES).map((offset, place) => decodeMessage(messages, offset, place, tables)),
    bulks: placesOf(bulks, BULK_BYTES).map((offset) => decodeBulk(bulks, offset)),
    trades: placesOf(instructions, INSTRUCTION_BYTES).map((offset, place) => inputAt(instructions, offset, place)),
  };
}

interface Lists {
  readonly assets: readonly bigint[];
  readonly currencies: readonly string[];
  readonly accounts: readonly string[];
}

/** The lists that the messages of a file point into: what they name, each once, in the order in which it comes. */
function tablesOf(orders: TradeFile["orders"]): BatchTables {
  const assets = orders.flatMap((order) => ("asset" in order ? [order.asset] : []));
  const currencies = orders.flatMap((order) => ("currency" in order ? [order.currency.toLowerCase()] : []));
  const accounts = orders.flatMap((order) => partiesOf(order)).map((address) => address.toLowerCase());
  return createBatchTables({
    chainId: 0n,
    desk: `0x${"00".repeat(ADDRESS)}`,
    assets: [...new Set(assets)].map((id) => ({ id })),
    currencies: [...new Set(currencies)].map((address) => ({ address, engineUnit: 1n })),
    accounts: [...new Set(accounts)].map((address) => ({ address })),
  });
}

/** Whom a message names besides who signs it. */
function partiesOf(order: SignedOrder | SignedMessage): readonly string[] {
  if (!("type" in order)) return [];
  switch (order.type) {
    case "transfer":
      return [order.to];
    case "hold":
      return [order.beneficiary, order.agent];
    case "freeze":
      return [order.account];
    default:
      return [];
  }
}

/** Throws unless a record says of `message` all that it says itself. */
function requireWritable(message: SignedOrder | SignedMessage, place: number): void {
  const amounts = [
    "quantity" in message ? message.quantity : 0n,
    "limitPrice" in message ? message.limitPrice : 0n,
    "until" in message ? message.until : 0n,
  ];
  const namesCurrency = !("type" in message) || message.type === "freeze" || message.type === "cancel";
  requireInput(isHex(message.signature, SIGNATURE_BYTES), `order ${place}: a record holds signatures of 65 bytes`);
  requireInput(
    amounts.every((amount) => amount <= MAX_AMOUNT),
    `order ${place}: an amount does not fit 63 bits`,
  );
  requireInput(namesCurrency || message.currency !== undefined, `order ${place}: a record needs the currency`);
}

function decodeMessage(bytes: Uint8Array, offset: number, place: number, tables: Lists): SignedOrder | SignedMessage {
  const record = decodeOrder(bytes, offset);
  const { trader, side, priority, quantity, limitPrice, expiry, salt, signature, option } = record;
  const named = <Item>(item: Item | undefined): Item => {
    requireInput(item !== undefined, `order ${place} names what the file's tables do not have`);
    return item;
  };
  const asset = () => named(tables.assets[record.asset]);
  const currency = () => named(tables.currencies[record.currency]);
  const counterparty = () => named(tables.accounts[record.counterparty]);
  const digest = () => toHex(bytes, offset + ORDER_AT.salt, WORD);
  const signed = { expiry, signature };

  switch (side) {
    case MESSAGE.buyOrder:
    case MESSAGE.sellOrder:
      return { trader, side, asset: asset(), currency: currency(), quantity, limitPrice, priority, salt, ...signed };
    case MESSAGE.transfer: {
      const terms = { asset: asset(), quantity, priority, salt, currency: currency() };
      return { type: "transfer", from: trader, to: counterparty(), ...terms, ...signed };
    }
    case MESSAGE.hold: {
      const parties = {
        holder: trader,
        beneficiary: counterparty(),
        agent: named(tables.accounts[record.secondAccount]),
      };
      const terms = { asset: asset(), quantity, until: limitPrice, priority, salt, currency: currency() };
      return { type: "hold", ...parties, ...terms, ...signed };
    }
    case MESSAGE.holdDecision: {
      requireInput(option === OPTION.post || option === OPTION.void, `order ${place} decides nothing: ${option}`);
      const terms = { hold: digest(), decision: option, quantity, currency: currency() };
      return { type: "holdDecision", agent: trader, ...terms, ...signed };
    }
    case MESSAGE.freeze: {
      const terms = { asset: asset(), quantity, frozen: option === OPTION.freeze, salt };
      return { type: "freeze", officer: trader, account: counterparty(), ...terms, ...signed };
    }
    case MESSAGE.cancel:
      return { type: "cancel", trader, order: digest(), ...signed };
    default:
      throw unknownType(`order ${place}`, side);
  }
}

function inputAt(bytes: Uint8Array, offset: number, place: number): InstructionInput {
  const { kind, flags, buyOrder, sellOrder, quantity, price, matchNumber } = decodeInstruction(bytes, offset);
  const said = {
    ...((flags & FLAG.linked) !== 0 && { linked: true }),
    ...((flags & FLAG.partial) !== 0 && { partial: true }),
  };
  if (kind === KIND.trade) return { buyOrder, sellOrder, quantity, price, matchNumber, ...said };
  if (kind === KIND.subscription) {
    return { kind: "subscription", buyOrder, offering: sellOrder, quantity, price, matchNumber, ...said };
  }
  if (kind === KIND.claim || kind === KIND.expire) {
    return { kind: kind === KIND.claim ? "claim" : "expire", place: buyOrder, number: matchNumber, ...said };
  }
  const name = MESSAGE_KINDS.find((each) => KIND[each] === kind);
  if (name === undefined) throw unknownType(`instruction ${place}`, kind);
  return { kind: name, message: buyOrder, quantity, ...said };
}

const unknownType = (what: string, type: number) =>
  new ExecutorInputError(`${what} is of type ${type}, which there is not`);

/** Where the records of a list begin. */
function placesOf(bytes: Uint8Array, size: number): number[] {
  return Array.from({ length: bytes.length / size }, (_, place) => place * size);
}

function addressesOf(addresses: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(ADDRESS * addresses.length);
  for (const [place, address] of addresses.entries()) writeHex(bytes, ADDRESS * place, ADDRESS, address);
  return bytes;
}

function addressesIn(bytes: Uint8Array): string[] {
  return placesOf(bytes, ADDRESS).map((offset) => toHex(bytes, offset, ADDRESS));
}

function countOf(bytes: Uint8Array, size: number): Uint8Array {
  const count = new Uint8Array(4);
  viewOf(count).setUint32(0, bytes.length / size);
  return count;
}

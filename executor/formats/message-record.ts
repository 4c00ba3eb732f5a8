import type { BatchTables } from "./batch-tables.ts";
import { isHex, writeHex } from "./hex.ts";
import { amountOrMark, requireBits, writeWord } from "./integers.ts";
import {
  encodeOrder,
  MESSAGE,
  NOT_AN_ACCOUNT,
  NOT_IN_TABLE,
  OPTION,
  ORDER_AT,
  ORDER_BYTES,
  SIGNATURE_BYTES,
  type SignedOrder,
} from "./order-record.ts";

/** What `from` signs to give shares away. */
export interface Transfer {
  readonly type: "transfer";
  readonly from: string;
  readonly to: string;
  /** Token id. */
  readonly asset: bigint;
  readonly quantity: bigint;
  /** Last second in which it may be used. */
  readonly expiry: bigint;
  /** 0 normal to 3 reserved. */
  readonly priority: number;
  readonly salt: bigint;
}

/** What `holder` signs to set shares aside for `beneficiary`, for `agent` to decide. */
export interface Hold {
  readonly type: "hold";
  readonly holder: string;
  readonly beneficiary: string;
  readonly agent: string;
  readonly asset: bigint;
  readonly quantity: bigint;
  /** Last second in which the agent may decide; after it anybody may release the shares. */
  readonly until: bigint;
  readonly expiry: bigint;
  readonly priority: number;
  readonly salt: bigint;
}

/** What the agent of a hold signs. */
export interface HoldDecision {
  readonly type: "holdDecision";
  readonly agent: string;
  /** Digest of the hold. */
  readonly hold: string;
  /** 1 hands `quantity` over and releases the rest, 2 releases all. */
  readonly decision: number;
  readonly quantity: bigint;
  readonly expiry: bigint;
}

/** What an officer signs to freeze shares of an account, or to free frozen ones. */
export interface Freeze {
  readonly type: "freeze";
  readonly officer: string;
  readonly account: string;
  readonly asset: bigint;
  readonly quantity: bigint;
  readonly frozen: boolean;
  readonly expiry: bigint;
  readonly salt: bigint;
}

/** What a trader signs to withdraw an order. */
export interface Cancel {
  readonly type: "cancel";
  readonly trader: string;
  /** Digest of the order. */
  readonly order: string;
  readonly expiry: bigint;
}

export type Message = Transfer | Hold | HoldDecision | Freeze | Cancel;

/** A message with its 65-byte signature `r ‖ s ‖ v`. */
export type SignedMessage = Message & {
  readonly signature: string;
  /** The currency in whose chunk and under whose mandates shares are moved; not signed. Left out: the snapshot's first. */
  readonly currency?: string;
};

/**
 * Writes an order or a message as a record at `offset`. As with orders, what a record cannot hold becomes a mark that is
 * refused as malformed.
 */
export function encodeMessage(
  view: DataView,
  offset: number,
  message: SignedOrder | SignedMessage,
  tables: BatchTables,
): void {
  if (!("type" in message)) {
    encodeOrder(view, offset, message, tables);
    return;
  }

  const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, ORDER_BYTES);
  const start = (type: number, signer: string, expiry: bigint) => {
    requireBits(expiry, 64, "expiry");
    bytes.fill(0);
    writeHex(bytes, ORDER_AT.trader, 20, signer);
    view.setUint8(offset + ORDER_AT.side, type);
    view.setBigUint64(offset + ORDER_AT.expiry, expiry);
    if (isHex(message.signature, SIGNATURE_BYTES)) {
      writeHex(bytes, ORDER_AT.signature, SIGNATURE_BYTES, message.signature);
    }
  };
  const writeAccount = (at: number, address: string) => {
    view.setUint32(offset + at, tables.accountPlace(address) ?? NOT_AN_ACCOUNT);
  };
  const writeShares = (asset: bigint, quantity: bigint) => {
    view.setUint16(offset + ORDER_AT.asset, tables.assetIndex.get(asset) ?? NOT_IN_TABLE);
    view.setBigUint64(offset + ORDER_AT.quantity, amountOrMark(quantity));
  };
  const writeCurrency = () => {
    const currency = message.currency === undefined ? 0 : tables.currencyIndex.get(message.currency.toLowerCase());
    view.setUint16(offset + ORDER_AT.currency, currency ?? NOT_IN_TABLE);
  };
  const writeTerms = (priority: number, salt: bigint) => {
    requireBits(priority, 8, "priority");
    requireBits(salt, 256, "salt");
    view.setUint8(offset + ORDER_AT.priority, priority);
    writeWord(view, offset + ORDER_AT.salt, salt);
  };

  switch (message.type) {
    case "transfer":
      start(MESSAGE.transfer, message.from, message.expiry);
      writeAccount(ORDER_AT.counterparty, message.to);
      writeShares(message.asset, message.quantity);
      writeCurrency();
      writeTerms(message.priority, message.salt);
      break;
    case "hold":
      start(MESSAGE.hold, message.holder, message.expiry);
      requireBits(message.until, 64, "until");
      writeAccount(ORDER_AT.counterparty, message.beneficiary);
      writeAccount(ORDER_AT.secondAccount, message.agent);
      writeShares(message.asset, message.quantity);
      writeCurrency();
      view.setBigUint64(offset + ORDER_AT.limitPrice, message.until);
      writeTerms(message.priority, message.salt);
      break;
    case "holdDecision":
      start(MESSAGE.holdDecision, message.agent, message.expiry);
      requireBits(message.decision, 8, "decision");
      view.setUint8(offset + ORDER_AT.option, message.decision);
      view.setBigUint64(offset + ORDER_AT.quantity, amountOrMark(message.quantity));
      writeCurrency();
      writeHex(bytes, ORDER_AT.salt, 32, message.hold);
      break;
    case "freeze":
      start(MESSAGE.freeze, message.officer, message.expiry);
      writeAccount(ORDER_AT.counterparty, message.account);
      writeShares(message.asset, message.quantity);
      view.setUint8(offset + ORDER_AT.option, message.frozen ? OPTION.freeze : OPTION.unfreeze);
      writeTerms(0, message.salt);
      break;
    case "cancel":
      start(MESSAGE.cancel, message.trader, message.expiry);
      writeHex(bytes, ORDER_AT.salt, 32, message.order);
  }
}

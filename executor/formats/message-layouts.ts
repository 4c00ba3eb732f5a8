/**
 * The signed messages, as EIP-712 has them and as their records hold them: one table from which the plain digest, the fast
 * one and the signer all work. Each type's words stand in the order of its fields.
 */
import { ORDER_AT } from "./order-record.ts";

/** Where a 256-bit word of a message comes from. */
export type WordSource =
  /** `size` bytes of the record from `at`, at the word's end. */
  | { readonly take: "bytes"; readonly at: number; readonly size: number }
  /** What the record's index names in the batch's tables. */
  | { readonly take: "asset" | "currency" }
  /** The address of the account whose place in the snapshot stands, as 32 bits, at `at`. */
  | { readonly take: "account"; readonly at: number }
  /** The limit price, from engine units to base units. */
  | { readonly take: "price" };

/** A type of message. */
export interface MessageLayout {
  /** As EIP-712's `encodeType` gives it. */
  readonly type: string;
  readonly words: readonly WordSource[];
}

const bytes = (at: number, size: number): WordSource => ({ take: "bytes", at, size });
const signer = bytes(ORDER_AT.trader, 20);
const kind = bytes(ORDER_AT.side, 1);
const priority = bytes(ORDER_AT.priority, 1);
const quantity = bytes(ORDER_AT.quantity, 8);
const until = bytes(ORDER_AT.limitPrice, 8);
const expiry = bytes(ORDER_AT.expiry, 8);
const salt = bytes(ORDER_AT.salt, 32);
const option = bytes(ORDER_AT.option, 1);
const asset: WordSource = { take: "asset" };
const currency: WordSource = { take: "currency" };
const price: WordSource = { take: "price" };
const counterparty: WordSource = { take: "account", at: ORDER_AT.counterparty };
const agent: WordSource = { take: "account", at: ORDER_AT.secondAccount };

/** What an order's signature and each leaf of a bulk order cover. */
export const ORDER_LAYOUT: MessageLayout = {
  type: "Order(address trader,uint8 side,uint256 asset,address currency,uint64 quantity,uint128 limitPrice,uint64 expiry,uint8 priority,uint256 salt)",
  words: [signer, kind, asset, currency, quantity, price, expiry, priority, salt],
};

/** The layout of each type of message record: 0 and 1 are an order's sides. */
export const MESSAGE_LAYOUTS: readonly MessageLayout[] = [
  ORDER_LAYOUT,
  ORDER_LAYOUT,
  {
    type: "Transfer(address from,address to,uint256 asset,uint64 quantity,uint64 expiry,uint8 priority,uint256 salt)",
    words: [signer, counterparty, asset, quantity, expiry, priority, salt],
  },
  {
    type: "Hold(address holder,address beneficiary,address agent,uint256 asset,uint64 quantity,uint64 until,uint64 expiry,uint8 priority,uint256 salt)",
    words: [signer, counterparty, agent, asset, quantity, until, expiry, priority, salt],
  },
  {
    type: "HoldDecision(address agent,bytes32 hold,uint8 decision,uint64 quantity,uint64 expiry)",
    words: [signer, salt, option, quantity, expiry],
  },
  {
    type: "Freeze(address officer,address account,uint256 asset,uint64 quantity,bool frozen,uint64 expiry,uint256 salt)",
    words: [signer, counterparty, asset, quantity, option, expiry, salt],
  },
  {
    type: "Cancel(address trader,bytes32 order,uint64 expiry)",
    words: [signer, salt, expiry],
  },
];

/** The layout of the record whose type byte is `kind`; undefined if there is no such message. */
export const layoutOf = (kind: number): MessageLayout | undefined => MESSAGE_LAYOUTS[kind];

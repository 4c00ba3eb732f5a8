import { CODE } from "../formats/reason-codes.ts";
import type { PlainBooks } from "./plain-books.ts";
import type { Operation } from "./plain-movement.ts";
import type { PlainInstruction } from "./plain-trade.ts";

/** A buying order takes shares of an offering, out of its account's holding and at its price. */
export function readSubscription(instruction: PlainInstruction, books: PlainBooks): Operation | number {
  const { quantity, price } = instruction;
  const { snapshot, time } = books.batch;
  const buy = books.messages[instruction.buyOrder];
  const offering = snapshot.offerings?.[instruction.sellOrder];

  if (buy?.status === 1) return CODE.malformed;
  if (buy === undefined) return CODE.orderUnknown;
  if (buy.side !== 0) return CODE.sidesDoNotMatch;
  if (offering === undefined) return CODE.offeringUnknown;
  const { asset, currency, account: seller } = offering;
  if (buy.asset !== asset || buy.currency !== currency || price !== offering.price) return CODE.offeringTermsDiffer;
  if (quantity === 0n) return CODE.quantityZero;
  const buyer = books.accountOf.get(buy.trader);
  if (buyer === seller) return CODE.selfTrade;
  if (buyer === undefined) return CODE.accountUnknown;
  if (buy.status !== 0) return CODE.buySignatureInvalid;

  const movement = { buyer, seller, asset, currency, quantity, cash: quantity * price };
  return {
    terms: time > buy.expiry ? CODE.buyOrderExpired : price > buy.limitPrice ? CODE.priceAboveBuyLimit : CODE.accepted,
    run() {
      const left = books.left.get(instruction.sellOrder) ?? 0n;
      if (books.isCancelled(buy)) return { code: CODE.buyOrderCancelled, quantity };
      if (quantity > books.leftOf(buy)) return { code: CODE.buyOrderOverfilled, quantity };
      if (quantity > left) return { code: CODE.offeringSoldOut, quantity };
      return {
        code: books.ledger.check(movement),
        quantity,
        movement,
        commit() {
          books.fill(buy, quantity);
          books.left.set(instruction.sellOrder, left - quantity);
        },
      };
    },
  };
}

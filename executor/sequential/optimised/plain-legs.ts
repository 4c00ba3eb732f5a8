import { KIND } from "../../formats/instruction-record.ts";
import type { PlainBooks } from "../plain-books.ts";
import type { PlainMovement } from "../plain-movement.ts";
import type { PlainInstruction } from "../plain-trade.ts";

/** An instruction that waits for shares or cash and for nothing else. */
export interface Waiting {
  /** Place in canonical order: the lower goes first. */
  readonly rank: number;
  readonly instruction: PlainInstruction;
  readonly movement: PlainMovement;
}

/** What an instruction changes of one position, or of what is left of an order or an offering. */
export interface Leg {
  readonly place: string;
  readonly available: bigint;
  readonly delta: bigint;
}

/** Kinds that can settle in a group: what they move is known before anything else has settled. */
export const GROUPED_KINDS: readonly number[] = [KIND.trade, KIND.transfer, KIND.subscription];

/** What an instruction moves: shares out, cash out, orders and offering used up; then shares in, cash in. */
export function legsOf({ instruction, movement }: Waiting, books: PlainBooks): Leg[] {
  const { buyer, seller, asset = 0, currency, quantity, cash } = movement;
  const { ledger } = books;
  const shares = (account: number, delta: bigint) => ({
    place: `shares ${account}/${asset}`,
    available: ledger.freeOf(account, asset),
    delta,
  });
  const money = (account: number, delta: bigint) => ({
    place: `cash ${account}/${currency}`,
    available: ledger.cashOf(account, currency),
    delta,
  });

  return [
    shares(seller, -quantity),
    money(buyer, -cash),
    ...limitLegs(instruction, quantity, books),
    shares(buyer, quantity),
    money(seller, cash),
  ];
}

function limitLegs({ kind, buyOrder, sellOrder }: PlainInstruction, quantity: bigint, books: PlainBooks): Leg[] {
  const order = (place: number): Leg[] => {
    const message = books.messages[place];
    return message === undefined
      ? []
      : [{ place: `order ${message.id}`, available: books.leftOf(message), delta: -quantity }];
  };
  const offering = { place: `offering ${sellOrder}`, available: books.left.get(sellOrder) ?? 0n, delta: -quantity };

  if (kind === KIND.trade) return [...order(buyOrder), ...order(sellOrder)];
  return kind === KIND.subscription ? [...order(buyOrder), offering] : [];
}

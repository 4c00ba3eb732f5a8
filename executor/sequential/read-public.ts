import { CODE } from "../formats/reason-codes.ts";
import type { PlainBooks } from "./plain-books.ts";
import type { Operation } from "./plain-movement.ts";
import type { PlainInstruction } from "./plain-trade.ts";

/** Pays an entitlement out of its distribution's pot, once. */
export function readClaim({ buyOrder: place }: PlainInstruction, books: PlainBooks): Operation | number {
  const { entitlements = [], distributions = [] } = books.batch.snapshot;
  const entitlement = entitlements[place];
  const pot = distributions[entitlement?.distribution ?? -1];

  if (entitlement === undefined || pot === undefined) return CODE.entitlementUnknown;
  if (entitlement.account === pot.account) return CODE.sameAccount;

  const { account: seller, amount: cash } = entitlement;
  const { account: buyer, currency } = pot;
  return {
    terms: CODE.accepted,
    run() {
      if (cash === 0n || books.claimed.has(place)) return { code: CODE.alreadyClaimed, quantity: 0n };
      const isShort = cash > books.ledger.cashOf(buyer, currency);
      return {
        code: isShort ? CODE.potTooSmall : CODE.accepted,
        quantity: 0n,
        movement: { buyer, seller, currency, quantity: 0n, cash },
        commit: () => books.claimed.set(place, true),
      };
    },
  };
}

/** Releases a hold that nobody decided in time. */
export function readExpiry({ buyOrder: place }: PlainInstruction, books: PlainBooks): Operation | number {
  const id = books.batch.snapshot.holds?.[place]?.id;
  if (id === undefined) return CODE.holdUnknown;

  return {
    terms: CODE.accepted,
    run() {
      const hold = books.holds.get(id);
      if (hold === undefined) return { code: CODE.holdUnknown, quantity: 0n };
      if (books.batch.time <= hold.until) return { code: CODE.holdNotOver, quantity: 0n };
      return {
        code: CODE.accepted,
        quantity: hold.quantity,
        commit() {
          books.holds.delete(id);
          books.ledger.setAside(hold.holder, hold.asset, -hold.quantity);
        },
      };
    },
  };
}

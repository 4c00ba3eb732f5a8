import type { OrderStruct, SignedOrderStruct } from "../typechain-types/contracts/settlement/ISettlementDesk.ts";

/** An order with its trader's signature over this order alone, as the settlement desk wants it. */
export function signedAlone(order: OrderStruct, signature: string): SignedOrderStruct {
  return { order, signature, place: 0n, path: [] };
}

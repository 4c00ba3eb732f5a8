import secp256k1 from "secp256k1";
import type { WordTables } from "../formats/batch-tables.ts";
import { createDigester } from "../formats/digest.ts";
import { viewOf } from "../formats/integers.ts";
import type { Keccak } from "../formats/keccak.ts";
import { ORDER_AT, ORDER_BYTES } from "../formats/order-record.ts";
import type { RangeOfItems, RangeWork } from "../workers/jobs.ts";

/** Signs order records in place, each with the key of its trader. */
export interface SignJob extends RangeOfItems {
  readonly kind: "sign";
  readonly tables: WordTables;
  readonly orders: Uint8Array;
  /** Account of each order's trader, a place among `keys`. */
  readonly signers: Uint32Array;
  /** 32 bytes each. */
  readonly keys: Uint8Array;
}

const FIRST_V = 27;

export function signOrders(keccak: Keccak, { tables, orders, signers, keys }: SignJob): RangeWork {
  const digester = createDigester(keccak, tables);
  const view = viewOf(orders);
  const id = new Uint8Array(32);

  return (from, to) => {
    for (let order = from; order < to; order++) {
      const offset = order * ORDER_BYTES;
      const signer = signers[order] ?? 0;
      digester.orderId(orders, view, offset, id, 0);
      const { signature, recid } = secp256k1.ecdsaSign(id, keys.subarray(32 * signer, 32 * signer + 32));
      orders.set(signature, offset + ORDER_AT.signature);
      orders[offset + ORDER_AT.signature + 64] = FIRST_V + recid;
    }
  };
}

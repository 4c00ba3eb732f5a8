import { requireInput } from "../errors.ts";
import { createBatchTables, createWordTables } from "../formats/batch-tables.ts";
import { createDigester, type Digester } from "../formats/digest.ts";
import { viewOf } from "../formats/integers.ts";
import { loadKeccak } from "../formats/keccak.ts";
import { encodeOrder, isOrderWellFormed, ORDER_BYTES, type Order } from "../formats/order-record.ts";

/** What signatures of one desk's orders are over. Quantities and prices have to fit the executor's 63 bits. */
export interface OrderDigests {
  /** The order id: its EIP-712 digest. */
  orderId(order: Order): Uint8Array;
  /** EIP-712's `hashStruct`: the leaf of a bulk order. */
  structHash(order: Order): Uint8Array;
  /** What the signature of a bulk order with this root and height is over. */
  bulkId(root: Uint8Array, height: number): Uint8Array;
}

/** Orders become records, as in a batch; each asset and currency has tables of its own, in base units: the engine's unit enters no signature. */
export async function createOrderDigests(chainId: bigint, desk: string): Promise<OrderDigests> {
  const keccak = await loadKeccak();
  const record = new Uint8Array(ORDER_BYTES);
  const view = viewOf(record);
  const known = new Map<string, ReturnType<typeof tablesOf>>();

  function tablesOf(asset: bigint, currency: string) {
    const currencies = [{ address: currency, engineUnit: 1n }];
    const tables = createBatchTables({ chainId, desk, assets: [{ id: asset }], currencies });
    return { tables, digester: createDigester(keccak, createWordTables(tables)) };
  }

  /** Writes `order` as the record, and gives the digester that goes with it. */
  function encode(order: Order): Digester {
    const key = `${order.asset}/${order.currency}`;
    const { tables, digester } = known.get(key) ?? tablesOf(order.asset, order.currency);
    known.set(key, { tables, digester });
    encodeOrder(view, 0, { ...order, signature: "0x" }, tables);
    requireInput(isOrderWellFormed(record, view, 0, 1, 1, 0), "the order's values are not allowed");
    return digester;
  }

  const ofBulks = tablesOf(0n, `0x${"00".repeat(20)}`).digester;
  return {
    orderId(order) {
      const id = new Uint8Array(32);
      encode(order).orderId(record, view, 0, id, 0);
      return id;
    },
    structHash: (order) => encode(order).structHash(record, view, 0),
    bulkId: (root, height) => ofBulks.bulkId(root, height),
  };
}

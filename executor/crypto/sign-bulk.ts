import { requireInput } from "../errors.ts";
import { BULK_HEIGHTS, BULK_MARK_SIGNATURE, type BulkSignature } from "../formats/bulk.ts";
import { toHex } from "../formats/hex.ts";
import { loadKeccak } from "../formats/keccak.ts";
import type { Order, SignedOrder } from "../formats/order-record.ts";
import { bulkLevels } from "./bulk-levels.ts";
import { createOrderDigests } from "./order-digests.ts";
import { signDigest } from "./sign-order.ts";

/** Many orders of one trader under one signature. */
export interface SignedBulk {
  /** The orders, marked as signed in bulk; they stay together and in this sequence. */
  readonly orders: SignedOrder[];
  readonly bulk: BulkSignature;
}

/** Signs bulk orders for one desk. */
export interface BulkSigner {
  /** Digest that a wallet signs for `BulkOrder(Order[2]…[2] tree)`. The lowest tree that holds them all, unless `height` says otherwise. */
  digest(orders: readonly Order[], height?: number): string;
  /** `firstOrder`: which place the first of them will have among the batch's orders. */
  sign(orders: readonly Order[], privateKey: Uint8Array, firstOrder: number, height?: number): SignedBulk;
  /** The siblings of order `index` from its leaf up: with them one order is proved against the signature by itself. */
  prove(orders: readonly Order[], index: number, height?: number): string[];
}

/** A signer on the native library; see `createOrderSigner`. */
export async function createBulkSigner(chainId: bigint, desk: string): Promise<BulkSigner> {
  const keccak = await loadKeccak();
  const digests = await createOrderDigests(chainId, desk);

  function levelsOf(orders: readonly Order[], height: number): Uint8Array[][] {
    requireInput(height >= 1 && height <= BULK_HEIGHTS, `a bulk order of height ${height}, 1 to ${BULK_HEIGHTS}`);
    const fits = orders.length > 0 && orders.length <= 2 ** height;
    requireInput(fits, `${orders.length} orders in a tree of height ${height}`);
    return bulkLevels(keccak, orders.map(digests.structHash), height);
  }

  function digest(orders: readonly Order[], height = heightFor(orders.length)): Uint8Array {
    const [root = new Uint8Array(32)] = levelsOf(orders, height)[height] ?? [];
    return digests.bulkId(root, height);
  }

  return {
    digest: (orders, height) => toHex(digest(orders, height)),
    sign: (orders, privateKey, firstOrder, height = heightFor(orders.length)) => ({
      orders: orders.map((order) => ({ ...order, signature: BULK_MARK_SIGNATURE })),
      bulk: { firstOrder, count: orders.length, height, signature: signDigest(digest(orders, height), privateKey) },
    }),
    prove(orders, index, height = heightFor(orders.length)) {
      const levels = levelsOf(orders, height);
      return levels.slice(0, height).map((level, depth) => {
        const sibling = level[(index >> depth) ^ 1] ?? level.at(-1);
        return toHex(sibling ?? new Uint8Array(32));
      });
    },
  };
}

/** The height of the lowest tree with `count` places; one order already needs two. */
export function heightFor(count: number): number {
  return Math.max(1, Math.ceil(Math.log2(count)));
}

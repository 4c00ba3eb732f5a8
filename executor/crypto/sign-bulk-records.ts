import type { WordTables } from "../formats/batch-tables.ts";
import { BULK_AT, BULK_BYTES, BULK_MARK } from "../formats/bulk.ts";
import { createDigester } from "../formats/digest.ts";
import { viewOf, wordsOf } from "../formats/integers.ts";
import { loadKeccak } from "../formats/keccak.ts";
import { ORDER_AT, ORDER_BYTES } from "../formats/order-record.ts";
import { createBulkRoot } from "../verify/bulk-root.ts";
import { sharedBytes } from "../workers/shared-bytes.ts";
import { heightFor } from "./sign-bulk.ts";
import { signDigestInto } from "./sign-order.ts";

/** A run of order records of one trader. */
export interface BulkRun {
  readonly firstOrder: number;
  readonly count: number;
  /** Of the trader. */
  readonly privateKey: Uint8Array;
}

/**
 * Signs runs of order records in bulk, in place: their signatures become marks. Returns the bulk records. For loads of many
 * orders; who has orders as objects uses `createBulkSigner`.
 */
export async function signBulkRecords(
  orders: Uint8Array,
  tables: WordTables,
  runs: readonly BulkRun[],
): Promise<Uint8Array> {
  const keccak = await loadKeccak();
  const digester = createDigester(keccak, tables);
  const hashTree = createBulkRoot(keccak);
  const view = viewOf(orders);
  const bulks = sharedBytes(BULK_BYTES * runs.length);
  const bulksView = viewOf(bulks);

  for (const [place, { firstOrder, count, privateKey }] of runs.entries()) {
    const height = heightFor(count);
    const leaves = new Uint8Array(32 * count);
    for (let i = 0; i < count; i++) {
      const offset = (firstOrder + i) * ORDER_BYTES;
      leaves.set(digester.structHash(orders, view, offset), 32 * i);
      orders.fill(0, offset + ORDER_AT.signature, offset + ORDER_AT.signature + 64);
      orders[offset + ORDER_AT.signature + 64] = BULK_MARK;
    }
    hashTree(wordsOf(leaves), count, height);

    const at = place * BULK_BYTES;
    bulksView.setUint32(at + BULK_AT.firstOrder, firstOrder);
    bulksView.setUint32(at + BULK_AT.count, count);
    bulksView.setUint8(at + BULK_AT.height, height);
    signDigestInto(digester.bulkId(leaves.slice(0, 32), height), privateKey, bulks, at + BULK_AT.signature);
  }
  return bulks;
}

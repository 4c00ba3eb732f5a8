import { createBulkSigner } from "../crypto/sign-bulk.ts";
import { requireInput } from "../errors.ts";
import { BULK_MARK, type BulkSignature } from "../formats/bulk.ts";
import { INSTRUCTION_AT, INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import { viewOf } from "../formats/integers.ts";
import { decodeOrder, ORDER_AT, ORDER_BYTES, type Order } from "../formats/order-record.ts";
import { sharedBytes } from "../workers/shared-bytes.ts";
import { createLoadAccounts } from "./accounts.ts";
import { type Load, type LoadBatch, takeBatch } from "./create-load.ts";

export interface BulkOptions {
  /** The one that the load was made with: the same keys sign again. */
  readonly seed: number;
  /** Trades per batch. */
  readonly size: number;
  /** Most orders under one signature. */
  readonly perSignature: number;
}

/**
 * The batches of a load with its orders signed in bulk: within a batch, the orders of one trader stand together under as few
 * signatures as `perSignature` allows. Trades are the same, in the same order.
 */
export async function bulkBatches(load: Load, { seed, size, perSignature }: BulkOptions): Promise<LoadBatch[]> {
  requireInput(Number.isSafeInteger(size) && size >= 1, `a batch of ${size} trades`);
  requireInput(Number.isSafeInteger(perSignature) && perSignature >= 1, `${perSignature} orders per signature`);
  const { snapshot, flows } = load;
  const { keys } = await createLoadAccounts(seed, flows.accounts);
  const signer = await createBulkSigner(snapshot.chainId, snapshot.desk);
  const batches: LoadBatch[] = [];

  for (let first = 0; first < flows.count; first += size) {
    const batch = takeBatch(load, BigInt(batches.length + 1), first, Math.min(first + size, flows.count));
    const orders = sharedBytes(batch.orders.length);
    const places = new Uint32Array(batch.orders.length / ORDER_BYTES);
    const bulks: BulkSignature[] = [];
    let next = 0;

    for (const [trader, ownPlaces] of ordersByTrader(load, first, places.length)) {
      for (let from = 0; from < ownPlaces.length; from += perSignature) {
        const run = ownPlaces.slice(from, from + perSignature);
        const signed = run.map((place) => orderAt(load, batch.orders, place));
        bulks.push(signer.sign(signed, keys.subarray(32 * trader, 32 * trader + 32), next).bulk);
        for (const place of run) {
          places[place] = next;
          const record = batch.orders.subarray(place * ORDER_BYTES, (place + 1) * ORDER_BYTES);
          orders.set(record.subarray(0, ORDER_AT.signature), next * ORDER_BYTES);
          orders[next * ORDER_BYTES + ORDER_AT.signature + 64] = BULK_MARK;
          next += 1;
        }
      }
    }
    batches.push({ ...batch, orders, bulks, trades: movePlaces(batch.trades, places) });
  }
  return batches;
}

/** Which of a batch's orders each trader signed, in the order in which the traders come up. */
function ordersByTrader({ flows }: Load, first: number, orderCount: number): Map<number, number[]> {
  const byTrader = new Map<number, number[]>();
  for (let place = 0; place < orderCount; place++) {
    const flow = first + (place >> 1);
    const trader = (place % 2 === 0 ? flows.to : flows.from)[flow] ?? 0;
    const own = byTrader.get(trader);
    if (own === undefined) byTrader.set(trader, [place]);
    else own.push(place);
  }
  return byTrader;
}

function orderAt({ snapshot }: Load, orders: Uint8Array, place: number): Order {
  const { asset, currency, limitPrice, ...order } = decodeOrder(orders, place * ORDER_BYTES);
  const { address = "", engineUnit = 1n } = snapshot.currencies[currency] ?? {};
  return {
    ...order,
    asset: snapshot.assets[asset]?.id ?? 0n,
    currency: address,
    limitPrice: limitPrice * engineUnit,
  };
}

function movePlaces(trades: Uint8Array, places: Uint32Array): Uint8Array {
  const view = viewOf(trades);
  for (let at = 0; at < trades.length; at += INSTRUCTION_BYTES) {
    for (const field of [INSTRUCTION_AT.buyOrder, INSTRUCTION_AT.sellOrder]) {
      view.setUint32(at + field, places[view.getUint32(at + field)] ?? 0);
    }
  }
  return trades;
}

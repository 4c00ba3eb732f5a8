import { BULK_BYTES, type BulkSignature, decodeBulk, encodeBulks } from "../formats/bulk.ts";

/** The places of a bulk's orders. */
export function placesIn({ firstOrder, count }: BulkSignature): number[] {
  return Array.from({ length: count }, (_, place) => firstOrder + place);
}

/** The bulks in which orders at `places` stand. */
export function bulksAround(records: Uint8Array, places: readonly number[]): BulkSignature[] {
  const sought = new Set(places);
  return decodeBulks(records).filter((bulk) => placesIn(bulk).some((place) => sought.has(place)));
}

/** `bulks` where their orders now stand, and behind them those of `own`, whose orders stand `orders` further back. */
export function joinBulks(
  bulks: readonly BulkSignature[],
  placeOf: ReadonlyMap<number, number>,
  own: Uint8Array,
  orders: number,
  ownOrders: number,
): Uint8Array {
  const back = bulks.flatMap((bulk) => {
    const firstOrder = placeOf.get(bulk.firstOrder);
    return firstOrder === undefined ? [] : [{ ...bulk, firstOrder }];
  });
  const shifted = decodeBulks(own).map((bulk) => ({ ...bulk, firstOrder: bulk.firstOrder + orders }));
  return encodeBulks([...back, ...shifted], orders + ownOrders);
}

function decodeBulks(records: Uint8Array): BulkSignature[] {
  return Array.from({ length: records.length / BULK_BYTES }, (_, place) => decodeBulk(records, place * BULK_BYTES));
}

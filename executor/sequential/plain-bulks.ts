import { bulkLevels } from "../crypto/bulk-levels.ts";
import { BULK_BYTES, BULK_MARK_SIGNATURE, decodeBulk } from "../formats/bulk.ts";
import type { Digester } from "../formats/digest.ts";
import { viewOf } from "../formats/integers.ts";
import type { Keccak } from "../formats/keccak.ts";
import { decodeOrder, ORDER_BYTES } from "../formats/order-record.ts";

/** What bulks are judged by. */
export interface PlainBulks {
  readonly orders: Uint8Array;
  readonly bulks: Uint8Array;
  readonly digester: Digester;
  /** Whether `signature` over `digest`, which stands for the orders from `first` on, is that of `trader`. */
  readonly isSigned: (first: number, digest: Uint8Array, signature: string, trader: string) => boolean;
}

/**
 * Per order that stands in a bulk, whether its signature counts: all of a bulk or none. `statusOf` says which are malformed (1).
 */
export function judgeBulks(
  keccak: Keccak,
  { orders, bulks, digester, isSigned }: PlainBulks,
  statusOf: (order: number) => number,
): Map<number, boolean> {
  const verdicts = new Map<number, boolean>();

  function isValid(first: number, count: number, height: number, signature: string): boolean {
    if (height < 1 || height > 24 || count > 2 ** height) return false;
    const places = Array.from({ length: count }, (_, place) => first + place);
    const members = places.map((place) => decodeOrder(orders, place * ORDER_BYTES));
    const trader = members[0]?.trader ?? "";
    const belong = members.every(
      (member) => member.side <= 1 && member.trader === trader && member.signature === BULK_MARK_SIGNATURE,
    );
    if (!belong || places.some((place) => statusOf(place) === 1)) return false;

    const leaves = places.map((place) => digester.structHash(orders, viewOf(orders), place * ORDER_BYTES));
    const [root = new Uint8Array(32)] = bulkLevels(keccak, leaves, height)[height] ?? [];
    return isSigned(first, digester.bulkId(root, height), signature, trader);
  }

  for (let at = 0; at < bulks.length; at += BULK_BYTES) {
    const { firstOrder, count, height, signature } = decodeBulk(bulks, at);
    const verdict = isValid(firstOrder, count, height, signature);
    for (let order = firstOrder; order < firstOrder + count; order++) verdicts.set(order, verdict);
  }
  return verdicts;
}

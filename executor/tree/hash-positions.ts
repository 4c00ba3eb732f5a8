import { viewOf, wordsOf } from "../formats/integers.ts";
import { POSITION_AT, POSITION_BYTES } from "../formats/position-leaf.ts";
import { copyAddress, copyHash, longsOf } from "./copy-fields.ts";
import { near } from "./near.ts";
import type { NodeHeap } from "./node-heap.ts";
import type { PositionTable } from "./position-table.ts";
import { BATCH_CAPACITY, leafBatch } from "./thread-batches.ts";

/** Units and hashes are copied by 64 bits at a time, addresses, which lie at multiples of 4 bytes only, by 32. */
const HASH_LONGS = 4;
const ADDRESS_WORDS = 5;

/** Where fields lie, by such words: the leaf's zero byte stands before the record. */
const ACCOUNT_AT = (1 + POSITION_AT.account) / 4;
const UNIT_AT = (1 + POSITION_AT.unit) / 8;

/** Hashes the leaves at `count` of `places` from number `from` on. */
export type HashPositions = (places: Uint32Array, from: number, count: number) => void;

/** Hashes leaves of `table` into `heap`. */
export function createPositionHasher({ nodes, capacity }: NodeHeap, table: PositionTable): HashPositions {
  const batch = leafBatch(POSITION_BYTES, 0);
  const { words, wordStride, stride } = batch;
  const [input, output] = [longsOf(batch.input), longsOf(batch.output)];
  const view = viewOf(batch.input);
  const heap = longsOf(nodes);
  const heapWords = wordsOf(nodes);
  const { account, unit, kind } = table;
  const addresses = wordsOf(table.addresses);
  const units = longsOf(table.units);
  const writeAmounts = createAmountWriter(table, view, stride);
  view.setUint32(0, kind);
  const head = words[0] ?? 0;

  return (places, from, count) => {
    for (let first = from; first < from + count; first += BATCH_CAPACITY) {
      const size = Math.min(BATCH_CAPACITY, from + count - first);
      let sum = 0;
      for (let i = 0; i < size; i++) sum ^= heapWords[(capacity + (places[first + i] ?? 0)) * 2 * HASH_LONGS] ?? 0;
      near.sum = sum;

      for (let i = 0; i < size; i++) {
        const place = places[first + i] ?? 0;
        words[i * wordStride] = head; // each time: another table's turn may have come in between
        copyAddress(addresses, (account[place] ?? 0) * ADDRESS_WORDS, words, i * wordStride + ACCOUNT_AT);
        copyHash(units, (unit[place] ?? 0) * HASH_LONGS, input, (i * wordStride) / 2 + UNIT_AT);
      }
      writeAmounts(places, first, size);
      batch.hash(size);
      for (let i = 0; i < size; i++) {
        const leaf = capacity + (places[first + i] ?? 0);
        copyHash(output, i * HASH_LONGS, heap, leaf * HASH_LONGS);
      }
    }
  };
}

const BALANCE_AT = 1 + POSITION_AT.balance;
const SPENDABLE_AT = 1 + POSITION_AT.spendable;

/** Numbers of 64 bits are loaded, added and stored without an object each only where every step is seen to stay within 64 bits. */
function createAmountWriter(
  { spendable, locked, frozen }: PositionTable,
  view: DataView,
  stride: number,
): HashPositions {
  return (places, first, size) => {
    for (let i = 0; i < size; i++) {
      const place = places[first + i] ?? 0;
      const free = BigInt.asIntN(64, spendable[place] ?? 0n);
      const held = BigInt.asIntN(64, (locked[place] ?? 0n) + (frozen[place] ?? 0n));
      view.setBigInt64(i * stride + BALANCE_AT, BigInt.asIntN(64, free + held));
      view.setBigInt64(i * stride + SPENDABLE_AT, free < 0n ? 0n : free);
    }
  };
}

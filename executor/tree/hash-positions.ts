import { copyWords, viewOf, wordsOf } from "../formats/integers.ts";
import { POSITION_AT, POSITION_BYTES } from "../formats/position-leaf.ts";
import type { ChangedPositions, PositionTable } from "./position-table.ts";
import { BATCH_CAPACITY, leafBatch } from "./thread-batches.ts";

const HASH_WORDS = 8;
const ADDRESS_WORDS = 5;

/** Where a field's first word lies: the leaf's zero byte stands before the record. */
const wordAt = (offset: number): number => (1 + offset) / 4;

/** Hashes leaves of `table` into the heap `nodes` whose leaves begin at node `capacity`. */
export function createPositionHasher(
  nodes: Uint8Array,
  capacity: number,
  table: PositionTable | ChangedPositions,
): (places: Uint32Array, from: number, count: number) => void {
  const batch = leafBatch(POSITION_BYTES, 0);
  const { words, wordStride, outputWords, stride } = batch;
  const view = viewOf(batch.input);
  const heap = wordsOf(nodes);
  const { account, unit, kind } = table;
  const addresses = wordsOf(table.addresses);
  const units = wordsOf(table.units);
  const writeAmounts = "places" in table ? amountsOfChanges(table, view) : amountsOfTable(table, view);

  return (places, from, count) => {
    for (let first = from; first < from + count; first += BATCH_CAPACITY) {
      const size = Math.min(BATCH_CAPACITY, from + count - first);
      for (let i = 0; i < size; i++) {
        const place = places[first + i] ?? 0;
        const at = i * wordStride;
        view.setUint32(i * stride, kind); // each time: another table's turn may have come in between
        copyWords(
          addresses,
          (account[place] ?? 0) * ADDRESS_WORDS,
          words,
          at + wordAt(POSITION_AT.account),
          ADDRESS_WORDS,
        );
        copyWords(units, (unit[place] ?? 0) * HASH_WORDS, words, at + wordAt(POSITION_AT.unit), HASH_WORDS);
        writeAmounts(i * stride + 1, place, first + i);
      }
      batch.hash(size);
      for (let i = 0; i < size; i++) {
        const leaf = capacity + (places[first + i] ?? 0);
        copyWords(outputWords, i * HASH_WORDS, heap, leaf * HASH_WORDS, HASH_WORDS);
      }
    }
  };
}

/** Writes balance and spendable part into the record at `at`, of row `place`, which is change number `change`. */
type WriteAmounts = (at: number, place: number, change: number) => void;

function amountsOfTable({ spendable, locked, frozen }: PositionTable, view: DataView): WriteAmounts {
  return (at, place) => {
    const free = spendable[place] ?? 0n;
    const balance = BigInt.asIntN(64, free + (locked[place] ?? 0n) + (frozen[place] ?? 0n));
    view.setBigInt64(at + POSITION_AT.balance, balance);
    view.setBigInt64(at + POSITION_AT.spendable, free);
  };
}

function amountsOfChanges({ spendable, balance }: ChangedPositions, view: DataView): WriteAmounts {
  return (at, _, change) => {
    view.setBigInt64(at + POSITION_AT.balance, balance[change] ?? 0n);
    view.setBigInt64(at + POSITION_AT.spendable, spendable[change] ?? 0n);
  };
}

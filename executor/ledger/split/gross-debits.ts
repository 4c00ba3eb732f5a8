import type { RangeWork } from "../../workers/jobs.ts";
import { AMOUNT, codeOf, FIRST_EARLY_CODE, ROW, ROW_AMOUNTS, ROW_WORDS } from "../rows.ts";
import { openRooms } from "./open-rooms.ts";
import { type SplitTables, shardOf } from "./split-tables.ts";

const NONE = -1;

/**
 * Takes from every cell all debits that name it, and from every fill all quantities, of all rows that are
 * not refused at once, whatever becomes of them. What is left at zero or above is *covered*: in whatever order rows run and whichever
 * fail, no check against it can.
 */
export function grossShards(tables: SplitTables): RangeWork {
  return (from, to) => {
    for (let shard = from; shard < to; shard++) {
      openRooms(tables, shard);
      takeDebits(tables, shard);
    }
  };
}

function takeDebits({ rows, count, cellCount, room, shards }: SplitTables, shard: number): void {
  const { words, amounts } = rows;

  for (let index = 0; index < count; index++) {
    const row = index * ROW_WORDS;
    const code = codeOf(words[row + ROW.head] ?? 0);
    if (code >= FIRST_EARLY_CODE) continue;

    // Who is refused by the register takes nothing, but overfilled orders would be told first.
    const from = code === 0 ? (words[row + ROW.from] ?? NONE) : NONE;
    const pay = code === 0 ? (words[row + ROW.pay] ?? NONE) : NONE;
    const buyFill = words[row + ROW.buyFill] ?? NONE;
    const sellFill = words[row + ROW.sellFill] ?? NONE;
    const quantity = index * ROW_AMOUNTS + AMOUNT.quantity;
    if (from !== NONE && shardOf(from, shards) === shard) take(room, from, amounts, quantity);
    if (pay !== NONE && shardOf(pay, shards) === shard) take(room, pay, amounts, index * ROW_AMOUNTS + AMOUNT.cash);
    if (buyFill !== NONE && shardOf(cellCount + buyFill, shards) === shard) {
      take(room, cellCount + buyFill, amounts, quantity);
    }
    if (sellFill !== NONE && shardOf(cellCount + sellFill, shards) === shard) {
      take(room, cellCount + sellFill, amounts, quantity);
    }
  }
}

/** Once too much is taken, -1 stays: the sum itself might not fit 64 bits. */
function take(room: BigInt64Array, place: number, amounts: BigInt64Array, amount: number): void {
  const left = room[place] ?? 0n;
  const taken = amounts[amount] ?? 0n;
  room[place] = taken > left ? -1n : BigInt.asIntN(64, left - taken);
}

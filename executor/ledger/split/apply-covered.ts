import type { RangeWork } from "../../workers/jobs.ts";
import { AMOUNT, ROW, ROW_AMOUNTS, ROW_WORDS } from "../rows.ts";
import { BLOCK, type SplitTables, shardOf } from "./split-tables.ts";

const NONE = -1;

/**
 * Works out what cells hold and fills count after the covered rows, in `room`. Cells are read and not written, so that
 * a shard may be done again.
 */
export function applyShards(tables: SplitTables): RangeWork {
  return (from, to) => {
    for (let shard = from; shard < to; shard++) {
      loadAmounts(tables, shard);
      applyCovered(tables, shard);
    }
  };
}

/** Stores the rooms from `from` up to `to` in cells and fills. */
export function storeRooms({ cells, cellCount, fills, room }: SplitTables): RangeWork {
  return (from, to) => {
    for (let place = from; place < to; place++) {
      if (place < cellCount) cells[place] = room[place] ?? 0n;
      else fills[2 * (place - cellCount) + 1] = room[place] ?? 0n;
    }
  };
}

/** Sets the rooms of a shard to what its cells hold and its fills count. */
function loadAmounts({ cells, cellCount, fills, room, shards }: SplitTables, shard: number): void {
  for (let block = shard * BLOCK; block < room.length; block += shards * BLOCK) {
    const end = Math.min(block + BLOCK, room.length);
    for (let place = block; place < end; place++) {
      room[place] = (place < cellCount ? cells[place] : fills[2 * (place - cellCount) + 1]) ?? 0n;
    }
  }
}

function applyCovered({ rows, count, cellCount, covered, room, shards }: SplitTables, shard: number): void {
  const { words, amounts } = rows;

  for (let index = 0; index < count; index++) {
    if (covered[index] === 0) continue;
    const row = index * ROW_WORDS;
    const from = words[row + ROW.from] ?? NONE;
    const to = words[row + ROW.to] ?? NONE;
    const pay = words[row + ROW.pay] ?? NONE;
    const receive = words[row + ROW.receive] ?? NONE;
    const buyFill = words[row + ROW.buyFill] ?? NONE;
    const sellFill = words[row + ROW.sellFill] ?? NONE;
    const quantity = index * ROW_AMOUNTS + AMOUNT.quantity;
    const cash = index * ROW_AMOUNTS + AMOUNT.cash;

    if (shardOf(from, shards) === shard) subtract(room, from, amounts, quantity);
    if (shardOf(to, shards) === shard) add(room, to, amounts, quantity);
    if (pay !== NONE && shardOf(pay, shards) === shard) subtract(room, pay, amounts, cash);
    if (receive !== NONE && shardOf(receive, shards) === shard) add(room, receive, amounts, cash);
    if (buyFill !== NONE && shardOf(cellCount + buyFill, shards) === shard) {
      add(room, cellCount + buyFill, amounts, quantity);
    }
    if (sellFill !== NONE && shardOf(cellCount + sellFill, shards) === shard) {
      add(room, cellCount + sellFill, amounts, quantity);
    }
  }
}

function add(room: BigInt64Array, place: number, amounts: BigInt64Array, amount: number): void {
  room[place] = BigInt.asIntN(64, (room[place] ?? 0n) + (amounts[amount] ?? 0n));
}

function subtract(room: BigInt64Array, place: number, amounts: BigInt64Array, amount: number): void {
  room[place] = BigInt.asIntN(64, (room[place] ?? 0n) - (amounts[amount] ?? 0n));
}

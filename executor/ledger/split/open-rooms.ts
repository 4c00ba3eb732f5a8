import { BLOCK, type SplitTables } from "./split-tables.ts";

/** Sets the rooms of a shard to what its cells hold and its fills leave. */
export function openRooms({ cells, cellCount, fills, room, shards }: SplitTables, shard: number): void {
  for (let block = shard * BLOCK; block < room.length; block += shards * BLOCK) {
    const end = Math.min(block + BLOCK, room.length);
    for (let place = block; place < end; place++) {
      const fill = 2 * (place - cellCount);
      room[place] = fill < 0 ? (cells[place] ?? 0n) : BigInt.asIntN(64, (fills[fill] ?? 0n) - (fills[fill + 1] ?? 0n));
    }
  }
}

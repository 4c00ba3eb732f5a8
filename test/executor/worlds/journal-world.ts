import {
  type BatchInput,
  type BatchJournal,
  encodeState,
  type LogState,
  type OpenBatch,
  type Snapshot,
  startOf,
} from "../../../executor/index.ts";
import { IDENTITY } from "./log-world.ts";
import { randomBatch } from "./random-world.ts";

/** Every third batch loses its last chunk to the chain; every second one is followed by a snapshot. */
const CHUNK_LOST_EVERY = 3n;
const SNAPSHOT_EVERY = 2n;

/**
 * Batch `number` of a fixed sequence of random ones. It opens with what the one before left and brings half of that one's orders
 * and trades again, some of which are through and some not.
 */
export function batchOf(number: bigint, positions: Snapshot | undefined): BatchInput {
  const [own, before] = [randomBatch(Number(number) + 100), randomBatch(Number(number) + 99)];
  const [orders, earlierOrders] = [own.orders, before.orders];
  const earlierTrades = before.trades.filter((_, place) => place % 2 === 0);

  return {
    ...own,
    number,
    snapshot: { ...(positions ?? own.snapshot), openingBlock: 40n + number },
    orders: [...earlierOrders, ...orders],
    trades: [
      ...earlierTrades,
      ...own.trades.map((trade) => ({
        ...trade,
        buyOrder: trade.buyOrder + earlierOrders.length,
        sellOrder: trade.sellOrder + earlierOrders.length,
      })),
    ],
  };
}

/** Chunks of batch `number` that the chain takes. */
export function chunksTaken(number: bigint, count: number): number {
  return number % CHUNK_LOST_EVERY === 0n ? Math.max(0, count - 1) : count;
}

/** Goes on from wherever the journal is until batch `last` is closed. */
export async function carryOn(journal: BatchJournal, last: bigint): Promise<void> {
  for (;;) {
    const [open] = journal.open;
    if (open !== undefined) await settleRest(journal, open);
    else if (journal.nextNumber > last) return;
    else await journal.run(batchOf(journal.nextNumber, journal.state.positions), { workers: 0 });
  }
}

async function settleRest(journal: BatchJournal, { number, result, settled }: OpenBatch): Promise<void> {
  const taken = chunksTaken(number, result?.chunks.length ?? 0);
  for (let chunk = 0; chunk < taken; chunk++) if (!settled.has(chunk)) await journal.settled(number, [chunk]);
  await journal.closeBatch(number);
  if (number % SNAPSHOT_EVERY === 0n) await journal.snapshot();
}

/** The state as bytes, wherever in whatever log it was reached. */
export function bytesOf(state: LogState): string {
  const nowhere = { identity: IDENTITY, after: startOf({ ...IDENTITY, salt: 0 }), seen: 0 };
  return Buffer.from(encodeState(state, nowhere)).toString("hex");
}

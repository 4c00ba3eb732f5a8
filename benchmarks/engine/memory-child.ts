// Prints how many bytes something takes of a process's resident size, in a process of its own: started by memory.ts and not by people.
//
//   node --expose-gc benchmarks/engine/memory-child.ts positions|instructions|settled <count> <seed>

import { randomFillSync } from "node:crypto";
import { argv, exit, memoryUsage } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { INSTRUCTION_BYTES } from "../../executor/formats/instruction-record.ts";
import { Engine, WorkerPool } from "../../executor/index.ts";
import { FillBook } from "../../executor/ledger/fill-book.ts";
import { markRepeats, tableOfIds } from "../../executor/ledger/repeats.ts";
import { createLoad, takeBatch } from "../../executor/load/create-load.ts";
import { widenSnapshot } from "./wide-snapshot.ts";

const [, , what, countText, seedText] = argv;
const count = Number(countText);
const seed = Number(seedText);
const ASSETS = 8;
const FEW_ACCOUNTS = 64;
const FEW_TRADES = 64;
const SAMPLE_EVERY_MS = 5;
const ID_WORDS = 8;

if (what === "positions") console.log(await residentWithPositions());
else if (what === "instructions") console.log(await residentWithInstructions());
else if (what === "settled") console.log(await residentWithSettled());
else exit(2);
exit(0); // threads are left as they are

/** After one small batch has touched everything that a batch touches. */
async function residentWithPositions(): Promise<number> {
  const load = await createLoad({
    seed,
    count: FEW_TRADES,
    accounts: FEW_ACCOUNTS,
    assets: ASSETS,
    shape: { name: "uniform", parameter: 0 },
  });
  const engine = await Engine.open({ snapshot: widenSnapshot(load.snapshot, count) });
  await engine.submit({ ...takeBatch(load, 1n, 0, FEW_TRADES), mode: "strict" });
  const resident = await settled();
  await engine.close(); // until here all of it has to stay
  return resident;
}

/** What a batch of so many trades takes at its worst moment, its records included. */
async function residentWithInstructions(): Promise<number> {
  const load = await createLoad(
    { seed, count, accounts: FEW_ACCOUNTS, assets: ASSETS, shape: { name: "uniform", parameter: 0 } },
    { workers: 2 },
  );
  const pool = await WorkerPool.open(1);
  const engine = await Engine.open({ snapshot: load.snapshot }, { pool });
  const batch = takeBatch(load, 1n, 0, count);
  const before = await settled();
  let most = before;
  const sampling = setInterval(() => {
    most = Math.max(most, memoryUsage().rss);
  }, SAMPLE_EVERY_MS);
  await engine.submit({ ...batch, mode: "strict" });
  clearInterval(sampling);
  return Math.max(most, memoryUsage().rss) - before + batch.orders.length + batch.trades.length;
}

/** What the ledger keeps for good of so many trades of two new orders each: what is filled of orders, and ids that are used up. */
async function residentWithSettled(): Promise<number> {
  const orderIds = new Int32Array(2 * count * ID_WORDS);
  const instructions = new Uint8Array(INSTRUCTION_BYTES * count);
  randomFillSync(orderIds);
  randomFillSync(instructions);
  const before = await settled();
  const fills = new FillBook(0);
  const finalIds = tableOfIds(new Set(), 0);
  fills.reserve(2 * count);
  for (let order = 0; order < 2 * count; order++) fills.add(orderIds, order * ID_WORDS, 1n);
  markRepeats(instructions, finalIds);
  const kept = (await settled()) - before;
  if (fills.size !== 2 * count || finalIds.size !== count) throw new Error("random ids met");
  return kept;
}

async function settled(): Promise<number> {
  for (let i = 0; i < 4; i++) {
    globalThis.gc?.();
    await sleep(20);
  }
  return memoryUsage().rss;
}

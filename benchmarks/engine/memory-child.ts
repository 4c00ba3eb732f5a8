// Prints how many bytes something takes of a process's resident size, in a process of its own: started by memory.ts and not by people.
//
//   node --expose-gc benchmarks/engine/memory-child.ts positions|instructions <count> <seed>
import { argv, exit, memoryUsage } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { Engine, WorkerPool } from "../../executor/index.ts";
import { createLoad, takeBatch } from "../../executor/load/create-load.ts";
import { widenSnapshot } from "./wide-snapshot.ts";

const [, , what, countText, seedText] = argv;
const count = Number(countText);
const seed = Number(seedText);
const ASSETS = 8;
const FEW_ACCOUNTS = 64;
const FEW_TRADES = 64;
const SAMPLE_EVERY_MS = 5;

if (what === "positions") console.log(await residentWithPositions());
else if (what === "instructions") console.log(await residentWithInstructions());
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

async function settled(): Promise<number> {
  for (let i = 0; i < 4; i++) {
    globalThis.gc?.();
    await sleep(20);
  }
  return memoryUsage().rss;
}

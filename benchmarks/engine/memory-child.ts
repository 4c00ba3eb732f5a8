// Prints how many bytes something takes of a process's resident size, in a process of its own: started by memory.ts and not by people.
//
//   node --expose-gc benchmarks/engine/memory-child.ts positions <count> <seed>
//   node --expose-gc benchmarks/engine/memory-child.ts sign <count> <seed> <file>
//   node --expose-gc benchmarks/engine/memory-child.ts instructions <count> <seed> <file>
//   node --expose-gc benchmarks/engine/memory-child.ts kept <count>

import { randomFillSync } from "node:crypto";
import { existsSync, openSync, readSync, writeFileSync } from "node:fs";
import { argv, exit, memoryUsage, resourceUsage } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { INSTRUCTION_BYTES } from "../../executor/formats/instruction-record.ts";
import { ORDER_BYTES } from "../../executor/formats/order-record.ts";
import { RECEIPT_BYTES } from "../../executor/formats/receipt.ts";
import { Engine, type EngineInput, WorkerPool } from "../../executor/index.ts";
import { FillBook } from "../../executor/ledger/fill-book.ts";
import { markRepeats, tableOfIds } from "../../executor/ledger/repeats.ts";
import { createLoadAccounts } from "../../executor/load/accounts.ts";
import { createLoad, takeBatch } from "../../executor/load/create-load.ts";
import { LOAD_TIME, loadSnapshot } from "../../executor/load/load-snapshot.ts";
import { sharedBytes } from "../../executor/workers/shared-bytes.ts";
import { widenSnapshot } from "./wide-snapshot.ts";

const ASSETS = 8;
const FEW_ACCOUNTS = 64;
const FEW_TRADES = 64;
const ID_WORDS = 8;
const PEAK_SWITCH = "/proc/self/clear_refs";
/** Trades of a first batch, after which everything is there that an engine makes once. */
const WARM_UP = 4_096;
const UNIFORM = { name: "uniform", parameter: 0 } as const;

const [, , what, countText, seedText, path = ""] = argv;
const count = Number(countText);
const seed = Number(seedText);

if (what === "positions") console.log(await residentWithPositions());
else if (what === "sign") await signBatches();
else if (what === "instructions") console.log(await residentWithInstructions());
else if (what === "kept") console.log(await bytesForGood());
else exit(2);
exit(0); // threads are left as they are

/** After one small batch has touched everything that a batch touches. */
async function residentWithPositions(): Promise<number> {
  const load = await createLoad({ seed, count: FEW_TRADES, accounts: FEW_ACCOUNTS, assets: ASSETS, shape: UNIFORM });
  const engine = await Engine.open({ snapshot: widenSnapshot(load.snapshot, count) });
  await engine.submit({ ...takeBatch(load, 1n, 0, FEW_TRADES), mode: "strict" });
  const resident = await settled();
  await engine.close(); // until here all of it has to stay
  return resident;
}

/** Signs two batches in another process than the one that is measured, where what that leaves free would be room for what comes. */
async function signBatches(): Promise<void> {
  const load = await createLoad(
    { seed, count: WARM_UP + count, accounts: FEW_ACCOUNTS, assets: ASSETS, shape: UNIFORM },
    { workers: 2 },
  );
  const batches = [takeBatch(load, 1n, 0, WARM_UP), takeBatch(load, 2n, WARM_UP, WARM_UP + count)];
  writeFileSync(path, Buffer.concat(batches.flatMap(({ orders, trades }) => [orders, trades])));
}

/** The batches that were signed, their records in shared memory. */
function readBatches(): { readonly first: EngineInput; readonly second: EngineInput } {
  const file = openSync(path, "r");
  const read = (length: number) => {
    const bytes = sharedBytes(length);
    for (let at = 0; at < length; ) at += readSync(file, bytes, at, length - at, null);
    return bytes;
  };
  const readBatch = (number: bigint, size: number): EngineInput => {
    const orders = read(2 * ORDER_BYTES * size);
    const trades = read(INSTRUCTION_BYTES * size);
    return { number, mode: "strict", time: LOAD_TIME, orders, trades, givesTrades: true };
  };
  return { first: readBatch(1n, WARM_UP), second: readBatch(2n, count) };
}

/** What a batch of so many trades adds to its records at its worst moment; what the ledger keeps of it for good is in it. */
async function residentWithInstructions(): Promise<number> {
  const snapshot = loadSnapshot(await createLoadAccounts(seed, FEW_ACCOUNTS), ASSETS);
  const engine = await Engine.open({ snapshot }, { pool: await WorkerPool.open(1) });
  const { first, second } = readBatches();
  await engine.submit(first);
  const before = await settled();

  forgetPeak();
  const result = await engine.submit(second);
  const most = 1024 * resourceUsage().maxRSS;

  if (result.receipts.length !== RECEIPT_BYTES * count) throw new Error("not all were decided");
  return most - before;
}

/**
 * Lets the system's own record of the highest resident size begin anew, where it can be told to: a timer would miss what happens
 * between two looks. Elsewhere the peak is that of the whole process.
 */
function forgetPeak(): void {
  if (existsSync(PEAK_SWITCH)) writeFileSync(PEAK_SWITCH, "5");
}

/**
 * What the ledger keeps for good of so many trades of two new orders each: what is filled of orders, with the ids of these, and ids
 * that are used up. It is all in array buffers that are written from end to end, so that these may be counted to the byte.
 */
async function bytesForGood(): Promise<number> {
  const fills = new FillBook(0);
  const finalIds = tableOfIds(new Set(), 0);
  const keep = (size: number) => {
    const instructions = randomFillSync(new Uint8Array(INSTRUCTION_BYTES * size));
    fills.addAll(randomFillSync(new Int32Array(2 * size * ID_WORDS)), new Int32Array(2 * size));
    markRepeats(instructions, finalIds);
  };

  keep(WARM_UP); // tables grow as they do in the batches that are measured
  const before = await countBuffers();
  keep(count);
  const kept = (await countBuffers()) - before;
  if (fills.size !== 2 * (WARM_UP + count) || finalIds.size !== WARM_UP + count) throw new Error("random ids met");
  return kept;
}

/** Once what nobody has any more is collected, which takes more than one round: it would count as kept. */
async function countBuffers(): Promise<number> {
  await settled();
  return memoryUsage().arrayBuffers;
}

async function settled(): Promise<number> {
  for (let i = 0; i < 4; i++) {
    globalThis.gc?.();
    await sleep(20);
  }
  return memoryUsage().rss;
}

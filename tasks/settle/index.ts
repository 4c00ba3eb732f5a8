import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import type { NewTaskDefinitionBuilder } from "hardhat/types/tasks";
import { forMultisig, reading, writing, writtenDown } from "../lib/flags.ts";
import { accountTasks } from "./account-tasks.ts";
import { holdTasks } from "./hold/hold-tasks.ts";
import { measuring } from "./measuring.ts";

const BATCH = { name: "batch", description: "Batch file, or the folder of its run" } as const;

/** Adds what every task takes that brings batches onto the chain. */
function settling<Args extends Record<string, unknown>>(task: NewTaskDefinitionBuilder<Args>) {
  return forMultisig(task)
    .addOption({
      name: "workers",
      description: "Worker threads; -1 for one per core",
      type: ArgumentType.INT,
      defaultValue: -1,
    })
    .addOption({ name: "maxFee", description: "Most gwei per gas that is offered", defaultValue: "" });
}

export const settleTasks = [
  emptyTask("settle", "Settle trades between investors").build(),
  ...accountTasks,
  ...holdTasks,

  reading(
    task(["settle", "import"], "Bring a file of orders and trades into canonical form, and sort out what is wrong"),
  )
    .addPositionalArgument({
      name: "file",
      description: "Messages and instructions of any kind: JSON lines, CSV or binary",
    })
    .addOption({
      name: "format",
      description: "ndjson, csv or binary (default: what it begins with)",
      defaultValue: "",
    })
    .addOption({ name: "to", description: "Form to write: ndjson, csv or binary", defaultValue: "ndjson" })
    .addOption({ name: "out", description: "Path without ending (default: beside the file)", defaultValue: "" })
    .setAction(() => import("./import.ts"))
    .build(),

  settling(task(["settle", "run"], "Run a file of signed orders and trades as one batch and settle it on chain"))
    .addPositionalArgument({ name: "file", description: "Orders and trades: JSON lines, CSV or binary" })
    .addOption({
      name: "ledger",
      description: "Folder of a ledger that no chain keeps: run the file, of any kinds, as its next batch instead",
      defaultValue: "",
    })
    .addOption({
      name: "opening",
      description: "What that ledger's first batch opens with: a JSON file",
      defaultValue: "",
    })
    .addOption({
      name: "time",
      description: "Seconds that count as now on that ledger (default: the opening's, later the clock's)",
      defaultValue: "",
    })
    .setAction(() => import("./run.ts"))
    .build(),

  writtenDown(
    forMultisig(
      task(["settle", "trade"], "Settle the trades of a file one by one, in lists, for assets that cannot be netted"),
    ),
  )
    .addPositionalArgument({ name: "file", description: "Orders and trades: JSON lines, CSV or binary" })
    .addOption({
      name: "list",
      description: "Trades in one transaction, at most 128",
      type: ArgumentType.INT,
      defaultValue: 64,
    })
    .setAction(() => import("./trade.ts"))
    .build(),

  settling(task(["settle", "post"], "Settle the batch that was decided and is not through yet"))
    .setAction(() => import("./post.ts"))
    .build(),

  forMultisig(task(["settle", "close"], "Close the open batch without the chunks that have not settled"))
    .addFlag({ name: "giveUp", description: "Stop waiting for a batch that was exported and never sent" })
    .setAction(() => import("./close.ts"))
    .build(),

  reading(task(["settle", "reconcile"], "Hold positions on the chain against what a batch's receipts come to"))
    .addPositionalArgument(BATCH)
    .setAction(() => import("./reconcile.ts"))
    .build(),

  measuring(task(["settle", "bench"], "Measure the engine: capacity, latency at offered rates, reading and the log"), {
    shape: "uniform",
    batch: "4096",
    offered: "0.5,0.75,0.9",
  })
    .setAction(() => import("./bench.ts"))
    .build(),

  measuring(task(["settle", "sweep"], "Measure the engine over workloads, workers and batch sizes"), {
    shape: "uniform,zipf:0.9,hot:0.9,chain,fan-in,fan-out,dealer,makers",
    batch: "256,1024,4096",
    offered: "",
  })
    .setAction(() => import("./bench.ts"))
    .build(),

  reading(
    task(
      ["settle", "simulate"],
      "Run the executor through made-up batches while workers, disk, power and chain fail, and hold it to its promises",
    ),
  )
    .addOption({
      name: "seed",
      description: "Everything that happens follows from it",
      type: ArgumentType.INT,
      defaultValue: 1,
    })
    .addOption({ name: "seeds", description: "First and last of many seeds instead, as 1..200", defaultValue: "" })
    .addOption({ name: "batches", description: "Batches of each seed", type: ArgumentType.INT, defaultValue: 20 })
    .addOption({
      name: "workers",
      description: "Threads that share the seeds; -1 for one per core",
      type: ArgumentType.INT,
      defaultValue: -1,
    })
    .setAction(() => import("./simulate.ts"))
    .build(),

  reading(
    task(
      ["settle", "prove"],
      "Write a file that proves what became of an instruction, or of an account's shares or cash",
    ),
  )
    .addPositionalArgument(BATCH)
    .addOption({
      name: "instruction",
      description: "Id or its first 4 bytes, place (#12), or match number",
      defaultValue: "",
    })
    .addOption({ name: "account", description: "Whose net movements and position", defaultValue: "" })
    .addOption({ name: "asset", description: "Of which asset (default: cash)", defaultValue: "" })
    .addOption({ name: "currency", description: "Of which currency (default: the batch's first)", defaultValue: "" })
    .addOption({ name: "chunk", description: "Net of this chunk (default: all that moved it)", defaultValue: "" })
    .addOption({
      name: "out",
      description: "File to write (default: proof-<batch>.json in the run's folder)",
      defaultValue: "",
    })
    .setAction(() => import("./prove.ts"))
    .build(),

  writing(
    task(["settle", "verify"], "Run a batch again from its file, twice, and compare everything that is known of it"),
  )
    .addPositionalArgument({ name: "batch", description: "Batch file, the folder of its run, or a proof file (.json)" })
    .addFlag({ name: "onChain", description: "Ask the settlement desk, too, and look at what was posted" })
    .addFlag({ name: "dispute", description: "Prove a wrong chunk to the chain, which pauses the desk" })
    .setAction(() => import("./verify.ts"))
    .build(),

  reading(task(["settle", "replay"], "Run the batches of a desk's log again and insist on the outcomes in it"))
    .addPositionalArgument({ name: "folder", description: "Folder of the log, e.g. settlement/31337-0x…/from-1" })
    .addFlag({ name: "plain", description: "By the plain executor, which is slow and judges the fast one" })
    .addFlag({ name: "fromStart", description: "From the first batch instead of the newest snapshot" })
    .addOption({
      name: "check",
      description: "all; roots, without signatures; or ledger, without signatures and hashes",
      defaultValue: "all",
    })
    .setAction(() => import("./replay.ts"))
    .build(),

  reading(task(["settle", "explain"], "Say why an instruction of a batch was accepted or refused"))
    .addPositionalArgument(BATCH)
    .addPositionalArgument({
      name: "instruction",
      description: "Id or its first 4 bytes, place (#12), or match number",
    })
    .setAction(() => import("./explain.ts"))
    .build(),
];

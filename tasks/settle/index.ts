import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import type { NewTaskDefinitionBuilder } from "hardhat/types/tasks";
import { reading, writing } from "../lib/flags.ts";

export const settleTasks = [
  emptyTask("settle", "Settle trades between investors").build(),

  writing(task(["settle", "run"], "Run a file of signed orders and trades as one batch and settle it on chain"))
    .addPositionalArgument({ name: "file", description: "Orders and trades, one JSON object per line" })
    .addOption({
      name: "workers",
      description: "Worker threads; -1 for one per core",
      type: ArgumentType.INT,
      defaultValue: -1,
    })
    .setAction(() => import("./run.ts"))
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
];

/** What both measuring tasks take; they differ in what they measure if nothing is said. */
function measuring(
  task: NewTaskDefinitionBuilder,
  usual: { readonly shape: string; readonly batch: string; readonly offered: string },
) {
  return reading(task)
    .addOption({ name: "trades", description: "Trades per workload, each with two signatures", defaultValue: "16384" })
    .addOption({ name: "accounts", description: "Accounts that trade", defaultValue: "1000" })
    .addOption({ name: "assets", description: "Assets that each of them holds", defaultValue: "10" })
    .addOption({ name: "shape", description: "Workloads: uniform, zipf:0.9, hot:0.3 …", defaultValue: usual.shape })
    .addOption({
      name: "workers",
      description: "Numbers of worker threads (default: 1, 2, 4 … cores)",
      defaultValue: "",
    })
    .addOption({ name: "batch", description: "Trades per batch, one or more sizes", defaultValue: usual.batch })
    .addOption({
      name: "offered",
      description: "Open-loop rates, as parts of the capacity found; none if empty",
      defaultValue: usual.offered,
    })
    .addOption({
      name: "repeat",
      description: "Measurements of each point",
      type: ArgumentType.INT,
      defaultValue: 3,
    })
    .addOption({ name: "seed", description: "Repeats a workload", type: ArgumentType.INT, defaultValue: 1 })
    .addOption({
      name: "threshold",
      description: "Search the highest rate that keeps it, p99<50ms for example; exit code 6 if none does",
      defaultValue: "",
    })
    .addOption({ name: "out", description: "Folder in which the folder bench is written", defaultValue: "" });
}

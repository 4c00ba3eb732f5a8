import { ArgumentType } from "hardhat/types/arguments";
import type { NewTaskDefinitionBuilder } from "hardhat/types/tasks";
import { reading } from "../lib/flags.ts";

/** What both measuring tasks take; they differ in what they measure if nothing is said. */
export function measuring(
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

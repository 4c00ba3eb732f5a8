import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
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
];

import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { writing } from "../lib/flags.ts";

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
];

import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { reading } from "../lib/flags.ts";

export const registerTasks = [
  emptyTask("register", "Look at the share register").build(),

  reading(task(["register", "export"], "Write down who holds an asset, at a record or at a block, and check the sum"))
    .addPositionalArgument({ name: "id", description: "Asset id", type: ArgumentType.BIGINT })
    .addOption({
      name: "record",
      description: "Number of a record (default: the balances of a block)",
      defaultValue: "",
    })
    .addOption({ name: "block", description: "Block at whose end to look (default: the latest)", defaultValue: "" })
    .addOption({ name: "file", description: "Write it here, by the ending as .csv or .json", defaultValue: "" })
    .setAction(() => import("./export.ts"))
    .build(),
];

import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { reading } from "../lib/flags.ts";

export const transferTasks = [
  emptyTask("transfer", "Find out what may be transferred").build(),

  reading(
    task(["transfer", "check"], "Say whether a transfer would go through, and if not, every reason and what to do"),
  )
    .addOption({ name: "asset", description: "Asset id", type: ArgumentType.BIGINT, defaultValue: 0n })
    .addOption({ name: "from", description: "Who sends; leave it out to ask about an issue", defaultValue: "" })
    .addOption({ name: "to", description: "Who receives", defaultValue: "" })
    .addOption({ name: "shares", description: "How many shares", type: ArgumentType.BIGINT, defaultValue: 0n })
    .setAction(() => import("./check.ts"))
    .build(),
];

import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { reading, writing } from "../lib/flags.ts";

export const transferTasks = [
  emptyTask("transfer", "Find out what may be transferred, and approve it where that is asked for").build(),

  reading(
    task(["transfer", "check"], "Say whether a transfer would go through, and if not, every reason and what to do"),
  )
    .addOption({ name: "asset", description: "Asset id", type: ArgumentType.BIGINT, defaultValue: 0n })
    .addOption({ name: "from", description: "Who sends; leave it out to ask about an issue", defaultValue: "" })
    .addOption({ name: "to", description: "Who receives", defaultValue: "" })
    .addOption({ name: "shares", description: "How many shares", type: ArgumentType.BIGINT, defaultValue: 0n })
    .setAction(() => import("./check.ts"))
    .build(),

  writing(
    task(["transfer", "approve"], "Approve one transfer of an asset whose rules ask for that, once, until a time"),
  )
    .addPositionalArgument({ name: "asset", description: "Asset id", type: ArgumentType.BIGINT })
    .addPositionalArgument({ name: "sender", description: "Whose shares" })
    .addPositionalArgument({ name: "to", description: "Who receives them" })
    .addPositionalArgument({ name: "shares", description: "Exactly how many", type: ArgumentType.BIGINT })
    .addOption({ name: "until", description: "Last day or instant at which it may be made", defaultValue: "" })
    .addFlag({ name: "takeBack", description: "Take the approval back" })
    .setAction(() => import("./approve.ts"))
    .build(),
];

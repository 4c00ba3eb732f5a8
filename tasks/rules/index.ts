import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { reading, writing } from "../lib/flags.ts";

export const rulesTasks = [
  emptyTask("rules", "Set, list and explain the rules by which assets may be transferred").build(),

  writing(
    task(
      ["rules", "set"],
      "Bind an asset to the rules of a preset or a file, and count its holders if a rule needs it",
    ),
  )
    .addPositionalArgument({ name: "asset", description: "Asset id", type: ArgumentType.BIGINT })
    .addPositionalArgument({ name: "rules", description: "A preset's name, or a file's path (moiety.rules/1)" })
    .addOption({
      name: "acquired",
      description: "When present holdings count as acquired, if a lock-up begins to count them: a day or a time",
      defaultValue: "",
    })
    .addOption({
      name: "batchSize",
      description: "Wallets counted per transaction",
      type: ArgumentType.INT,
      defaultValue: 100,
    })
    .setAction(() => import("./set.ts"))
    .build(),

  reading(task(["rules", "list"], "Say which rules an asset has, or which there are"))
    .addOption({
      name: "asset",
      description: "Asset id; leave it out to list the rules of this deployment",
      type: ArgumentType.BIGINT,
      defaultValue: 0n,
    })
    .setAction(() => import("./list.ts"))
    .build(),

  reading(
    task(
      ["rules", "explain"],
      "Say what a preset or a file of rules means, where it comes from and what it leaves out",
    ),
  )
    .addPositionalArgument({ name: "rules", description: "A preset's name, or a file's path (moiety.rules/1)" })
    .setAction(() => import("./explain.ts"))
    .build(),

  writing(task(["rules", "sanction"], "Put wallets on the list of those under sanctions, or take them off"))
    .addPositionalArgument({ name: "wallets", description: "Addresses, joined by commas" })
    .addFlag({ name: "lift", description: "Take them off the list" })
    .addOption({
      name: "reason",
      description: "Recorded in the compliance log for wallets of investors; no names",
      defaultValue: "",
    })
    .setAction(() => import("./sanction.ts"))
    .build(),
];

import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { writing, writtenDown } from "../lib/flags.ts";

export const incomeTasks = [
  emptyTask("income", "Pay income to those who held an asset at a record").build(),

  writing(task(["income", "record"], "Fix the instant whose holders will be paid"))
    .addOption({ name: "asset", description: "Asset id", type: ArgumentType.BIGINT, defaultValue: 0n })
    .addOption({ name: "instant", description: "Time in UTC (default: a minute from now)", defaultValue: "" })
    .setAction(() => import("./record.ts"))
    .build(),

  writtenDown(writing(task(["income", "declare"], "Hand over money for the holders at a record")))
    .addOption({ name: "asset", description: "Asset id", type: ArgumentType.BIGINT, defaultValue: 0n })
    .addOption({ name: "record", description: "Number of the record", type: ArgumentType.INT, defaultValue: 0 })
    .addOption({ name: "amount", description: "Money, e.g. 1250.00", defaultValue: "" })
    .addOption({ name: "currency", description: "ERC-20 (local chains: the TestDollar)", defaultValue: "" })
    .setAction(() => import("./declare.ts"))
    .build(),

  writtenDown(writing(task(["income", "claim"], "Pay out what holders are due from a distribution")))
    .addPositionalArgument({ name: "distribution", description: "Its number", type: ArgumentType.BIGINT })
    .addOption({
      name: "holder",
      description: "One holder only (default: everybody who is due something)",
      defaultValue: "",
    })
    .addOption({ name: "batchSize", description: "Holders per transaction", type: ArgumentType.INT, defaultValue: 100 })
    .setAction(() => import("./claim.ts"))
    .build(),
];

import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { writing } from "../lib/flags.ts";

export const offeringTasks = [
  emptyTask("offering", "Sell the shares of an asset for the first time").build(),

  writing(task(["offering", "open"], "Open the offering that an asset file describes"))
    .addPositionalArgument({ name: "asset", description: "Asset file, or the asset's id together with --terms" })
    .addOption({ name: "terms", description: "Asset file, where the asset is named by its id", defaultValue: "" })
    .addOption({
      name: "currency",
      description: "ERC-20 that is paid (local chains: the TestDollar)",
      defaultValue: "",
    })
    .addOption({ name: "treasury", description: "Who gets the proceeds (default: the sender)", defaultValue: "" })
    .addOption({
      name: "feeRecipient",
      description: "Who gets the commission (default: the treasury)",
      defaultValue: "",
    })
    .setAction(() => import("./open.ts"))
    .build(),

  writing(
    task(
      ["offering", "close"],
      "Close an offering, allot the shares and pay out the proceeds, or say who may take his money back",
    ),
  )
    .addPositionalArgument({ name: "offering", description: "Number of the offering", type: ArgumentType.BIGINT })
    .addOption({ name: "batchSize", description: "Buyers per transaction", type: ArgumentType.INT, defaultValue: 50 })
    .setAction(() => import("./close.ts"))
    .build(),
];

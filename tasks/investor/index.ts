import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { writing, writtenDown } from "../lib/flags.ts";

export const investorTasks = [
  emptyTask("investor", "Register investors and their wallets").build(),

  writtenDown(
    writing(
      task(
        ["investor", "onboard"],
        "Register the investors of a CSV file (reference,address,country,class,verifiedUntil)",
      ),
    ),
  )
    .addPositionalArgument({ name: "file", description: "CSV file" })
    .addOption({ name: "delimiter", description: "What separates the columns: , or ;", defaultValue: "," })
    .addOption({
      name: "batchSize",
      description: "Investors per transaction",
      type: ArgumentType.INT,
      defaultValue: 100,
    })
    .setAction(() => import("./onboard.ts"))
    .build(),

  writing(
    task(
      ["investor", "acknowledge"],
      "Keep that a wallet's owner has read an asset's disclosures, by his signature or with his key",
    ),
  )
    .addPositionalArgument({ name: "file", description: "Acknowledgement file (moiety.acknowledgement/1)" })
    .setAction(() => import("./acknowledge.ts"))
    .build(),
];

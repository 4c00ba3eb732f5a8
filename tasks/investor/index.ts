import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { writing, writtenDown } from "../lib/flags.ts";

const INVESTOR = "One of his wallets, his id on chain, or his reference";

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

  writing(task(["investor", "freeze"], "Freeze one wallet as a whole, or lift it"))
    .addPositionalArgument({ name: "wallet", description: "The wallet" })
    .addFlag({ name: "lift", description: "Unfreeze it" })
    .addOption({ name: "reason", description: "Recorded in the compliance log; no names", defaultValue: "" })
    .setAction(() => import("./freeze.ts"))
    .build(),

  writing(task(["investor", "suspend"], "Suspend an investor with all his wallets, or lift it"))
    .addPositionalArgument({ name: "investor", description: INVESTOR })
    .addFlag({ name: "lift", description: "Let him act again" })
    .addOption({ name: "reason", description: "Recorded in the compliance log; no names", defaultValue: "" })
    .setAction(() => import("./suspend.ts"))
    .build(),

  writing(task(["investor", "renew"], "Renew a verification, or change country and classes with all counts"))
    .addPositionalArgument({ name: "investor", description: INVESTOR })
    .addOption({ name: "until", description: "Last day (or instant) of the verification", defaultValue: "" })
    .addOption({ name: "country", description: "ISO 3166-1 code", defaultValue: "" })
    .addOption({ name: "class", description: "Investor classes, joined by +", defaultValue: "" })
    .setAction(() => import("./renew.ts"))
    .build(),

  writing(task(["investor", "recover"], "Retire a lost wallet and move everything that it has to its successor"))
    .addPositionalArgument({ name: "lost", description: "The lost wallet" })
    .addPositionalArgument({ name: "successor", description: "A new wallet, or another one of the same investor" })
    .addOption({
      name: "pageSize",
      description: "Assets per transaction",
      type: ArgumentType.INT,
      defaultValue: 20,
    })
    .addOption({ name: "reason", description: "Recorded in the compliance log; no names", defaultValue: "" })
    .setAction(() => import("./recover.ts"))
    .build(),

  writing(task(["investor", "move"], "Correct to whom a wallet belongs, with everything that it holds"))
    .addPositionalArgument({ name: "wallet", description: "The wallet" })
    .addPositionalArgument({ name: "to", description: INVESTOR })
    .setAction(() => import("./move.ts"))
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

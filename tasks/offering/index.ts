import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { reading, writing, writtenDown } from "../lib/flags.ts";

const OFFERING = { name: "offering", description: "Number of the offering", type: ArgumentType.BIGINT } as const;
const BUYERS = {
  name: "batchSize",
  description: "Buyers per transaction",
  type: ArgumentType.INT,
  defaultValue: 50,
} as const;

export const offeringTasks = [
  emptyTask("offering", "Sell the shares of an asset for the first time").build(),

  writing(task(["offering", "open"], "Open the offering that an asset file or an offering file describes"))
    .addPositionalArgument({ name: "asset", description: "The file, or the asset's id together with --terms" })
    .addOption({ name: "terms", description: "The file, where the asset is named by its id", defaultValue: "" })
    .addOption({
      name: "currency",
      description: "ERC-20 that is paid (local chains: the TestDollar)",
      defaultValue: "",
    })
    .addOption({ name: "treasury", description: "Who gets the proceeds (default: the sender)", defaultValue: "" })
    .addOption({
      name: "feeRecipient",
      description: "Who gets the fee (default: the treasury)",
      defaultValue: "",
    })
    .setAction(() => import("./open.ts"))
    .build(),

  writtenDown(
    writing(task(["offering", "subscribe"], "Bring subscriptions that buyers have signed, or whose keys are at hand")),
  )
    .addPositionalArgument(OFFERING)
    .addOption({
      name: "file",
      description: "CSV address,shares,maxCost,referrer,nonce,signature",
      defaultValue: "",
    })
    .addOption({ name: "delimiter", description: "What separates the columns of the file: , or ;", defaultValue: "," })
    .addOption({ name: "buyer", description: "One buyer, instead of a file", defaultValue: "" })
    .addOption({ name: "shares", description: "How many shares he wants", defaultValue: "" })
    .addOption({ name: "maxCost", description: "Most that he pays, e.g. 1250.00", defaultValue: "" })
    .addOption({ name: "referrer", description: "Who brought him", defaultValue: "" })
    .setAction(() => import("./subscribe.ts"))
    .build(),

  writing(
    task(
      ["offering", "close"],
      "Close an offering, allot the shares and pay out the proceeds, or say who may take his money back",
    ),
  )
    .addPositionalArgument(OFFERING)
    .addOption(BUYERS)
    .setAction(() => import("./close.ts"))
    .build(),

  writtenDown(
    writing(task(["offering", "allot"], "Issue what buyers are entitled to, divided first if too much was reserved")),
  )
    .addPositionalArgument(OFFERING)
    .addOption(BUYERS)
    .setAction(() => import("./allot.ts"))
    .build(),

  writtenDown(writing(task(["offering", "refund"], "Pay buyers back what can be paid back now")))
    .addPositionalArgument(OFFERING)
    .addOption(BUYERS)
    .setAction(() => import("./refund.ts"))
    .build(),

  writing(task(["offering", "release"], "Let go of all that the lock-up of an offering frees by now"))
    .addPositionalArgument(OFFERING)
    .setAction(() => import("./release.ts"))
    .build(),

  reading(task(["offering", "status"], "Show what is sold, allotted, owed and due"))
    .addPositionalArgument(OFFERING)
    .setAction(() => import("./status.ts"))
    .build(),

  writing(task(["offering", "currency"], "Allow offerings in a currency, or no longer"))
    .addPositionalArgument({ name: "currency", description: "Address of the ERC-20" })
    .addFlag({ name: "forbid", description: "No longer; offerings that are open go on" })
    .setAction(() => import("./currency.ts"))
    .build(),
];

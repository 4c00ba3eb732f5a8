import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { forMultisig, inRuns, reading, writtenDown } from "../lib/flags.ts";

const DISTRIBUTION = { name: "distribution", description: "Its number", type: ArgumentType.BIGINT } as const;
const PLAN = { name: "plan", description: "Id of the plan, or the path of its folder" } as const;
const PLAN_OPTION = {
  name: "plan",
  description: "Plan of a list (default: the one among the runs)",
  defaultValue: "",
} as const;
const ASSET = { name: "asset", description: "Asset id", type: ArgumentType.BIGINT, defaultValue: 0n } as const;
const RECORD = {
  name: "record",
  description: "Number of the record",
  type: ArgumentType.INT,
  defaultValue: 0,
} as const;
const AMOUNT = { name: "amount", description: "Money, e.g. 1250.00", defaultValue: "" } as const;
const CURRENCY = {
  name: "currency",
  description: "ERC-20 (local chains: the TestDollar)",
  defaultValue: "",
} as const;
const EXCLUDE = {
  name: "exclude",
  description: "CSV of accounts whose shares get nothing: account,reason",
  defaultValue: "",
} as const;
const EXPIRES = {
  name: "expires",
  description: "Last day or second in which it is paid, e.g. 2028-12-31 (default: for ever)",
  defaultValue: "",
} as const;
const RECLAIM_TO = { name: "reclaimTo", description: "Who gets what is left after that", defaultValue: "" } as const;
const DELIMITER = { name: "delimiter", description: "What separates the columns: , or ;", defaultValue: "," } as const;
const MERGE = {
  name: "mergeDuplicates",
  description: "Make one row of rows that repeat each other, instead of refusing them",
} as const;
const BATCH_SIZE = {
  name: "batchSize",
  description: "Holders per transaction",
  type: ArgumentType.INT,
  defaultValue: 100,
} as const;
const AGAIN = {
  name: "again",
  description: "Announce it although the record has a distribution in this currency already",
} as const;

/** Distributions by the register: record, declare, pay. */
const byRecord = [
  forMultisig(task(["income", "record"], "Fix the instant whose holders will be paid"))
    .addOption(ASSET)
    .addOption({ name: "instant", description: "Time in UTC (default: a minute from now)", defaultValue: "" })
    .setAction(() => import("./record.ts"))
    .build(),

  writtenDown(forMultisig(task(["income", "declare"], "Hand over money for the holders at a record")))
    .addOption(ASSET)
    .addOption(RECORD)
    .addOption(AMOUNT)
    .addOption(CURRENCY)
    .addOption(EXCLUDE)
    .addOption({
      name: "escrows",
      description: "Addresses of the suite that hold for others, who are paid instead; with commas between",
      defaultValue: "",
    })
    .addOption(EXPIRES)
    .addOption(RECLAIM_TO)
    .addOption(DELIMITER)
    .addFlag(MERGE)
    .setAction(() => import("./declare.ts"))
    .build(),
];

/** Distributions by a list: plan, announce, fund, publish, pay. */
const byList = [
  inRuns(reading(task(["income", "plan"], "Work out who is due what at a record, with proofs; sends nothing")))
    .addOption(ASSET)
    .addOption(RECORD)
    .addOption(AMOUNT)
    .addOption(CURRENCY)
    .addOption({
      name: "rounding",
      description: "What becomes of units that do not divide: largest-remainder or carry",
      defaultValue: "largest-remainder",
    })
    .addOption({
      name: "reference",
      description: "Your own words for this payment, e.g. rent 2027-01",
      defaultValue: "",
    })
    .addOption(EXCLUDE)
    .addOption({
      name: "lookThrough",
      description: "CSV of those for whom escrows hold: escrow,owner,shares",
      defaultValue: "",
    })
    .addOption({
      name: "withholding",
      description: "Who pays which tax: chain (the desk's table), none, or a CSV: country,class,percent",
      defaultValue: "chain",
    })
    .addOption({ name: "taxAccount", description: "Who gets the tax of a table from a file", defaultValue: "" })
    .addOption(EXPIRES)
    .addOption(RECLAIM_TO)
    .addOption(DELIMITER)
    .addFlag(MERGE)
    .addOption({
      name: "template",
      description: "Print the beginning of a file and do nothing else: exclude, look-through or withholding",
      defaultValue: "",
    })
    .addOption({
      name: "holders",
      description: "Where holders are read: register, or transfers (logs only, slower)",
      defaultValue: "register",
    })
    .setAction(() => import("./plan.ts"))
    .build(),

  writtenDown(forMultisig(task(["income", "announce"], "Fix a plan's list on the chain, before there is money in it")))
    .addPositionalArgument(PLAN)
    .addFlag(AGAIN)
    .setAction(() => import("./announce.ts"))
    .build(),

  writtenDown(forMultisig(task(["income", "fund"], "Give money for an announced list")))
    .addPositionalArgument(DISTRIBUTION)
    .addOption({ name: "amount", description: "A part of it (default: all that is missing)", defaultValue: "" })
    .setAction(() => import("./fund.ts"))
    .build(),

  writtenDown(forMultisig(task(["income", "publish"], "Make a funded list payable; there is no way back")))
    .addPositionalArgument(PLAN)
    .setAction(() => import("./publish.ts"))
    .build(),

  forMultisig(
    task(["income", "cancel"], "Give up an announced list before it is published, and take back what one gave"),
  )
    .addPositionalArgument(DISTRIBUTION)
    .setAction(() => import("./cancel.ts"))
    .build(),
];

/** Of both kinds. */
const paying = [
  writtenDown(forMultisig(task(["income", "pay"], "Pay everybody who is due something, page by page")))
    .addPositionalArgument(DISTRIBUTION)
    .addOption(PLAN_OPTION)
    .addOption(BATCH_SIZE)
    .setAction(() => import("./pay.ts"))
    .build(),

  inRuns(forMultisig(task(["income", "claim"], "Pay one holder what he is due")))
    .addPositionalArgument(DISTRIBUTION)
    .addOption({ name: "holder", description: "His wallet", defaultValue: "" })
    .addOption({ name: "escrow", description: "The escrow that held the shares for him (--escrows)", defaultValue: "" })
    .addOption(PLAN_OPTION)
    .setAction(() => import("./claim.ts"))
    .build(),

  forMultisig(task(["income", "reclaim"], "Send back what nobody has claimed in time"))
    .addPositionalArgument(DISTRIBUTION)
    .setAction(() => import("./reclaim.ts"))
    .build(),

  forMultisig(task(["income", "tax"], "Send the tax that was withheld so far to its account"))
    .addPositionalArgument(DISTRIBUTION)
    .setAction(() => import("./tax.ts"))
    .build(),
];

const looking = [
  inRuns(reading(task(["income", "status"], "Show what was paid, what was refused, and what is left")))
    .addPositionalArgument(DISTRIBUTION)
    .setAction(() => import("./status.ts"))
    .build(),

  inRuns(reading(task(["income", "statement"], "Show what an investor got from all distributions")))
    .addOption({ name: "investor", description: "One of his wallets", defaultValue: "" })
    .addFlag({ name: "csv", description: "Print it as CSV" })
    .setAction(() => import("./statement.ts"))
    .build(),

  inRuns(
    reading(
      task(["income", "reconcile"], "Hold every holder's payment against the chain; exits with 6 on a difference"),
    ),
  )
    .addPositionalArgument(DISTRIBUTION)
    .addOption(PLAN_OPTION)
    .setAction(() => import("./reconcile.ts"))
    .build(),
];

const compliance = [
  forMultisig(task(["income", "currency"], "Allow income in a currency, or forbid it"))
    .addPositionalArgument({ name: "currency", description: "Address of the ERC-20" })
    .addFlag({ name: "forbid", description: "No new distributions in it; old ones are paid" })
    .setAction(() => import("./currency.ts"))
    .build(),

  forMultisig(task(["income", "withholding"], "Show by which table tax is withheld, or set another"))
    .addOption({ ...ASSET, description: "Asset id; left out, all assets without a table of their own" })
    .addOption({ name: "file", description: "CSV of rates, country,class,percent; the last row *,*", defaultValue: "" })
    .addOption({ name: "taxAccount", description: "Who gets the tax, for good", defaultValue: "" })
    .addOption(DELIMITER)
    .addFlag({ name: "none", description: "Take the table off" })
    .setAction(() => import("./withholding.ts"))
    .build(),
];

export const incomeTasks = [
  emptyTask("income", "Pay income to those who held an asset at a record").build(),
  ...byRecord,
  ...byList,
  ...paying,
  ...looking,
  ...compliance,
];

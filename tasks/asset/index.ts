import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { reading, writing } from "../lib/flags.ts";

export const assetTasks = [
  emptyTask("asset", "List assets and look at them").build(),

  writing(task(["asset", "propose"], "Propose an asset by its file, for others to review"))
    .addPositionalArgument({ name: "file", description: "Asset file (moiety.asset/1) that names a checklist" })
    .setAction(() => import("./propose.ts"))
    .build(),

  writing(task(["asset", "review"], "Approve or reject a proposal with the reviewer's key, or bring a signed review"))
    .addPositionalArgument({ name: "file", description: "Review file (moiety.review/1)" })
    .setAction(() => import("./review.ts"))
    .build(),

  writing(task(["asset", "create"], "Anchor an asset, list it and bind its rules, by its file"))
    .addPositionalArgument({ name: "file", description: "Asset file (moiety.asset/1)" })
    .addOption({ name: "custodian", description: "Address that keeps the thing and attests to it", defaultValue: "" })
    .setAction(() => import("./create.ts"))
    .build(),

  writing(
    task(
      ["asset", "document"],
      "Anchor a bundle of documents of an asset, replace the one that counts, or verify files",
    ),
  )
    .addPositionalArgument({ name: "file", description: "Documents file (moiety.documents/1)" })
    .addFlag({ name: "supersede", description: "Replace the bundle that counts now, for good" })
    .addFlag({ name: "verify", description: "Send nothing; hold the files against the chain" })
    .addOption({
      name: "manifest",
      description: "Write the file with every hash filled in here, to publish and to verify by",
      defaultValue: "",
    })
    .setAction(() => import("./document.ts"))
    .build(),

  reading(task(["asset", "show"], "Show the whole file of an asset, and what of it is stale"))
    .addPositionalArgument({ name: "id", description: "Asset id", type: ArgumentType.BIGINT })
    .setAction(() => import("./show.ts"))
    .build(),

  writing(task(["asset", "log"], "Read the compliance log of an asset, or record an act that it missed"))
    .addPositionalArgument({ name: "id", description: "Asset id", type: ArgumentType.BIGINT })
    .addOption({ name: "last", description: "How many entries", type: ArgumentType.INT, defaultValue: 20 })
    .addOption({ name: "record", description: "Hash of the transaction that acted, to record it", defaultValue: "" })
    .addOption({ name: "event", description: "What it did: FREEZE, POLICY_CHANGE, …", defaultValue: "POLICY_CHANGE" })
    .addOption({
      name: "authority",
      description: "In whose name: INTERNAL_POLICY, COURT_ORDER or REGULATOR",
      defaultValue: "INTERNAL_POLICY",
    })
    .addOption({ name: "target", description: "Wallet that is concerned, if one is", defaultValue: "" })
    .addOption({ name: "evidence", description: "Document on which the act rests", defaultValue: "" })
    .setAction(() => import("./log.ts"))
    .build(),

  writing(task(["asset", "value"], "Publish or correct an asset's values by a file, and show what it is worth"))
    .addPositionalArgument({ name: "id", description: "Asset id", type: ArgumentType.BIGINT })
    .addOption({
      name: "file",
      description: "Valuation file (moiety.valuation/1); without one, only show",
      defaultValue: "",
    })
    .addFlag({ name: "correct", description: "Correct values that are published and differ" })
    .addOption({
      name: "provider",
      description: "Account to appoint as provider, with the file's terms",
      defaultValue: "",
    })
    .addOption({
      name: "token",
      description: "ERC-20 that counts as the currency; its band is shown",
      defaultValue: "",
    })
    .addOption({
      name: "confirm",
      description: "Let a value that has jumped count: the value as you have looked at it (compliance)",
      defaultValue: "",
    })
    .addOption({
      name: "invalidate",
      description: "Number of a value that is to count no more (compliance); needs --reason",
      defaultValue: "",
    })
    .addOption({ name: "reason", description: "Document that says why a value is invalidated", defaultValue: "" })
    .setAction(() => import("./value.ts"))
    .build(),

  writing(task(["asset", "impact"], "Record or correct a period's footprint by a file, and show it, per holder too"))
    .addPositionalArgument({ name: "id", description: "Asset id", type: ArgumentType.BIGINT })
    .addOption({ name: "file", description: "Impact file (moiety.impact/1); without one, only show", defaultValue: "" })
    .addFlag({ name: "correct", description: "Correct figures that are recorded and differ" })
    .addOption({ name: "reporter", description: "Account to appoint as reporter", defaultValue: "" })
    .addOption({ name: "holder", description: "Address whose part of the footprint is shown", defaultValue: "" })
    .addOption({ name: "record", description: "Number of the record that says what he held", defaultValue: "" })
    .setAction(() => import("./impact.ts"))
    .build(),

  writing(task(["asset", "pause"], "Stop ordinary movements of an asset or of the whole register, or let them go on"))
    .addPositionalArgument({ name: "what", description: "Asset id, or all" })
    .addFlag({ name: "lift", description: "Let movements go on" })
    .setAction(() => import("./pause.ts"))
    .build(),

  writing(task(["asset", "freeze"], "Set how many shares of an account are frozen"))
    .addPositionalArgument({ name: "id", description: "Asset id", type: ArgumentType.BIGINT })
    .addPositionalArgument({ name: "account", description: "Whose shares" })
    .addPositionalArgument({
      name: "shares",
      description: "How many are frozen from now on; 0 for none",
      type: ArgumentType.BIGINT,
    })
    .addOption({ name: "reason", description: "Recorded in the compliance log; no names", defaultValue: "" })
    .setAction(() => import("./freeze.ts"))
    .build(),

  writing(task(["asset", "lock"], "Lock shares of an account besides what is locked, or let some go"))
    .addPositionalArgument({ name: "id", description: "Asset id", type: ArgumentType.BIGINT })
    .addPositionalArgument({ name: "account", description: "Whose shares" })
    .addPositionalArgument({ name: "shares", description: "How many", type: ArgumentType.BIGINT })
    .addFlag({ name: "unlock", description: "Let them go" })
    .setAction(() => import("./lock.ts"))
    .build(),

  writing(task(["asset", "force"], "Move shares by force, and record why"))
    .addPositionalArgument({ name: "id", description: "Asset id", type: ArgumentType.BIGINT })
    .addPositionalArgument({ name: "account", description: "Whose shares" })
    .addPositionalArgument({ name: "to", description: "Who receives them" })
    .addPositionalArgument({ name: "shares", description: "How many", type: ArgumentType.BIGINT })
    .addOption({
      name: "reason",
      description: "By whose order and why; goes into the compliance log for good, so no names",
      defaultValue: "",
    })
    .setAction(() => import("./force.ts"))
    .build(),
];

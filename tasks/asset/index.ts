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

  reading(task(["asset", "show"], "Show what the chain knows about an asset"))
    .addPositionalArgument({ name: "id", description: "Asset id", type: ArgumentType.BIGINT })
    .setAction(() => import("./show.ts"))
    .build(),
];

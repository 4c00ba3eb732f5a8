import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { reading, writing } from "../lib/flags.ts";

export const systemTasks = [
  emptyTask("system", "Deploy, inspect and demonstrate the whole suite").build(),

  reading(
    task(["system", "demo"], "Show everything on real assets: list, sell, trade, settle, pay income, share paintings"),
  )
    .addOption({ name: "trades", description: "How many trades", type: ArgumentType.INT, defaultValue: 20_000 })
    .addOption({
      name: "workers",
      description: "Worker threads; 0 for one per core",
      type: ArgumentType.INT,
      defaultValue: 0,
    })
    .addOption({ name: "seed", description: "Repeats a run", type: ArgumentType.INT, defaultValue: 1 })
    .addOption({
      name: "port",
      description: "Serve the demo's chain on this port until Ctrl-C; 0 for none",
      type: ArgumentType.INT,
      defaultValue: 0,
    })
    .addFlag({
      name: "serve",
      description: "Serve the chain (on port 8545 without --port) and the report until Ctrl-C",
    })
    .addOption({
      name: "webPort",
      description: "Where --serve serves the report",
      type: ArgumentType.INT,
      defaultValue: 4173,
    })
    .addOption({ name: "file", description: "Asset file", defaultValue: "data/1685-38th-reit/asset.json" })
    .addOption({ name: "out", description: "Folder for what the run writes", defaultValue: "runs/demo" })
    .setAction(() => import("./demo.ts"))
    .build(),

  writing(task(["system", "deploy"], "Deploy the suite, or what is missing of it"))
    .addOption({
      name: "parameters",
      description: "JSON file with the admin and the accounts of the roles",
      defaultValue: "",
    })
    .addFlag({ name: "reset", description: "Forget what was deployed on this chain before, and begin anew" })
    .setAction(() => import("./deploy.ts"))
    .build(),

  writing(task(["system", "upgrade"], "Put new code behind a book: deploy and announce it, and do it once that is due"))
    .addPositionalArgument({ name: "book", description: "Name of the book, ShareToken for example" })
    .addOption({
      name: "implementation",
      description: "Address of the new code, if it is deployed already",
      defaultValue: "",
    })
    .addOption({
      name: "call",
      description: "Call data for the new code, sent in the same transaction",
      defaultValue: "0x",
    })
    .addOption({
      name: "for",
      description: "Print what this account, a multisig for example, has to send, and only deploy the code",
      defaultValue: "",
    })
    .setAction(() => import("./upgrade.ts"))
    .build(),

  reading(task(["system", "status"], "Check that what runs on the chain is what was deployed, and who may do what"))
    .setAction(() => import("./status.ts"))
    .build(),

  reading(task(["system", "doctor"], "Look for what is wrong, stale or about to lapse, and say what to do about it"))
    .addOption({
      name: "days",
      description: "Say what lapses within so many days",
      type: ArgumentType.INT,
      defaultValue: 30,
    })
    .setAction(() => import("./doctor.ts"))
    .build(),

  reading(
    task(["system", "verify"], "Publish the sources of every contract of the deployment on the chain's explorers"),
  )
    .setAction(() => import("./verify.ts"))
    .build(),
];

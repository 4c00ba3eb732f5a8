import { task } from "hardhat/config";
import { inRuns, reading, writing } from "../lib/flags.ts";

const RUN = { name: "run", description: "Its id, or the path of its folder" } as const;
const RPC_URL = {
  name: "rpcUrl",
  description: "Node to ask, instead of a --network of the configuration",
  defaultValue: "",
} as const;

/** Verbs beside Hardhat's own `run`, which runs a script: that noun exists already, so that there is none to define here. */
export const runTasks = [
  inRuns(reading(task(["run", "list"], "List all runs with their states")))
    .setAction(() => import("./list.ts"))
    .build(),

  inRuns(reading(task(["run", "show"], "Show the steps of a run, by its journal")))
    .addPositionalArgument(RUN)
    .setAction(() => import("./show.ts"))
    .build(),

  inRuns(writing(task(["run", "resume"], "Go on with a run where it stopped, by its own plan")))
    .addPositionalArgument(RUN)
    .setAction(() => import("./resume.ts"))
    .build(),

  inRuns(reading(task(["run", "verify"], "Check every confirmed step of a run, and what it did, against the chain")))
    .addPositionalArgument(RUN)
    .addOption(RPC_URL)
    .setAction(() => import("./verify.ts"))
    .build(),
];

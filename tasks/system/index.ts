import { emptyTask, task } from "hardhat/config";
import { reading, writing } from "../lib/flags.ts";

export const systemTasks = [
  emptyTask("system", "Deploy, inspect and demonstrate the whole suite").build(),

  writing(task(["system", "deploy"], "Deploy the suite, or what is missing of it"))
    .addOption({
      name: "parameters",
      description: "JSON file with the admin and the accounts of the roles",
      defaultValue: "",
    })
    .addFlag({ name: "reset", description: "Forget what was deployed on this chain before, and begin anew" })
    .setAction(() => import("./deploy.ts"))
    .build(),

  reading(task(["system", "status"], "Check that what runs on the chain is what was deployed, and who may do what"))
    .setAction(() => import("./status.ts"))
    .build(),
];

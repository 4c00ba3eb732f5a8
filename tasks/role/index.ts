import { emptyTask, task } from "hardhat/config";
import { reading, writing } from "../lib/flags.ts";

const FOR = {
  name: "for",
  description: "Print what this account, a multisig for example, has to send, and send nothing",
  defaultValue: "",
} as const;

export const roleTasks = [
  emptyTask("role", "Look at roles, give them and take them").build(),

  reading(task(["role", "list"], "Show who has which role, from when on and with which delay, and what is announced"))
    .setAction(() => import("./list.ts"))
    .build(),

  writing(task(["role", "grant"], "Give a role, or change its delay: announce it, and do it once that is due"))
    .addPositionalArgument({ name: "role", description: "Name of the role, ISSUER for example" })
    .addPositionalArgument({ name: "account", description: "Who gets it" })
    .addOption({
      name: "delay",
      description: "Seconds between what he announces and what he does (default: 0; two days for ADMIN and UPGRADER)",
      defaultValue: "",
    })
    .addOption(FOR)
    .setAction(() => import("./grant.ts"))
    .build(),

  writing(task(["role", "revoke"], "Take a role back: announce it, and do it once that is due"))
    .addPositionalArgument({ name: "role", description: "Name of the role, ISSUER for example" })
    .addPositionalArgument({ name: "account", description: "Who loses it" })
    .addOption(FOR)
    .setAction(() => import("./revoke.ts"))
    .build(),
];

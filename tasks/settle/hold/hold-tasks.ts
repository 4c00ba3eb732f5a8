import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { forMultisig } from "../../lib/flags.ts";

const FILE = { name: "file", description: "Hold file (moiety.hold/1)" } as const;

/** Shares that a holder keeps for somebody until an agent decides. */
export const holdTasks = [
  emptyTask(["settle", "hold"], "Keep shares for somebody until an agent decides").build(),

  forMultisig(task(["settle", "hold", "create"], "Lock the shares of a hold, with the holder's key or signature"))
    .addPositionalArgument(FILE)
    .setAction(() => import("./create.ts"))
    .build(),

  forMultisig(task(["settle", "hold", "execute"], "Give the beneficiary the held shares, or some of them (agent)"))
    .addPositionalArgument(FILE)
    .addOption({ name: "shares", description: "How many; 0 for all", type: ArgumentType.BIGINT, defaultValue: 0n })
    .setAction(() => import("./execute.ts"))
    .build(),

  forMultisig(task(["settle", "hold", "release"], "Give the holder the held shares back (agent or beneficiary)"))
    .addPositionalArgument(FILE)
    .setAction(() => import("./release.ts"))
    .build(),

  forMultisig(task(["settle", "hold", "reclaim"], "Give the holder the held shares back once the time is over"))
    .addPositionalArgument(FILE)
    .setAction(() => import("./reclaim.ts"))
    .build(),

  forMultisig(task(["settle", "hold", "cancel"], "Rule out a hold that was signed and not created (holder)"))
    .addPositionalArgument(FILE)
    .setAction(() => import("./cancel.ts"))
    .build(),
];

import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import type { NewTaskDefinitionBuilder } from "hardhat/types/tasks";
import { reading, writing } from "../lib/flags.ts";

/** What names a route: two countries, and a class of assets or one asset. */
function naming<Args extends Record<string, unknown>>(task: NewTaskDefinitionBuilder<Args>) {
  return task
    .addOption({ name: "source", description: "Country of the sender", defaultValue: "" })
    .addOption({ name: "destination", description: "Country of the receiver", defaultValue: "" })
    .addOption({ name: "class", description: "Class of the assets, as their anchors name it", defaultValue: "" })
    .addOption({
      name: "asset",
      description: "Or one asset with routes of its own: its id",
      type: ArgumentType.BIGINT,
      defaultValue: 0n,
    })
    .addOption({ name: "evidence", description: "Document on which the decision rests", defaultValue: "" });
}

export const routeTasks = [
  emptyTask("route", "Say between which countries assets may move (ERC-8327), for assets with a route rule").build(),

  naming(writing(task(["route", "set"], "Open a route from one country to another for a class of assets")))
    .setAction(() => import("./set.ts"))
    .build(),

  naming(writing(task(["route", "revoke"], "Announce that a route closes, so that what is under way can settle")))
    .addFlag({ name: "atOnce", description: "Close it now, without notice" })
    .addFlag({ name: "takeBack", description: "Take the announcement back, while the route is still open" })
    .setAction(() => import("./revoke.ts"))
    .build(),

  reading(task(["route", "list"], "Show every route there ever was, and whether it is open"))
    .setAction(() => import("./list.ts"))
    .build(),
];

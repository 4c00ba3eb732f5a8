import { assetTasks } from "./asset/index.ts";
import { custodyTasks } from "./custody/index.ts";
import { incomeTasks } from "./income/index.ts";
import { investorTasks } from "./investor/index.ts";
import { offeringTasks } from "./offering/index.ts";
import { registerTasks } from "./register/index.ts";
import { roleTasks } from "./role/index.ts";
import { routeTasks } from "./route/index.ts";
import { rulesTasks } from "./rules/index.ts";
import { runTasks } from "./run/index.ts";
import { settleTasks } from "./settle/index.ts";
import { systemTasks } from "./system/index.ts";
import { transferTasks } from "./transfer/index.ts";

export default [
  ...systemTasks,
  ...assetTasks,
  ...investorTasks,
  ...transferTasks,
  ...rulesTasks,
  ...routeTasks,
  ...offeringTasks,
  ...incomeTasks,
  ...custodyTasks,
  ...settleTasks,
  ...runTasks,
  ...roleTasks,
  ...registerTasks,
];

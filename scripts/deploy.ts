import hre from "hardhat";
import { readDeployParameters } from "../sdk/deploy-parameters.ts";
import { ExitCode } from "../sdk/errors.ts";
import { ActionContext } from "../tasks/lib/action-context.ts";
import { conclude } from "../tasks/lib/run-action.ts";
import { processTerminal } from "../tasks/lib/terminal.ts";
import { deployHere, report, warningsOf } from "../tasks/system/deploy.ts";

// npm run deploy -- --network <name>
//
// Deploys the suite, or what is missing of it, like `hardhat system deploy`. Without --network it goes to a chain inside this
// process, which shows that everything works and leaves nothing behind. Naming a network on the command line is the confirmation.

const context = new ActionContext(hre, { json: false, yes: true }, processTerminal());

const exitCode = await conclude("system.deploy", context, async () => {
  const parameters = await readDeployParameters(process.env["DEPLOY_PARAMETERS"] ?? "");
  const { connection } = await context.connect();

  const result = await deployHere({ hre, connection, parameters, note: (text) => context.note(text) });
  for (const warning of warningsOf(result.deployment, parameters)) context.warn(warning);
  return report(result);
});
if (exitCode !== ExitCode.done) process.exitCode = exitCode;

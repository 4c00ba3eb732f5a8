import hre from "hardhat";
import { ExitCode } from "../../sdk/errors.ts";
import { ActionContext } from "../../tasks/lib/action-context.ts";
import type { Outcome } from "../../tasks/lib/outcome.ts";
import { conclude } from "../../tasks/lib/run-action.ts";
import { processTerminal } from "../../tasks/lib/terminal.ts";

/** What a script is told by the environment, because `hardhat run` passes no arguments: a name and what it means, each. */
export interface Usage<Required extends string, Optional extends string> {
  /** The script's name without `.ts`. */
  readonly script: string;
  readonly purpose: string;
  readonly required: Readonly<Record<Required, string>>;
  readonly optional: Readonly<Record<Optional, string>>;
}

export type Parameters<Required extends string, Optional extends string> = Readonly<
  Record<Required, string> & Record<Optional, string | undefined>
>;

/** Every script understands this one: networks other than local ones ask for confirmation otherwise. */
const EVERYWHERE = { YES: "1: do not ask for confirmation" };

/** Runs a script to its end as a task would, and sets the exit code. Without its parameters it prints its usage and exits with 2. */
export async function runScript<Required extends string, Optional extends string>(
  usage: Usage<Required, Optional>,
  act: (context: ActionContext, parameters: Parameters<Required, Optional>) => Promise<Outcome>,
): Promise<void> {
  const missing = Object.keys(usage.required).filter((name) => settingOf(name) === undefined);
  if (missing.length > 0) {
    process.stderr.write(`${describeUsage(usage)}\n\nMissing: ${missing.join(", ")}\n`);
    process.exitCode = ExitCode.badInput;
    return;
  }

  const context = new ActionContext(hre, { json: false, yes: settingOf("YES") === "1" }, processTerminal());
  const parameters = readParameters(usage);
  process.exitCode = await conclude(`scripts.${usage.script}`, context, () => act(context, parameters));
}

export function describeUsage({ script, purpose, required, optional }: Usage<string, string>): string {
  const names = Object.keys(required).map((name) => `${name}=…`);
  const describe = ([name, meaning]: [string, string]): string => `  ${name.padEnd(18)} ${meaning}`;
  return [
    purpose,
    "",
    `Usage: ${names.join(" ")} npx hardhat run scripts/${script}.ts --network <name>`,
    ...Object.entries(required).map(describe),
    "and, where wanted:",
    ...Object.entries({ ...optional, ...EVERYWHERE }).map(describe),
  ].join("\n");
}

function readParameters<Required extends string, Optional extends string>({
  required,
  optional,
}: Usage<Required, Optional>): Parameters<Required, Optional> {
  const names = [...Object.keys(required), ...Object.keys(optional)];
  // The keys are those of `usage`, of which every required one has a value.
  return Object.fromEntries(names.map((name) => [name, settingOf(name)])) as Parameters<Required, Optional>;
}

function settingOf(name: string): string | undefined {
  const value = process.env[name];
  return value === "" ? undefined : value;
}

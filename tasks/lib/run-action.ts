import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { suiteInterfaces } from "../../sdk/contracts.ts";
import { ExitCode, MoietyError, type Problem } from "../../sdk/errors.ts";
import { decodeRevert } from "../../sdk/revert.ts";
import { ActionContext, type ContextOptions } from "./action-context.ts";
import type { Outcome } from "./outcome.ts";
import { processTerminal, style } from "./terminal.ts";
import { toJson } from "./to-json.ts";

export type Act<Args> = (context: ActionContext, args: Args) => Promise<Outcome>;

/**
 * Makes a Hardhat task action of `act`. Hardhat asks to report a bug whenever an action throws, so nothing gets out of
 * here: failures become one message (or one JSON document) and an exit code.
 */
export function runAction<Args extends ContextOptions>(name: string, act: Act<Args>) {
  return async (args: Args, hre: HardhatRuntimeEnvironment): Promise<void> => {
    const context = new ActionContext(hre, args, processTerminal());
    process.exitCode = await conclude(name, context, () => act(context, args));
  };
}

/** Runs an action to its end, prints what there is to print, and returns the exit code. */
export async function conclude(name: string, context: ActionContext, act: () => Promise<Outcome>): Promise<ExitCode> {
  const outcome = await act().catch((error: unknown): Outcome => {
    const problem = toProblem(error);
    return { data: null, text: "", exitCode: problem.exitCode, error: problem };
  });
  const exitCode = outcome.exitCode ?? ExitCode.done;

  if (context.json) await printJson(name, context, outcome, exitCode);
  else printText(context, outcome);
  return exitCode;
}

async function printJson(name: string, context: ActionContext, outcome: Outcome, exitCode: ExitCode): Promise<void> {
  const chain = await context.whereabouts();
  const error = outcome.error === undefined ? {} : { error: outcome.error };
  const ok = exitCode === ExitCode.done;
  const document = {
    schema: `moiety.${name}/1`,
    ok,
    ...chain,
    data: outcome.data,
    warnings: context.warnings,
    ...error,
  };
  context.terminal.stdout.write(`${toJson(document)}\n`);
}

function printText({ terminal, warnings }: ActionContext, { text, error }: Outcome): void {
  if (text !== "") terminal.stdout.write(`${text}\n`);
  for (const warning of warnings) terminal.stderr.write(`${style("yellow", "Warning:")} ${warning}\n`);
  if (error !== undefined) terminal.stderr.write(`${describeProblem(error)}\n`);
}

/** What, where, why, what to do, and what was not done: a line each, as far as they are known. */
export function describeProblem(problem: Problem): string {
  const lines = [
    `${style("red", "Error:")} ${problem.what}`,
    ...(problem.where === undefined ? [] : [`  where: ${problem.where}`]),
    ...(problem.details ?? []).map((detail) => `  - ${detail}`),
    ...(problem.why === undefined ? [] : [`  why: ${problem.why}`]),
    ...(problem.todo === undefined ? [] : [`  what to do: ${problem.todo}`]),
    ...(problem.notDone === undefined ? [] : [`  not done: ${problem.notDone}`]),
  ];
  return lines.join("\n");
}

function toProblem(error: unknown): Problem {
  if (error instanceof MoietyError) return error.problem;

  const revert = decodeRevert(error, suiteInterfaces());
  if (revert !== undefined) return { what: "the chain refuses this", why: revert.sentence, exitCode: ExitCode.refused };

  const message = error instanceof Error ? error.message : String(error);
  if (/ECONNREFUSED|cannot connect|Cannot connect/.test(message)) {
    return {
      what: "the node does not answer",
      why: message,
      todo: "start one with `npx hardhat node`",
      exitCode: ExitCode.internal,
    };
  }
  const stack = error instanceof Error && process.env["DEBUG"] !== undefined ? error.stack?.split("\n") : undefined;
  return { what: message, todo: "DEBUG=1 shows where it comes from", details: stack, exitCode: ExitCode.internal };
}

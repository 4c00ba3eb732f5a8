import { join } from "node:path";
import { workFolder } from "../../sdk/addresses.ts";
import { badInput, ExitCode, MoietyError } from "../../sdk/errors.ts";
import type { ActionContext } from "../lib/action-context.ts";
import type { CommonArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import { style } from "../lib/terminal.ts";
import { checkAccounts } from "./doctor/check-accounts.ts";
import { checkChain } from "./doctor/check-chain.ts";
import { checkCode } from "./doctor/check-code.ts";
import { checkDates } from "./doctor/check-dates.ts";
import { checkMachine } from "./doctor/check-machine.ts";
import { checkRuns } from "./doctor/check-runs.ts";
import { type Finding, ok, problem, warning } from "./doctor/finding.ts";

interface DoctorArguments extends CommonArguments {
  readonly days: number;
}

/** Looks at everything that can be looked at: where one thing fails, what builds on it is left out, and the rest goes on. */
export async function examine(context: ActionContext, days: bigint): Promise<Finding[]> {
  const machine = [...(await checkMachine()), ...(await checkRuns(join(workFolder(), "runs")))];
  const chain = await context.connect().catch(noAnswer);
  if ("about" in chain) return [...machine, chain];
  if (await context.isEphemeral()) return [...machine, NO_NETWORK];

  const { connection, chainId } = chain;
  const findings = [...machine, ...(await checkChain(connection, chainId))];
  const deployed = await context.suite().catch(refusalOf);
  if (deployed instanceof MoietyError) return [...findings, noBook(deployed)];

  await context.hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const { suite, book } = deployed;
  const { provider } = connection.ethers;
  const code = await checkCode(book, provider, context.hre.artifacts);
  const found = ok("Address book", `of this chain, with ${Object.keys(book.contracts).length} contracts`);
  // Contracts that are not ours, or not there, are not asked anything.
  if (code.some(({ level }) => level === "problem")) return [...findings, found, ...code, UNASKED];

  const signers = await connection.ethers.getSigners();
  const accounts = await checkAccounts({ suite, book, provider, signers });
  return [...findings, found, ...code, ...accounts, ...(await checkDates({ suite, book, provider, days }))];
}

export default runAction<DoctorArguments>("system.doctor", async (context, { days }) => {
  if (days < 0) throw badInput(`--days is ${days}, and has to be 0 or more`);
  return report(await examine(context, BigInt(days)));
});

function report(findings: readonly Finding[]): Outcome {
  const problems = findings.filter(({ level }) => level === "problem");
  const warnings = findings.filter(({ level }) => level === "warning").length;
  const counts = `${count(problems.length, "problem")}, ${count(warnings, "warning")}.`;
  const outcome = { data: { findings }, text: [...findings.map(describe), counts].join("\n") };
  if (problems.length === 0) return outcome;

  const details = problems.map(({ about, said }) => `${about}: ${said}`);
  const exitCode = ExitCode.checkFailed;
  return { ...outcome, exitCode, error: { what: `${count(problems.length, "problem")} found`, details, exitCode } };
}

const COLOURS = { ok: "green", warning: "yellow", problem: "red" } as const;

function describe({ about, level, said, todo }: Finding): string {
  const line = `${style(COLOURS[level], level.padEnd(8))} ${about}: ${said}`;
  return todo === null ? line : `${line}\n           what to do: ${todo}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

const NO_NETWORK = warning(
  "Chain",
  "no network was named, so that only this machine was looked at",
  "add --network <name>, for example --network localhost",
);
const UNASKED = warning(
  "Roles, balances, dates",
  "not looked at, because the contracts are not as deployed",
  "see to the contracts first",
);

/** Words that name no network are the operator's mistake, and no finding. */
function noAnswer(error: unknown): Finding {
  if (error instanceof MoietyError) throw error;
  const [why] = String(error instanceof Error ? error.message : error).split("\n");
  return problem("Node's RPC", `the node does not answer: ${why}`, "start it, or correct its URL in .env");
}

function noBook({ problem: { what, todo } }: MoietyError): Finding {
  return problem("Address book", what, todo ?? "deploy with `npx hardhat system deploy --network <name>`");
}

function refusalOf(error: unknown): MoietyError {
  if (error instanceof MoietyError) return error;
  throw error;
}

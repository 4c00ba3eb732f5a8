import { ExitCode, MoietyError } from "../../sdk/errors.ts";
import { LOCAL_CHAIN_ID } from "../../sdk/local-chain.ts";
import type { Terminal } from "./terminal.ts";

export interface Confirmation {
  readonly networkName: string;
  readonly chainId: bigint;
  /** What is about to be sent, a line each. */
  readonly plan: readonly string[];
  /** `--yes` */
  readonly yes: boolean;
}

/** Lets the operator confirm what is about to be sent. Local chains need no confirmation; where nobody sits, `--yes` says it. */
export async function requireConfirmation(terminal: Terminal, confirmation: Confirmation): Promise<void> {
  const { networkName, chainId, plan, yes } = confirmation;
  if (chainId === LOCAL_CHAIN_ID || yes) return;
  if (terminal.ask === undefined) {
    throw notConfirmed("nobody is there to confirm it", "add --yes once the dry run looks right");
  }

  const steps = plan.map((line) => `\n  ${line}`).join("");
  terminal.stderr.write(`About to send on ${networkName} (chain ${chainId}):${steps}\n`);
  const answer = await terminal.ask(`Type "${networkName}" to go on: `);
  if (answer.trim() !== networkName) throw notConfirmed(`the answer was not "${networkName}"`);
}

function notConfirmed(why: string, todo?: string): MoietyError {
  return new MoietyError({
    what: "not confirmed",
    why,
    todo,
    notDone: "nothing was sent",
    exitCode: ExitCode.notConfirmed,
  });
}

import { join } from "node:path";
import { workFolder } from "../../sdk/addresses.ts";
import { parseWhole } from "../../sdk/units.ts";
import type { ActionContext } from "../lib/action-context.ts";
import type { SettleTools } from "./settle-file.ts";

export interface SettleArguments {
  readonly workers: number;
  readonly maxFee: string;
}

const GWEI = 1_000_000_000n;

/** What settling takes, as the command line says. */
export async function settleTools(context: ActionContext, { workers, maxFee }: SettleArguments): Promise<SettleTools> {
  const { connection, chainId } = await context.connect();
  const { suite, book } = await context.suite();
  return {
    suite,
    provider: connection.ethers.provider,
    sender: await context.sender(),
    chainId,
    fromBlock: book.deployedAtBlock,
    runsFolder: join(workFolder(), "runs"),
    logsFolder: join(workFolder(), "settlement"),
    chainInstance: await context.instance(),
    workers: workers < 0 ? undefined : workers,
    note: (line: string) => context.note(line),
    ...(maxFee === "" ? {} : { pace: { feeCap: parseWhole(maxFee, "--max-fee") * GWEI } }),
  };
}

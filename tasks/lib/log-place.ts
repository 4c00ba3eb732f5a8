import type { LogPlace } from "../../sdk/investors.ts";
import type { ActionContext } from "./action-context.ts";

/** Where the suite's events are read: from the block of its deployment on. */
export async function logPlace(context: ActionContext): Promise<LogPlace> {
  const { connection } = await context.connect();
  const { book } = await context.suite();
  return { provider: connection.ethers.provider, fromBlock: book.deployedAtBlock };
}

import { readSpans } from "./read-spans.ts";

export type QueryLogs<T> = (fromBlock: number, toBlock: number) => Promise<readonly T[]>;

/** Blocks of one question, where the node allows it. */
export const LOG_SPAN = 10_000;

/** Reads events from a block to another, in spans of blocks that suit the node. */
export async function readLogs<T>(query: QueryLogs<T>, fromBlock: number, toBlock: number): Promise<T[]> {
  const found: T[] = [];
  // Not spread into `push`: a span can have more logs than a call may have arguments.
  for await (const { answer } of readSpans(query, fromBlock, toBlock, LOG_SPAN))
    for (const log of answer) found.push(log);
  return found;
}

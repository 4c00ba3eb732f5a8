import { z } from "zod";
import type { SettlementWorld } from "./settlement-world.ts";

const TRACE = z.object({
  structLogs: z.array(z.object({ op: z.string(), depth: z.number(), gas: z.number() })),
});

/**
 * Gas of the calls with which the last transaction, a chunk, asked the register to move shares: a chunk calls no other contract that
 * may change anything. Read from the trace, step by step.
 */
export async function registerGas({ connection }: SettlementWorld): Promise<number> {
  const block = await connection.ethers.provider.getBlock("latest");
  const [hash] = block?.transactions ?? [];
  const how = { disableStorage: true, disableStack: true, disableMemory: true };
  const answer = await connection.provider.request({ method: "debug_traceTransaction", params: [hash, how] });
  const { structLogs } = TRACE.parse(answer);

  let gas = 0;
  let calling: (typeof structLogs)[number] | undefined;
  for (const step of structLogs) {
    if (calling === undefined) {
      if (step.op === "CALL") calling = step;
    } else if (step.depth === calling.depth) {
      gas += calling.gas - step.gas;
      calling = undefined;
    }
  }
  return gas;
}

import { join } from "node:path";
import type { Provider } from "ethers";
import { type BatchInput, type BatchResult, readBatchFile, runBatch } from "../../executor/index.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput, ExitCode, MoietyError } from "../../sdk/errors.ts";
import { listReceivers } from "../../sdk/holders.ts";
import { type Mismatch, reconcile } from "../../sdk/reconcile.ts";
import { addSettled, readSettledOnChain } from "../../sdk/settled-before.ts";
import { parseSettlementFile } from "../../sdk/settlement-file.ts";
import { readSnapshot } from "../../sdk/snapshot.ts";
import type { Sender, StepReport } from "../lib/sender.ts";
import { planSettlement, readSettled } from "./post-batch.ts";
import { readBatch, readOtherRuns, runIdOf, writeBatch, writeRecord } from "./run-folder.ts";

export interface SettleTools {
  readonly suite: Suite;
  readonly provider: Provider;
  readonly sender: Sender;
  readonly chainId: bigint;
  /** First block worth reading. */
  readonly fromBlock: number;
  readonly runsFolder: string;
  /** Left out: one per core. */
  readonly workers: number | undefined;
  readonly note: (text: string) => void;
}

export interface SettledFile {
  readonly runId: string;
  readonly folder: string;
  readonly result: BatchResult;
  readonly settledChunks: number;
  readonly steps: readonly StepReport[];
  readonly mismatches: readonly Mismatch[];
}

/**
 * Runs the trades of a file as a batch and settles it. The run is known by its input: started again it goes on where it stopped,
 * and when it is through it finds nothing to do.
 */
export async function settleFile(tools: SettleTools, text: string, name: string): Promise<SettledFile> {
  const { suite, provider, sender, chainId, workers } = tools;
  const desk = await suite.settlementDesk.getAddress();
  const runId = runIdOf(text, chainId, desk);
  const folder = join(tools.runsFolder, runId);

  const earlier = await resume(tools, folder);
  const options = workers === undefined ? {} : { workers };
  const result = earlier ?? (await runBatch(await prepareInput(tools, text, name, runId), options));
  tools.note(
    `batch ${result.header.number}: ${result.header.instructionCount} trades in ${result.chunks.length} chunks`,
  );
  if (earlier === undefined && !sender.dryRun) await writeBatch(folder, result);

  const steps = await sender.run(await planSettlement(suite, result, earlier !== undefined));
  const settled = await readSettled(suite, result);
  if (sender.dryRun) return { runId, folder, result, settledChunks: 0, steps, mismatches: [] };

  await writeRecord(folder, chainId, desk, result, (chunk) => settled.has(chunk));
  // Later transfers change balances too: only a run that has just settled something can be held against the chain.
  const mismatches = steps.length === 0 ? [] : await reconcile(suite, provider, result, (chunk) => settled.has(chunk));
  return { runId, folder, result, settledChunks: settled.size, steps, mismatches };
}

/** The batch of an earlier start, if the chain knows it. One that was never opened is thrown away, because positions may have changed. */
async function resume({ suite, workers }: SettleTools, folder: string): Promise<BatchResult | undefined> {
  const file = await readBatch(folder);
  if (file === undefined) return undefined;
  const input = readBatchFile(file);
  const { batchHash } = await suite.settlementDesk.batchOf(input.number);

  const result = await runBatch(input, workers === undefined ? {} : { workers });
  return result.batchHash === batchHash ? result : undefined;
}

async function prepareInput(tools: SettleTools, text: string, name: string, runId: string): Promise<BatchInput> {
  const { suite, provider, chainId, fromBlock, runsFolder } = tools;
  const { orders, trades } = parseSettlementFile(text, name);
  const last = await suite.settlementDesk.lastBatch();
  if ((await suite.settlementDesk.batchOf(last)).open) {
    throw new MoietyError({
      what: `batch ${last} is still open`,
      why: "a batch is settled or closed before the next one begins",
      todo: "run its file again to finish it",
      notDone: "nothing was sent",
      exitCode: ExitCode.refused,
    });
  }

  const block = await provider.getBlock("latest");
  if (block === null) throw badInput("the chain has no blocks");
  const assets = [...new Set(orders.map(({ asset }) => asset))];
  const holders = await Promise.all(assets.map((asset) => listReceivers(suite, provider, asset, fromBlock)));
  const snapshot = await readSnapshot(suite, {
    chainId,
    block: block.number,
    assets,
    currencies: [...new Set(orders.map(({ currency }) => currency))],
    accounts: [...orders.map(({ trader }) => trader), ...holders.flat()],
  });

  const desk = await suite.settlementDesk.getAddress();
  const before = addSettled(
    await readSettledOnChain(suite, provider, fromBlock),
    await readOtherRuns(runsFolder, runId, chainId, desk),
  );
  return { number: last + 1n, mode: "strict", time: BigInt(block.timestamp), snapshot, orders, trades, ...before };
}

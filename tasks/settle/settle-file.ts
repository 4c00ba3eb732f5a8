import { join } from "node:path";
import type { Provider } from "ethers";
import {
  askContracts,
  type BatchInput,
  type BatchJournal,
  type BatchResult,
  readBatchFile,
  runBatch,
} from "../../executor/index.ts";
import type { Suite } from "../../sdk/connect.ts";
import { type JsonRpc, openContractReader } from "../../sdk/contract-reader.ts";
import { badInput, ExitCode, MoietyError } from "../../sdk/errors.ts";
import { listReceivers } from "../../sdk/holders.ts";
import { type Mismatch, reconcile } from "../../sdk/reconcile.ts";
import { addSettled, readSettledOnChain, type SettledBefore } from "../../sdk/settled-before.ts";
import { parseSettlementFile } from "../../sdk/settlement-file.ts";
import { readSnapshot } from "../../sdk/snapshot.ts";
import type { Sender, StepReport } from "../lib/sender.ts";
import { openDeskLog, readDeskLogs, recordSettled } from "./desk-log.ts";
import { planSettlement, readSettled } from "./post-batch.ts";
import { readBatch, runIdOf, writeBatch, writeRecord } from "./run-folder.ts";

export interface SettleTools {
  readonly suite: Suite;
  readonly provider: Provider & JsonRpc;
  readonly sender: Sender;
  readonly chainId: bigint;
  /** First block worth reading. */
  readonly fromBlock: number;
  readonly runsFolder: string;
  /** Logs of all desks. */
  readonly logsFolder: string;
  /** Which life of a throw-away chain it is; null where chains do not forget. */
  readonly chainInstance: string | null;
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
 * and when it is through it finds nothing to do. The batch is in the desk's log before anything of it is decided or sent.
 */
export async function settleFile(tools: SettleTools, content: string | Uint8Array, name: string): Promise<SettledFile> {
  const { suite, sender, chainId } = tools;
  const desk = await suite.settlementDesk.getAddress();
  const runId = runIdOf(content, chainId, desk);
  const run = { ...tools, runId, folder: join(tools.runsFolder, runId), desk };
  const place = { root: tools.logsFolder, chainId, desk, instance: tools.chainInstance };

  const earlier = await resume(run);
  if (sender.dryRun) return tryOut(run, earlier, content, name, await readDeskLogs(place));

  const { journal, before } = await openDeskLog(place, suite);
  try {
    const result = earlier ?? (await decide(run, journal, content, name, before));
    note(tools, result);
    const steps = await sender.run(await planSettlement(suite, result, earlier !== undefined));
    await recordSettled(journal, suite, result.header.number);
    return await conclude(run, result, steps);
  } finally {
    await journal.close();
  }
}

/** A file on its way through a desk. */
interface FileRun extends SettleTools {
  readonly runId: string;
  readonly folder: string;
  readonly desk: string;
}

/** Decides the file as a new batch, and leaves what anybody needs to run it again. */
async function decide(
  run: FileRun,
  journal: BatchJournal,
  content: string | Uint8Array,
  name: string,
  before: SettledBefore,
): Promise<BatchResult> {
  const result = await journal.run(await prepareInput(run, content, name, before), workersOf(run));
  await writeBatch(run.folder, result);
  return result;
}

/** What would happen; nothing is sent or written. */
async function tryOut(
  run: FileRun,
  earlier: BatchResult | undefined,
  content: string | Uint8Array,
  name: string,
  before: SettledBefore,
): Promise<SettledFile> {
  const { runId, folder } = run;
  const result = earlier ?? (await runBatch(await prepareInput(run, content, name, before), workersOf(run)));
  note(run, result);
  const steps = await run.sender.run(await planSettlement(run.suite, result, earlier !== undefined));
  return { runId, folder, result, settledChunks: 0, steps, mismatches: [] };
}

/** Writes down what became of the batch, and holds the chain against the receipts. */
async function conclude(run: FileRun, result: BatchResult, steps: readonly StepReport[]): Promise<SettledFile> {
  const { suite, provider, runId, folder, chainId, desk } = run;
  const settled = await readSettled(suite, result);

  await writeRecord(folder, chainId, desk, result);
  // Later transfers change balances too: only a run that has just settled something can be held against the chain.
  const mismatches = steps.length === 0 ? [] : await reconcile(suite, provider, result, (chunk) => settled.has(chunk));
  return { runId, folder, result, settledChunks: settled.size, steps, mismatches };
}

function note({ note: say }: SettleTools, { header, chunks }: BatchResult): void {
  say(`batch ${header.number}: ${header.instructionCount} trades in ${chunks.length} chunks`);
}

const workersOf = ({ workers }: SettleTools) => (workers === undefined ? {} : { workers });

/** The batch of an earlier start, if the chain knows it. One that was never opened is thrown away, because positions may have changed. */
async function resume(run: FileRun): Promise<BatchResult | undefined> {
  const file = await readBatch(run.folder);
  if (file === undefined) return undefined;
  const input = readBatchFile(file);
  const { batchHash } = await run.suite.settlementDesk.batchOf(input.number);

  const result = await runBatch(input, workersOf(run));
  return result.batchHash === batchHash ? result : undefined;
}

async function prepareInput(
  run: FileRun,
  content: string | Uint8Array,
  name: string,
  logged: SettledBefore,
): Promise<BatchInput> {
  const { suite, provider, chainId, fromBlock } = run;
  const { orders, trades } = parseSettlementFile(content, name);
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

  const before = addSettled(await readSettledOnChain(suite, provider, fromBlock), logged);
  const time = BigInt(block.timestamp);
  const input: BatchInput = { number: last + 1n, mode: "strict", time, snapshot, orders, trades, ...before };

  // Contract accounts are asked about their signatures at the snapshot's block; without any, the file says nothing of it.
  const asked = await askContracts(input, await openContractReader(provider, BigInt(block.number)));
  return asked.contracts?.accounts.length === 0 ? input : asked;
}

import { join } from "node:path";
import type { Provider } from "ethers";
import {
  askContracts,
  type BatchInput,
  type BatchResult,
  DEFAULT_MAX_CHUNK_INSTRUCTIONS,
  runBatch,
} from "../../executor/index.ts";
import type { Suite } from "../../sdk/connect.ts";
import type { JsonRpc } from "../../sdk/contract-reader.ts";
import { badInput, ExitCode, MoietyError } from "../../sdk/errors.ts";
import type { Mismatch } from "../../sdk/reconcile.ts";
import type { SettledBefore } from "../../sdk/settled-before.ts";
import { parseSettlementFile } from "../../sdk/settlement-file.ts";
import { type DeskLog, openDeskLog, readDeskLogs } from "../../sdk/settler/desk-log.ts";
import { readPositionLimit } from "../../sdk/settler/gas-model.ts";
import type { EndedBatch } from "../../sdk/settler/next-input.ts";
import { LOCAL_PACE, type Pace, PUBLIC_PACE } from "../../sdk/settler/pace.ts";
import { readerAt, readOpening } from "../../sdk/settler/read-opening.ts";
import { Settler } from "../../sdk/settler/settler.ts";
import { SettlerJournal } from "../../sdk/settler/settler-journal.ts";
import type { Sender, StepReport } from "../lib/sender.ts";
import { findEarlier } from "./find-earlier.ts";
import { fittingSteps, planSettlement } from "./post-batch.ts";
import { readBatches, runIdOf, writeBatch, writeRecord } from "./run-folder.ts";

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
  /** Left out: what suits a development chain or a public one. */
  readonly pace?: Partial<Pace>;
  /** Most instructions in a chunk. Left out: as many as the executor allows. */
  readonly maxChunkInstructions?: number;
}

export interface SettledFile {
  readonly runId: string;
  readonly folder: string;
  /** The first batch, in which everything of the file stands. */
  readonly result: BatchResult;
  /** What became of it, and of the batches into which went what the chain refused. None in a dry run. */
  readonly ended: readonly EndedBatch[];
  readonly settledChunks: number;
  readonly steps: readonly StepReport[];
  readonly mismatches: readonly Mismatch[];
}

/** A file, or a batch of one, on its way through a desk. */
export interface FileRun extends SettleTools {
  readonly runId: string;
  readonly folder: string;
  readonly desk: string;
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

  if (sender.dryRun && !sender.isExporting) return tryOut(run, content, name, await readDeskLogs(place));

  return withLogs(run, (log, journal) =>
    settleOn(run, log, journal, name, (logged) => prepareInput(run, content, name, logged)),
  );
}

/** Goes on with a run from what is in its folder, without the file that it began with. */
export async function resumeSettled(tools: SettleTools, runId: string): Promise<SettledFile> {
  const desk = await tools.suite.settlementDesk.getAddress();
  const run: FileRun = { ...tools, runId, folder: join(tools.runsFolder, runId), desk };
  return withLogs(run, (log, journal) =>
    settleOn(run, log, journal, runId, () => {
      throw nothingBegun(runId);
    }),
  );
}

async function withLogs<T>(
  { suite, logsFolder: root, chainId, desk, chainInstance: instance, folder }: FileRun,
  act: (log: DeskLog, journal: SettlerJournal) => Promise<T>,
): Promise<T> {
  const log = await openDeskLog({ root, chainId, desk, instance }, suite);
  try {
    const journal = await SettlerJournal.open(folder);
    try {
      return await act(log, journal);
    } finally {
      await journal.close();
    }
  } finally {
    await log.journal.close();
  }
}

/** Goes on where an earlier start has stopped, or begins with what `prepare` gives. */
export async function settleOn(
  run: FileRun,
  log: DeskLog,
  journal: SettlerJournal,
  name: string,
  prepare: (logged: SettledBefore) => Promise<BatchInput>,
): Promise<SettledFile> {
  const steps: StepReport[] = [];
  const settler = settlerOf(run, log, journal, steps);
  const isDry = run.sender.dryRun && !run.sender.isExporting;
  if (journal.events.length === 0 && !isDry) await journal.append(begun(run, name));

  const { ended, current } = await findEarlier(run, log, journal, await readBatches(run.folder));
  if (isDry) return rehearse(run, ended, current);
  const next = current ?? (await decideNext(run, settler, log, ended, prepare));
  if (next === undefined) return conclude(run, ended, steps);

  note(run, next);
  if (run.sender.isExporting && !(await settler.isClosed(next))) {
    return exportBatch(run, log, journal, next);
  }
  await run.sender.confirm((await planSettlement(run.suite, next)).map(({ title }) => title));
  return conclude(run, await settler.settle(next, ended), steps);
}

/** What would be sent next of a batch that is decided. */
async function rehearse(
  { suite, sender, runId, folder }: FileRun,
  ended: readonly EndedBatch[],
  current: BatchResult | undefined,
): Promise<SettledFile> {
  const result = ended[0]?.result ?? current;
  if (result === undefined) throw nothingBegun(runId);
  const steps = current === undefined ? [] : await sender.run(await planSettlement(suite, current));
  return { runId, folder, result, ended: [], settledChunks: 0, steps, mismatches: [] };
}

function nothingBegun(runId: string): MoietyError {
  return badInput(`nothing of the settlement ${runId} has reached the chain`, {
    todo: "start it with its file: `settle run`",
    notDone: "nothing was sent",
  });
}

/** Gives a multisig what it is to send. It may do so at any time: until then, or until it is given up, the desk's log waits for it. */
async function exportBatch(
  { suite, provider, sender, runId, folder, note: say }: FileRun,
  { store }: DeskLog,
  journal: SettlerJournal,
  result: BatchResult,
): Promise<SettledFile> {
  const { header, batchHash } = result;
  await store.markExported(result);
  await journal.append({ event: "exported", batch: `${header.number}`, batchHash });
  const { steps: planned, left } = await fittingSteps(suite, provider, result);
  const steps = await sender.run(planned);
  if (left > 0) say(`${left} more calls do not fit one transaction: run the same command again once these are sent`);
  return { runId, folder, result, ended: [], settledChunks: 0, steps, mismatches: [] };
}

/** The batch after those that have ended, or the first. */
async function decideNext(
  run: FileRun,
  settler: Settler,
  log: DeskLog,
  ended: readonly EndedBatch[],
  prepare: (logged: SettledBefore) => Promise<BatchInput>,
): Promise<BatchResult | undefined> {
  await finishOpen(settler, log);
  const last = ended.at(-1);
  if (last !== undefined) return settler.goOn(last, ended.length);
  await requireClosed(run);
  return settler.decide(await prepare(log.before), 1);
}

/** A batch of another run that the chain has closed, but not deep enough when it was last looked at. */
async function finishOpen(settler: Settler, { journal }: DeskLog): Promise<void> {
  const [open] = journal.open;
  if (open === undefined) return;
  if (open.result === undefined || !(await settler.isClosed(open.result))) throw stillOpen(open.number);
  await settler.settleOne(open.result);
}

function settlerOf(run: FileRun, log: DeskLog, journal: SettlerJournal, steps: StepReport[]): Settler {
  return new Settler({
    ...run,
    signer: run.sender.signer,
    log,
    journal,
    pace: paceOf(run),
    maxChunkInstructions: run.maxChunkInstructions ?? DEFAULT_MAX_CHUNK_INSTRUCTIONS,
    onPosted: (call) => steps.push({ ...call, status: "sent" }),
    keep: (result, round) => writeBatch(run.folder, result, round),
  });
}

/** What suits the chain, but for what was asked for. */
export function paceOf({ chainInstance, pace }: Pick<SettleTools, "chainInstance" | "pace">): Pace {
  return { ...(chainInstance === null ? PUBLIC_PACE : LOCAL_PACE), ...pace };
}

function begun({ chainId, desk, chainInstance, runId }: FileRun, name: string) {
  return {
    event: "begun",
    chainId: `${chainId}`,
    desk,
    instance: chainInstance,
    input: runId,
    name,
  } as const;
}

/** What would happen; nothing is sent or written. */
async function tryOut(
  run: FileRun,
  content: string | Uint8Array,
  name: string,
  before: SettledBefore,
): Promise<SettledFile> {
  const { runId, folder, suite, sender } = run;
  await requireClosed(run);
  const result = await runBatch(await prepareInput(run, content, name, before), workersOf(run));
  note(run, result);
  const steps = await sender.run(await planSettlement(suite, result));
  return { runId, folder, result, ended: [], settledChunks: 0, steps, mismatches: [] };
}

/** Writes down what became of the file. */
async function conclude(
  run: FileRun,
  ended: readonly EndedBatch[],
  steps: readonly StepReport[],
): Promise<SettledFile> {
  const { runId, folder, chainId, desk } = run;
  const result = ended[0]?.result;
  if (result === undefined) throw new RangeError("a file becomes at least one batch");

  await writeRecord(
    folder,
    chainId,
    desk,
    ended.map((each) => each.result),
  );
  const settledChunks = ended.reduce((sum, { settled }) => sum + settled.size, 0);
  return {
    ...{ runId, folder, result, ended, settledChunks, steps },
    mismatches: ended.flatMap(({ mismatches }) => mismatches),
  };
}

function note({ note: say }: SettleTools, { header, chunks }: BatchResult): void {
  say(`batch ${header.number}: ${header.instructionCount} trades in ${chunks.length} chunks`);
}

export const workersOf = ({ workers }: Pick<SettleTools, "workers">) => (workers === undefined ? {} : { workers });

async function requireClosed({ suite }: FileRun): Promise<void> {
  const last = await suite.settlementDesk.lastBatch();
  if ((await suite.settlementDesk.batchOf(last)).open) throw stillOpen(last);
}

function stillOpen(number: bigint): MoietyError {
  return new MoietyError({
    what: `batch ${number} is still open`,
    why: "a batch is settled or closed before the next one begins",
    todo: "run its file again, or `settle post`, to finish it",
    notDone: "nothing was sent",
    exitCode: ExitCode.refused,
  });
}

async function prepareInput(
  run: FileRun,
  content: string | Uint8Array,
  name: string,
  logged: SettledBefore,
): Promise<BatchInput> {
  const { orders, trades } = parseSettlementFile(content, name);
  const opening = await readOpening(run, {
    assets: orders.map(({ asset }) => asset),
    currencies: orders.map(({ currency }) => currency),
    accounts: orders.map(({ trader }) => trader),
    logged,
  });
  const number = (await run.suite.settlementDesk.lastBatch()) + 1n;
  const { maxChunkInstructions } = run;
  const limits = {
    maxChunkPositions: await readPositionLimit(run.suite, run.provider, opening.snapshot),
    ...(maxChunkInstructions !== undefined && { maxChunkInstructions }),
  };
  const input: BatchInput = { number, mode: "strict", ...opening, ...limits, orders, trades };

  // Contract accounts are asked about their signatures at the snapshot's block; without any, the file says nothing of it.
  const asked = await askContracts(input, await readerAt(run, opening.snapshot));
  return asked.contracts?.accounts.length === 0 ? input : asked;
}

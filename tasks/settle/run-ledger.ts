import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  BatchJournal,
  type BatchOpening,
  type BatchResult,
  chunksToSettle,
  ExecutorInputError,
  isAccepted,
  LogDamagedError,
  type LogIdentity,
  readBatchOpening,
  receiptsOf,
} from "../../executor/index.ts";
import { badInput } from "../../sdk/errors.ts";
import { parseInstructionFile } from "../../sdk/settlement-file.ts";
import { parseWhole } from "../../sdk/units.ts";
import type { Outcome } from "../lib/outcome.ts";
import { table } from "../lib/table.ts";
import { countByCode } from "./count-by-code.ts";
import { findLogHeader } from "./replay.ts";
import { writeBatch } from "./run-folder.ts";

export interface LedgerArguments {
  readonly file: string;
  /** Folder of the ledger: its log, and a folder for each batch. */
  readonly ledger: string;
  /** What the first batch opens with; empty for every later one. */
  readonly opening: string;
  /** Seconds (Unix) that count as now; empty for the opening's in the first batch, and for the clock's in later ones. */
  readonly time: string;
  /** Worker threads; below 0 one per core. */
  readonly workers: number;
}

/**
 * Runs a file of all kinds as the next batch of a ledger that no chain keeps: what it opens with is in a file, and from then on in
 * the ledger's own log. All chunks count as settled. Nothing is decided of a file in which anything is wrong.
 */
export async function runOnLedger({ file, ledger, opening, time, workers }: LedgerArguments): Promise<Outcome> {
  const content = await read(file, "the file");
  const { orders, trades, bulks } = parseInstructionFile(content, file);
  const begun = await findLogHeader(ledger);
  const first = await firstOpening(begun, ledger, opening);
  const identity = begun ?? identityOf(first);
  const now = time === "" ? undefined : parseWhole(time, "--time");
  await mkdir(ledger, { recursive: true });

  const journal = await openJournal(ledger, identity);
  try {
    const finished = await finishOpen(journal, ledger);
    const next = nextOpening(journal, first, ledger);
    const input = { ...next, ...(now !== undefined && { time: now }), orders, trades, bulks };
    const how = workers < 0 ? {} : { workers };
    const result = await journal.run(input, how).catch((cause: unknown) => {
      if (!(cause instanceof ExecutorInputError)) throw cause;
      throw badInput("the batch cannot be run", { where: file, why: cause.message, notDone: "nothing was decided" });
    });
    const folder = await conclude(journal, ledger, result);
    return report(result, folder, finished);
  } finally {
    await journal.close();
  }
}

/** What the next batch opens with: what the file of the opening says, or what the batch before has left. */
function nextOpening({ state, nextNumber: number }: BatchJournal, first: BatchOpening | undefined, ledger: string) {
  const { positions: snapshot } = state;
  if (snapshot === undefined) {
    if (first === undefined) throw needsOpening(ledger);
    return first;
  }
  if (first !== undefined) {
    const todo = "leave out --opening";
    throw badInput("the ledger has begun", { where: ledger, todo, notDone: "nothing was decided" });
  }
  const time = BigInt(Math.floor(Date.now() / 1_000));
  return { number, mode: "strict", time, snapshot } as const;
}

/** What `--opening` says; a ledger that has not begun needs it. */
async function firstOpening(
  begun: LogIdentity | undefined,
  ledger: string,
  path: string,
): Promise<BatchOpening | undefined> {
  if (path === "") {
    if (begun === undefined) throw needsOpening(ledger);
    return undefined;
  }
  const text = (await read(path, "the opening")).toString("utf8");
  try {
    return readBatchOpening(text);
  } catch (error) {
    if (!(error instanceof ExecutorInputError)) throw error;
    throw badInput("this is no opening", { where: path, why: error.message, notDone: "nothing was decided" });
  }
}

function needsOpening(ledger: string) {
  return badInput("the ledger has no batch yet", {
    where: ledger,
    todo: "say with --opening what its first batch opens with",
    notDone: "nothing was decided",
  });
}

function identityOf(first: BatchOpening | undefined): LogIdentity {
  if (first === undefined) throw new RangeError("a ledger without a log has an opening");
  const { snapshot, number } = first;
  return { chainId: snapshot.chainId, desk: snapshot.desk.toLowerCase(), firstBatch: number };
}

async function openJournal(ledger: string, identity: LogIdentity): Promise<BatchJournal> {
  try {
    return await BatchJournal.open(ledger, identity);
  } catch (error) {
    if (!(error instanceof ExecutorInputError) && !(error instanceof LogDamagedError)) throw error;
    throw badInput("the ledger cannot be opened", {
      where: ledger,
      why: error.message,
      notDone: "nothing was decided",
    });
  }
}

/** A batch that a kill has left open counts like any other: it was decided. Their numbers. */
async function finishOpen(journal: BatchJournal, ledger: string): Promise<bigint[]> {
  const finished: bigint[] = [];
  for (const { number, result } of [...journal.open]) {
    if (result === undefined) throw new RangeError(`batch ${number} is open and has no outcome`);
    await conclude(journal, ledger, result);
    finished.push(number);
  }
  return finished;
}

/** Writes down a decided batch and that all of it stands. Returns its folder. */
async function conclude(journal: BatchJournal, ledger: string, result: BatchResult): Promise<string> {
  const { number } = result.header;
  const folder = join(ledger, `batch-${number}`);
  await writeBatch(folder, result, 1);
  const settled = journal.open.find((each) => each.number === number)?.settled ?? new Set<number>();
  const left = (await chunksToSettle(result)).map(({ chunk }) => chunk.index).filter((chunk) => !settled.has(chunk));
  if (left.length > 0) await journal.settled(number, left);
  await journal.closeBatch(number);
  return folder;
}

async function read(path: string, name: string): Promise<Buffer> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw badInput(`${name} cannot be read`, { where: path, why: error.code ?? error.message });
  });
}

function report(result: BatchResult, folder: string, finished: readonly bigint[]): Outcome {
  const codes = receiptsOf(result).map(({ code }) => code);
  const accepted = codes.filter(isAccepted).length;
  const refusals = countByCode(codes.filter((code) => !isAccepted(code)));
  const { number, instructionCount, chunkCount, time } = result.header;
  const data = {
    folder,
    batch: { number, batchHash: result.batchHash, time, chunks: chunkCount },
    instructions: instructionCount,
    accepted,
    refusals,
    finished,
  };
  const rows = refusals.map(({ code, name, count, sentence }) => [String(code), name, String(count), sentence]);
  const text = [
    ...finished.map((each) => `Batch ${each}, which was left open, is closed now.`),
    ...(rows.length === 0 ? [] : [table(["Code", "Refused", "Instructions", "Why"], rows)]),
    `Batch ${number}: ${accepted} of ${instructionCount} instructions accepted in ${chunkCount} chunks.`,
    `Batch file and receipts are in ${folder}.`,
  ].join("\n");
  return { data, text };
}

import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type BatchInput,
  BatchJournal,
  type BatchOpening,
  type BatchResult,
  carryInto,
  chunksToSettle,
  ExecutorInputError,
  isAccepted,
  LogDamagedError,
  type LogHeader,
  type LogIdentity,
  type LogState,
  readBatchOpening,
  receiptsOf,
  replayLog,
  runBatch,
} from "../../executor/index.ts";
import { badInput } from "../../sdk/errors.ts";
import { parseInstructionFile } from "../../sdk/settlement-file.ts";
import { writeBytes } from "../../sdk/settler/batch-store.ts";
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
  /** Says what would become of the file, and writes nothing. */
  readonly dryRun: boolean;
}

/** What the first batch opened with, kept in the ledger's folder: what was final and filled before stays so. */
const OPENING_FILE = "opening.json";

/**
 * Runs a file of all kinds as the next batch of a ledger that no chain keeps: what it opens with is in a file, and from then on in
 * the ledger's own log. All chunks count as settled. Nothing is decided of a file in which anything is wrong.
 */
export async function runOnLedger(args: LedgerArguments): Promise<Outcome> {
  const { file, ledger, time, workers, dryRun } = args;
  const asked = parseInstructionFile(await read(file, "the file"), file);
  const begun = await findLogHeader(ledger);
  const { opening, text } = await findOpening(args);
  const identity = begun ?? identityOf(opening);
  const how = workers < 0 ? {} : { workers };
  const now = time === "" ? {} : { time: parseWhole(time, "--time") };
  const inputAfter = (state: LogState): BatchInput => ({ ...nextOpening(state, opening, args), ...now, ...asked });
  if (dryRun) return rehearse(args, begun, inputAfter, how);

  await mkdir(ledger, { recursive: true });
  const journal = await openJournal(ledger, identity);
  try {
    const finished = await finishOpen(journal, ledger);
    const input = inputAfter(journal.state);
    if (args.opening !== "") await writeBytes(join(ledger, OPENING_FILE), text);
    const result = await journal.run(input, how).catch((cause: unknown) => {
      throw cannotRun(file, cause);
    });
    const folder = await conclude(journal, ledger, result);
    return report(result, finished, `Batch file and receipts are in ${folder}.`, folder);
  } finally {
    await journal.close();
  }
}

/** What would become of the file; nothing is written. */
async function rehearse(
  { file, ledger }: LedgerArguments,
  begun: LogHeader | undefined,
  inputAfter: (state: LogState) => BatchInput,
  how: { readonly workers?: number },
): Promise<Outcome> {
  const nothing = { lastBatch: 0n, positions: undefined, final: new Set<string>(), filled: new Map<string, bigint>() };
  const replayed = begun === undefined ? undefined : await replayLog(ledger, begun, { run: "fast" });
  const [open] = replayed?.open ?? [];
  if (open !== undefined) {
    const todo = "run without --dry-run, which closes it first";
    throw badInput(`batch ${open.number} was left open`, { where: ledger, todo, notDone: "nothing was decided" });
  }
  const state = replayed?.state ?? nothing;
  const result = await runBatch(carryInto(inputAfter(state), state), how).catch((cause: unknown) => {
    throw cannotRun(file, cause);
  });
  return report(result, [], "Nothing was written.", null);
}

function cannotRun(file: string, cause: unknown): unknown {
  if (!(cause instanceof ExecutorInputError)) return cause;
  return badInput("the batch cannot be run", { where: file, why: cause.message, notDone: "nothing was decided" });
}

/** What the next batch opens with: what the file of the opening says, or what the batch before has left. */
function nextOpening(
  { positions: snapshot, lastBatch }: LogState,
  first: BatchOpening,
  { ledger, opening }: LedgerArguments,
): BatchOpening {
  if (snapshot === undefined) return first;
  if (opening !== "") {
    const todo = "leave out --opening";
    throw badInput("the ledger has begun", { where: ledger, todo, notDone: "nothing was decided" });
  }
  return { ...first, number: lastBatch + 1n, time: BigInt(Math.floor(Date.now() / 1_000)), snapshot };
}

/** What `--opening` says, or once the ledger has begun, its folder. */
async function findOpening({ ledger, opening }: LedgerArguments): Promise<{ opening: BatchOpening; text: Uint8Array }> {
  const path = opening === "" ? join(ledger, OPENING_FILE) : opening;
  if (opening === "" && !existsSync(path)) throw needsOpening(ledger);
  const text = await read(path, "the opening");
  try {
    return { opening: readBatchOpening(text.toString("utf8")), text };
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

function identityOf({ snapshot, number }: BatchOpening): LogIdentity {
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

function report(result: BatchResult, finished: readonly bigint[], where: string, folder: string | null): Outcome {
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
    where,
  ].join("\n");
  return { data, text };
}

import { open } from "node:fs/promises";
import {
  CHECK_LEVELS,
  type CheckLevel,
  decodeLogHeader,
  isCheckLevel,
  LOG_HEADER_BYTES,
  LogDamagedError,
  type LogHeader,
  logPath,
  ReplayDifferenceError,
  replayLog,
} from "../../executor/index.ts";
import { badInput, ExitCode } from "../../sdk/errors.ts";
import type { CommonArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";

interface ReplayArguments extends CommonArguments {
  readonly folder: string;
  readonly plain: boolean;
  readonly fromStart: boolean;
  readonly check: string;
}

export default runAction<ReplayArguments>("settle.replay", (_context, args) => replayFolder(args));

/** What was found when nothing differed. */
const CHECKED: Readonly<Record<CheckLevel, string>> = {
  all: "each came to what the log says",
  roots: "each came to what the log says, if its signatures were what the log says they were: none was verified",
  ledger:
    "each came to the receipts in the log, if its signatures, ids and roots are what the log says: none was verified",
};

/** Runs the batches of a desk's log again and insists on the outcomes that stand in it. Changes nothing. */
export async function replayFolder(args: Omit<ReplayArguments, "json">): Promise<Outcome> {
  const { folder, plain, fromStart } = args;
  const check = readCheck(args);
  const path = logPath(folder);
  const header = await readHeader(path);
  const { chainId, desk } = header;

  try {
    const replay = await replayLog(folder, header, {
      run: plain ? "judge" : "fast",
      from: fromStart ? "start" : "snapshot",
      check,
    });
    const { state, open: openBatches, batches, frames, torn, skippedSnapshots } = replay;
    const data = {
      log: path,
      chainId,
      desk,
      firstBatch: header.firstBatch,
      lastBatch: state.lastBatch,
      open: openBatches.map(({ number, isDecided, settled }) => ({ number, isDecided, settledChunks: settled.size })),
      batchesRun: batches,
      check,
      frames,
      instructionsFinal: state.final.size,
      torn: torn ?? null,
      skippedSnapshots,
    };
    const text = [
      `Log of desk ${desk} on chain ${chainId}, from batch ${header.firstBatch}: ${frames} frames.`,
      `${batches} batches were run again (${plain ? "plain" : "fast"}, from ${fromStart ? "the start" : "the newest snapshot"}); ${CHECKED[check]}.`,
      `The last closed batch is ${state.lastBatch}; ${state.final.size} instructions are final, ${openBatches.length} batches open.`,
      ...(torn === undefined ? [] : [`Behind the last whole frame there is a torn one; the next run cuts it off.`]),
      ...skippedSnapshots.map(({ path: skipped, why }) => `Snapshot passed over: ${skipped}, ${why}`),
    ].join("\n");
    return { data, text };
  } catch (error) {
    if (!(error instanceof ReplayDifferenceError) && !(error instanceof LogDamagedError)) throw error;
    const exitCode = ExitCode.checkFailed;
    const todo = "keep the folder as it is, and take the log from a copy that replays";
    const problem = { what: "the log does not replay", where: path, why: error.message, todo, exitCode };
    return { data: null, text: "", exitCode, error: problem };
  }
}

function readCheck({ check, plain }: Pick<ReplayArguments, "check" | "plain">): CheckLevel {
  const todo = `one of ${CHECK_LEVELS.join(", ")}`;
  if (!isCheckLevel(check)) throw badInput("there is no such check", { where: "--check", why: `"${check}"`, todo });
  if (plain && check !== "all") {
    throw badInput("the plain executor checks all", {
      where: "--check",
      why: `"${check}" with --plain`,
      todo: "leave out one",
    });
  }
  return check;
}

async function readHeader(path: string): Promise<LogHeader> {
  const header = await headerAt(path);
  if (header !== undefined) return header;
  throw badInput("there is no log", { where: path, why: "ENOENT", todo: "name the folder in which batches.log is" });
}

/** What a folder's log is of; undefined if there is none. */
export const findLogHeader = (folder: string): Promise<LogHeader | undefined> => headerAt(logPath(folder));

async function headerAt(path: string): Promise<LogHeader | undefined> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw badInput("the log cannot be read", { where: path, why: error.code ?? error.message });
  });
  if (file === undefined) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(LOG_HEADER_BYTES), 0, LOG_HEADER_BYTES, 0);
    return decodeLogHeader(buffer.subarray(0, bytesRead), path);
  } catch (error) {
    throw badInput("this is no log", { where: path, why: error instanceof Error ? error.message : String(error) });
  } finally {
    await file.close();
  }
}

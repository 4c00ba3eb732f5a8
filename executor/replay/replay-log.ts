import { join } from "node:path";
import { requireInput } from "../errors.ts";
import { type FileLayer, nodeFiles } from "../log/file-layer.ts";
import { FrameReader, startOf, type TornTail } from "../log/frame-reader.ts";
import { decodeLogHeader, LOG_HEADER_BYTES, type LogIdentity, requireIdentity } from "../log/log-header.ts";
import type { CheckLevel } from "./check-level.ts";
import type { LogState } from "./log-state.ts";
import { OutcomesAhead } from "./outcomes-ahead.ts";
import { ReplayDifferenceError } from "./replay-difference.ts";
import { type OpenBatch, Replayer, type ReplayHow, RUNNERS, type Runner } from "./replayer.ts";
import { rerunBatch } from "./rerun-batch.ts";
import { type LoadedSnapshot, loadSnapshot, loadSnapshots, type SkippedSnapshot } from "./snapshot-folder.ts";
import { encodeState } from "./state-file.ts";

export interface ReplayOptions {
  /** Left out: `fast`. */
  readonly run?: Runner | keyof typeof RUNNERS;
  /** `start` reads the whole log and holds each snapshot against it. Left out: from the newest snapshot that is whole. */
  readonly from?: "snapshot" | "start";
  readonly files?: FileLayer;
  /**
   * How much of each outcome is checked; left out: all of it. Less needs a log that says what its signatures came to, and the
   * runner `fast`. Batches without outcome are checked in whole; by `ledger`, results of the others have no roots of chunks.
   */
  readonly check?: CheckLevel;
}

/** What a log comes to. */
export interface Replay {
  readonly identity: LogIdentity;
  readonly state: LogState;
  /** Batches that are not closed, each with its result. */
  readonly open: readonly OpenBatch[];
  /** Batches that were run again. */
  readonly batches: number;
  readonly frames: number;
  /** What is behind the last whole frame. It is left alone. */
  readonly torn: TornTail | undefined;
  readonly skippedSnapshots: readonly SkippedSnapshot[];
}

/** The log's file in its folder. */
export const logPath = (folder: string): string => join(folder, "batches.log");

/** The runner of `options`, which believes as much of the log as they say. */
function howOf({ run, check = "all" }: ReplayOptions, ahead: OutcomesAhead | undefined): ReplayHow {
  if (check === "all") return { run: runnerOf(run) };
  requireInput(run === undefined || run === "fast", `"${check}" is what the fast runner checks; others check all`);
  return {
    run: (input, outcome) => rerunBatch(input, outcome, check),
    comparesItself: check === "ledger",
    ...(ahead && { outcomeOf: (sequence: number) => ahead.outcomeOf(sequence) }),
  };
}

export function runnerOf(run: Runner | keyof typeof RUNNERS = "fast"): Runner {
  return typeof run === "string" ? RUNNERS[run] : run;
}

/**
 * Runs the batches of a log again and compares each with its outcome in the log; a batch without outcome is run, too. Changes
 * nothing. Throws a `ReplayDifferenceError`, or a `LogDamagedError` if the log itself cannot be believed.
 */
export async function replayLog(
  folder: string,
  wanted: Pick<LogIdentity, "chainId" | "desk">,
  options: ReplayOptions = {},
): Promise<Replay> {
  const { files = nodeFiles, from = "snapshot" } = options;
  const path = logPath(folder);
  const file = await files.open(path, "read");
  requireInput(file !== undefined, `there is no log at ${path}`);

  try {
    const header = decodeLogHeader(await file.read(0, LOG_HEADER_BYTES), path);
    requireIdentity(header, wanted, path);
    const found = from === "start" ? await loadSnapshots(files, folder, header) : undefined;
    const { start, skipped } =
      found === undefined ? await loadSnapshot(files, folder, header) : { start: undefined, skipped: found.skipped };
    const open = () => FrameReader.open(file, path, header, start?.after);
    const how = howOf(options, (options.check ?? "all") === "all" ? undefined : new OutcomesAhead(await open()));
    const replayer =
      start === undefined ? Replayer.fromStart(header, how, startOf(header)) : new Replayer(header, how, start);

    const reader = await open();
    for (let frame = await reader.next(); frame !== undefined; frame = await reader.next()) {
      await replayer.apply(frame);
      const snapshot = found?.whole.get(replayer.seen);
      if (snapshot !== undefined) requireSameState(snapshot, replayer.state, header);
    }
    await replayer.runOpen();

    const { state, open: openBatches, batches, seen: frames } = replayer;
    return {
      identity: header,
      state,
      open: openBatches,
      batches,
      frames,
      torn: reader.torn,
      skippedSnapshots: skipped,
    };
  } finally {
    await file.close();
  }
}

/** Throws unless a snapshot holds the state that the log comes to at its place. */
function requireSameState({ path, bytes, after, seen }: LoadedSnapshot, state: LogState, identity: LogIdentity): void {
  if (Buffer.compare(encodeState(state, { identity, after, seen }), bytes) === 0) return;
  throw new ReplayDifferenceError(
    state.lastBatch,
    `the state after frame ${seen}`,
    `what ${path} holds`,
    "another one",
  );
}

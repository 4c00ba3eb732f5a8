import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineReplay } from "../../executor/engine/engine-replay.ts";
import {
  AppendEngineLog,
  AppendLog,
  type CheckLevel,
  decodeLogHeader,
  Engine,
  FrameReader,
  LOG_HEADER_BYTES,
  logPath,
  nodeFiles,
  type Snapshot,
  type WorkerPool,
} from "../../executor/index.ts";
import type { LoadBatch } from "../../executor/load/create-load.ts";
import type { Frame } from "../../executor/log/frame-reader.ts";
import type { Kept } from "./engine-run.ts";

/** An engine's log on disk, and what its batches came to when it was written. */
export interface WrittenLog {
  readonly folder: string;
  readonly results: readonly Kept[];
  remove(): Promise<void>;
}

/** Frames of a batch that was run by itself: input, outcome, settled, closed. */
export const FRAMES_OF_FIRST = 4;

/** Runs `batches` by an engine that logs; the first by itself, so that its frames stand before all others. */
export async function writeEngineLog(
  snapshot: Snapshot,
  batches: readonly LoadBatch[],
  pool: WorkerPool,
): Promise<WrittenLog> {
  const folder = await mkdtemp(join(tmpdir(), "moiety-bench-replay-"));
  const { chainId, desk } = snapshot;
  const log = await AppendEngineLog.over(await AppendLog.open(logPath(folder), { chainId, desk, firstBatch: 1n }));
  const engine = await Engine.open({ snapshot }, { pool, log });
  const results: Kept[] = [];

  for (const part of [batches.slice(0, 1), batches.slice(1)]) {
    const done = await Promise.all(part.map((batch) => engine.submit({ ...batch, mode: "strict" })));
    results.push(...done.map(({ receipts, header }) => ({ receipts, header })));
  }
  await engine.close();
  return { folder, results, remove: () => rm(folder, { recursive: true }) };
}

/** Replays a log. The clock runs from behind the first batch to the last comparison. */
export async function replayOnce({ folder }: WrittenLog, check: CheckLevel, pool: WorkerPool) {
  const replay = await EngineReplay.create({ pool }, check);
  let started = performance.now();
  await readFrames(folder, async (frame) => {
    await replay.visit(frame);
    if (frame.position.sequence !== FRAMES_OF_FIRST) return;
    await replay.drain();
    started = performance.now();
  });
  await replay.drain();
  const ms = performance.now() - started;
  await replay.checkPositions();
  return { ms };
}

/** Visits every frame of the log in `folder`. */
export async function readFrames(folder: string, visit: (frame: Frame) => Promise<void>): Promise<void> {
  const path = logPath(folder);
  const file = await nodeFiles.open(path, "read");
  if (file === undefined) throw new Error(`there is no log at ${path}`);
  try {
    const reader = await FrameReader.open(file, path, decodeLogHeader(await file.read(0, LOG_HEADER_BYTES), path));
    for (let frame = await reader.next(); frame !== undefined; frame = await reader.next()) await visit(frame);
  } finally {
    await file.close();
  }
}

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AppendLog,
  type AppendLogOptions,
  decodeLogHeader,
  type FileLayer,
  type Frame,
  FrameReader,
  LOG_HEADER_BYTES,
  type LogIdentity,
  nodeFiles,
} from "../../../executor/index.ts";
import { CHAIN_ID, DESK } from "./trading-world.ts";

export const IDENTITY: LogIdentity = { chainId: CHAIN_ID, desk: DESK, firstBatch: 1n };

/** Kinds of the frames that a log writes by itself. */
export const CUT = 254;
export const SEALED = 255;

/** Frames of this kind are the tests' own. */
export const NOTE = 9;

/** The payload of note `number`, of another length for each. */
export const note = (number: number): Uint8Array => Buffer.from(`note ${number} ${"·".repeat((number * 7) % 40)}`);

/** Does `work` in a folder of its own. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "moiety-log-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What stands in a log, as opening it for writing finds it. */
export async function recover(path: string, options: AppendLogOptions = {}) {
  const frames: Frame[] = [];
  const log = await AppendLog.open(path, IDENTITY, { ...options, visit: async (frame) => void frames.push(frame) });
  return { log, frames, notes: notesIn(frames), cut: log.cut };
}

/** The same without opening it for writing, and so without changing it. */
export async function read(path: string, files: FileLayer = nodeFiles) {
  const file = await files.open(path, "read");
  if (file === undefined) throw new Error(`there is no log at ${path}`);
  try {
    const header = decodeLogHeader(await file.read(0, LOG_HEADER_BYTES), path);
    const reader = await FrameReader.open(file, path, header);
    const frames: Frame[] = [];
    for (let frame = await reader.next(); frame !== undefined; frame = await reader.next()) frames.push(frame);
    return { frames, notes: notesIn(frames), torn: reader.torn };
  } finally {
    await file.close();
  }
}

export function notesIn(frames: readonly Frame[]): string[] {
  return frames.filter(({ kind }) => kind === NOTE).map(({ payload }) => Buffer.from(payload).toString("utf8"));
}

/** The texts of the first `count` notes. */
export const firstNotes = (count: number): string[] =>
  Array.from({ length: count }, (_, number) => Buffer.from(note(number)).toString("utf8"));

/**
 * A log at `path` with groups of notes, as many as `groups` says; the notes of a group are made durable together. `sealed` or
 * left as a killed process leaves it.
 */
export async function writeNotes(path: string, groups: readonly number[], { sealed = true } = {}): Promise<Frame[]> {
  const log = await AppendLog.open(path, IDENTITY);
  let number = 0;
  for (const size of groups) {
    await Promise.all(Array.from({ length: size }, () => log.append(NOTE, note(number++))));
  }
  const unsealed = await readFile(path);
  await log.close();
  if (!sealed) await writeFile(path, unsealed);
  return (await read(path)).frames;
}

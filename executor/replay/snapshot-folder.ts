import { join } from "node:path";
import { ExecutorInputError } from "../errors.ts";
import type { FileLayer } from "../log/file-layer.ts";
import type { LogIdentity } from "../log/log-header.ts";
import type { LogState } from "./log-state.ts";
import type { ReplayStart } from "./replayer.ts";
import { decodeState, encodeState, type StatePlace } from "./state-file.ts";

/** A snapshot that could not be read, and why. The log has everything that was in it. */
export interface SkippedSnapshot {
  readonly path: string;
  readonly why: string;
}

/** Snapshots that stay; the newest may turn out to be damaged. */
const KEPT_SNAPSHOTS = 3;

const NAME = /^state-\d{16}\.bin$/;

/** Writes the state whole or not at all, named by how much of the log is in it, and removes what is too old to be needed. */
export async function writeSnapshot(
  files: FileLayer,
  folder: string,
  state: LogState,
  place: StatePlace,
): Promise<string> {
  const path = join(folder, `state-${String(place.seen).padStart(16, "0")}.bin`);
  await files.writeWhole(path, encodeState(state, place));

  const names = await namesIn(files, folder);
  for (const name of names.slice(KEPT_SNAPSHOTS)) await files.remove(join(folder, name));
  return path;
}

/** A snapshot that is whole. */
export interface LoadedSnapshot extends ReplayStart {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The newest snapshot that is whole, and those newer ones that are not. */
export async function loadSnapshot(
  files: FileLayer,
  folder: string,
  identity: LogIdentity,
): Promise<{ readonly start: LoadedSnapshot | undefined; readonly skipped: readonly SkippedSnapshot[] }> {
  const skipped: SkippedSnapshot[] = [];

  for (const name of await namesIn(files, folder)) {
    const snapshot = await readSnapshot(files, join(folder, name), identity);
    if (snapshot !== undefined && !("why" in snapshot)) return { start: snapshot, skipped };
    if (snapshot !== undefined) skipped.push(snapshot);
  }
  return { start: undefined, skipped };
}

/** All snapshots that are whole, by the last frame in them, and those that are not. */
export async function loadSnapshots(
  files: FileLayer,
  folder: string,
  identity: LogIdentity,
): Promise<{ readonly whole: ReadonlyMap<number, LoadedSnapshot>; readonly skipped: readonly SkippedSnapshot[] }> {
  const whole = new Map<number, LoadedSnapshot>();
  const skipped: SkippedSnapshot[] = [];

  for (const name of await namesIn(files, folder)) {
    const snapshot = await readSnapshot(files, join(folder, name), identity);
    if (snapshot === undefined) continue;
    if ("why" in snapshot) skipped.push(snapshot);
    else whole.set(snapshot.seen, snapshot);
  }
  return { whole, skipped };
}

async function readSnapshot(
  files: FileLayer,
  path: string,
  identity: LogIdentity,
): Promise<LoadedSnapshot | SkippedSnapshot | undefined> {
  const bytes = await files.readWhole(path);
  if (bytes === undefined) return undefined;
  try {
    return { path, bytes, ...decodeState(bytes, identity) };
  } catch (error) {
    if (!(error instanceof ExecutorInputError)) throw error;
    return { path, why: error.message };
  }
}

/** Newest first. */
async function namesIn(files: FileLayer, folder: string): Promise<string[]> {
  return (await files.list(folder))
    .filter((name) => NAME.test(name))
    .sort()
    .reverse();
}

import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { ExitCode, MoietyError } from "../errors.ts";

const lockSchema = z.object({ pid: z.int().positive(), host: z.string() });

/** Keeps other processes away from a run. What a killed process left behind does not count. */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, "lock");
  const own = join(folder, `lock.${randomUUID()}`);
  await writeFile(own, JSON.stringify({ pid: process.pid, host: hostname() }));
  try {
    // A link appears whole or not at all, and never in place of another.
    if (await tryLink(own, path)) return () => rm(path, { force: true });
    await removeAbandoned(path);
    if (await tryLink(own, path)) return () => rm(path, { force: true });
    throw taken(path, "another process has just begun with it");
  } finally {
    await rm(own, { force: true });
  }
}

async function tryLink(from: string, to: string): Promise<boolean> {
  return link(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return false;
      throw error;
    },
  );
}

async function removeAbandoned(path: string): Promise<void> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return;
  const holder = lockSchema.safeParse(parse(text)).data;
  if (holder !== undefined && (holder.host !== hostname() || isAlive(holder.pid))) {
    throw taken(path, `process ${holder.pid} on ${holder.host} is at work on it`);
  }

  // Two may find the same abandoned lock: only one of them can move it away, and it has to be the one that was read.
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  const moved = await readFile(aside, "utf8").catch(() => undefined);
  if (moved !== undefined && moved !== text) {
    await tryLink(aside, path);
    await rm(aside, { force: true });
    throw taken(path, "another process has just begun with it");
  }
  await rm(aside, { force: true });
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function taken(path: string, why: string): MoietyError {
  return new MoietyError({
    what: "the run is being carried out already",
    where: path,
    why,
    todo: "wait for it; if no such process is there any more, remove the file",
    notDone: "nothing was sent",
    exitCode: ExitCode.refused,
  });
}

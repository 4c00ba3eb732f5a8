import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { z } from "zod";
import { LogLockedError } from "./errors.ts";

const lockSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** When the process began, where the system tells; a later process of the same number is another one. */
  began: z.string().optional(),
  token: z.string(),
});

/** Locks that this thread holds: a lock of this very process that is not among them may be another thread's. */
const held = new Set<string>();

/** Makes `path` the sign that somebody is at work, and returns how to take it away. What a killed process left does not count. */
export async function lockFile(path: string): Promise<() => Promise<void>> {
  const token = randomUUID();
  const own = `${path}.${token}`;
  await writeFile(
    own,
    JSON.stringify({ pid: process.pid, host: hostname(), began: await beginOf(process.pid), token }),
  );
  try {
    // A link appears whole or not at all, and never in place of another.
    if (!(await tryLink(own, path))) {
      await removeAbandoned(path);
      if (!(await tryLink(own, path))) throw taken(path, "another process has just begun");
    }
  } finally {
    await rm(own, { force: true });
  }

  held.add(token);
  return async () => {
    held.delete(token);
    await rm(path, { force: true });
  };
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
  if (holder !== undefined && (holder.host !== hostname() || (await isAtWork(holder)))) {
    throw taken(path, `process ${holder.pid} on ${holder.host} is at work`);
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
    throw taken(path, "another process has just begun");
  }
  await rm(aside, { force: true });
}

async function isAtWork({ pid, began, token }: z.infer<typeof lockSchema>): Promise<boolean> {
  if (held.has(token)) return true;
  const now = await beginOf(pid);
  // In a container a restarted process often has its predecessor's number; when it began tells them apart.
  if (began !== undefined && now !== undefined) return began === now;
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Which start of the machine and when since then a process began; undefined where the system does not tell, or if there is none. */
async function beginOf(pid: number): Promise<string | undefined> {
  const [boot, stat] = await Promise.all([
    readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => undefined),
    readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined),
  ]);
  // The second field is the program's name in brackets, which may hold anything; the begin is the 20th after it.
  const ticks = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return boot === undefined || ticks === undefined ? undefined : `${boot.trim()}/${ticks}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function taken(path: string, why: string): LogLockedError {
  return new LogLockedError(
    `${path}: ${why}; one log has one writer. If there is no such process any more, remove the file`,
  );
}

import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Finding, ok, warning } from "./finding.ts";

const doneSchema = z.object({ state: z.literal("done") });

/** Runs of this machine that began and did not end. */
export async function checkRuns(folder: string): Promise<Finding[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });

  const unfinished = await Promise.all(
    names.toSorted().map(async (name) => {
      const run = join(folder, name);
      return (await isUnfinished(run)) ? [warning("Runs", `${run} is not finished`, WHAT_TO_DO)] : [];
    }),
  );
  const found = unfinished.flat();
  return found.length > 0 ? found : [ok("Runs", `none is unfinished in ${folder}`)];
}

const WHAT_TO_DO = "start the same command with the same input again: it goes on where it stopped";

/** A run writes its plan first and says at the end that it is done; a settlement begins with its batch and ends with its record. */
async function isUnfinished(run: string): Promise<boolean> {
  if (existsSync(join(run, "plan.json"))) return !(await saysDone(join(run, "summary.json")));
  return existsSync(join(run, "batch.bin")) && !existsSync(join(run, "record.json"));
}

/** A summary that is cut off, or not there, says nothing. */
async function saysDone(path: string): Promise<boolean> {
  const text = await readFile(path, "utf8").catch(() => "null");
  try {
    return doneSchema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

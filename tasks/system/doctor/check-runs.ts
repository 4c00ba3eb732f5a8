import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Finding, ok, warning } from "./finding.ts";

/** What a run of each kind writes first, and what it writes when it is through. */
const KINDS = [
  { first: "plan.json", last: "summary.json", todo: "start the same command with the same file again" },
  { first: "batch.bin", last: "record.json", todo: "start `settle run` with the same file again" },
] as const;

/** Runs of this machine that began and did not end. */
export async function checkRuns(folder: string): Promise<Finding[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });

  const unfinished = names.toSorted().flatMap((name) => {
    const has = (file: string): boolean => existsSync(join(folder, name, file));
    const kind = KINDS.find(({ first, last }) => has(first) && !has(last));
    return kind === undefined ? [] : [warning("Runs", `${join(folder, name)} is not finished`, kind.todo)];
  });
  return unfinished.length > 0 ? unfinished : [ok("Runs", `none is unfinished in ${folder}`)];
}

import { join } from "node:path";
import { badInput } from "../../sdk/errors.ts";
import { readRun, type WrittenRun } from "../../sdk/journal/run-folder.ts";

/** A run by its id, or by the path of its folder, as somebody has it who was only sent the folder. */
export async function locateRun(runsFolder: string, run: string): Promise<WrittenRun> {
  const found = (await readRun(join(runsFolder, run))) ?? (await readRun(run));
  if (found !== undefined) return found;

  throw badInput(`there is no run "${run}"`, { where: runsFolder, todo: "`run list` lists what there is" });
}

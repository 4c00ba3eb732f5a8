import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { MoietyError } from "../../sdk/errors.ts";
import { readRun } from "../../sdk/journal/run-folder.ts";
import { runStateOf } from "../../sdk/journal/run-state.ts";
import type { CommonArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";

interface ListArguments extends CommonArguments {
  readonly out: string;
}

export interface ListedRun {
  readonly id: string;
  readonly task: string | null;
  readonly state: string;
  readonly steps: string | null;
  readonly chainId: string | null;
  readonly instance: string | null;
  readonly plannedAt: string | null;
}

/** Every run of a folder, oldest first. One that cannot be read is in the list, too, and says so. */
export async function listWrittenRuns(runsFolder: string): Promise<ListedRun[]> {
  const names = await readdir(runsFolder).catch(() => []);
  const runs = await Promise.all(names.map((name) => describe(join(runsFolder, name), name)));
  return runs
    .filter((run) => run !== undefined)
    .toSorted((one, other) => ((one.plannedAt ?? "") < (other.plannedAt ?? "") ? -1 : 1));
}

export default runAction<ListArguments>("run.list", async (context) => {
  const runs = await listWrittenRuns(context.runsFolder);
  const rows = runs.map(({ id, task, state, steps, chainId, plannedAt }) =>
    [id, task, state, steps, chainId, plannedAt].map((each) => each ?? ""),
  );
  const text = table(["Run", "Task", "State", "Steps", "Chain", "Planned"], rows);
  return { data: { runs }, text: runs.length === 0 ? `There are no runs in ${context.runsFolder}.` : text };
});

async function describe(folder: string, id: string): Promise<ListedRun | undefined> {
  try {
    const run = await readRun(folder);
    if (run === undefined) return undefined;
    const { task, chainId, instance, plannedAt } = run.plan;
    const confirmed = run.steps.filter(({ state }) => state === "confirmed").length;
    const steps = `${confirmed}/${run.steps.length}`;
    return { id, task, state: runStateOf(run.steps), steps, chainId, instance, plannedAt };
  } catch (error) {
    if (!(error instanceof MoietyError)) throw error;
    const state = `unreadable: ${error.message}`;
    return { id, task: null, state, steps: null, chainId: null, instance: null, plannedAt: null };
  }
}

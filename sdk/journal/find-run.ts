import { join } from "node:path";
import { badInput } from "../errors.ts";
import { hashOf } from "./canonical-json.ts";
import { listRuns, readRun, type WrittenRun } from "./run-folder.ts";
import { type RunIdentity, type RunPlan, runIdOf } from "./run-plan.ts";
import { runStateOf } from "./run-state.ts";

export type Wanted = Omit<RunIdentity, "round">;

export interface FoundRun {
  readonly id: string;
  readonly round: number;
  readonly folder: string;
  /** The run that was begun and not finished; a new one is to be planned if there is none. */
  readonly unfinished: WrittenRun | undefined;
  /** The newest finished run of the same input. */
  readonly finished: WrittenRun | undefined;
}

/**
 * Finds the run that `wanted` goes on with. The same can be asked for again after it was done, because the world changes (a holder
 * can be paid who could not be); that is another round, with an id of its own.
 */
export async function findRun(runsFolder: string, wanted: Wanted, runId: string | undefined): Promise<FoundRun> {
  if (runId !== undefined) return findNamed(runsFolder, wanted, runId);

  let finished: WrittenRun | undefined;
  for (let round = 1; ; round += 1) {
    const id = runIdOf({ ...wanted, round });
    const folder = join(runsFolder, id);
    const run = await readRun(folder);
    if (run === undefined || !isDone(run)) return { id, round, folder, unfinished: run, finished };
    finished = run;
  }
}

/** Earlier runs of the same input on a development chain that was restarted since: they say nothing about this one. */
export async function findForgotten(runsFolder: string, wanted: Wanted): Promise<RunPlan[]> {
  // Other chains never forget, and reading every run to find that out takes its time.
  if (wanted.instance === null) return [];
  const plans = await listRuns(runsFolder);
  return plans.filter(
    ({ task, inputHash, chainId, instance }) =>
      task === wanted.task &&
      inputHash === hashOf(wanted.input) &&
      chainId === wanted.chainId &&
      instance !== wanted.instance,
  );
}

async function findNamed(runsFolder: string, wanted: Wanted, id: string): Promise<FoundRun> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(id)) {
    throw badInput(`"${id}" cannot be the id of a run`, { todo: "use up to 64 letters, digits, dots and dashes" });
  }
  const folder = join(runsFolder, id);
  const run = await readRun(folder);
  if (run === undefined) return { id, round: 1, folder, unfinished: undefined, finished: undefined };

  const identity = { ...run.plan, round: 1 };
  if (runIdOf(identity) !== runIdOf({ ...wanted, round: 1 })) {
    const restarted = run.plan.instance !== wanted.instance && run.plan.inputHash === hashOf(wanted.input);
    throw badInput(
      `the run ${id} is another one: ${restarted ? "the node was restarted since" : "it has another input"}`,
      {
        where: folder,
        todo: "use another --run-id, or none",
        notDone: "nothing was sent",
      },
    );
  }
  return { id, round: 1, folder, unfinished: isDone(run) ? undefined : run, finished: isDone(run) ? run : undefined };
}

function isDone({ steps }: WrittenRun): boolean {
  return runStateOf(steps) === "done";
}

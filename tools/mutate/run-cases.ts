import { Worker } from "node:worker_threads";
import type { Case, Outcome, WorkerTask } from "./worker.ts";

/** What a timer can wait at most. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Whether a mutant counts: it compiles, it changes what runs, and there was time for its tests. */
export function counts({ verdict }: Pick<Outcome, "verdict">): boolean {
  return verdict !== "stillborn" && verdict !== "same code" && verdict !== "unfinished";
}

/**
 * Judges cases in their order, one worker per task, until `wanted` of them count or the time is over. Which ones these are does not depend on
 * how fast the workers are: what was begun beyond them is left out.
 */
export async function runCases(
  cases: readonly Case[],
  tasks: readonly WorkerTask[],
  wanted: number,
  tell: (outcome: Outcome) => void,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const isEnough = () =>
    outcomes.filter(counts).length >= wanted || outcomes.some(({ verdict }) => verdict === "unfinished");

  const work = async (task: WorkerTask) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: task });
    try {
      while (!isEnough()) {
        const chosen = cases[next++];
        if (chosen === undefined) return;
        const outcome = await new Promise<Outcome | undefined>((resolve, reject) => {
          const clock = setTimeout(() => resolve(undefined), Math.min(task.endsAt - Date.now(), LONGEST_TIMER));
          worker
            .once("message", resolve)
            .once("error", reject)
            .once("message", () => clearTimeout(clock));
          worker.postMessage(chosen);
        });
        if (outcome === undefined) return; // the time is over while it is compiling
        worker.removeAllListeners("error");
        outcomes.push(outcome);
        tell(outcome);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(tasks.map(work));

  return firstThatCount(outcomes, wanted);
}

/** In the order of the cases, up to the last one that was wanted. */
export function firstThatCount<T extends Pick<Outcome, "index" | "verdict">>(
  outcomes: readonly T[],
  wanted: number,
): T[] {
  let counted = 0;
  return outcomes
    .toSorted((one, other) => one.index - other.index)
    .filter((outcome) => {
      if (counted >= wanted) return false;
      if (counts(outcome)) ++counted;
      return true;
    });
}

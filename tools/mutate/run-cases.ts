import { Worker } from "node:worker_threads";
import type { Case, Outcome, WorkerTask } from "./worker.ts";

/** Whether a mutant counts: it compiles, and it changes what runs. */
export function counts({ verdict }: Pick<Outcome, "verdict">): boolean {
  return verdict !== "stillborn" && verdict !== "same code";
}

/**
 * Judges cases in their order, one worker per task, until `wanted` of them count. Which ones these are does not depend on
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
  const isEnough = () => outcomes.filter(counts).length >= wanted;

  const work = async (task: WorkerTask) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: task });
    try {
      while (!isEnough()) {
        const chosen = cases[next++];
        if (chosen === undefined) return;
        const outcome = await new Promise<Outcome>((resolve, reject) => {
          worker.once("message", resolve).once("error", reject);
          worker.postMessage(chosen);
        });
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

import { parentPort, workerData } from "node:worker_threads";
import { readSource } from "../solc/compile.ts";
import { compileCode } from "./compile-code.ts";
import { type Code, installCode } from "./install-code.ts";
import { type Judgement, judge } from "./judge.ts";
import { applyMutant, type Mutant } from "./list-mutants.ts";
import { createMentions } from "./mentions.ts";

/** What a worker needs for its whole life. */
export interface WorkerTask {
  readonly folder: string;
  readonly seed: number;
  readonly limitMs: number;
  /** When all has to be over, as `Date.now` counts. */
  readonly endsAt: number;
}

/** One mutant to judge: the files whose code it may change, and the tests that are to notice. */
export interface Case {
  readonly index: number;
  readonly mutant: Mutant;
  readonly targets: readonly string[];
  readonly tests: readonly string[];
}

/** `stillborn` does not compile; `same code` changes nothing that runs. Neither counts. */
export interface Outcome extends Omit<Judgement, "verdict" | "output"> {
  readonly index: number;
  readonly verdict: Judgement["verdict"] | "stillborn" | "same code";
  /** What a run printed that ended without a failing test. */
  readonly output: string;
}

/** Judges mutants in one copy, one after the other. */
function createJudge(task: WorkerTask): (work: Case) => Promise<Outcome> {
  const mentions = createMentions(task.folder);
  const originals = new Map<string, readonly Code[]>();
  const originalOf = (target: string) => {
    const known = originals.get(target) ?? compileCode(target, task.folder) ?? [];
    originals.set(target, known);
    return known;
  };
  return (work) => judgeCase(work, task, mentions, originalOf);
}

async function judgeCase(
  { index, mutant, targets, tests }: Case,
  task: WorkerTask,
  mentions: ReturnType<typeof createMentions>,
  originalOf: (target: string) => readonly Code[],
): Promise<Outcome> {
  const replaced = { [mutant.path]: applyMutant(readSource(mutant.path, task.folder), mutant) };
  const changed: Code[] = [];
  for (const target of targets) {
    const codes = compileCode(target, task.folder, replaced);
    if (codes === undefined) return { index, verdict: "stillborn", killer: "", output: "", ms: 0 };
    changed.push(...codes.filter((code) => !isSame(code, originalOf(target))));
  }
  if (changed.length === 0) return { index, verdict: "same code", killer: "", output: "", ms: 0 };

  installCode(task.folder, changed);
  const names = changed.map(({ contract }) => contract);
  const concerned = tests.filter((file) => mentions(file, names));
  const { output, ...judgement } = await judge(task.folder, concerned, task);
  installCode(
    task.folder,
    [...new Set(changed.map(({ source }) => source))].flatMap((source) => originalOf(source)),
  );

  const isUnclear = judgement.verdict === "killed" && judgement.killer === "";
  return { index, ...judgement, output: isUnclear ? output : "" };
}

function isSame(code: Code, originals: readonly Code[]): boolean {
  const original = originals.find(({ contract }) => contract === code.contract);
  return original?.creation.object === code.creation.object && original.runtime.object === code.runtime.object;
}

const port = parentPort;
if (port !== null) {
  const task: WorkerTask = workerData;
  const judgeNext = createJudge(task);
  port.on("message", (work: Case) => {
    judgeNext(work).then(
      (outcome) => port.postMessage(outcome),
      (error: unknown) => {
        throw error;
      },
    );
  });
}

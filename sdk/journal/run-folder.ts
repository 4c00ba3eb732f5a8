import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { badInput } from "../errors.ts";
import { readJournal } from "./journal-file.ts";
import type { RunEvent } from "./run-event.ts";
import { parsePlan, planHash, type RunPlan } from "./run-plan.ts";
import { progressOf, type StepProgress } from "./run-state.ts";
import { syncFolder, writeWhole } from "./write-whole.ts";

export const PLAN_FILE = "plan.json";
export const JOURNAL_FILE = "journal.jsonl";

/** A run as its folder tells it, without asking the chain. */
export interface WrittenRun {
  readonly folder: string;
  readonly plan: RunPlan;
  readonly events: readonly RunEvent[];
  readonly steps: readonly StepProgress[];
  /** Bytes of a last line that a kill has torn. */
  readonly tornBytes: number;
}

/** Plans of another kind that have a folder beside the runs: what is to be paid, before anybody sends anything. */
const OTHER_PLANS = /^\{\s*"schema":\s*"moiety\.income-plan\/1"/;

/** The plan in a folder; `undefined` if there is none, which is also what a kill before the plan was written leaves. */
export async function readPlan(folder: string): Promise<RunPlan | undefined> {
  const path = join(folder, PLAN_FILE);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  return text === undefined || OTHER_PLANS.test(text) ? undefined : parsePlan(text, path);
}

export async function writePlan(folder: string, plan: RunPlan): Promise<void> {
  await mkdir(folder, { recursive: true });
  await syncFolder(join(folder, ".."));
  await writeWhole(join(folder, PLAN_FILE), `${JSON.stringify(plan, null, 2)}\n`);
}

/** Plan and journal of a folder; changes nothing in it. */
export async function readRun(folder: string): Promise<WrittenRun | undefined> {
  const plan = await readPlan(folder);
  if (plan === undefined) return undefined;

  const { events, tornBytes } = await readJournal(join(folder, JOURNAL_FILE));
  requireSamePlan(folder, plan, events);
  return { folder, plan, events, steps: progressOf(plan, events), tornBytes };
}

/** Every run in a folder of runs, oldest first. Folders without a plan are other tasks' and are passed over. */
export async function listRuns(runsFolder: string): Promise<RunPlan[]> {
  const names = await readdir(runsFolder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const plans = await Promise.all(names.map((name) => readPlan(join(runsFolder, name))));
  return plans
    .filter((plan) => plan !== undefined)
    .toSorted((one, other) => (one.plannedAt < other.plannedAt ? -1 : 1));
}

/** A journal begins with the hash of its plan: neither can be exchanged without the other. */
export function requireSamePlan(folder: string, plan: RunPlan, events: readonly RunEvent[]): void {
  const [first] = events;
  if (first === undefined || (first.event === "begun" && first.plan === planHash(plan))) return;

  throw badInput("the plan is not the one that the journal belongs to", {
    where: folder,
    why: "one of the two was changed or exchanged",
    todo: "restore the folder from a copy, or move it away and start the command again",
    notDone: "nothing was sent",
  });
}

import type { RunEvent } from "./run-event.ts";
import type { RunPlan } from "./run-plan.ts";

export type StepState = "planned" | "sent" | "confirmed" | "failed" | "unknown";

/** A transaction that may live: a nonce that was decided, and what a node answered. */
export interface Attempt {
  readonly nonce: number;
  /** The newest block when it was decided. */
  readonly block: number;
  /** In the order of sending; none if the answer never came. */
  readonly hashes: readonly string[];
}

/** How far one step has come, by the journal alone. */
export interface StepProgress {
  readonly state: StepState;
  /** Only while its end is open. */
  readonly attempt: Attempt | null;
  readonly hash: string | null;
  readonly block: number | null;
  readonly gasUsed: bigint | null;
  readonly reason: string | null;
  /** Places in the step's rows that the contract passed over. */
  readonly notDone: readonly number[];
}

export type RunState = "planned" | "begun" | "stopped" | "done";

/** A step that nothing is known of. */
export const NOT_BEGUN: StepProgress = {
  state: "planned",
  attempt: null,
  hash: null,
  block: null,
  gasUsed: null,
  reason: null,
  notDone: [],
};

/** Where every step stands after these events. */
export function progressOf({ steps }: Pick<RunPlan, "steps">, events: readonly RunEvent[]): StepProgress[] {
  const progress = steps.map(() => NOT_BEGUN);
  for (const event of events) {
    if (!("step" in event)) continue;
    const before = progress[event.step];
    if (before !== undefined) progress[event.step] = after(before, event);
  }
  return progress;
}

function after(before: StepProgress, event: Extract<RunEvent, { step: number }>): StepProgress {
  switch (event.event) {
    case "intent":
      return { ...NOT_BEGUN, state: "unknown", attempt: { nonce: event.nonce, block: event.block, hashes: [] } };
    case "sent": {
      const { nonce, block, hashes } = before.attempt ?? { nonce: event.nonce, block: 0, hashes: [] };
      return {
        ...NOT_BEGUN,
        state: "sent",
        attempt: { nonce, block, hashes: [...hashes, event.hash] },
        hash: event.hash,
      };
    }
    case "confirmed": {
      const { hash, block, notDone } = event;
      return { ...NOT_BEGUN, state: "confirmed", hash, block, notDone, gasUsed: BigInt(event.gasUsed) };
    }
    case "failed":
      return { ...NOT_BEGUN, state: "failed", hash: event.hash, block: event.block, reason: event.reason };
    case "released":
      return NOT_BEGUN;
  }
}

/** Where the run as a whole stands. */
export function runStateOf(steps: readonly StepProgress[]): RunState {
  if (steps.every(({ state }) => state === "confirmed")) return "done";
  if (steps.some(({ state }) => state === "failed")) return "stopped";
  return steps.every(({ state }) => state === "planned") ? "planned" : "begun";
}

/** The nonces that are accounted for: below this one, nothing of the run is unexplained. */
export function nextNonceOf({ nonce }: Pick<RunPlan, "nonce">, events: readonly RunEvent[]): number {
  return events.reduce(
    (next, event) =>
      "nonce" in event && event.event !== "intent" && event.event !== "sent" ? Math.max(next, event.nonce + 1) : next,
    nonce,
  );
}

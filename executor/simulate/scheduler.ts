import type { Dice } from "./dice.ts";
import type { Trace } from "./trace.ts";

interface Event {
  readonly time: number;
  readonly what: string;
  readonly resume: () => void;
}

/** Turns that code outside of the simulation may take before it counts as stuck. */
const PATIENCE = 1_000;

/** Nothing is left that could ever happen, and yet the process has not ended: somebody waits for nobody. */
export class StuckError extends Error {
  override readonly name = "StuckError";
}

/** What ends a process from outside. */
export type Doom = "kill" | "powerFailure";

/** How a process ended that the scheduler ran. */
export type Ending<Result> = { readonly kind: "finished"; readonly result: Result } | { readonly kind: Doom };

/**
 * The clock of a simulation, and the only one who decides what happens next. Whatever takes time waits here; one event at
 * a time goes on, in the order of a made-up time in which equal instants are thrown for. Nothing else runs meanwhile, so
 * that a seed always gives the same order.
 */
export class Scheduler {
  readonly #dice: Dice;
  readonly #trace: Trace;
  #now = 0;
  #events: Event[] = [];
  #doom: { readonly kind: Doom; stepsLeft: number } | undefined;

  constructor(dice: Dice, trace: Trace) {
    this.#dice = dice;
    this.#trace = trace;
  }

  get now(): number {
    return this.#now;
  }

  /** Waits some made-up time up to `ticks`, in which others may do anything. `what` is for the trace. */
  wait(what: string, ticks = 8): Promise<void> {
    return new Promise((resume) => {
      this.#events.push({ time: this.#now + 1 + this.#dice.below(ticks), what, resume });
    });
  }

  /** Lets the running process end after so many steps more, unless its end is settled already or it comes before. */
  doom(steps: number, kind: Doom): void {
    this.#doom ??= { kind, stepsLeft: steps };
  }

  /**
   * Runs a process to its end, or to its {@link doom}: what it waited for then never happens, so that not even its
   * handlers of errors run.
   */
  async run<Result>(process: () => Promise<Result>): Promise<Ending<Result>> {
    let result: { readonly value: Result } | undefined;
    let failure: { readonly error: unknown } | undefined;
    process().then(
      (value) => {
        result = { value };
      },
      (error: unknown) => {
        failure = { error };
      },
    );

    for (let patience = PATIENCE; ; ) {
      await quiet();
      if (failure !== undefined) throw failure.error;
      if (result !== undefined) return this.#end({ kind: "finished", result: result.value });
      if (this.#doom?.stepsLeft === 0) return this.#end({ kind: this.#doom.kind });
      const event = this.#take();
      if (event === undefined) {
        patience -= 1;
        if (patience === 0) throw new StuckError("everyone waits, and nothing is left that could happen");
        continue;
      }
      if (this.#doom !== undefined) this.#doom.stepsLeft -= 1;
      this.#now = event.time;
      this.#trace.add(`${event.time} ${event.what}`);
      event.resume();
    }
  }

  /** Nothing of a process outlives it. */
  #end<Result>(ending: Ending<Result>): Ending<Result> {
    this.#events = [];
    this.#doom = undefined;
    return ending;
  }

  /** The earliest event; among equal ones the dice say which. */
  #take(): Event | undefined {
    let place = -1;
    let earliest = Number.POSITIVE_INFINITY;
    let equals = 0;
    for (const [index, { time }] of this.#events.entries()) {
      equals = time < earliest ? 1 : time === earliest ? equals + 1 : equals;
      if (time < earliest || (time === earliest && this.#dice.oneIn(equals))) [place, earliest] = [index, time];
    }
    return place < 0 ? undefined : this.#events.splice(place, 1)[0];
  }
}

/** Until nothing goes on by itself any more. */
function quiet(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

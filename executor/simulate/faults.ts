import type { Dice } from "./dice.ts";
import type { Trace } from "./trace.ts";

/** Everything that a simulation can do to the executor. */
export const FAULTS = [
  /** A worker dies in the middle of a piece. */
  "workerDeath",
  /** A piece is done, but never said to be. */
  "lostResult",
  /** A piece is done twice. */
  "duplicateResult",
  /** A worker is taken for dead, and writes its piece when others have done it. */
  "lateResult",
  /** Bytes of a result change after it was written. */
  "corruptResult",
  "slowWorker",
  /** The process is gone at some step, in the middle of whatever it does. */
  "kill",
  /** The machine is gone: what was not synced may be lost or torn. */
  "powerFailure",
  "fullDisk",
  /** A sync fails, and nobody knows what is on the disk. */
  "failedSync",
  /** A byte of the newest state file changes. */
  "damagedSnapshot",
  /** A byte of the log changes that was on the disk long ago. */
  "damagedLog",
  /** A batch is sent again, or its trades are. */
  "duplicateBatch",
  /** Somebody stops a batch. */
  "abort",
  /** The chain refuses a chunk. */
  "refusedChunk",
] as const;

export type Fault = (typeof FAULTS)[number];

/** How often each fault came. */
export type FaultCounts = Record<Fault, number>;

export function noFaults(): FaultCounts {
  return Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as FaultCounts;
}

/** How likely the faults of a seed are, once in so many chances. */
const ODDS = [3, 8, 25, 80];

/**
 * Which faults there are, and when. Each seed has some and not others, and each of those often or seldom: what only one
 * kind of trouble brings out is not drowned by the others.
 */
export class Faults {
  readonly counts: FaultCounts = noFaults();
  readonly #odds = new Map<Fault, number>();
  readonly #dice: Dice;
  readonly #trace: Trace;

  constructor(dice: Dice, trace: Trace) {
    this.#dice = dice;
    this.#trace = trace;
    for (const fault of FAULTS) if (dice.oneIn(2)) this.#odds.set(fault, dice.pick(ODDS));
  }

  /** Whether `fault` comes now. */
  strikes(fault: Fault): boolean {
    const odds = this.#odds.get(fault);
    if (odds === undefined || !this.#dice.oneIn(odds)) return false;
    this.counts[fault] += 1;
    this.#trace.add(`fault: ${fault}`);
    return true;
  }
}

import { type Claims, createClaims, markDone, NO_PIECE, stopWork, takePiece } from "../workers/claims.ts";
import { finishPieces } from "../workers/finish-pieces.ts";
import { createRangeWork, type Job, type RangeWork } from "../workers/jobs.ts";
import { createPieceChecksum, outputsOf, rangeOf } from "../workers/outputs.ts";
import type { JobRunner, RunOptions } from "../workers/pool.ts";
import type { Dice } from "./dice.ts";
import type { Faults } from "./faults.ts";
import type { PlantedBug } from "./planted-bug.ts";
import type { Scheduler } from "./scheduler.ts";

/** Items of a piece: small, so that small batches have many pieces. */
const MAX_PIECE = 4;

/** A slow worker takes so many times as long. */
const SLOWNESS = 25;
const PIECE_TICKS = 8;

export interface SimulatedRunnerOptions {
  /** Workers that it pretends to have. */
  readonly size: number;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly dice: Dice;
  readonly bug?: PlantedBug | undefined;
}

/** One job, as all pretended workers see it. */
interface Shift {
  readonly job: Job;
  readonly claims: Claims;
  readonly work: RangeWork;
  readonly checksum: (piece: number) => number;
  /** Pieces that somebody still writes after the others have given him up. */
  readonly late: number[];
}

/**
 * Does what a pool of threads does, with the same claims, the same work on the same ranges and the same end, but in this
 * thread and in the order of the scheduler, and with everything that can happen to threads.
 */
export class SimulatedRunner implements JobRunner {
  readonly size: number;
  readonly #options: SimulatedRunnerOptions;
  #lost = 0;
  #mended = 0;

  constructor(options: SimulatedRunnerOptions) {
    this.size = options.size;
    this.#options = options;
  }

  get lost(): number {
    return this.#lost;
  }

  /** Pieces whose result had changed and that were done again. */
  get mended(): number {
    return this.#mended;
  }

  async run(wanted: Job, { signal }: RunOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    const job = { ...wanted, pieceSize: this.#options.dice.between(1, MAX_PIECE) };
    const claims = createClaims(Math.ceil(job.total / job.pieceSize));
    const shift = {
      job,
      claims,
      work: await createRangeWork(job),
      checksum: createPieceChecksum(job),
      late: [],
    };
    const stop = () => stopWork(claims);
    signal?.addEventListener("abort", stop, { once: true });

    await Promise.all(Array.from({ length: this.size }, (_, worker) => this.#work(worker, shift)));
    signal?.removeEventListener("abort", stop);
    signal?.throwIfAborted();

    if (this.#options.bug !== "uncheckedResult") this.#mended += await finish(shift, signal);
    for (const piece of shift.late) {
      await this.#options.scheduler.wait(`worker: late piece ${piece} of ${job.kind}`);
      shift.work(...rangeOf(job, piece));
    }
  }

  /** The life of one worker: piece after piece, until there are none or it dies. */
  async #work(worker: number, shift: Shift): Promise<void> {
    const { scheduler, faults } = this.#options;
    const { job, claims } = shift;
    const ticks = faults.strikes("slowWorker") ? PIECE_TICKS * SLOWNESS : PIECE_TICKS;

    for (;;) {
      await scheduler.wait(`worker ${worker}: ${job.kind}`, ticks);
      const piece = takePiece(claims);
      if (piece === NO_PIECE) return;
      await scheduler.wait(`worker ${worker}: piece ${piece} of ${job.kind}`, ticks);
      if (!(await this.#doPiece(piece, shift))) {
        this.#lost += 1;
        return;
      }
    }
  }

  /** Does a piece, or what a fault makes of that; false if the worker is gone afterwards. */
  async #doPiece(piece: number, { job, claims, work, checksum, late }: Shift): Promise<boolean> {
    const { scheduler, faults, dice, bug } = this.#options;
    const [from, to] = rangeOf(job, piece);

    if (faults.strikes("workerDeath")) {
      work(from, dice.between(from, to));
      return false;
    }
    if (faults.strikes("lateResult")) {
      late.push(piece);
      return false;
    }
    if (bug === "hiddenLoss" && dice.oneIn(20)) {
      markDone(claims, piece, checksum(piece));
      return true;
    }

    work(from, to);
    if (faults.strikes("lostResult")) return false;
    markDone(claims, piece, checksum(piece));
    if (faults.strikes("duplicateResult")) {
      await scheduler.wait(`worker: piece ${piece} of ${job.kind} again`);
      work(from, to);
      markDone(claims, piece, checksum(piece));
    }
    if (faults.strikes("corruptResult")) {
      await scheduler.wait(`worker: piece ${piece} of ${job.kind} changes`);
      corrupt(job, piece, dice);
    }
    return true;
  }
}

function finish({ job, claims }: Shift, signal: AbortSignal | undefined): Promise<number> {
  // Without a pause: the machine's own clock has no say in a simulation.
  return finishPieces(job, claims, { signal, yieldEveryMs: Number.POSITIVE_INFINITY });
}

/** Flips a bit somewhere in what a piece has written. */
function corrupt(job: Job, piece: number, dice: Dice): void {
  const outputs = outputsOf(job);
  if (outputs.length === 0) return;

  const { bytes, size, from } = dice.pick(outputs);
  const [first, next] = rangeOf(job, piece);
  const at = dice.between(first, next - 1) * size + dice.between(from, size - 1);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.below(8));
}

import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { requireInput } from "../errors.ts";
import { type Claims, countDone, createClaims, hasLeft, stopWork, waitUntil, wake } from "./claims.ts";
import { createDoorbell, type Doorbell, ring } from "./doorbell.ts";
import { finishPieces } from "./finish-pieces.ts";
import type { Job } from "./jobs.ts";
import type { Assignment, WorkerStart } from "./worker.ts";

/** More threads than this are a mistake, not a machine. */
const MAX_WORKERS = 256;

const PROGRESS_EVERY_MS = 100;

/** How a job is watched and stopped. */
export interface RunOptions {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** Pieces of the more urgent job are taken first, of equally urgent ones those of the earlier. Left out: 0. */
  readonly urgency?: number;
}

/** Whoever carries out jobs: threads, or in a simulation something that pretends to be threads. */
export interface JobRunner {
  /** Threads; 0 if everything happens in the calling one. */
  readonly size: number;
  /** How many threads died while they had work. */
  readonly lost: number;
  /** Carries out `job` to its end. Several jobs may be under way at once. */
  run(job: Job, options?: RunOptions): Promise<void>;
}

/** A live thread. */
interface Seat {
  readonly thread: Worker;
  readonly doorbell: Doorbell;
}

/** A job that is under way. */
interface Flight {
  readonly job: Job;
  readonly claims: Claims;
  /** The threads that were told of it, by their places in the claims. */
  readonly told: readonly Worker[];
}

/**
 * Worker threads that stay. The pieces of all jobs under way are taken by whoever is free, the most urgent first; a thread that
 * dies costs only time, because what it left unfinished is done by the caller, and a new thread takes its place for the next job.
 * A pool of no threads does everything in the calling one.
 */
export class WorkerPool implements JobRunner {
  readonly #seats: Seat[] = [];
  readonly #size: number;
  readonly #flights = new Set<Flight>();
  #lost = 0;
  #mended = 0;
  #filling: Promise<void> | undefined;

  private constructor(size: number) {
    this.#size = size;
  }

  /** Starts `size` threads and waits until they are ready. */
  static async open(size: number): Promise<WorkerPool> {
    requireInput(Number.isInteger(size) && size >= 0 && size <= MAX_WORKERS, `${size} workers, 0 to ${MAX_WORKERS}`);
    const pool = new WorkerPool(size);
    await pool.#fill();
    return pool;
  }

  get size(): number {
    return this.#size;
  }

  /** How many threads died while they had work. */
  get lost(): number {
    return this.#lost;
  }

  /** How many pieces were done again because their result had changed after it was written. */
  get mended(): number {
    return this.#mended;
  }

  /** The live threads; for whoever wants to see one die. */
  get threads(): readonly Worker[] {
    return this.#seats.map(({ thread }) => thread);
  }

  /** Runs `job` to its end. Throws the signal's reason if it was stopped. */
  async run(job: Job, { onProgress, signal, urgency = 0 }: RunOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.#seats.length < this.#size) await this.#fill();
    const flight = this.#announce(job, urgency);
    const { claims } = flight;
    const stop = () => stopWork(claims);
    const timer = setInterval(() => {
      onProgress?.(Math.min(countDone(claims) * job.pieceSize, job.total), job.total);
    }, PROGRESS_EVERY_MS);
    signal?.addEventListener("abort", stop, { once: true });

    try {
      await waitUntil(claims, () => this.#isOver(flight));
      signal?.throwIfAborted();
      this.#mended += await finishPieces(job, claims, { signal });
      onProgress?.(job.total, job.total);
    } finally {
      clearInterval(timer);
      signal?.removeEventListener("abort", stop);
      this.#flights.delete(flight);
      if (this.#flights.size === 0) for (const { thread } of this.#seats) thread.unref();
    }
  }

  /** Ends all threads. Without this they end with the process: an idle thread does not keep it alive. */
  async close(): Promise<void> {
    await Promise.all(this.#seats.splice(0).map(({ thread }) => thread.terminate()));
  }

  /** Tells every thread of a job. */
  #announce(job: Job, urgency: number): Flight {
    const told = this.threads;
    const flight = { job, claims: createClaims(Math.ceil(job.total / job.pieceSize), told.length), told };
    this.#flights.add(flight);

    for (const [seat, { thread, doorbell }] of this.#seats.entries()) {
      const assignment: Assignment = { job, claims: flight.claims, seat, urgency };
      thread.ref();
      thread.postMessage(assignment);
      ring(doorbell);
    }
    return flight;
  }

  /** Whether everything is done, or no thread is left that might do it. */
  #isOver({ claims, told }: Flight): boolean {
    if (countDone(claims) === claims.done.length) return true;
    const alive = this.threads;
    return told.every((thread, seat) => hasLeft(claims, seat) || !alive.includes(thread));
  }

  /** Starts the threads that are missing, once at a time. */
  #fill(): Promise<void> {
    const start = async () => {
      const missing = this.#size - this.#seats.length;
      await Promise.all(Array.from({ length: missing }, () => this.#start()));
      this.#filling = undefined;
    };
    this.#filling ??= start();
    return this.#filling;
  }

  /** Starts one thread; one that cannot start leaves its work to the others and the caller. */
  #start(): Promise<void> {
    return new Promise((resolve) => {
      const start: WorkerStart = { doorbell: createDoorbell() };
      const thread = new Worker(new URL(`./worker${extname(import.meta.url)}`, import.meta.url), { workerData: start });
      thread.once("message", () => {
        this.#seats.push({ thread, doorbell: start.doorbell });
        if (this.#flights.size === 0) thread.unref();
        resolve();
      });
      thread.on("error", () => undefined); // "exit" follows, and says all we need
      thread.once("exit", () => {
        this.#lose(thread);
        resolve();
      });
    });
  }

  /** A thread has ended: whoever waits for its work has to look again. */
  #lose(thread: Worker): void {
    const place = this.#seats.findIndex((seat) => seat.thread === thread);
    if (place >= 0) this.#seats.splice(place, 1);

    const had = [...this.#flights].filter(({ claims, told }) => {
      const seat = told.indexOf(thread);
      return seat >= 0 && !hasLeft(claims, seat) && countDone(claims) < claims.done.length;
    });
    this.#lost += Number(had.length > 0);
    for (const { claims } of this.#flights) wake(claims);
  }
}

/** Which threads do the work. */
export interface PoolOptions {
  /** Threads of the pool that this process shares; 0 (as if left out) does everything in the calling one. */
  readonly workers?: number;
  /** A pool of one's own instead. */
  readonly pool?: WorkerPool;
}

/** The pool that `options` name. */
export function poolOf({ pool, workers = 0 }: PoolOptions): Promise<WorkerPool> {
  return pool === undefined ? sharedPool(workers) : Promise.resolve(pool);
}

const shared = new Map<number, Promise<WorkerPool>>();

/** The pool of `size` threads that all batches of this process share. */
export function sharedPool(size: number): Promise<WorkerPool> {
  const pool = shared.get(size) ?? WorkerPool.open(size);
  shared.set(size, pool);
  return pool;
}

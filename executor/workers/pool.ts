import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { requireInput } from "../errors.ts";
import { countDone, createClaims, stopWork } from "./claims.ts";
import { finishPieces } from "./finish-pieces.ts";
import type { Job } from "./jobs.ts";
import type { Assignment } from "./worker.ts";

/** More threads than this are a mistake, not a machine. */
const MAX_WORKERS = 256;

const PROGRESS_EVERY_MS = 100;

/** How a job is watched and stopped. */
export interface RunOptions {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Whoever carries out jobs: threads, or in a simulation something that pretends to be threads. */
export interface JobRunner {
  /** Threads; 0 if everything happens in the calling one. */
  readonly size: number;
  /** How many threads died while they had work. */
  readonly lost: number;
  /** Carries out `job` to its end. Jobs of one runner follow one another. */
  run(job: Job, options?: RunOptions): Promise<void>;
}

/**
 * Worker threads that stay. A job's pieces are taken by whoever is free; a thread that dies costs only time, because
 * what it left unfinished is done by the caller, and a new thread takes its place for the next job.
 * A pool of no threads does everything in the calling one. Jobs of one pool run one after another.
 */
export class WorkerPool implements JobRunner {
  readonly #threads: Worker[] = [];
  readonly #size: number;
  #lost = 0;
  #mended = 0;
  #running: Promise<void> = Promise.resolve();

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
    return this.#threads;
  }

  /** Runs `job` to its end. Throws the signal's reason if it was stopped. */
  run(job: Job, options: RunOptions = {}): Promise<void> {
    const run = this.#running.then(() => this.#run(job, options));
    this.#running = run.catch(() => undefined);
    return run;
  }

  /** Ends all threads. Without this they end with the process: an idle thread does not keep it alive. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map((thread) => thread.terminate()));
  }

  async #run(job: Job, { onProgress, signal }: RunOptions): Promise<void> {
    signal?.throwIfAborted();
    const claims = createClaims(Math.ceil(job.total / job.pieceSize));
    const stop = () => stopWork(claims);
    const report = () => onProgress?.(Math.min(countDone(claims) * job.pieceSize, job.total), job.total);
    const timer = setInterval(report, PROGRESS_EVERY_MS);
    signal?.addEventListener("abort", stop, { once: true });

    try {
      await this.#fill();
      await Promise.all(this.#threads.map((thread) => this.#assign(thread, { job, claims })));
      signal?.throwIfAborted();
      this.#mended += await finishPieces(job, claims, { signal });
      onProgress?.(job.total, job.total);
    } finally {
      clearInterval(timer);
      signal?.removeEventListener("abort", stop);
    }
  }

  /** Resolves when `thread` has no more work, be it finished or dead. */
  #assign(thread: Worker, assignment: Assignment): Promise<void> {
    return new Promise((resolve) => {
      const settle = () => {
        thread.off("message", settle).off("exit", lose);
        thread.unref();
        resolve();
      };
      const lose = () => {
        this.#lost += 1;
        settle();
      };
      thread.once("message", settle).once("exit", lose);
      thread.ref();
      thread.postMessage(assignment);
    });
  }

  async #fill(): Promise<void> {
    const missing = this.#size - this.#threads.length;
    await Promise.all(Array.from({ length: missing }, () => this.#start()));
  }

  /** Starts one thread; one that cannot start leaves its work to the others and the caller. */
  #start(): Promise<void> {
    return new Promise((resolve) => {
      const thread = new Worker(new URL(`./worker${extname(import.meta.url)}`, import.meta.url));
      thread.once("message", () => {
        this.#threads.push(thread);
        thread.unref();
        resolve();
      });
      thread.on("error", () => undefined); // "exit" follows, and says all we need
      thread.once("exit", () => {
        const place = this.#threads.indexOf(thread);
        if (place >= 0) this.#threads.splice(place, 1);
        resolve();
      });
    });
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

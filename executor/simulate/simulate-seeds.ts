import { createHash } from "node:crypto";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { requireInput } from "../errors.ts";
import { FAULTS, type FaultCounts, noFaults } from "./faults.ts";
import type { PlantedBug } from "./planted-bug.ts";
import { runSeed, type SeedOutcome, type SimulationFailure } from "./seed-outcome.ts";
import type { Simulation } from "./simulate.ts";
import type { SeedShift } from "./simulate-thread.ts";

export interface SimulateSeedsOptions {
  readonly first: number;
  readonly last: number;
  /** Batches of each seed. */
  readonly batches: number;
  /** Threads that share the seeds; 0 runs them in the calling one. */
  readonly threads?: number;
  /** A mistake to be found. */
  readonly bug?: PlantedBug | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What all seeds came to together. */
export interface SimulatedSeeds {
  readonly first: number;
  readonly last: number;
  readonly batches: number;
  readonly steps: number;
  /** Seeds whose subject was the engine; the others' was the journal. */
  readonly engines: number;
  readonly lives: number;
  readonly judged: number;
  readonly mended: number;
  readonly faults: FaultCounts;
  readonly codes: readonly number[];
  /** SHA-256 over the trace hashes of all seeds, in order. */
  readonly traceHash: string;
  /** By seed; none if everything held. */
  readonly failures: readonly SimulationFailure[];
}

const MAX_SEED = 2 ** 31 - 2;
const MAX_BATCHES = 1_000_000;
const MAX_THREADS = 256;

/** A step leaves little behind and throws much away; with room for several seeds' waste it is cleared seldom. */
const YOUNG_MB = 192;

/** Runs every seed from `first` to `last`. A seed comes to the same whichever thread runs it, and whatever else runs. */
export async function simulateSeeds(options: SimulateSeedsOptions): Promise<SimulatedSeeds> {
  const { first, last, batches, threads = 0, bug, onProgress } = options;
  requireWhole(first, 0, MAX_SEED, "the first seed");
  requireWhole(last, first, MAX_SEED, "the last seed");
  requireWhole(batches, 1, MAX_BATCHES, "the number of batches");
  requireWhole(threads, 0, MAX_THREADS, "the number of threads");

  const outcomes: SeedOutcome[] = [];
  const take = (outcome: SeedOutcome) => {
    outcomes.push(outcome);
    onProgress?.(outcomes.length, last - first + 1);
  };
  if (threads === 0) {
    for (let seed = first; seed <= last; seed++) take(await runSeed({ seed, batches, bug }));
  } else {
    const next = new Int32Array(new SharedArrayBuffer(4)).fill(first);
    await Promise.all(Array.from({ length: threads }, () => runThread({ next, last, batches, bug }, take)));
  }
  return { first, last, ...sumUp(outcomes) };
}

/** One thread from its first seed to its end. */
function runThread(shift: SeedShift, take: (outcome: SeedOutcome) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const url = new URL(`./simulate-thread${extname(import.meta.url)}`, import.meta.url);
    const thread = new Worker(url, { workerData: shift, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
    thread.on("message", take).once("error", reject);
    thread.once("exit", () => resolve());
  });
}

function sumUp(outcomes: readonly SeedOutcome[]): Omit<SimulatedSeeds, "first" | "last"> {
  const held = outcomes.flatMap((outcome) => (outcome.kind === "held" ? [outcome.simulation] : []));
  const failures = outcomes.flatMap((outcome) => (outcome.kind === "failed" ? [outcome.failure] : []));
  const sum = (count: (one: Simulation) => number) => held.reduce((total, one) => total + count(one), 0);
  const faults = noFaults();
  for (const fault of FAULTS) faults[fault] = sum((one) => one.faults[fault]);
  const hashes = [...held, ...failures].sort((one, other) => one.seed - other.seed).map(({ traceHash }) => traceHash);

  return {
    batches: sum(({ batches }) => batches),
    steps: sum(({ steps }) => steps),
    engines: held.filter(({ subject }) => subject === "engine").length,
    lives: sum(({ lives }) => lives),
    judged: sum(({ judged }) => judged),
    mended: sum(({ mended }) => mended),
    faults,
    codes: [...new Set(held.flatMap(({ codes }) => codes))].sort((a, b) => a - b),
    traceHash: createHash("sha256").update(hashes.join("\n")).digest("hex"),
    failures: failures.sort((one, other) => one.seed - other.seed),
  };
}

function requireWhole(value: number, least: number, most: number, name: string): void {
  requireInput(
    Number.isInteger(value) && value >= least && value <= most,
    `${name} is ${value}, not from ${least} to ${most}`,
  );
}

import { availableParallelism } from "node:os";
import { type Percentile, parseShape, type Shape } from "../../executor/index.ts";
import { badInput } from "../../sdk/errors.ts";

/** What `settle bench` and `settle sweep` are asked for, as it was typed. */
export interface BenchArguments {
  readonly trades: string;
  readonly accounts: string;
  readonly assets: string;
  readonly shape: string;
  readonly workers: string;
  readonly batch: string;
  readonly offered: string;
  readonly repeat: number;
  readonly seed: number;
  readonly threshold: string;
}

/** The same, read and checked. */
export interface BenchPlan {
  readonly trades: number;
  readonly accounts: number;
  readonly assets: number;
  readonly shapes: readonly Shape[];
  readonly workers: readonly number[];
  readonly batchSizes: readonly number[];
  /** Parts of capacity. */
  readonly offered: readonly number[];
  readonly repeat: number;
  readonly seed: number;
  readonly bound: { readonly percentile: Percentile; readonly boundMs: number; readonly trials: number } | undefined;
}

const PERCENTILES: Readonly<Record<string, Percentile>> = { p50: "p50", p99: "p99", "p99.9": "p999" };
const TRIALS = 8;
const MOST_TRADES = 4_194_304;
const MOST_POSITIONS = 16_777_216;

/** Reads the arguments; all that is wrong with them is said at once. */
export function planBench(args: BenchArguments): BenchPlan {
  const wrong: string[] = [];
  const read = <T>(name: string, parse: () => T, otherwise: T): T => {
    try {
      return parse();
    } catch (error) {
      wrong.push(`--${name}: ${error instanceof Error ? error.message : error}`);
      return otherwise;
    }
  };

  const plan: BenchPlan = {
    trades: read("trades", () => wholeNumber(args.trades, MOST_TRADES), 1),
    accounts: read("accounts", () => wholeNumber(args.accounts, MOST_POSITIONS), 2),
    assets: read("assets", () => wholeNumber(args.assets, 65_534), 1),
    shapes: read("shape", () => args.shape.split(",").map(parseShape), []),
    workers: read("workers", () => workerCounts(args.workers), []),
    batchSizes: read("batch", () => args.batch.split(",").map((size) => wholeNumber(size, MOST_TRADES)), []),
    offered: read("offered", () => args.offered.split(",").filter(Boolean).map(partOfCapacity), []),
    repeat: read("repeat", () => wholeNumber(String(args.repeat), 1_000), 1),
    seed: read("seed", () => wholeNumber(String(args.seed), 2 ** 32 - 1), 1),
    bound: read("threshold", () => parseThreshold(args.threshold), undefined),
  };
  if (plan.accounts * plan.assets > MOST_POSITIONS) {
    wrong.push(`--accounts × --assets: ${plan.accounts * plan.assets} positions, at most ${MOST_POSITIONS}`);
  }
  if (plan.shapes.some(({ name }) => name === "smallbank")) {
    wrong.push("--shape: smallbank consists of transfers, and only trades can be measured end to end");
  }
  if (wrong.length > 0) {
    throw badInput("nothing can be measured like this", { details: wrong, notDone: "nothing was measured" });
  }
  return plan;
}

/** Numbers of workers: as named, or 1, 2, 4 … up to one per core. */
function workerCounts(text: string): number[] {
  if (text !== "") return [...new Set(text.split(",").map((count) => wholeNumber(count, 256)))];
  const cores = availableParallelism();
  const powers = Array.from({ length: Math.floor(Math.log2(cores)) + 1 }, (_, power) => 2 ** power);
  return [...new Set([...powers, cores])];
}

/** A whole number from 1, also as `1e6`. */
function wholeNumber(text: string, most: number): number {
  const value = /^[0-9]+(e[0-9]+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 1 && value <= most)) throw new Error(`"${text}" is not a whole number from 1 to ${most}`);
  return value;
}

function partOfCapacity(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 10)) throw new Error(`"${text}" is not a part of capacity above 0, such as 0.75`);
  return value;
}

function parseThreshold(text: string): BenchPlan["bound"] {
  if (text === "") return undefined;
  const [, name = "", ms = ""] = /^(p50|p99|p99\.9)<([0-9]+(?:\.[0-9]+)?)ms$/.exec(text) ?? [];
  const percentile = PERCENTILES[name];
  const boundMs = Number(ms);
  if (percentile === undefined || !(boundMs > 0)) throw new Error(`"${text}" is not like p99<50ms (p50, p99 or p99.9)`);
  return { percentile, boundMs, trials: TRIALS };
}

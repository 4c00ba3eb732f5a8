import { type ConflictShape, conflictShapeOf } from "../load/conflict-shape.ts";
import { createLoad, type Load } from "../load/create-load.ts";
import { type Netting, nettingOf } from "../load/netting.ts";
import { formatShape, type Shape } from "../load/shape.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { type DecodingFigure, measureDecoding } from "./measure-decoding.ts";
import { type DurabilityFigure, measureDurability } from "./measure-durability.ts";
import {
  type HighestRate,
  type LatencyFigure,
  measureHighestRate,
  measureLatency,
  type RateBound,
} from "./measure-latency.ts";
import { type ProjectedPoint, projectRates } from "./projection.ts";
import { fitScaling, type ScalingModel } from "./scaling-model.ts";
import { runSweep, type Sweep } from "./sweep.ts";
import type { OpenTarget } from "./target.ts";

/** All that a page or a JSON file tells of measurements. */
export interface ThroughputReport {
  readonly command: string;
  readonly machine: Fingerprint;
  readonly seconds: number;
  readonly loads: readonly LoadReport[];
  /** Undefined where nothing was posted. */
  readonly posting: PostingFigure | undefined;
}

/** What was measured with one workload. Every rate is of results that equal a serial run's. */
export interface LoadReport {
  readonly shape: string;
  readonly seed: number;
  readonly trades: number;
  readonly accounts: number;
  readonly assets: number;
  readonly conflicts: ConflictShape;
  readonly netting: Netting;
  readonly sweep: Sweep;
  /** Undefined where too little was measured to fit one. */
  readonly model: ScalingModel | undefined;
  readonly projection: readonly ProjectedPoint[];
  readonly latencies: readonly LatencyFigure[];
  readonly highest: HighestRate | undefined;
  readonly decoding: DecodingFigure;
  readonly durability: DurabilityFigure | undefined;
}

/** What it takes to put the net movements of trades on a chain. */
export interface PostingFigure {
  readonly chain: string;
  readonly trades: number;
  readonly chunks: number;
  readonly gasPerTrade: number;
  readonly perSecond: number;
}

export interface ReportOptions {
  readonly shape: Shape;
  readonly seed: number;
  readonly trades: number;
  readonly accounts: number;
  readonly assets: number;
  readonly workers: readonly number[];
  readonly batchSizes: readonly number[];
  readonly repeat: number;
  /** Offered rates of the open loop, as parts of what the closed loop reached. */
  readonly offered: readonly number[];
  readonly bound?: Omit<RateBound, "from">;
  /** Where a log may be written. */
  readonly folder?: string;
  readonly open?: OpenTarget;
  /** Workers of this machine that are worth fitting a model to: more threads than cores are another matter. */
  readonly cores: number;
  readonly onStep?: (step: string) => void;
}

/** Measures one workload in all the ways that `options` ask for. */
export async function measureLoad(options: ReportOptions): Promise<LoadReport> {
  const { shape, seed, trades: count, accounts, assets, cores, onStep } = options;
  onStep?.(`signing ${2 * count} orders`);
  const load = await createLoad({ shape, seed, count, accounts, assets }, { workers: Math.max(...options.workers) });

  const sweep = await runSweep(load, {
    ...options,
    onPoint: (done, total) => onStep?.(`closed loop ${done} of ${total}`),
  });
  const points = sweep.points
    .filter(({ workers }) => workers <= cores)
    .map(({ workers, batchSize, perSecond }) => ({ workers, batchSize, perSecond: perSecond.median }));
  const model = fitScaling(points);

  return {
    shape: formatShape(shape),
    seed,
    trades: count,
    accounts,
    assets,
    conflicts: conflictShapeOf(load.flows),
    netting: nettingOf(load.flows),
    sweep,
    model,
    projection: model === undefined ? [] : projectRates(model, Math.max(...options.batchSizes)),
    ...(await measureBesides(load, sweep, options)),
  };
}

/** What is told beside capacity: latency, reading, durability. All of it with the fastest point's workers and batch size. */
async function measureBesides(load: Load, { points }: Sweep, options: ReportOptions) {
  const { seed, offered, bound, folder, repeat, open, onStep } = options;
  const fastest = points.reduce((best, point) => (point.perSecond.median > best.perSecond.median ? point : best));
  const capacity = fastest.perSecond.median;
  const { workers, batchSize } = fastest;
  const target = { workers, batchSize, seed, ...(open === undefined ? {} : { open }) };

  const latencies: LatencyFigure[] = [];
  for (const part of offered) {
    onStep?.(`open loop at ${Math.round(part * capacity)} trades per second`);
    latencies.push(await measureLatency(load, part * capacity, target));
  }
  if (bound !== undefined) onStep?.(`searching the highest rate with ${bound.percentile} under ${bound.boundMs} ms`);
  const highest =
    bound === undefined ? undefined : await measureHighestRate(load, { ...bound, from: 0.75 * capacity }, target);

  onStep?.("reading text, writing the log");
  const decoding = measureDecoding(load, repeat);
  const durability = folder === undefined ? undefined : await measureDurability(load, { folder, workers, batchSize });
  return { latencies, highest, decoding, durability };
}

import { fitScaling, type LoadReport, predictRate, projectRates, type ThroughputReport } from "../../executor/index.ts";

const LATENCY = { count: 100, p50: 2, p99: 20, p999: 31.5, max: 40 };
const LAW = { serialUs: 12, parallelUs: 150, perBatchUs: 3_000, contentionUs: 0 };

/** Figures of a workload that nobody measured, as a law makes them. */
export function loadReport(shape: string, change: Partial<LoadReport> = {}): LoadReport {
  const points = [1, 2].flatMap((workers) =>
    [256, 4_096].map((batchSize) => {
      const median = predictRate(LAW, workers, batchSize);
      const perSecond = { median, least: 0.9 * median, greatest: 1.05 * median };
      return { workers, batchSize, perSecond, batchMs: LATENCY, speedUp: workers * 0.9, efficiency: 0.9 };
    }),
  );
  const model = fitScaling(points.map((point) => ({ ...point, perSecond: point.perSecond.median })));

  return {
    shape,
    seed: 1,
    trades: 16_384,
    accounts: 1_000,
    assets: 10,
    conflicts: {
      topShare: 0.31,
      conflictingPart: 1,
      criticalPath: 5_100,
      parallelism: 3.2,
      criticalPathCommuting: 2_600,
      parallelismCommuting: 6.3,
    },
    netting: { cashSaved: 0.83, sharesSaved: 0.7, positionsSaved: 0.01 },
    sweep: {
      single: { what: "engine without worker threads", batchSize: 4_096, perSecond: 6_400 },
      points,
      cost: 2,
      accepted: 16_384,
    },
    model,
    projection: model === undefined ? [] : projectRates(model, 4_096),
    latencies: [3_000, 4_500, 5_400].map((offered) => ({
      offered,
      perSecond: offered,
      latencyMs: LATENCY,
      batches: 50,
    })),
    highest: { percentile: "p99", boundMs: 50, perSecond: 5_000, isCapped: false, trials: [] },
    decoding: { perSecond: 30_000, bytesPerTrade: 1_200, lines: 49_152 },
    durability: { acknowledgedMs: LATENCY, decidedMs: LATENCY, perSecond: 5_800, batches: 4 },
    ...change,
  };
}

/** A report of two workloads, on a machine that there is not. */
export function throughputReport(change: Partial<ThroughputReport> = {}): ThroughputReport {
  return {
    command: "hardhat settle bench --seed 1",
    machine: {
      cpu: "A processor",
      cores: 2,
      usableCores: 2,
      memoryGiB: 24,
      system: "Linux 6.1",
      node: "v26.10.0",
      cryptoKind: "native",
      load: [0.1, 0.2],
    },
    seconds: 61.5,
    loads: [loadReport("uniform"), loadReport("hot:0.9")],
    posting: { chain: "a chain in this process", trades: 200, chunks: 2, gasPerTrade: 31_000, perSecond: 800 },
    ...change,
  };
}

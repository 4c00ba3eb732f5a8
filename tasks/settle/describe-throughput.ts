import type { HighestRate, LoadReport, ThroughputReport } from "../../executor/index.ts";
import { ExitCode } from "../../sdk/errors.ts";
import type { Outcome } from "../lib/outcome.ts";
import { table } from "../lib/table.ts";

/** What was measured, in a table per workload; a bound that no rate held fails the run. */
export function describeThroughput(
  report: ThroughputReport,
  files: { readonly json: string; readonly page: string },
): Outcome {
  const { machine, loads } = report;
  const text = [
    `${machine.cores} × ${machine.cpu}, Node ${machine.node}, secp256k1 ${machine.cryptoKind}, load ${machine.load[0]}`,
    ...loads.flatMap(describeLoad),
    "Every result equals a serial run's, batch by batch.",
    `Figures are in ${files.json}, the page is ${files.page}.`,
  ].join("\n");
  const data = { ...report, files };

  const missed = loads.filter(({ highest }) => highest !== undefined && highest.perSecond === undefined);
  if (missed.length === 0) return { data, text };
  const exitCode = ExitCode.checkFailed;
  const details = missed.map(({ shape, highest }) => `${shape}: ${highest?.trials.length} rates tried`);
  return { data, text, exitCode, error: { what: "no offered rate kept the threshold", details, exitCode } };
}

function describeLoad(load: LoadReport): string[] {
  const { shape, trades, accounts, assets, seed, sweep, latencies, highest, conflicts, netting } = load;
  const rows = sweep.points.map(({ workers, batchSize, perSecond, speedUp, efficiency, batchMs }) => [
    String(workers),
    figure(batchSize),
    figure(perSecond.median),
    `${speedUp.toFixed(2)} ×`,
    percent(efficiency),
    `${figure(batchMs.p50)} ms`,
  ]);
  const offeredRows = latencies.map(({ offered, perSecond, latencyMs: { p50, p99, p999 } }) => [
    figure(offered),
    figure(perSecond),
    ...[p50, p99, p999].map((ms) => `${ms.toFixed(1)} ms`),
  ]);

  return [
    "",
    `${shape}: ${figure(trades)} trades, ${figure(accounts)} accounts, ${assets} assets, seed ${seed}; ${figure(sweep.accepted)} accepted`,
    `  busiest account in ${percent(conflicts.topShare)}, could run ${figure(conflicts.parallelismCommuting)} at once, ${percent(netting.cashSaved)} of cash netted away`,
    table(["Workers", "Batch", "Trades /s", "Speed-up", "Per worker", "Batch p50"], rows),
    `Best single thread: ${figure(sweep.single.perSecond)} trades per second (${sweep.single.what}); ${sweep.cost === undefined ? "no number of workers beat it" : `${sweep.cost} workers beat it`}.`,
    ...(offeredRows.length === 0 ? [] : [table(["Offered /s", "Done /s", "p50", "p99", "p99.9"], offeredRows)]),
    ...(highest === undefined ? [] : [describeHighest(highest)]),
    ...describeBesides(load),
  ];
}

function describeHighest({ percentile, boundMs, perSecond, isCapped, trials }: HighestRate): string {
  const name = percentile === "p999" ? "p99.9" : percentile;
  return perSecond === undefined
    ? `None of ${trials.length} offered rates kept ${name} under ${boundMs} ms.`
    : `Highest offered rate with ${name} under ${boundMs} ms: ${isCapped ? "at least " : ""}${figure(perSecond)} trades per second.`;
}

function describeBesides({ decoding, durability, model }: LoadReport): string[] {
  return [
    `Reading from text, one thread: ${figure(decoding.perSecond)} trades per second.`,
    ...(durability === undefined
      ? []
      : [
          `With a synced log: ${figure(durability.perSecond)} trades per second; acknowledged after ${durability.acknowledgedMs.p50.toFixed(1)} ms (p50), ${durability.acknowledgedMs.p99.toFixed(1)} ms (p99).`,
        ]),
    ...(model === undefined
      ? []
      : [
          `Model: ${model.serialUs.toFixed(1)} µs serial + ${model.parallelUs.toFixed(1)} µs ÷ workers + ${figure(model.perBatchUs)} µs ÷ batch; mean error ${percent(model.meanError)}.`,
        ]),
  ];
}

const figure = (value: number): string => Math.round(value).toLocaleString("en-US");
const percent = (part: number): string => `${(part * 100).toFixed(1)} %`;

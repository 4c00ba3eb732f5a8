import type { LoadReport } from "../../executor/index.ts";
import { dataTable, type Row } from "../data-table.ts";
import { count, milliseconds, percent, rounded, unknown } from "../format.ts";
import { type Html, html, NOTHING } from "../html.ts";
import { latencyChart } from "./latency-chart.ts";
import { fastestOf } from "./overview-section.ts";
import { scalingChart } from "./scaling-chart.ts";

/** One workload: what it is, what was measured, and what the model makes of it. */
export function loadSection(id: string, load: LoadReport): Html {
  const { trades, accounts, assets, seed, sweep, conflicts, latencies } = load;
  const cost =
    sweep.cost === undefined
      ? "None of the measured numbers of workers beat it."
      : `It takes ${count(sweep.cost, "worker")} to beat it.`;

  return html`<p>${count(trades, "trade")} between ${count(accounts, "account")} in ${count(assets, "asset")}, seed ${seed}; ${count(sweep.accepted, "trade")} accepted. The busiest account is in ${percent(conflicts.topShare)} of them; the longest chain of trades that wait for one another is ${rounded(conflicts.criticalPath)}, or ${rounded(conflicts.criticalPathCommuting)} if credits commute.</p>
<p>The best single thread, the ${sweep.single.what}, does ${rounded(sweep.single.perSecond)} trades per second. ${cost}</p>
<div class="charts">${scalingChart(id, load)}${latencies.length > 0 ? latencyChart(id, load) : NOTHING}</div>
${sweepTable(load)}
${modelTable(load)}
${besideTable(load)}`;
}

function sweepTable({ shape, sweep }: LoadReport): Html {
  return dataTable({
    caption: `Measured: batches back to back, ${shape}`,
    columns: [
      { heading: "Workers" },
      { heading: "Batch", isNumber: true },
      { heading: "Trades per second", isNumber: true },
      { heading: "Least to greatest", isNumber: true },
      { heading: "Speed-up", isNumber: true },
      { heading: "Per worker", isNumber: true },
      { heading: "Batch p50", isNumber: true },
      { heading: "Batch p99", isNumber: true },
    ],
    rows: sweep.points.map(({ workers, batchSize, perSecond, speedUp, efficiency, batchMs }) => ({
      head: String(workers),
      cells: [
        rounded(batchSize),
        rounded(perSecond.median),
        `${rounded(perSecond.least)} to ${rounded(perSecond.greatest)}`,
        `${speedUp.toFixed(2)} ×`,
        percent(efficiency),
        milliseconds(batchMs.p50),
        milliseconds(batchMs.p99),
      ],
    })),
  });
}

function modelTable({ shape, model, projection }: LoadReport): Html {
  if (model === undefined) {
    return html`<p>Model: ${unknown("it takes two worker counts within the machine's cores to tell serial from parallel work")}</p>`;
  }
  const micro = (value: number) => `${value.toFixed(2)} µs`;
  return html`${dataTable({
    caption: `Model, fitted to the measured points, ${shape}`,
    columns: [{ heading: "Part of the time per trade" }, { heading: "Value", isNumber: true }],
    rows: [
      { head: "Serial", cells: [micro(model.serialUs)] },
      { head: "Parallel, divided by the workers", cells: [micro(model.parallelUs)] },
      { head: "Per batch, divided by its trades", cells: [micro(model.perBatchUs)] },
      { head: "Contention, per worker beyond the first", cells: [micro(model.contentionUs)] },
      {
        head: "Error: root of the mean square, and greatest",
        cells: [`${percent(model.meanError)}, ${percent(model.greatestError)}`],
      },
    ],
  })}
<p class="note">Nothing below was measured. The model knows nothing of memory bandwidth, shared caches or heat, and of several machines only that one of them decides and a network of 10 Gbit/s lies between.</p>
${dataTable({
  caption: `Projected, not measured: ${shape}`,
  columns: [
    { heading: "Machines" },
    { heading: "Workers in all", isNumber: true },
    { heading: "Trades per second", isNumber: true },
  ],
  rows: projection.map(({ machines, workers, perSecond }) => ({
    head: String(machines),
    cells: [rounded(workers), rounded(perSecond)],
  })),
})}`;
}

/** What is told beside capacity: the steps before and after, each a figure of its own. */
function besideTable(load: LoadReport): Html {
  const { highest, decoding, durability } = load;
  const { workers, batchSize } = fastestOf(load);
  const rows: Row[] = [];

  if (highest !== undefined) {
    const head = `Highest offered rate with ${highest.percentile} under ${highest.boundMs} ms`;
    const found =
      highest.perSecond === undefined
        ? unknown(`none of ${highest.trials.length} rates held it`)
        : `${highest.isCapped ? "at least " : ""}${rounded(highest.perSecond)} trades per second`;
    rows.push({ head, cells: [found] });
  }
  rows.push(
    { head: "Reading from text (NDJSON), one thread", cells: [`${rounded(decoding.perSecond)} trades per second`] },
    { head: "Text per trade with its orders", cells: [`${rounded(decoding.bytesPerTrade)} bytes`] },
  );
  if (durability !== undefined) {
    const { acknowledgedMs, decidedMs, perSecond } = durability;
    rows.push(
      {
        head: "Durable acknowledgement of a batch, p50 and p99",
        cells: [`${milliseconds(acknowledgedMs.p50)}, ${milliseconds(acknowledgedMs.p99)}`],
      },
      {
        head: "Its outcome on the disk, p50 and p99",
        cells: [`${milliseconds(decidedMs.p50)}, ${milliseconds(decidedMs.p99)}`],
      },
      { head: "With every write synced", cells: [`${rounded(perSecond)} trades per second`] },
    );
  }
  return dataTable({
    caption: `Beside it, ${load.shape}, with ${count(workers, "worker")} and batches of ${rounded(batchSize)}`,
    columns: [{ heading: "What" }, { heading: "Measured", isNumber: true }],
    rows,
  });
}

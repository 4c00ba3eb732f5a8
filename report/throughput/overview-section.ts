import type { LoadReport, ThroughputReport } from "../../executor/index.ts";
import { barChart } from "../bar-chart.ts";
import { dataTable } from "../data-table.ts";
import { percent, rounded, unknown } from "../format.ts";
import { type Html, html, NOTHING } from "../html.ts";

/** Every workload in one line, and beside one another. */
export function overviewSection({ loads, command }: ThroughputReport): Html {
  return html`<p class="lead">Signed trades per second, each with two signatures to verify, from packed records to receipts and roots. A rate means nothing without the shape of its workload, so that both stand side by side.</p>
<p class="how">Made by <code>${command}</code></p>
${loads.length > 1 ? shapesChart(loads) : NOTHING}
${dataTable({
  caption: "Workloads",
  columns: [
    { heading: "Workload" },
    { heading: "Trades per second", isNumber: true },
    { heading: "Workers, batch", isNumber: true },
    { heading: "Over best single thread", isNumber: true },
    { heading: "Busiest account", isNumber: true },
    { heading: "Could run at once", isNumber: true },
    { heading: "Cash netted away", isNumber: true },
  ],
  rows: loads.map((load) => {
    const { workers, batchSize, perSecond, speedUp } = fastestOf(load);
    return {
      head: load.shape,
      cells: [
        rounded(perSecond.median),
        `${workers}, ${rounded(batchSize)}`,
        `${speedUp.toFixed(2)} ×`,
        percent(load.conflicts.topShare),
        `${rounded(load.conflicts.parallelismCommuting)} ×`,
        load.netting.cashSaved === 0 ? unknown("no cash") : percent(load.netting.cashSaved),
      ],
    };
  }),
})}`;
}

/** The point with the highest rate. */
export function fastestOf({ sweep: { points } }: LoadReport) {
  return points.reduce((best, point) => (point.perSecond.median > best.perSecond.median ? point : best));
}

function shapesChart(loads: readonly LoadReport[]): Html {
  return barChart({
    id: "shapes",
    title: "Trades per second by workload",
    finding: "Each with the number of workers and the batch size that were best for it.",
    measure: "Trades per second",
    bars: loads.map((load) => {
      const { perSecond } = fastestOf(load);
      return { label: load.shape, value: perSecond.median, text: rounded(perSecond.median) };
    }),
  });
}

import type { LoadReport } from "../../executor/index.ts";
import { milliseconds, rounded } from "../format.ts";
import { type Html, html } from "../html.ts";
import { lineChart, type Series } from "./line-chart.ts";
import { linearScale, logScale } from "./scale.ts";

const PERCENTILES = [
  { name: "p50", key: "p50" },
  { name: "p99", key: "p99" },
  { name: "p99.9", key: "p999" },
] as const;

/** Latency over the offered rate, from the instant at which a trade was due to arrive. */
export function latencyChart(id: string, { shape, latencies }: LoadReport): Html {
  const figures = latencies.toSorted((one, other) => one.offered - other.offered);
  const series: Series[] = PERCENTILES.map(({ name, key }) => ({
    name,
    isMeasured: true,
    points: figures.map(({ offered, latencyMs }) => ({ x: offered, y: latencyMs[key] })),
  }));

  return lineChart({
    id: `${id}-latency`,
    title: `Latency over offered rate: ${shape}`,
    finding: html`Trades arrive at instants fixed in advance, whether or not the engine keeps up, and each waits from its own. The upright axis is logarithmic.`,
    x: {
      title: "trades offered per second",
      scale: linearScale(figures.map(({ offered }) => offered)),
      write: rounded,
    },
    y: {
      title: "latency",
      scale: logScale(
        series.flatMap(({ points }) => points.map(({ y }) => y)),
        10,
      ),
      write: milliseconds,
    },
    series,
  });
}

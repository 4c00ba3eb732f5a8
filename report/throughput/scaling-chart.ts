import { type LoadReport, predictRate } from "../../executor/index.ts";
import { percent, rounded } from "../format.ts";
import { type Html, html } from "../html.ts";
import { lineChart, type Series } from "./line-chart.ts";
import { logScale } from "./scale.ts";

/** Rate over workers: measured points, and beside them what the model draws out. */
export function scalingChart(id: string, { shape, sweep, model, projection }: LoadReport): Html {
  const batchSizes = [...new Set(sweep.points.map(({ batchSize }) => batchSize))];
  const largest = Math.max(...batchSizes);
  const oneMachine = projection.filter(({ machines }) => machines === 1);
  const measured: Series[] = batchSizes.map((size) => ({
    name: `batches of ${rounded(size)}`,
    isMeasured: true,
    points: sweep.points
      .filter(({ batchSize }) => batchSize === size)
      .map(({ workers, perSecond }) => ({
        x: workers,
        y: perSecond.median,
        range: [perSecond.least, perSecond.greatest] as const,
      })),
  }));
  const workers = [...new Set(sweep.points.map((point) => point.workers))];
  const modelled: Series[] =
    model === undefined
      ? []
      : [
          {
            name: `model, batches of ${rounded(largest)}`,
            isMeasured: false,
            points: [
              ...workers.map((count) => ({ x: count, y: predictRate(model, count, largest) })),
              ...oneMachine.map((point) => ({ x: point.workers, y: point.perSecond })),
            ].toSorted((one, other) => one.x - other.x),
          },
        ];
  const series = [...measured, ...modelled];
  const points = series.flatMap((each) => each.points);
  const rates = points.flatMap(({ y, range }) => [y, ...(range ?? [])]);
  const finding =
    model === undefined
      ? html`Both axes are logarithmic.`
      : html`Both axes are logarithmic. The broken line is a model with a mean error of ${percent(model.meanError)} at the measured points, and nothing but a model beyond them.`;

  return lineChart({
    id: `${id}-scaling`,
    title: `Trades per second over workers: ${shape}`,
    finding,
    x: {
      title: "workers",
      scale: logScale(
        points.map(({ x }) => x),
        2,
      ),
      write: rounded,
    },
    y: { title: "trades per second", scale: logScale(rates, 10), write: rounded },
    series,
  });
}

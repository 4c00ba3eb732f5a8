import { dataTable } from "../data-table.ts";
import { type Html, type HtmlValue, html, NOTHING } from "../html.ts";
import type { Scale } from "./scale.ts";

/** Points that belong together. What was measured has marks, what was only reckoned is a broken line. */
export interface Series {
  readonly name: string;
  readonly isMeasured: boolean;
  readonly points: readonly ChartPoint[];
}

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  /** Extremes of repeated measurements. */
  readonly range?: readonly [least: number, greatest: number];
}

export interface Axis {
  readonly title: string;
  readonly scale: Scale;
  readonly write: (value: number) => string;
}

export interface LineChartOptions {
  /** Distinguishes the chart in the page. */
  readonly id: string;
  readonly title: string;
  /** What is to be seen in it, as a sentence. */
  readonly finding: HtmlValue;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

const HEIGHT_PX = 260;
const TOP_PX = 26;
const LEFT_PERCENT = 17;
const WIDTH_PERCENT = 80;
const MARKS = ["circle", "square", "diamond", "cross"] as const;
const MARK_PX = 4;

/**
 * Lines over two axes. Places are parts of the drawing's width, so that text keeps its size on every screen; each measured
 * series has its own mark as well as its colour, and everything stands in a table below, too.
 */
export function lineChart({ id, title, finding, x, y, series }: LineChartOptions): Html {
  const names = series.map(({ name, isMeasured }) => `${name} (${isMeasured ? "measured" : "model"})`).join(", ");

  return html`<figure class="chart">
<figcaption><p class="chart-title">${title}</p><p>${finding}</p></figcaption>
<ul class="legend">${series.map((each, place) => html`<li><svg width="26" height="12" aria-hidden="true">${drawSample(each, place)}</svg> ${each.name}</li>`)}</ul>
<svg role="img" aria-labelledby="${id}-name" width="100%" height="${HEIGHT_PX + TOP_PX + 44}">
<title id="${id}-name">${title}: ${y.title} over ${x.title}; ${names}. The figures are in the table below.</title>
<g aria-hidden="true">${drawAxes(x, y)}${series.map((each, place) => drawSeries(each, place, x, y))}</g>
</svg>
<details><summary>As a table<span class="hidden">: ${title}</span></summary>
${dataTable({
  caption: title,
  columns: [{ heading: "Series" }, { heading: x.title, isNumber: true }, { heading: y.title, isNumber: true }],
  rows: series.flatMap(({ name, points }) =>
    points.map((point) => ({ head: name, cells: [x.write(point.x), writePoint(point, y)] })),
  ),
})}</details>
</figure>
`;
}

function writePoint({ y: value, range }: ChartPoint, { write }: Axis): string {
  return range === undefined ? write(value) : `${write(value)} (${write(range[0])} to ${write(range[1])})`;
}

const left = (x: Axis, value: number) => `${(LEFT_PERCENT + WIDTH_PERCENT * x.scale.place(value)).toFixed(2)}%`;
const top = (y: Axis, value: number) => (TOP_PX + HEIGHT_PX * (1 - y.scale.place(value))).toFixed(1);

function drawAxes(x: Axis, y: Axis): Html {
  const right = `${LEFT_PERCENT + WIDTH_PERCENT}%`;
  const bottom = TOP_PX + HEIGHT_PX;

  return html`<text class="axis" x="0" y="12">${y.title}</text>${y.scale.ticks.map(
    (tick) =>
      html`<line class="grid" x1="${LEFT_PERCENT}%" x2="${right}" y1="${top(y, tick)}" y2="${top(y, tick)}"/><text class="axis" x="${LEFT_PERCENT - 1.5}%" y="${top(y, tick)}" dy="4" text-anchor="end">${y.write(tick)}</text>`,
  )}${x.scale.ticks.map(
    (tick) =>
      html`<line class="grid" x1="${left(x, tick)}" x2="${left(x, tick)}" y1="${bottom}" y2="${bottom + 5}"/><text class="axis" x="${left(x, tick)}" y="${bottom + 19}" text-anchor="middle">${x.write(tick)}</text>`,
  )}<text class="axis" x="${right}" y="${bottom + 38}" text-anchor="end">${x.title}</text>`;
}

function drawSeries({ isMeasured, points }: Series, place: number, x: Axis, y: Axis): Html {
  const tone = toneOf(isMeasured, place);
  const lines = points.slice(1).map((point, before) => {
    const from = points[before] ?? point;
    return html`<line class="${tone}" x1="${left(x, from.x)}" y1="${top(y, from.y)}" x2="${left(x, point.x)}" y2="${top(y, point.y)}"/>`;
  });
  const ranges = points.map(({ x: at, range }) =>
    range === undefined
      ? NOTHING
      : html`<line class="range" x1="${left(x, at)}" x2="${left(x, at)}" y1="${top(y, range[0])}" y2="${top(y, range[1])}"/>`,
  );
  const marks = isMeasured ? points.map((point) => drawMark(place, left(x, point.x), top(y, point.y))) : [];
  return html`${lines}${ranges}${marks}`;
}

function drawSample({ isMeasured }: Series, place: number): Html {
  const line = html`<line class="${toneOf(isMeasured, place)}" x1="0" x2="26" y1="6" y2="6"/>`;
  return isMeasured ? html`${line}${drawMark(place, "13", "6")}` : line;
}

function toneOf(isMeasured: boolean, place: number): string {
  return isMeasured ? `line tone-${place % MARKS.length}` : "line model";
}

/** The mark is a nested drawing, because only those can be moved by parts of the width. */
function drawMark(place: number, x: string, y: string): Html {
  const mark = MARKS[place % MARKS.length];
  const shape =
    mark === "circle"
      ? html`<circle r="${MARK_PX}"/>`
      : mark === "square"
        ? html`<rect x="-4" y="-4" width="8" height="8"/>`
        : mark === "diamond"
          ? html`<path d="M0 -5.5 5.5 0 0 5.5 -5.5 0z"/>`
          : html`<path d="M-5 -2h3v-3h4v3h3v4h-3v3h-4v-3h-3z"/>`;
  return html`<svg class="mark tone-${place % MARKS.length}" x="${x}" y="${y}" overflow="visible">${shape}</svg>`;
}

import { dataTable } from "./data-table.ts";
import { type Html, type HtmlValue, html } from "./html.ts";

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** The value as it is written, with its unit. */
  readonly text: string;
  /** What is compared against stands back. */
  readonly isOther?: boolean;
}

export interface ChartOptions {
  /** Distinguishes the chart in the page. */
  readonly id: string;
  readonly title: string;
  /** What is to be seen in it, as a sentence. */
  readonly finding: HtmlValue;
  readonly measure: string;
  readonly bars: readonly Bar[];
  /** Length of a full bar; the greatest value if left out. */
  readonly full?: number;
}

const ROW_PX = 46;
const BAR_PX = 16;
const BAR_TOP_PX = 24;

/**
 * Horizontal bars to one linear scale from zero, with the figures written beside them and in a table below. Widths are parts of the
 * drawing's own, so that text keeps its size on every screen.
 */
export function barChart({ id, title, finding, measure, bars, full }: ChartOptions): Html {
  const longest = full ?? Math.max(...bars.map(({ value }) => value), 0);

  return html`<figure class="chart">
<figcaption><p class="chart-title">${title}</p><p>${finding}</p></figcaption>
<svg role="img" aria-labelledby="${id}-name" width="100%" height="${bars.length * ROW_PX}">
<title id="${id}-name">${title}: ${bars.map(({ label, text }) => `${label} ${text}`).join("; ")}</title>
${bars.map((bar, place) => drawBar(bar, place, longest))}
</svg>
<details><summary>As a table<span class="hidden">: ${title}</span></summary>
${dataTable({
  caption: title,
  columns: [{ heading: "Bar" }, { heading: measure, isNumber: true }],
  rows: bars.map(({ label, text }) => ({ head: label, cells: [text] })),
})}</details>
</figure>
`;
}

function drawBar({ label, value, text, isOther = false }: Bar, place: number, longest: number): Html {
  const top = place * ROW_PX;
  const width = longest > 0 ? Math.min(100, (value / longest) * 100).toFixed(3) : "0";
  const tone = isOther ? "bar other" : "bar";

  return html`<g aria-hidden="true"><text x="0" y="${top + 16}">${label}</text><text class="value" x="100%" y="${top + 16}" text-anchor="end">${text}</text>
<rect class="track" x="0" y="${top + BAR_TOP_PX}" width="100%" height="${BAR_PX}" rx="3"/><rect class="${tone}" x="0" y="${top + BAR_TOP_PX}" width="${width}%" height="${BAR_PX}" rx="3"/></g>
`;
}

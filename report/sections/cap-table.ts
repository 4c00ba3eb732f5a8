import { barChart } from "../bar-chart.ts";
import { type Column, dataTable, type Row } from "../data-table.ts";
import { change, count, percentOf, whole } from "../format.ts";
import { type Html, html, NOTHING } from "../html.ts";
import type { CapTable, Holding, ReportData } from "../report-data.ts";

const TOP = 10;
const RANGES = 8n;

const COLUMNS: readonly Column[] = [
  { heading: "Holder and wallet" },
  { heading: "Shares before", isNumber: true },
  { heading: "Part before", isNumber: true },
  { heading: "Shares after", isNumber: true },
  { heading: "Part after", isNumber: true },
  { heading: "Change", isNumber: true },
];

/** Who held how much before and after trading, the largest first. */
export function capTableSection({ capTable }: ReportData): Html {
  const { holdings, blockBefore, blockAfter, supplyBefore, supplyAfter } = capTable;
  const sorted = holdings.toSorted(byShares);
  const [top, rest] = [sorted.slice(0, TOP), sorted.slice(TOP)];
  const more =
    rest.length === 0
      ? NOTHING
      : html`<details><summary>The other ${count(rest.length, "holder")}</summary>
${table(`The other ${count(rest.length, "holder")}, before and after trading`, rest, capTable)}</details>
`;

  return html`<p>Read from the register at block ${whole(blockBefore)}, before trading, and at block ${whole(blockAfter)}, after it. Holders appear under references; who is behind one only the registrar knows. ${agreement(capTable)}</p>
${spread(sorted)}
${table(`The ${top.length} largest holders, before and after trading`, top, capTable, total(sorted, supplyBefore, supplyAfter))}
${more}`;
}

/** How many holders ended up with how much, in ranges of one size. */
function spread(sorted: readonly Holding[]): Html {
  const [most, least] = [sorted[0]?.after ?? 0n, sorted.at(-1)?.after ?? 0n];
  const size = (most - least) / RANGES + 1n;
  const ranges = Array.from({ length: Number((most - least) / size) + 1 }, (_, place) => least + BigInt(place) * size);

  return barChart({
    id: "spread",
    title: "How far trading spread the holdings",
    finding: `The largest holder ended with ${count(most, "share")}, the smallest with ${whole(least)}.`,
    measure: "Holders",
    bars: ranges.map((from) => {
      const holders = sorted.filter(({ after }) => after >= from && after < from + size).length;
      const label = size === 1n ? count(from, "share") : `${whole(from)} to ${count(from + size - 1n, "share")}`;
      return { label, value: holders, text: count(holders, "holder") };
    }),
  });
}

function table(caption: string, holdings: readonly Holding[], capTable: CapTable, foot?: Row): Html {
  const rows = holdings.map(({ reference, address, before, after }) => ({
    head: html`${reference}<code class="address">${address}</code>`,
    cells: figures(before, after, capTable),
  }));
  return dataTable({ caption, columns: COLUMNS, rows, ...(foot === undefined ? {} : { total: foot }) });
}

function total(holdings: readonly Holding[], supplyBefore: bigint, supplyAfter: bigint): Row {
  const before = holdings.reduce((shares, holding) => shares + holding.before, 0n);
  return {
    head: `All ${holdings.length} holders`,
    cells: figures(before, sum(holdings), { supplyBefore, supplyAfter }),
  };
}

function figures(
  before: bigint,
  after: bigint,
  { supplyBefore, supplyAfter }: Pick<CapTable, "supplyBefore" | "supplyAfter">,
): string[] {
  return [
    whole(before),
    percentOf(before, supplyBefore),
    whole(after),
    percentOf(after, supplyAfter),
    change(after - before),
  ];
}

/** Whether the listed holders are all there are. */
function agreement({ holdings, supplyAfter }: CapTable): string {
  const missing = supplyAfter - sum(holdings);
  return missing === 0n
    ? `Together they hold all ${count(supplyAfter, "share")} in issue.`
    : `${count(missing, "share")} of ${whole(supplyAfter)} in issue are held by accounts that are not listed here.`;
}

function sum(holdings: readonly Holding[]): bigint {
  return holdings.reduce((shares, { after }) => shares + after, 0n);
}

function byShares(one: Holding, other: Holding): number {
  if (one.after !== other.after) return one.after > other.after ? -1 : 1;
  return one.reference < other.reference ? -1 : 1;
}

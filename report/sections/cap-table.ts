import { barChart } from "../bar-chart.ts";
import { type Column, dataTable, type Row } from "../data-table.ts";
import { change, count, percentOf, whole } from "../format.ts";
import { type Html, html, NOTHING } from "../html.ts";
import type { CapTable, Holding, ReportData } from "../report-data.ts";

const TOP = 10;

const COLUMNS: readonly Column[] = [
  { heading: "Holder" },
  { heading: "Shares before", isNumber: true },
  { heading: "Part before", isNumber: true },
  { heading: "Shares after", isNumber: true },
  { heading: "Part after", isNumber: true },
  { heading: "Change", isNumber: true },
  { heading: "Wallet" },
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
${barChart({
  id: "top-holders",
  title: "Largest holders after trading",
  finding: html`${whole(top.length)} of ${count(holdings.length, "holder")} together have ${percentOf(sum(top), supplyAfter)} of ${count(supplyAfter, "share")}.`,
  measure: "Shares",
  bars: top.map(({ reference, after }) => ({ label: reference, value: Number(after), text: whole(after) })),
})}
${table(`The ${top.length} largest holders, before and after trading`, top, capTable, total(sorted, supplyBefore, supplyAfter))}
${more}`;
}

function table(caption: string, holdings: readonly Holding[], capTable: CapTable, foot?: Row): Html {
  const rows = holdings.map(({ reference, address, before, after }) => ({
    head: reference,
    cells: [...figures(before, after, capTable), html`<code class="address">${address}</code>`],
  }));
  return dataTable({ caption, columns: COLUMNS, rows, ...(foot === undefined ? {} : { total: foot }) });
}

function total(holdings: readonly Holding[], supplyBefore: bigint, supplyAfter: bigint): Row {
  const before = holdings.reduce((shares, holding) => shares + holding.before, 0n);
  return {
    head: `All ${holdings.length} holders`,
    cells: [...figures(before, sum(holdings), { supplyBefore, supplyAfter }), ""],
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

import { barChart } from "../bar-chart.ts";
import { dataTable } from "../data-table.ts";
import { count, percentOf, whole } from "../format.ts";
import { type Html, html } from "../html.ts";
import type { ReportData } from "../report-data.ts";

/** Every refusal with all its reasons and what to do next. */
export function refusalsSection({ refused, rejected, figures }: ReportData): Html {
  return html`<h3>Transfers that the rules refused</h3>
${refused.length === 0 ? html`<p>None was tried.</p>` : refused.map(describeRefused)}
<h3>Trades that the executor refused</h3>
${describeRejected({ rejected, figures })}`;
}

function describeRefused({ who, reasons }: ReportData["refused"][number]): Html {
  return dataTable({
    caption: `Refused: ${who} (${count(reasons.length, "reason")})`,
    columns: [{ heading: "Code" }, { heading: "Why" }, { heading: "What to do next" }],
    rows: reasons.map(({ code, sentence, nextStep }) => ({ head: code, cells: [sentence, nextStep] })),
  });
}

function describeRejected({ rejected, figures }: Pick<ReportData, "rejected" | "figures">): Html {
  const { submitted, accepted } = figures.trades;
  if (rejected.length === 0) return html`<p>None: all ${count(submitted, "trade")} were accepted.</p>`;

  return html`<p>A real day has faulty trades, so the demo makes some. A trade is refused by the first check that fails; it changes nothing but its receipt.</p>
${barChart({
  id: "rejected",
  title: "Refused trades by reason",
  finding: html`${whole(submitted - accepted)} of ${count(submitted, "trade")} were refused, ${percentOf(submitted - accepted, submitted)}.`,
  measure: "Trades",
  bars: rejected.map(({ name, count: trades }) => ({ label: name, value: trades, text: whole(trades) })),
})}
${dataTable({
  caption: "Reasons of refused trades",
  columns: [
    { heading: "Reason" },
    { heading: "Trades", isNumber: true },
    { heading: "Why" },
    { heading: "What to do next" },
  ],
  rows: rejected.map(({ code, name, count: trades, sentence, next }) => ({
    head: `${code} ${name}`,
    cells: [whole(trades), sentence, next],
  })),
})}`;
}

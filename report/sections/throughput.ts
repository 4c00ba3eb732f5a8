import { barChart } from "../bar-chart.ts";
import { dataTable, type Row } from "../data-table.ts";
import { count, milliseconds, percent, rounded, unknown, whole } from "../format.ts";
import { type Html, type HtmlValue, html } from "../html.ts";
import type { Figures, ReportData } from "../report-data.ts";

const STAGES: Readonly<Record<string, string>> = {
  ingest: "Reading and encoding",
  verify: "Verifying signatures",
  sequence: "Putting in order",
  ledger: "Deciding each trade",
  commit: "Roots and batch file",
};

/** What the executor and the chain took, beside what we compare with; the rows in which we lose are there, too. */
export function throughputSection({ figures, command }: ReportData): Html {
  const { machine, seconds, verify } = figures;
  const lost =
    verify.workersLost === 0
      ? "None was lost."
      : `${count(verify.workersLost, "worker")} died on the way, and the work was done again.`;

  return html`<p>Measured in this run, on this machine, while it did everything else: a demonstration, no benchmark.</p>
${dataTable({
  caption: "Machine and command",
  columns: [{ heading: "What" }, { heading: "Value" }],
  rows: [
    { head: "Command", cells: [html`<code>${command}</code>`] },
    {
      head: "Processor",
      cells: [
        machine.cpu === "unknown"
          ? unknown("the system does not say")
          : `${machine.cpu}, ${count(machine.cores, "core")}`,
      ],
    },
    { head: "Memory", cells: [`${machine.memoryGiB} GiB`] },
    { head: "Node.js", cells: [machine.node] },
    { head: "Workers", cells: [`${count(verify.workers, "thread")}. ${lost}`] },
    { head: "Whole run", cells: [`${seconds} s, chain and comparison included`] },
  ],
})}
<h3>Where we win, and where we lose</h3>
${comparisons(figures)}
<h3>In charts</h3>
<p>All bars start at zero and share one linear scale per chart.</p>
<div class="charts">${stageChart(figures)}${verifyChart(figures)}${nettingChart(figures)}${gasChart(figures)}</div>`;
}

function comparisons({ verify, net, chain, trades }: Figures): Html {
  const noTrade = "no trade was accepted";
  const accepted = trades.accepted > 0;
  const hasGas = accepted && chain.tradesOneByOne > 0;
  const saving = chain.gasPerTradeOneByOne / chain.gasPerTrade;

  return dataTable({
    caption: "This run beside what it is compared with",
    columns: [
      { heading: "What" },
      { heading: "Ours", isNumber: true },
      { heading: "Beside", isNumber: true },
      { heading: "Ratio", isNumber: true },
      { heading: "Verdict" },
    ],
    rows: [
      {
        head: "Signatures per second; beside the bare library on as many workers",
        cells: Number.isFinite(verify.ratio)
          ? [rounded(verify.perSecond), rounded(verify.libraryPerSecond), String(verify.ratio), verdict(verify.ratio)]
          : missing("the library was not measured"),
      },
      {
        head: "Gas per trade, netted; beside one by one",
        cells: hasGas
          ? [
              rounded(chain.gasPerTrade),
              rounded(chain.gasPerTradeOneByOne),
              `${saving.toFixed(1)} times less`,
              verdict(saving),
            ]
          : missing(noTrade),
      },
      {
        head: "Cash that moves, netted; beside all trades' cash",
        cells: accepted
          ? [percent(1 - net.ratio), percent(1), `${percent(net.ratio)} saved`, verdict(1 + net.ratio)]
          : missing(noTrade),
      },
      {
        head: "Transactions before the first trade is final; beside one by one",
        cells: accepted ? ["2", "1", "0.5", verdict(0.5)] : missing(noTrade),
      },
    ] satisfies readonly Row[],
  });
}

/** Level is what differs by less than a hundredth. */
function verdict(ratio: number): Html {
  if (Math.abs(ratio - 1) < 0.01) return html`<span class="tag">level</span>`;
  return ratio > 1 ? html`<span class="tag good">we win</span>` : html`<span class="tag bad">we lose</span>`;
}

function missing(reason: string): HtmlValue[] {
  return [unknown(reason), unknown(reason), unknown(reason), unknown(reason)];
}

function stageChart({ executor, trades }: Figures): Html {
  const stages = Object.entries(executor.milliseconds);
  return barChart({
    id: "stages",
    title: "Time of each stage",
    finding: `${rounded(executor.tradesPerSecond)} trades per second through the executor, over ${count(trades.submitted, "trade")}, signatures and roots included.`,
    measure: "Time",
    bars: stages.map(([stage, ms]) => ({ label: STAGES[stage] ?? stage, value: ms, text: milliseconds(ms) })),
  });
}

function verifyChart({ verify }: Figures): Html {
  if (!Number.isFinite(verify.ratio))
    return html`<p>Signatures per second: ${unknown("the library was not measured")}</p>`;
  const beside = verify.ratio < 1 ? "slower than" : "not slower than";
  return barChart({
    id: "verify",
    title: "Signatures verified per second",
    finding: `${verify.ratio} of the bare ${verify.crypto} library: ${beside} recovering keys and nothing else, on ${count(verify.workers, "worker")}.`,
    measure: "Signatures per second",
    bars: [
      { label: "Executor", value: verify.perSecond, text: rounded(verify.perSecond) },
      { label: "Bare library", value: verify.libraryPerSecond, text: rounded(verify.libraryPerSecond), isOther: true },
    ],
  });
}

function nettingChart({ net, trades }: Figures): Html {
  if (trades.accepted === 0) return html`<p>Netting: ${unknown("no trade was accepted")}</p>`;
  return barChart({
    id: "netting",
    title: "What still moves after netting",
    finding: `${whole(trades.accepted)} trades came down to ${count(net.positions, "position")} in ${count(net.chunks, "chunk")}. The more trades there are between the same holders, the more cancels out.`,
    measure: "Of all movements",
    full: 1,
    bars: [
      { label: "One by one", value: 1, text: percent(1), isOther: true },
      { label: "Cash, netted", value: 1 - net.ratio, text: percent(1 - net.ratio) },
      { label: "Shares, netted", value: 1 - net.sharesRatio, text: percent(1 - net.sharesRatio) },
    ],
  });
}

function gasChart({ chain, trades }: Figures): Html {
  if (trades.accepted === 0 || chain.tradesOneByOne === 0)
    return html`<p>Gas per trade: ${unknown("no trade was accepted")}</p>`;
  return barChart({
    id: "gas",
    title: "Gas per trade",
    finding: `${whole(chain.gasTotal)} gas in ${count(chain.transactions, "transaction")} for all; one by one, ${count(chain.tradesOneByOne, "trade")} were posted and taken back. Deposits and mandates, once per holder, are in neither.`,
    measure: "Gas per trade",
    bars: [
      { label: "Netted", value: chain.gasPerTrade, text: rounded(chain.gasPerTrade) },
      {
        label: "One by one",
        value: chain.gasPerTradeOneByOne,
        text: rounded(chain.gasPerTradeOneByOne),
        isOther: true,
      },
    ],
  });
}

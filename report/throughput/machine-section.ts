import type { ThroughputReport } from "../../executor/index.ts";
import { dataTable, type Row } from "../data-table.ts";
import { count, rounded, unknown } from "../format.ts";
import { type Html, html } from "../html.ts";

/** On what, how, and what the figures do not say. */
export function machineSection({ machine, command, seconds, posting }: ThroughputReport): Html {
  const postingRows: Row[] =
    posting === undefined
      ? [{ head: "Posting on chain", cells: [unknown("not measured in this run")] }]
      : [
          {
            head: "Posting on chain",
            cells: [
              `${rounded(posting.gasPerTrade)} gas per trade over ${count(posting.trades, "trade")} in ${count(posting.chunks, "chunk")}; ${rounded(posting.perSecond)} trades per second on ${posting.chain}`,
            ],
          },
        ];

  return html`${dataTable({
    caption: "Machine",
    columns: [{ heading: "What" }, { heading: "Value" }],
    rows: [
      { head: "Command", cells: [html`<code>${command}</code>`] },
      {
        head: "Processor",
        cells: [
          machine.cpu === "unknown"
            ? unknown("the system does not say")
            : `${machine.cpu}, ${count(machine.cores, "core")}, ${machine.usableCores} usable`,
        ],
      },
      { head: "Memory", cells: [`${machine.memoryGiB} GiB`] },
      { head: "System", cells: [machine.system] },
      { head: "Node.js", cells: [machine.node] },
      { head: "Signatures", cells: [`secp256k1, ${machine.cryptoKind}`] },
      { head: "Load before", cells: [`${machine.load[0]} over one minute, ${machine.load[1]} over five`] },
      { head: "Whole run", cells: [`${rounded(seconds)} s`] },
      ...postingRows,
    ],
  })}
<h3>How it was measured</h3>
<p>All orders are signed beforehand. In the closed loop a batch begins when the one before has ended; points are measured in rounds, and the median of the rounds counts. In the open loop arrivals are drawn before the first of them, and latency runs from the instant at which a trade was due, so that a stall counts for everyone who waited behind it. Every batch was run serially, too; had one hash differed, there would be no page.</p>
<p>The best single thread is the faster of our plain serial version and of the engine without worker threads. More workers than usable cores are shown and not fitted.</p>`;
}

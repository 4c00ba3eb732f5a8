import { dataTable } from "../data-table.ts";
import { count, percent, rounded, unknown, usd, utcDay, utcTime, whole } from "../format.ts";
import { type Html, type HtmlValue, html } from "../html.ts";
import type { Figures, ReportData } from "../report-data.ts";

/** The run in a paragraph, its key figures, and where everything comes from. */
export function storySection({ figures, terms, chain, refused, capTable }: ReportData): Html {
  const { asset, trades, net, income, reconciled } = figures;
  const verdict = reconciled
    ? html`<p class="verdict good">Chain, executor and a serial re-run agree on every balance.</p>`
    : html`<p class="verdict bad">Chain, executor and the serial re-run do not agree. Do not rely on these figures.</p>`;

  return html`<p class="lead">${terms.issuer} offered ${count(terms.shares, "share")} at ${usd(terms.price)} each. ${count(asset.holders, "holder")} bought
${whole(asset.sold)} of them; ${count(refused.length, "buyer")} who may not hold it ${refused.length === 1 ? "was" : "were"} refused. The holders then traded ${count(trades.submitted, "time")} among
themselves; ${whole(trades.accepted)} trades were accepted and settled on the chain in ${count(net.chunks, "chunk")}. At the end ${usd(income.paid)} of income reached ${count(income.holders, "holder")}.${alsoPaintings(figures)}</p>
${verdict}
<dl class="key">
${key("Shares sold", whole(asset.sold), `of ${whole(terms.shares)}`)}
${key("Raised", usd(BigInt(asset.proceeds) + BigInt(asset.commission)), `${usd(asset.commission)} of it commission`)}
${key("Trades accepted", whole(trades.accepted), `of ${whole(trades.submitted)}`)}
${key("Cash that never moved", trades.accepted === 0 ? unknown("no trade was accepted") : percent(net.ratio), "because trades were netted")}
${gas(figures)}
${key("Income paid", usd(income.paid), `of ${usd(income.deposit)} deposited`)}
</dl>
<h3>The asset and its source</h3>
${dataTable({
  caption: "Asset, source and dates",
  columns: [{ heading: "Fact" }, { heading: "Value" }],
  rows: [
    { head: "Asset", cells: [`${asset.name} (token ${whole(asset.id)})`] },
    { head: "Issuer", cells: [terms.issuer] },
    { head: "Kind", cells: [terms.class.replaceAll("-", " ")] },
    { head: "Law", cells: [terms.jurisdiction] },
    { head: "Who may hold it", cells: [`${terms.classes} investors from ${terms.countries.join(", ")}`] },
    { head: "Smallest ticket", cells: [usd(terms.minTicket)] },
    { head: "Evidence looked at", cells: [utcDay(terms.attestedOn)] },
    { head: "Source", cells: [terms.source] },
  ],
})}
<h3>The chain</h3>
<p>Figures are as of block ${whole(chain.block)} of chain ${String(chain.chainId)}, whose clock then stood at ${utcTime(chain.time)}. It is a development chain, and the demo moves its clock. Trading opened on
balances of block ${whole(capTable.blockBefore)}. Addresses are complete; a click selects one.</p>
${dataTable({
  caption: "Contracts of this run",
  columns: [{ heading: "Contract" }, { heading: "Address" }],
  rows: chain.contracts.map(({ name, address }) => ({
    head: name,
    cells: [html`<code class="address">${address}</code>`],
  })),
})}`;
}

function alsoPaintings({ paintings = [] }: Figures): string {
  if (paintings.length === 0) return "";
  const sold = paintings.filter(({ sale }) => sale !== null).length;
  return ` Besides, ${count(paintings.length, "painting")} that dealers once owned together were bought in shares, and ${whole(sold)} of them sold and paid out.`;
}

function gas({ chain, trades }: Figures): Html {
  if (trades.accepted === 0 || chain.tradesOneByOne === 0)
    return key("Gas per trade", unknown("no trade was accepted"), "netted");
  return key("Gas per trade, netted", rounded(chain.gasPerTrade), `${rounded(chain.gasPerTradeOneByOne)} one by one`);
}

function key(name: string, value: HtmlValue, note: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}<small>${note}</small></dd></div>
`;
}

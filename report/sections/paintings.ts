import { dataTable } from "../data-table.ts";
import { count, money, unknown } from "../format.ts";
import { type Html, type HtmlValue, html, NOTHING } from "../html.ts";
import type { PaintingFigures } from "../report-data.ts";
import { tie } from "./tie.ts";

/** Paintings that dealers owned together: what they paid and got on the chain, beside what one of them wrote down. */
export function paintingsPart(paintings: readonly PaintingFigures[]): Html {
  if (paintings.length === 0) return NOTHING;
  const odd = paintings.filter(({ tiesOut }) => !tiesOut);

  return html`<h3>Paintings owned in shares</h3>
<p>${count(paintings.length, "painting")} that dealers really bought together, divided into units so that each fraction is a whole number of them, and paid for and sold at the recorded prices. One test dollar
stands for one unit of the old money. ${odd.length === 0 ? "Every record ties out." : `${count(odd.length, "record")} ${odd.length === 1 ? "does" : "do"} not tie out; the notes say where.`}</p>
${dataTable({
  caption: "Paintings: purchase, fractions and sale",
  columns: [
    { heading: "Painting" },
    { heading: "Bought for", isNumber: true },
    { heading: "Fractions, the dealer's first" },
    { heading: "Sold for", isNumber: true },
    { heading: "Of which the dealer got", isNumber: true },
  ],
  rows: paintings.map((painting) => ({
    head: html`${painting.title}<small>${painting.artist}</small>`,
    cells: [
      dated(painting.purchase),
      html`${painting.fractions.join(" + ")}<small>${count(painting.units, "unit")}</small>`,
      ...sale(painting),
    ],
  })),
})}
${dataTable({
  caption: "The dealer's part, as paid and as written down",
  columns: [
    { heading: "Painting" },
    { heading: "Paid", isNumber: true },
    { heading: "Written down", isNumber: true },
    { heading: "Verdict" },
    { heading: "What the record says", isText: true },
  ],
  rows: paintings.map((painting) => ({
    head: painting.title,
    cells: [
      money(painting.purchase.currency, painting.dealerSharePaid),
      money(painting.purchase.currency, painting.dealerShareRecorded),
      verdict(painting),
      painting.note,
    ],
  })),
})}`;
}

function dated({ date, amount, currency }: PaintingFigures["purchase"]): Html {
  return html`${money(currency, amount)}<small>${date}</small>`;
}

function sale({ sale: sold, dealerProceeds }: PaintingFigures): HtmlValue[] {
  if (sold === null) return [unknown("no sale is recorded"), unknown("not sold")];
  const got = dealerProceeds === null ? unknown("nothing was paid out") : money(sold.currency, dealerProceeds);
  return [dated(sold), got];
}

/** A fraction that was derived from the dealer's own figure cannot but agree with it, which is said. */
function verdict({ tiesOut, basis, difference, purchase }: PaintingFigures): Html {
  if (!tiesOut) return html`${tie(false)}<small>by ${money(purchase.currency, difference)}</small>`;
  return basis === "derived" ? html`<span class="tag">by derivation</span>` : tie(true);
}

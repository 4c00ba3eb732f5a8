import { formatFraction } from "../../../sdk/fractions.ts";
import { MONEY_DECIMALS } from "../../../sdk/painting-file.ts";
import { formatAmount } from "../../../sdk/units.ts";
import { table } from "../../lib/table.ts";
import type { OwnedPainting } from "./paintings.ts";

/** A painting as `summary.json` keeps it (docs/demo-summary.md). */
export function summarisePainting({ asset, state, painting, parts, carried }: OwnedPainting) {
  const { title, artist, record, units, bought, outcome, recordedShare, fractions } = painting;
  const [dealer] = parts;
  const difference = recordedShare - dealer.paid;
  return {
    asset,
    state,
    title,
    artist,
    record,
    units,
    fractions: parts.map((part) => formatFraction(part.fraction)),
    basis: fractions.basis,
    owners: parts.map((part) => ({
      name: part.name,
      fraction: formatFraction(part.fraction),
      units: part.units,
      paid: money(part.paid),
      received: moneyIfAny(part.received),
    })),
    purchase: { date: bought.date, amount: money(bought.amount), currency: bought.currency },
    sale:
      outcome.kind === "sold"
        ? {
            date: outcome.date,
            amount: money(outcome.amount),
            currency: outcome.currency,
            buyer: outcome.buyer ?? null,
          }
        : null,
    dealerShareRecorded: money(recordedShare),
    dealerSharePaid: money(dealer.paid),
    dealerProceeds: moneyIfAny(dealer.received),
    carried: moneyIfAny(carried),
    tiesOut: difference === 0n,
    difference: difference < 0n ? `-${money(-difference)}` : money(difference),
    note: fractions.note,
  };
}

export type PaintingSummary = ReturnType<typeof summarisePainting>;

/** The closing table of the paintings, and a sentence for each whose record does not tie out. */
export function describePaintings(paintings: readonly PaintingSummary[]): string {
  const rows = paintings.map((each) => {
    const { title, artist, fractions, purchase, sale, dealerShareRecorded, dealerSharePaid, dealerProceeds } = each;
    return [
      `${shorten(title)}\n${shorten(artist)}`,
      fractions.join(" + "),
      `${purchase.currency} ${dealerSharePaid}\n${purchase.currency} ${dealerShareRecorded}`,
      sale === null ? "unsold" : `${sale.currency} ${sale.amount}`,
      sale === null || dealerProceeds === null ? "" : `${sale.currency} ${dealerProceeds}`,
      describeTieOut(each),
    ];
  });
  const odd = paintings.filter(({ tiesOut }) => !tiesOut).map(({ title, note }) => `${title}: ${note}`);
  const head = ["Painting", "Owners", "Dealer paid in\nas he wrote it", "Sold for", "Dealer was paid", "Ties out"];
  return [table(head, rows), ...odd].join("\n");
}

/** A fraction that was derived from the dealer's share cannot but agree with it. */
function describeTieOut({ tiesOut, basis, difference }: PaintingSummary): string {
  if (!tiesOut) return `NO: ${difference}`;
  return basis === "derived" ? "by derivation" : "yes";
}

const MOST_LETTERS = 26;

function shorten(text: string): string {
  return text.length <= MOST_LETTERS ? text : `${text.slice(0, MOST_LETTERS - 1)}…`;
}

function money(amount: bigint): string {
  return formatAmount(amount, MONEY_DECIMALS);
}

function moneyIfAny(amount: bigint | undefined): string | null {
  return amount === undefined ? null : money(amount);
}

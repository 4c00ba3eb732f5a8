import { dataTable } from "../data-table.ts";
import { count, percentOf, unknown, usd, whole } from "../format.ts";
import { type Html, type HtmlValue, html } from "../html.ts";
import type { ReportData } from "../report-data.ts";
import { paintingsPart } from "./paintings.ts";
import { tie } from "./tie.ts";

const MONEY = [{ heading: "Item" }, { heading: "Amount", isNumber: true }] as const;

/** What the offering brought, and what was paid out, with the sums that have to come out even. */
export function moneySection({ figures, terms }: ReportData): Html {
  const { asset, income } = figures;
  const raised = BigInt(asset.proceeds) + BigInt(asset.commission);
  const [paid, deposit, carried] = [BigInt(income.paid), BigInt(income.deposit), BigInt(income.carried)];
  const eachPaid: HtmlValue = BigInt(asset.sold) === 0n ? unknown("no share was sold") : usd(income.perShare);

  return html`<h3>Offering</h3>
<p>Sold from an escrow that covers every refund until the offering closes.</p>
${dataTable({
  caption: "What the offering brought",
  columns: MONEY,
  rows: [
    { head: `${whole(asset.sold)} shares at ${usd(terms.price)}`, cells: [usd(raised)] },
    { head: `Commission (${percentOf(asset.commission, raised)})`, cells: [usd(asset.commission)] },
  ],
  total: { head: "Paid to the issuer", cells: [usd(asset.proceeds)] },
})}
<h3>Income</h3>
<p>${tie(paid + carried === deposit)} ${sentence(paid, deposit, carried)}</p>
${dataTable({
  caption: "Income of the record, and where it went",
  columns: MONEY,
  rows: [
    { head: "Deposited", cells: [usd(deposit)] },
    { head: "Per share", cells: [eachPaid] },
    { head: `Paid to ${count(income.holders, "holder")}`, cells: [usd(paid)] },
    { head: "Carried to the next distribution", cells: [usd(carried)] },
  ],
  total: { head: "Deposited, less paid and carried", cells: [usd(deposit - paid - carried)] },
})}
${paintingsPart(figures.paintings ?? [])}`;
}

function sentence(paid: bigint, deposit: bigint, carried: bigint): string {
  if (paid === deposit)
    return `What arrived in the holders' wallets, ${usd(paid)}, is what was deposited, to the last unit.`;
  if (paid + carried === deposit)
    return `${usd(paid)} arrived in the holders' wallets, and ${usd(carried)} that did not divide waits for the next distribution.`;
  return `${usd(paid)} arrived in the holders' wallets, ${usd(carried)} is carried, and that is not the ${usd(deposit)} that was deposited.`;
}

// Holds our facts about paintings (data/co-owned-paintings) against the table of the Getty Provenance Index they were taken from, as a
// CSV file that is not part of this repository:
// node tools/check-paintings.ts <works.csv>
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { MONEY_DECIMALS, type Painting, readPaintings } from "../sdk/painting-file.ts";
import { formatAmount } from "../sdk/units.ts";

const FOLDER = fileURLToPath(new URL("../data/co-owned-paintings", import.meta.url));

const CURRENCIES: Readonly<Record<string, string>> = { USD: "dollars", GBP: "pounds", FRF: "francs" };

type Row = Readonly<Record<string, string>>;

const [path] = process.argv.slice(2);
if (path === undefined) {
  process.stdout.write("usage: node tools/check-paintings.ts <works.csv>\n");
  process.exit(2);
}

const options = { columns: true, bom: true, skip_empty_lines: true };
const rows = z.array(z.record(z.string(), z.string())).parse(parse(readFileSync(path, "utf8"), options));
const paintings = await readPaintings(FOLDER);
const mistakes = paintings.flatMap((painting) => {
  const row = rows.find((each) => each["pi_record_no"] === painting.record);
  return row === undefined ? [`${painting.record}: is not in the table`] : compare(painting, row);
});

for (const mistake of mistakes) process.stdout.write(`${mistake}\n`);
process.stdout.write(`${paintings.length} paintings compared, ${mistakes.length} differences\n`);
process.exit(mistakes.length === 0 ? 0 : 1);

/** Every figure, date and partner; titles and names of people are retold, not copied. */
function compare(painting: Painting, row: Row): string[] {
  const { stockNumber, stockBook, bought, outcome, recordedShare, owners, record } = painting;
  const sold = outcome.kind === "sold" ? outcome : undefined;
  const [, ...partners] = owners;
  const ours: Row = {
    knoedler_number: stockNumber,
    stock_book_no: String(stockBook.book),
    page_number: String(stockBook.page),
    row_number: String(stockBook.row),
    ...dateCells("entry_date", bought.date),
    purch_amount: plain(bought.amount),
    purch_currency: CURRENCIES[bought.currency] ?? bought.currency,
    // Figures for a lot of several works are not one painting's.
    purch_amt_divisor: "1",
    knoedshare_amt: plain(recordedShare),
    knoedshare_curr: CURRENCIES[bought.currency] ?? bought.currency,
    ...dateCells("sale_date", sold?.date ?? ""),
    price_amount: sold === undefined ? "" : plain(sold.amount),
    price_currency: sold === undefined ? "" : (CURRENCIES[sold.currency] ?? sold.currency),
    price_note: "",
    transaction: sold === undefined ? "Unsold" : "Sold",
    ...Object.fromEntries([0, 1, 2, 3].map((place) => [`joint_owner_${place + 1}`, partners[place]?.written ?? ""])),
  };
  return Object.entries(ours)
    .filter(([column, value]) => row[column] !== value)
    .map(([column, value]) => `${record} ${column}: we say "${value}", the table says "${row[column]}"`);
}

function dateCells(name: string, date: string): Row {
  const [year = "", month = "", day = ""] = date.split("-").map((part) => String(Number(part)));
  return date === ""
    ? { [`${name}_year`]: "", [`${name}_month`]: "", [`${name}_day`]: "" }
    : { [`${name}_year`]: year, [`${name}_month`]: month, [`${name}_day`]: day };
}

/** The table writes no zeros that say nothing. */
function plain(amount: bigint): string {
  return formatAmount(amount, MONEY_DECIMALS, 0);
}

import { cell } from "../cell.ts";
import type { Suite } from "../connect.ts";
import { parseCountry } from "../country.ts";
import { type CsvDelimiter, readCsv } from "../csv.ts";
import { badInput } from "../errors.ts";
import { parseClasses } from "../investor-class.ts";
import { FIRST_INVESTOR, type Party } from "../party.ts";
import { parseUnits } from "../units.ts";

/** One line of a table; the first that fits counts. */
export interface WithholdingRow {
  /** ISO 3166-1 numeric; 0 is any. */
  readonly country: number;
  /** Class bits of which one is enough; 0 is any. */
  readonly classes: number;
  readonly rateBps: number;
}

/** Who pays which rate, as contracts/income/IWithholding.sol has it. */
export interface Withholding {
  /** The table's number on the desk; null for one from a file. */
  readonly table: number | null;
  /** Who gets what is withheld; null where nothing is. */
  readonly taxAccount: string | null;
  /** For those whom no row fits, who are unknown or whose verification has expired. */
  readonly fallbackBps: number;
  readonly rows: readonly WithholdingRow[];
}

/** Nothing is withheld of anybody. */
export const NO_WITHHOLDING: Withholding = { table: null, taxAccount: null, fallbackBps: 0, rows: [] };

/** The rate of an investor at an instant, in basis points: what the desk would say of him. */
export function rateBpsOf({ rows, fallbackBps }: Withholding, party: Party, now: bigint): number {
  if (isExpired(party, now)) return fallbackBps;
  const fits = ({ country, classes }: WithholdingRow) =>
    (country === 0 || country === party.country) && (classes === 0 || (classes & party.classes) !== 0);
  return rows.find(fits)?.rateBps ?? fallbackBps;
}

/** Whether nobody vouches for an investor any more: he is unknown, or his verification is over. */
export function isExpired({ number, verifiedUntil }: Party, now: bigint): boolean {
  return number < FIRST_INVESTOR || verifiedUntil < now;
}

/** The table by which the desk would withhold for an asset now. */
export async function readChainWithholding({ incomeDesk }: Suite, asset: bigint): Promise<Withholding> {
  const table = await incomeDesk.withholdingOf(asset);
  if (table === 0n) return { ...NO_WITHHOLDING, table: 0 };

  const { taxAccount, fallbackBps, rows } = await incomeDesk.withholdingTable(table);
  return {
    table: Number(table),
    taxAccount,
    fallbackBps: Number(fallbackBps),
    rows: rows.map((row) => ({
      country: Number(row.country),
      classes: Number(row.classes),
      rateBps: Number(row.rateBps),
    })),
  };
}

/** Reads `country,class,percent`; `*` is any. The last row has to be for everybody, so that nobody's rate is left open. */
export async function readWithholdingFile(
  path: string,
  taxAccount: string,
  delimiter: CsvDelimiter,
): Promise<Withholding & { readonly notes: readonly string[] }> {
  const { rows, notes } = await readCsv(path, {
    columns: {
      country: cell((text) => (text === "*" ? 0 : parseCountry(text))),
      class: cell((text) => (text === "*" ? 0 : parseClasses(text))),
      percent: cell(parsePercent),
    },
    unique: [["country", "class"]],
    delimiter,
  });
  const last = rows.at(-1);
  if (last === undefined || last.row.country !== 0 || last.row.class !== 0) {
    throw badInput("the last row is not for everybody", {
      where: `${path}, line ${last?.line}`,
      why: "somebody whom no row fits, or whose verification has expired, would have no rate",
      todo: 'end the file with a row like "*,*,30"',
      notDone: "no row of the file was used",
    });
  }
  return {
    table: null,
    taxAccount,
    fallbackBps: last.row.percent,
    rows: rows.slice(0, -1).map(({ row }) => ({ country: row.country, classes: row.class, rateBps: row.percent })),
    notes,
  };
}

/** "26.375" cannot be held in basis points; the desk counts in them, so that it is refused and not rounded. */
function parsePercent(text: string): number {
  const bps = parseUnits(text, 2, "percentage");
  if (bps > 10_000n) throw badInput(`${text} % is more than all`);
  return Number(bps);
}

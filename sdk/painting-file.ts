import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { parseJson } from "./addresses.ts";
import { cell } from "./cell.ts";
import { parseCountry } from "./country.ts";
import { hashDocument } from "./document.ts";
import { badInput, MoietyError } from "./errors.ts";
import { divide, type Fraction, parseFraction, priceOfUnit } from "./fractions.ts";
import { parseInstant } from "./time.ts";
import { parseUnits } from "./units.ts";

/** Decimals of every amount in a painting file: those of the currency that stands for its money. */
export const MONEY_DECIMALS = 6;

/** Beside the painting files: how they are divided, and what the owners agree to. */
const TERMS = "terms.md";
/** The due diligence, for all of them. */
const CHECKLIST = "checklist.md";

const words = z.string().min(1);
const fractionCell = cell(parseFraction);
const countryCell = cell(parseCountry);
const money = cell((text) => parseUnits(text, MONEY_DECIMALS));
const price = money.refine((amount) => amount > 0n, "has to be more than 0");
const currency = z.string().regex(/^[A-Z]{3}$/, 'write a code of ISO 4217 like "GBP", a former one if need be');
/** As exact as the record is: a day, a month or a year. */
const date = cell(parseDate);

export const paintingFileSchema = z.strictObject({
  schema: z.literal("moiety.painting/1"),
  title: words,
  artist: words,
  /** In the dealer's books. */
  stockNumber: words,
  /** Of the index that describes them. */
  record: words,
  stockBook: z.strictObject({ book: z.int().positive(), page: z.int().positive(), row: z.int().positive() }),
  bought: z.strictObject({ date, amount: price, currency, from: words.optional() }),
  /** What he wrote down as his own share is of the purchase price, and in its currency. */
  dealer: z.strictObject({ name: words, country: countryCell, fraction: fractionCell, recordedShare: money }),
  /** `written` is how the record names a partner, fraction included if there is one. */
  coOwners: z
    .array(z.strictObject({ name: words, country: countryCell, fraction: fractionCell, written: words }))
    .min(1),
  fractions: z.strictObject({ basis: z.enum(["recorded", "derived", "assumed"]), note: words }),
  outcome: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("sold"), date, amount: price, currency, buyer: words.optional() }),
    z.strictObject({ kind: z.literal("unsold") }),
  ]),
  source: words,
});

type Parsed = z.output<typeof paintingFileSchema>;
type Partner = Parsed["coOwners"][number];

export interface PaintingOwner {
  readonly name: string;
  /** ISO 3166-1 number of where the house had its seat. */
  readonly country: number;
  readonly fraction: Fraction;
  readonly units: bigint;
  /** How the record names a partner; nothing for the dealer himself, whose book it is. */
  readonly written: string | undefined;
}

/** A painting that was bought in shares, checked and divided into units. Amounts have `MONEY_DECIMALS` decimals. */
export interface Painting extends Omit<Parsed, "dealer" | "coOwners"> {
  readonly units: bigint;
  /** Of the purchase price. */
  readonly unitPrice: bigint;
  /** The dealer first. */
  readonly owners: readonly [PaintingOwner, ...PaintingOwner[]];
  /** What the dealer wrote down as his own share of the purchase price. */
  readonly recordedShare: bigint;
  readonly legalHash: string;
  readonly evidenceHash: string;
  readonly checklistHash: string;
  /** Its own name, by which folders beside it have more about it. */
  readonly file: string;
}

/** Reads what is known of a painting. All mistakes of the file are reported at once. */
export async function readPaintingFile(path: string): Promise<Painting> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw badInput("the painting file cannot be read", { where: path, why: error.code ?? error.message });
  });
  const parsed = paintingFileSchema.safeParse(parseJson(text, path));
  if (!parsed.success) {
    throw wrongFile(
      path,
      parsed.error.issues.map((issue) => `${issue.path.join(".") || "file"}: ${issue.message}`),
    );
  }

  const file = basename(path);
  const [legalHash, evidenceHash, checklistHash] = await Promise.all([
    hashDocument({ file: TERMS }, path),
    hashDocument({ file }, path),
    hashDocument({ file: CHECKLIST }, path),
  ]);
  return { ...toPainting(parsed.data, path), legalHash, evidenceHash, checklistHash, file };
}

/** Reads all painting files of a folder, in the order of their names. A house has its seat in one country. */
export async function readPaintings(folder: string): Promise<Painting[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw badInput("the folder of painting files cannot be read", { where: folder, why: error.code ?? error.message });
  });
  const paths = names.filter((name) => name.endsWith(".json")).sort();
  const paintings = await Promise.all(paths.map((name) => readPaintingFile(join(folder, name))));

  const seats = new Map<string, number>();
  for (const { name, country: seat } of paintings.flatMap(({ owners }) => owners)) {
    if ((seats.get(name) ?? seat) !== seat) throw badInput(`${name} has its seat in two countries`, { where: folder });
    seats.set(name, seat);
  }
  return paintings;
}

function toPainting(
  file: Parsed,
  path: string,
): Omit<Painting, "legalHash" | "evidenceHash" | "checklistHash" | "file"> {
  const { dealer, coOwners, ...facts } = file;
  const divided = tryTo(() => divide([dealer, ...coOwners].map((owner) => owner.fraction)));
  const priced = divided instanceof MoietyError ? 0n : tryTo(() => priceOfUnit(facts.bought.amount, divided.units));
  const mistakes = [
    ...listMistakes(file),
    ...(divided instanceof MoietyError ? [`fractions: ${sentenceOf(divided)}`] : []),
    ...(priced instanceof MoietyError ? [`bought.amount: ${sentenceOf(priced)}`] : []),
  ];
  if (divided instanceof MoietyError || priced instanceof MoietyError || mistakes.length > 0) {
    throw wrongFile(path, mistakes);
  }

  const { units, parts } = divided;
  const own = ({ name, country, fraction }: Parsed["dealer"] | Partner, place: number, written?: string) => {
    return { name, country, fraction, units: parts[place] ?? 0n, written } satisfies PaintingOwner;
  };
  const owners = [own(dealer, 0), ...coOwners.map((each, place) => own(each, place + 1, each.written))] as const;
  return { ...facts, units, unitPrice: priced, owners, recordedShare: dealer.recordedShare };
}

/** What a field alone cannot show. */
function listMistakes({ dealer, coOwners, bought, outcome }: Parsed): string[] {
  const names = [dealer, ...coOwners].map(({ name }) => name);
  return [
    ...(new Set(names).size === names.length ? [] : ["coOwners: somebody is named twice"]),
    ...(outcome.kind === "sold" && isBefore(outcome.date, bought.date)
      ? [`outcome.date: ${outcome.date} is before it was bought, ${bought.date}`]
      : []),
  ];
}

function tryTo<T>(work: () => T): T | MoietyError {
  try {
    return work();
  } catch (error) {
    if (error instanceof MoietyError) return error;
    throw error;
  }
}

function sentenceOf({ problem: { what, why } }: MoietyError): string {
  return why === undefined ? what : `${what}; ${why}`;
}

function parseDate(text: string): string {
  if (!/^\d{4}(-\d{2}){0,2}$/.test(text)) {
    throw badInput(`"${text}" is not a date`, { todo: 'write it like "1910-05-03", or "1910-05" if no more is known' });
  }
  parseInstant(`${text}${"-01".repeat((10 - text.length) / 3)}`);
  return text;
}

/** Where one date says less than the other, only what both say is compared. */
function isBefore(date: string, other: string): boolean {
  const length = Math.min(date.length, other.length);
  return date.slice(0, length) < other.slice(0, length);
}

function wrongFile(path: string, details: readonly string[]) {
  return badInput("the painting file is wrong", { where: path, details, notDone: "nothing was sent" });
}

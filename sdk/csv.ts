import { readFile } from "node:fs/promises";
import { CsvError, parse } from "csv-parse/sync";
import { z } from "zod";
import { badInput } from "./errors.ts";

/** What a good row of these columns is read as. */
export type CsvRow<Columns extends Record<string, z.ZodType>> = z.output<z.ZodObject<Columns>>;

export interface CsvFormat<Columns extends Record<string, z.ZodType>> {
  /** The columns that have to be there, and no others, in any order; each with what its cells mean. */
  readonly columns: Columns;
  /** Columns in which no value may occur twice, e.g. the reference of an investor; several together as a list. */
  readonly unique?: readonly UniqueColumns<Columns>[] | undefined;
  /** Declared, never guessed. */
  readonly delimiter?: CsvDelimiter | undefined;
  /** Asked for by `--merge-duplicates`: makes one row of two that repeat each other. */
  readonly merge?: ((one: CsvRow<Columns>, other: CsvRow<Columns>) => CsvRow<Columns>) | undefined;
  /** Repeated rows of this file could be merged; said where they are refused. */
  readonly mergeable?: boolean | undefined;
}

export type CsvDelimiter = "," | ";";
type UniqueColumns<Columns> = (keyof Columns & string) | readonly (keyof Columns & string)[];

export interface CsvResult<Row> {
  readonly rows: readonly { readonly line: number; readonly row: Row }[];
  /** What was repaired on the way, e.g. spaces around a cell. Said, never hidden. */
  readonly notes: readonly string[];
}

interface Line {
  readonly line: number;
  readonly cells: Record<string, string>;
}

const NOTHING_USED = "no row of the file was used";

/** Reads a CSV file strictly: either every row is good, or all bad cells are listed and nothing is returned. */
export async function readCsv<Columns extends Record<string, z.ZodType>>(
  path: string,
  format: CsvFormat<Columns>,
): Promise<CsvResult<CsvRow<Columns>>> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw badInput("the file cannot be read", { where: path, why: error.code ?? error.message });
  });
  return parseCsv(text, path, format);
}

/** `readCsv` for text that is there already; `name` stands for the file in messages. */
export function parseCsv<Columns extends Record<string, z.ZodType>>(
  text: string,
  name: string,
  format: CsvFormat<Columns>,
): CsvResult<CsvRow<Columns>> {
  const schema = z.object(format.columns);
  const rows: { line: number; row: CsvRow<Columns> }[] = [];
  const notes: string[] = [];

  const lines = splitLines(text, name, Object.keys(format.columns), format.delimiter ?? ",").map((each) =>
    trim(each, notes),
  );
  const repeated = findRepetitions(lines, format.unique ?? []);
  const errors = format.merge === undefined ? repeated.map(describeRepetition) : [];
  for (const { line, cells } of lines) {
    const result = schema.safeParse(cells);
    if (result.success) rows.push({ line, row: result.data });
    else
      errors.push(...result.error.issues.map((issue) => ({ line, text: `${issue.path.join(".")}: ${issue.message}` })));
  }

  if (errors.length > 0) {
    throw badInput(`${errors.length} ${errors.length === 1 ? "cell is" : "cells are"} wrong`, {
      where: name,
      details: errors.toSorted((one, other) => one.line - other.line).map((each) => `line ${each.line}, ${each.text}`),
      todo:
        repeated.length > 0 && format.mergeable === true
          ? "correct them; rows that repeat each other become one with --merge-duplicates"
          : undefined,
      notDone: NOTHING_USED,
    });
  }
  if (rows.length === 0) throw badInput("the file has no rows", { where: name });
  const { merge } = format;
  return { rows: merge === undefined ? rows : mergeRows(rows, repeated, merge, notes), notes };
}

/** Reads `--delimiter`. */
export function parseDelimiter(text: string): CsvDelimiter {
  if (text === "," || text === ";") return text;
  throw badInput(`the delimiter "${text}" is not , or ;`, { where: "--delimiter" });
}

function splitLines(text: string, name: string, columns: readonly string[], delimiter: string): Line[] {
  try {
    return parse<Line, Record<string, string>>(text, {
      bom: true,
      delimiter,
      // CRLF and LF, also mixed, as they come out of editors.
      record_delimiter: ["\r\n", "\n"],
      skip_empty_lines: true,
      // The parser itself would let a repeated column overwrite the first.
      columns: (header: readonly string[]) => checkHeader(header, name, columns, delimiter),
      on_record: (cells, { lines }) => ({ line: lines, cells }),
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw badInput("this is not a well-formed table", { where: name, why: error.message, notDone: NOTHING_USED });
  }
}

function checkHeader(cells: readonly string[], name: string, expected: readonly string[], delimiter: string): string[] {
  const header = cells.map((column) => column.trim());
  const details = [
    ...header
      .filter((column, place) => header.indexOf(column) !== place)
      .map((column) => `line 1, ${column}: given twice`),
    ...expected.filter((column) => !header.includes(column)).map((column) => `line 1, ${column}: missing`),
    ...header.filter((column) => !expected.includes(column)).map((column) => `line 1, ${column}: not known`),
  ];
  if (details.length === 0) return header;

  const todo = `start the file with "${expected.join(delimiter)}"`;
  throw badInput("the header is wrong", { where: name, details, todo, notDone: NOTHING_USED });
}

function trim({ line, cells }: Line, notes: string[]): Line {
  const trimmed = Object.entries(cells).map(([column, cell]): [string, string] => {
    const value = cell.trim();
    if (value !== cell) notes.push(`line ${line}, ${column}: spaces around "${value}" were ignored`);
    return [column, value];
  });
  return { line, cells: Object.fromEntries(trimmed) };
}

interface Repetition {
  readonly line: number;
  /** The line that had it first. */
  readonly first: number;
  readonly columns: readonly string[];
  readonly value: string;
}

function findRepetitions(lines: readonly Line[], unique: readonly (string | readonly string[])[]): Repetition[] {
  return unique.flatMap((named) => {
    const columns = typeof named === "string" ? [named] : named;
    const seen = new Map<string, number>();
    return lines.flatMap(({ line, cells }) => {
      const value = columns.map((column) => cells[column] ?? "").join(", ");
      const first = seen.get(value.toLowerCase());
      if (first !== undefined) return [{ line, first, columns, value }];
      seen.set(value.toLowerCase(), line);
      return [];
    });
  });
}

function describeRepetition({ line, first, columns, value }: Repetition): { line: number; text: string } {
  return { line, text: `${columns.join(" and ")}: "${value}" is on line ${first} already` };
}

function mergeRows<Row>(
  rows: readonly { readonly line: number; readonly row: Row }[],
  repeated: readonly Repetition[],
  merge: (one: Row, other: Row) => Row,
  notes: string[],
): { line: number; row: Row }[] {
  const firstOf = new Map(repeated.map(({ line, first }) => [line, first]));
  const merged = new Map<number, Row>();
  for (const { line, row } of rows) {
    const first = firstOf.get(line) ?? line;
    const before = merged.get(first);
    merged.set(first, before === undefined ? row : merge(before, row));
    if (before !== undefined) notes.push(`line ${line} was merged into line ${first}`);
  }
  return [...merged].map(([line, row]) => ({ line, row }));
}

import { readFile } from "node:fs/promises";
import { CsvError, parse } from "csv-parse/sync";
import { z } from "zod";
import { badInput } from "./errors.ts";

export interface CsvFormat<Columns extends Record<string, z.ZodType>> {
  /** The columns that have to be there, and no others, in any order; each with what its cells mean. */
  readonly columns: Columns;
  /** Columns in which no value may occur twice, e.g. the reference of an investor. */
  readonly unique?: readonly (keyof Columns & string)[] | undefined;
  /** Declared, never guessed. */
  readonly delimiter?: "," | ";" | undefined;
}

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
): Promise<CsvResult<z.output<z.ZodObject<Columns>>>> {
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
): CsvResult<z.output<z.ZodObject<Columns>>> {
  const schema = z.object(format.columns);
  const rows: { line: number; row: z.output<z.ZodObject<Columns>> }[] = [];
  const notes: string[] = [];

  const lines = splitLines(text, name, Object.keys(format.columns), format.delimiter ?? ",").map((each) =>
    trim(each, notes),
  );
  const errors = findRepetitions(lines, format.unique ?? []);
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
      notDone: NOTHING_USED,
    });
  }
  if (rows.length === 0) throw badInput("the file has no rows", { where: name });
  return { rows, notes };
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

function findRepetitions(lines: readonly Line[], columns: readonly string[]): { line: number; text: string }[] {
  return columns.flatMap((column) => {
    const first = new Map<string, number>();
    return lines.flatMap(({ line, cells }) => {
      const value = cells[column] ?? "";
      const before = first.get(value.toLowerCase());
      if (before !== undefined) return [{ line, text: `${column}: "${value}" is on line ${before} already` }];
      first.set(value.toLowerCase(), line);
      return [];
    });
  });
}

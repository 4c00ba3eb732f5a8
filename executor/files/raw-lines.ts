import { parse } from "csv-parse/sync";
import { z } from "zod";
import { COLUMNS, MORE_COLUMNS, NUMBER_COLUMNS, TRUTH_COLUMNS } from "./trade-line.ts";

/** A line of the file before anybody has looked at what it says. */
export interface RawLine {
  /** Counted from 1. */
  readonly line: number;
  /** What it holds; undefined if it could not even be taken apart. */
  readonly value: unknown;
  /** As it stands in the file. */
  readonly text: string;
}

/** What the library returns when it is asked for places and texts; its types do not say so. */
const rowsSchema = z.array(
  z.object({ record: z.array(z.string()), raw: z.string(), info: z.object({ lines: z.number() }) }),
);

/** One JSON object per line; empty lines are passed over. */
export function readJsonLines(text: string): RawLine[] {
  return text
    .split(/\r?\n/)
    .map((content, place) => ({ line: place + 1, text: content }))
    .filter(({ text: content }) => content.trim() !== "")
    .map((raw) => ({ ...raw, value: parseJson(raw.text) }));
}

/**
 * Rows under a header that names the columns, in any order; what a row's type does not need is left empty. A row of another
 * length than the header is kept, and refused later, so that one bad row hides no other.
 */
export function readCsvLines(text: string): RawLine[] {
  const rows = rowsSchema.parse(
    parse(text, { bom: true, info: true, raw: true, relax_column_count: true, skip_empty_lines: true }),
  );
  const [header, ...body] = rows;
  const names = header?.record ?? [];

  return body.map(({ record, raw, info }) => ({
    line: info.lines,
    text: raw.trimEnd(),
    value: record.length === names.length ? toObject(names, record) : undefined,
  }));
}

/** Columns that the format does not know. */
export function unknownColumns(text: string): string[] {
  const [header = []]: string[][] = parse(text, { bom: true, to_line: 1, relax_column_count: true });
  const known: readonly string[] = [...COLUMNS, ...MORE_COLUMNS];
  return header.filter((name) => !known.includes(name));
}

/** Empty cells are no values; few cells are what JSON has as a number, or as true or false. */
function toObject(names: readonly string[], cells: readonly string[]): Record<string, unknown> {
  const filled = names.map((name, place) => [name, cells[place] ?? ""] as const).filter(([, cell]) => cell !== "");
  return Object.fromEntries(filled.map(([name, cell]) => [name, toValue(name, cell)]));
}

function toValue(name: string, cell: string): unknown {
  if (NUMBER_COLUMNS.includes(name)) return /^[0-9]+$/.test(cell) ? Number(cell) : cell;
  if (TRUTH_COLUMNS.includes(name) && (cell === "true" || cell === "false")) return cell === "true";
  return cell;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

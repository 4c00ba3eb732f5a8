import { readFileSync } from "node:fs";
import type { Mutant } from "./list-mutants.ts";

/** A mutant that cannot be told from the original, with the proof. The place is named by words, because lines move. */
export interface Equivalent {
  readonly path: string;
  readonly function: string;
  /** The whole lines before and after, without the blanks around them. */
  readonly before: string;
  readonly after: string;
  readonly reason: string;
}

export function readEquivalents(): Equivalent[] {
  return JSON.parse(readFileSync(new URL("./equivalent.json", import.meta.url), "utf8"));
}

/** The lines that a mutant changes, before and after. */
export function changedLines(source: string, { start, length, after }: Mutant): { before: string; after: string } {
  const bytes = Buffer.from(source);
  const first = bytes.lastIndexOf("\n", start - 1) + 1;
  const end = bytes.indexOf("\n", start + length);
  const last = end === -1 ? bytes.length : end;
  const part = (from: number, to: number) => bytes.subarray(from, to).toString();
  return {
    before: inOneLine(part(first, last)),
    after: inOneLine(part(first, start) + after + part(start + length, last)),
  };
}

/** Whether an entry of the list speaks of this mutant. */
export function isEquivalent(mutant: Mutant, source: string, equivalents: readonly Equivalent[]): boolean {
  const { before, after } = changedLines(source, mutant);
  return equivalents.some(
    (each) =>
      each.path === mutant.path && each.function === mutant.function && each.before === before && each.after === after,
  );
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

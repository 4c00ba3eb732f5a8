import { existsSync } from "node:fs";
import type { Measure } from "./line.ts";

/** The parts of the benchmark, in the order in which they are measured; each a file beside this one. */
export const PARTS = [
  "verification",
  "end-to-end",
  "bulk",
  "kernel",
  "modes",
  "merkle",
  "replay",
  "memory",
  "peers",
] as const;

export type Part = (typeof PARTS)[number];

/** Whether `name` is one of the parts. */
export function isPart(name: string): name is Part {
  return PARTS.some((part) => part === name);
}

/** What measures `part`: the one export of its file whose name begins with "measure". Undefined if there is no such file. */
export async function loadMeasure(part: Part): Promise<Measure | undefined> {
  const file = new URL(`./${part}.ts`, import.meta.url);
  if (!existsSync(file)) return undefined;

  const module: Readonly<Record<string, unknown>> = await import(file.href);
  const measures = Object.entries(module).filter(([name]) => name.startsWith("measure"));
  const [measure, ...others] = measures.map(([, value]) => value);
  if (!isMeasure(measure) || others.length > 0) throw new Error(`${part}.ts does not export exactly one measure`);
  return measure;
}

function isMeasure(value: unknown): value is Measure {
  return typeof value === "function";
}

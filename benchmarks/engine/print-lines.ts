import Table from "cli-table3";
import { type Line, passes } from "./line.ts";

/** The lines as a table: what was measured, what it had to be, and whether it is. */
export function describeLines(lines: readonly Line[]): string {
  const table = new Table({
    head: ["measure", "workers", "value", "bound", "", "behind it"],
    style: { head: [], border: [] },
    colAligns: ["left", "right", "right", "right", "left", "left"],
  });

  for (const line of lines) {
    const { measure, workers, value, unit, detail } = line;
    table.push([measure, workers ?? "", `${figure(value)} ${unit}`.trim(), boundOf(line), verdict(line), detail]);
  }
  return table.toString();
}

function boundOf({ atLeast, atMost, aim }: Line): string {
  const bounds = [
    ...(atLeast === undefined ? [] : [`≥ ${figure(atLeast)}`]),
    ...(atMost === undefined ? [] : [`≤ ${figure(atMost)}`]),
    ...(aim === undefined ? [] : [`aim ${figure(aim)}`]),
  ];
  return bounds.join(", ");
}

/** A line without a bound only informs: it neither passes nor fails. */
function verdict(line: Line): string {
  if (line.atLeast === undefined && line.atMost === undefined) return "";
  return passes(line) ? "pass" : "FAIL";
}

/** Three digits that matter, without exponents. */
function figure(value: number): string {
  if (!Number.isFinite(value)) return "?";
  return value.toLocaleString("en-US", { maximumSignificantDigits: Math.abs(value) >= 1_000 ? 6 : 3 });
}

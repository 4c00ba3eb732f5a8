// How fast the engine is, how close to the machine's limit, and what of memory it takes: one line per promise, beside peers
// that do the same work. A line that falls short makes the exit code 6, a wrong result 1. Rows in which we lose stay in.
//
//   node benchmarks/engine.ts [--only kernel,merkle] [--quick] [--pairs 9] [--seed 20261122] [--json]
import { argv, exit, stderr } from "node:process";
import { parseArgs } from "node:util";
import { cryptoKind, readFingerprint } from "../executor/index.ts";
import { type Extent, type Line, passes } from "./engine/line.ts";
import { isPart, loadMeasure, PARTS, type Part } from "./engine/parts.ts";
import { describeLines } from "./engine/print-lines.ts";
import { printMachine } from "./machine.ts";

const BAD_INPUT = 2;
const TOO_SLOW = 6;
const WRONG = 1;
/** Fewer alternating pairs than this say nothing on a shared machine. */
const FULL_PAIRS = 9;
const SEED = 20_261_122;

const { only, extent, json, command } = readArguments();
const parts = only ?? PARTS;
const machine = readFingerprint();
if (!json) {
  printMachine(command, `secp256k1 ${cryptoKind()}`);
  console.log(
    `Load     ${extent.full ? "full sizes" : "small sizes: no figure means anything"}, seed ${extent.seed}; medians of ${extent.pairs} alternating pairs\n`,
  );
}

const lines: Line[] = [];
const failures: { readonly part: string; readonly why: string }[] = [];
const missing: Part[] = [];
const started = performance.now();
for (const part of parts) {
  say(`${part} …`);
  try {
    const measure = await loadMeasure(part);
    if (measure === undefined) missing.push(part);
    else lines.push(...(await measure(extent)));
  } catch (error) {
    failures.push({ part, why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
say("");

const seconds = Math.round((performance.now() - started) / 1_000);
const short = lines.filter((line) => !passes(line));
if (json) {
  const shown = lines.map((line) => ({ ...line, passes: passes(line) }));
  const document = { command, machine, ...extent, seconds, lines: shown, missing, failures };
  console.log(JSON.stringify(document, null, 2));
} else {
  console.log(describeLines(lines));
  for (const { part, why } of failures) console.log(`\n${part}: no figure, because ${why}`);
  if (missing.length > 0) console.log(`\nNobody measures: ${missing.join(", ")}.`);
  console.log(
    `\n${lines.length} lines in ${seconds} s; ${short.length} fell short, ${failures.length} parts came to no result.`,
  );
}
if (failures.length > 0) exit(WRONG);
exit(short.length > 0 ? TOO_SLOW : 0);

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: "string" },
        quick: { type: "boolean", default: false },
        pairs: { type: "string" },
        seed: { type: "string", default: String(SEED) },
        json: { type: "boolean", default: false },
      },
    });
    const named = values.only?.split(",");
    const unknown = named?.find((part) => !isPart(part));
    if (unknown !== undefined) throw new Error(`there is no part "${unknown}"; there are ${PARTS.join(", ")}`);
    const pairs = wholeNumber("pairs", values.pairs ?? String(values.quick ? 1 : FULL_PAIRS));
    const extent: Extent = { full: !values.quick, pairs, seed: wholeNumber("seed", values.seed) };
    const words = ["node benchmarks/engine.ts", ...argv.slice(2)];
    return { only: named?.filter(isPart), extent, json: values.json, command: words.join(" ") };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error("Usage: node benchmarks/engine.ts [--only part,part] [--quick] [--pairs 9] [--seed n] [--json]");
    exit(BAD_INPUT);
  }
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || value < 1) throw new Error(`--${name} is a whole number from 1, not "${text}"`);
  return value;
}

/** Says what goes on, where somebody watches. */
function say(what: string): void {
  if (stderr.isTTY) stderr.write(`\r\x1b[K${what}`);
}

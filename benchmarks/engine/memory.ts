import { execFile } from "node:child_process";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Extent, Line, Measure } from "./line.ts";
import { median } from "./pairs.ts";

const CHILD = fileURLToPath(new URL("./memory-child.ts", import.meta.url));
/** Sizes at which both trees of positions are full but for the padding that small trees have, too. */
const POSITIONS = { full: [2 ** 18, 2 ** 20], small: [2 ** 14, 2 ** 16] } as const;
const INSTRUCTIONS = { full: [2 ** 15, 2 ** 17], small: [2 ** 10, 2 ** 11] } as const;
/** A process's memory differs by megabytes from run to run; the median of a few differences does not. */
const RUNS = { full: 3, small: 1 } as const;

/**
 * What a position takes for as long as the engine is open, and what an instruction takes while its batch is in hand. What the
 * ledger keeps of an instruction for good, because its orders may come again and its id may not, is told apart and not hidden:
 * it is in the second line's detail, and so is the sum.
 */
export const measureMemory: Measure = async (extent) => [
  await measurePositions(extent),
  await measureInstructions(extent),
];

async function measurePositions(extent: Extent): Promise<Line> {
  const { value, runs, sizes } = await slopeOf("positions", POSITIONS, extent);
  const detail = `slope of resident size ${sizes} positions, nothing locked or frozen (24 B more if all were); ${runs}`;
  return { measure: "memory per position", value, unit: "B", atMost: 200, detail };
}

async function measureInstructions(extent: Extent): Promise<Line> {
  const all = await slopeOf("instructions", INSTRUCTIONS, extent);
  const kept = await slopeOf("settled", INSTRUCTIONS, extent);
  const detail = [
    `slope of the highest resident size ${all.sizes} trades of two new orders (${all.runs}), without the ${Math.round(kept.value)} B`,
    `that the ledger keeps for good, used-up ids and fills of orders: ${Math.round(all.value)} B with them`,
    "of what is left, records are 400 B, and ids, statuses, ordered instructions and receipts, which are the result, 210 B",
  ].join("; ");
  return {
    measure: "memory per instruction in flight",
    value: all.value - kept.value,
    unit: "B",
    atMost: 448,
    detail,
  };
}

interface Sizes {
  readonly full: readonly [number, number];
  readonly small: readonly [number, number];
}

/** Bytes of resident size per one more of `what`. */
async function slopeOf(what: string, { full: large, small }: Sizes, { full, seed }: Extent) {
  const [few, many] = full ? large : small;
  const slopes: number[] = [];
  for (let run = 0; run < RUNS[full ? "full" : "small"]; run++) {
    const [low, high] = [await residentAt(what, few, seed), await residentAt(what, many, seed)];
    slopes.push((high - low) / (many - few));
  }
  return {
    value: median(slopes),
    runs: slopes.map((slope) => Math.round(slope)).join(", "),
    sizes: `from ${few.toLocaleString("en")} to ${many.toLocaleString("en")}`,
  };
}

async function residentAt(what: string, count: number, seed: number): Promise<number> {
  const { stdout } = await promisify(execFile)(execPath, ["--expose-gc", CHILD, what, `${count}`, `${seed}`]);
  return Number(stdout.trim());
}

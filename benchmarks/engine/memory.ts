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

/** What a position takes for as long as the engine is open, and what an instruction takes while its batch is in hand. */
export const measureMemory: Measure = async (extent) => [
  await slopeOf("positions", "memory per position", 200, POSITIONS, extent),
  await slopeOf("instructions", "memory per instruction in flight", 448, INSTRUCTIONS, extent),
];

async function slopeOf(
  what: "positions" | "instructions",
  measure: string,
  atMost: number,
  sizes: { readonly full: readonly [number, number]; readonly small: readonly [number, number] },
  { full, seed }: Extent,
): Promise<Line> {
  const [few, many] = sizes[full ? "full" : "small"];
  const slopes: number[] = [];
  for (let run = 0; run < RUNS[full ? "full" : "small"]; run++) {
    const [low, high] = [await residentAt(what, few, seed), await residentAt(what, many, seed)];
    slopes.push((high - low) / (many - few));
  }
  return {
    measure,
    value: median(slopes),
    unit: "B",
    atMost,
    detail: `slope of resident size from ${few.toLocaleString("en")} to ${many.toLocaleString("en")} ${what}${
      what === "instructions" ? ", trades of two orders whose records alone are 400 B" : ""
    }; ${slopes.map((slope) => Math.round(slope)).join(", ")}`,
  };
}

async function residentAt(what: string, count: number, seed: number): Promise<number> {
  const { stdout } = await promisify(execFile)(execPath, ["--expose-gc", CHILD, what, `${count}`, `${seed}`]);
  return Number(stdout.trim());
}

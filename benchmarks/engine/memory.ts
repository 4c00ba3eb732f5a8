import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { INSTRUCTION_BYTES } from "../../executor/formats/instruction-record.ts";
import { ORDER_BYTES } from "../../executor/formats/order-record.ts";
import type { Extent, Line, Measure } from "./line.ts";
import { median } from "./pairs.ts";

const CHILD = fileURLToPath(new URL("./memory-child.ts", import.meta.url));
/** Sizes at which both trees of positions are full but for the padding that small trees have, too. */
const POSITIONS = { full: [2 ** 18, 2 ** 20], small: [2 ** 14, 2 ** 16] } as const;
const INSTRUCTIONS = { full: [2 ** 15, 2 ** 17], small: [2 ** 10, 2 ** 11] } as const;
/** A process's memory differs by megabytes from run to run; the median of a few differences does not. */
const RUNS = { full: 3, small: 1 } as const;

/** Records of a trade and its two orders. */
const RECORD_BYTES = 2 * ORDER_BYTES + INSTRUCTION_BYTES;

/**
 * What a position takes for as long as the engine is open, and what an instruction takes while its batch is in hand. *In flight*
 * is what goes again when the batch is through: its records, whoever brought them, its result, and what it takes to get there.
 * What the ledger keeps of an instruction for good, because its orders may come again and its id may not, is not in flight: it
 * has a line of its own.
 */
export const measureMemory: Measure = async (extent) => [
  await measurePositions(extent),
  ...(await measureInstructions(extent)),
];

async function measurePositions(extent: Extent): Promise<Line> {
  const { value, runs, sizes } = await slopeOf("positions", POSITIONS, extent);
  const detail = `slope of resident size ${sizes} positions, nothing locked or frozen (24 B more if all were); ${runs}`;
  return { measure: "memory per position", value, unit: "B", atMost: 200, detail };
}

async function measureInstructions(extent: Extent): Promise<Line[]> {
  const all = await slopeOfSigned("instructions", INSTRUCTIONS, extent);
  const kept = await slopeOf("kept", INSTRUCTIONS, extent);
  const own = all.value - kept.value;
  const inFlight = [
    `slope of the highest resident size ${all.sizes} trades of two new orders in one batch (${all.runs} besides records),`,
    `less what is kept for good; records are ${RECORD_BYTES} B, and nearly all of the rest is the result: receipts 64 B, net`,
    "movements some 30 B, statuses 2 B; 16 B say which cells were moved. Ids of orders are the ledger's, and kept",
  ].join(" ");
  return [
    {
      measure: "memory per instruction in flight",
      value: own + RECORD_BYTES,
      unit: "B",
      atMost: 448,
      detail: inFlight,
    },
    { measure: "  without the records", value: own, unit: "B", detail: "what the engine adds to what it was given" },
    {
      measure: "memory kept per instruction",
      value: kept.value,
      unit: "B",
      detail: `for good: used-up ids, and ids of two orders with what is filled of them; counted; ${kept.runs}`,
    },
  ];
}

interface Sizes {
  readonly full: readonly [number, number];
  readonly small: readonly [number, number];
}

/** Says how many bytes of resident size there are at a size. */
type Resident = (size: number) => Promise<number>;

/** Bytes of resident size per one more of `what`. */
async function slopeOf(
  what: string,
  { full: large, small }: Sizes,
  { full, seed }: Extent,
  residentAt: Resident = (size) => runChild(what, size, seed),
) {
  const [few, many] = full ? large : small;
  const slopes: number[] = [];
  for (let run = 0; run < RUNS[full ? "full" : "small"]; run++) {
    const [low, high] = [await residentAt(few), await residentAt(many)];
    slopes.push((high - low) / (many - few));
  }
  return {
    value: median(slopes),
    runs: slopes.map((slope) => Math.round(slope)).join(", "),
    sizes: `from ${few.toLocaleString("en")} to ${many.toLocaleString("en")}`,
  };
}

/** The same of what has to be signed, once for all runs. */
async function slopeOfSigned(what: string, sizes: Sizes, extent: Extent) {
  const folder = await mkdtemp(join(tmpdir(), "moiety-bench-memory-"));
  const pathOf = (size: number) => join(folder, `${size}`);
  try {
    for (const size of extent.full ? sizes.full : sizes.small) await runChild("sign", size, extent.seed, pathOf(size));
    return await slopeOf(what, sizes, extent, (size) => runChild(what, size, extent.seed, pathOf(size)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Large blocks are given back at once: else the C library keeps some for later, and resident size says little. */
const MALLOC = { MALLOC_MMAP_THRESHOLD_: "65536" };

async function runChild(what: string, size: number, seed: number, path = ""): Promise<number> {
  const { stdout } = await promisify(execFile)(execPath, ["--expose-gc", CHILD, what, `${size}`, `${seed}`, path], {
    env: { ...env, ...MALLOC },
  });
  return Number(stdout.trim());
}

// How fast the verify stage checks signed orders, beside the bare signature library on the same threads in the same
// minute. Only the ratio means something on a shared machine; below the floor the exit code is 6.
//
//   node benchmarks/verify.ts [workers …]          (1 and 2 if none are named)
import { argv, exit } from "node:process";
import Table from "cli-table3";
import { createWorkload, cryptoKind, measureVerification } from "../executor/index.ts";
import { printMachine } from "./machine.ts";

const FLOOR = 0.95;
const TOO_SLOW = 6;
const SEED = 20_261_122;
const SLICES = 61;

const named = argv.slice(2).map(Number);
if (named.some((workers) => !Number.isInteger(workers) || workers < 1)) {
  console.error("Usage: node benchmarks/verify.ts [workers …]   e.g. node benchmarks/verify.ts 1 2 4");
  exit(2);
}
const workerCounts = named.length > 0 ? named : [1, 2];

printMachine(`node benchmarks/verify.ts ${workerCounts.join(" ")}`, `secp256k1 ${cryptoKind()}`);
console.log(
  `Load     8,192 signed orders, seed ${SEED}; ${SLICES} alternating pairs of slices of 512; the median pair\n`,
);

const { snapshot, orders } = await createWorkload({ seed: SEED, trades: 4_096, traders: 100 });
const table = new Table({
  head: ["workers", "verify /s", "library /s", "ratio", `at least ${FLOOR}`],
  style: { head: [], border: [] },
});
let isFastEnough = true;

for (const workers of workerCounts) {
  const rates = await measureVerification(snapshot, orders, { workers, slices: SLICES });
  const passes = rates.ratio >= FLOOR;
  isFastEnough &&= passes;
  table.push([
    workers,
    Math.round(rates.perSecond).toLocaleString("en"),
    Math.round(rates.libraryPerSecond).toLocaleString("en"),
    rates.ratio.toFixed(3),
    passes ? "yes" : "NO",
  ]);
}

console.log(table.toString());
if (!isFastEnough) exit(TOO_SLOW);

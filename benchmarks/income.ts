// How fast a list of income is made: allocation, tree and all proofs on disk, beside what its hashes take alone on the
// same threads, and its bytes alone in one stream, in the same minute. OpenZeppelin's library and the contract judge it. A line that fails
// makes the exit code 6.
//
//   [HOLDERS=1000000] [LEAVES=100000] [TURNS=5] node benchmarks/income.ts [workers]     (as many as there are cores)
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { argv, env, exit, pid, stderr } from "node:process";
import Table from "cli-table3";
import { createRandom, measureIncomeList, openProofFile, randomInteger, WorkerPool } from "../executor/index.ts";
import { openDesk } from "./income/by-contract.ts";
import { countVerified, raceTrees } from "./income/by-library.ts";
import { timeHashes } from "./income/hashes.ts";
import { randomHolders } from "./income/holders.ts";
import { printMachine } from "./machine.ts";

const MOST_TIMES_BARE = 2;
const MOST_MEMORY = 2 * 2 ** 30;
const LEAST_TIMES_LIBRARY = 50;
const BY_LIBRARY = 10_000;
const BY_CONTRACT = 100;
const FAILED = 6;
const SEED = 20_261_122;

const holders = wholeNumber(env["HOLDERS"] ?? "1000000");
const leaves = wholeNumber(env["LEAVES"] ?? "100000");
const turns = wholeNumber(env["TURNS"] ?? "5");
const workers = wholeNumber(argv[2] ?? String(availableParallelism()));

printMachine(
  `HOLDERS=${holders} LEAVES=${leaves} TURNS=${turns} node benchmarks/income.ts ${workers}`,
  "keccak in our own WebAssembly",
);
console.log(
  `Load     ${holders.toLocaleString("en")} holders at random addresses, seed ${SEED}; the median turn counts\n`,
);

const folder = mkdtempSync(join(tmpdir(), "moiety-income-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const table = new Table({ head: ["what", "measured", "at most / at least", ""], style: { head: [], border: [] } });
let isGoodEnough = true;

function tell(what: string, measured: string, limit = "", passes?: boolean): void {
  isGoodEnough &&= passes !== false;
  table.push([what, measured, limit, passes === undefined ? "" : passes ? "pass" : "FAIL"]);
}

// 1. The whole way, beside its bare parts.
say("the chain");
const desk = await openDesk();
const path = join(folder, "proofs.bin");
const deposit = 125n * BigInt(holders) * 1_000_000n + 1n;
const terms = { deposit, rounding: "largest-remainder" } as const;
let turn = 0;
say(`${holders} holders`);
const measured = await measureIncomeList(desk.listKey, randomHolders(holders, SEED), terms, {
  workers,
  turns,
  path,
  onTurn: ({ ratio }) => say(`turn ${++turn} of ${turns}: ${ratio.toFixed(2)} times bare`),
});
const peak = peakMemory();
const { planMs, buildMs, hashMs, writeMs, ratio, hashes, list } = measured;
tell("allocation", milliseconds(planMs));
tell("tree and all proofs on disk", milliseconds(buildMs));
tell(`bare hashes, ${hashes.toLocaleString("en")}`, milliseconds(hashMs));
tell(`bare writes, ${(list.fileBytes / 1e6).toFixed(0)} MB`, milliseconds(writeMs));
tell("all, times bare hashes and writes", ratio.toFixed(2), `≤ ${MOST_TIMES_BARE}`, ratio <= MOST_TIMES_BARE);
tell(
  "peak memory, all threads",
  peak === undefined ? "not measured on this system" : `${(peak / 2 ** 20).toFixed(0)} MiB`,
  `< ${MOST_MEMORY / 2 ** 20} MiB`,
  peak === undefined ? undefined : peak < MOST_MEMORY,
);
tell("Σ gross", String(list.totalGross), `= ${deposit}`, list.totalGross === deposit);

// 2. Those who judge it.
const random = createRandom(SEED);
const somePlaces = (count: number) => Array.from({ length: count }, () => randomInteger(random, 0, list.count - 1));
const proofs = await openProofFile(path);
say(`${BY_LIBRARY} proofs by the library`);
const verified = await countVerified(proofs, somePlaces(BY_LIBRARY));
tell(
  "random proofs right to OpenZeppelin's library",
  verified.toLocaleString("en"),
  `= ${BY_LIBRARY.toLocaleString("en")}`,
  verified === BY_LIBRARY,
);
say(`${BY_CONTRACT} proofs by the contract`);
const places = [...new Set(somePlaces(2 * BY_CONTRACT))].slice(0, BY_CONTRACT);
const paid = await desk.pay(list, proofs, places);
tell("random rows paid to the unit by IncomeDesk", String(paid), `= ${places.length}`, paid === places.length);
await proofs.close();

// 3. The tree alone, against the library's.
say(`a tree of ${leaves} leaves by the library`);
const pool = await WorkerPool.open(workers);
const race = await raceTrees(desk.listKey, leaves, SEED, pool);
await pool.close();
const times = race.libraryMs / race.ownMs;
tell(`tree of ${leaves.toLocaleString("en")} leaves`, milliseconds(race.ownMs));
tell("the same by @openzeppelin/merkle-tree", milliseconds(race.libraryMs));
tell("times faster", times.toFixed(0), `≥ ${LEAST_TIMES_LIBRARY}`, times >= LEAST_TIMES_LIBRARY);
tell("same root", race.sameRoot ? "yes" : "no", "yes", race.sameRoot);

// 4. Our hash beside others, on one thread: no line to pass, but who believes the bare time above wants to know it.
for (const { what, ns } of await timeHashes()) tell(what, `${ns.toFixed(0)} ns`);

stderr.write("\n");
console.log(table.toString());
exit(isGoodEnough ? 0 : FAILED);

function milliseconds(ms: number): string {
  return `${Math.round(ms).toLocaleString("en")} ms`;
}

function say(what: string): void {
  stderr.write(`\r\x1b[K${what} …`);
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  console.error("Usage: [HOLDERS=1000000] [LEAVES=100000] [TURNS=5] node benchmarks/income.ts [workers]");
  return exit(2);
}

/** The most memory that this process, whose threads are all there is, ever had. Linux keeps count. */
function peakMemory(): number | undefined {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
  } catch {
    return undefined;
  }
}

/**
 * Changes the register in one small place at a time and looks whether a test notices (`npm run mutate`).
 *
 *   SAMPLE=30 SEED=1 npm run mutate        30 mutants, the same ones for the same seed and sources
 *   SAMPLE=all npm run mutate              every mutant; hours rather than minutes
 *   ONLY=ShareLedger npm run mutate        only in files whose path has this in it
 *   MINUTES=5                              no longer than this: what is not judged by then is not judged
 *   JOBS=2                                 how many run beside one another
 *
 * Exit code 6 when fewer than 85 % are noticed. A mutant that does not compile or that gives the same code does not count,
 * nor does one that tools/mutate/equivalent.json proves to be the same. Everything happens in copies, in the folder for
 * temporary files. Run after `hardhat build`.
 */
import { existsSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { env, exit, stdout } from "node:process";
import { createRandom, randomInteger } from "../../executor/index.ts";
import { PROJECT, readSource } from "../solc/compile.ts";
import { makeWorkCopy } from "../work-copy.ts";
import { dependentsOf, parseAll } from "./dependents.ts";
import { isEquivalent, readEquivalents } from "./equivalents.ts";
import { judge } from "./judge.ts";
import { listMutants, type Mutant } from "./list-mutants.ts";
import { SOURCES, testsOf } from "./register.ts";
import { percent, shareKilled, writeSurvivors, writeTable } from "./report.ts";
import { counts, runCases } from "./run-cases.ts";
import type { Case } from "./worker.ts";

const FLOOR = 0.85;
const TOO_FEW_KILLED = 6;
const USAGE = 2;
/** A run may take this much longer than all tests took on the unchanged code; then it hangs. */
const PATIENCE = { factor: 4, moreMs: 30_000 };

const sample = env["SAMPLE"] ?? "30";
const seed = Number(env["SEED"] ?? "1");
const jobs = Number(env["JOBS"] ?? Math.min(2, availableParallelism()));
const minutes = Number(env["MINUTES"] ?? "10000");
/** The last moments are for ending what runs and for the report. */
const endsAt = Date.now() - performance.now() + minutes * 60_000 - 3_000;
const wanted = sample === "all" ? Number.MAX_SAFE_INTEGER : Number(sample);
if (![wanted, seed, jobs, minutes].every((each) => Number.isSafeInteger(each) && each >= 1)) {
  console.error("SAMPLE is a number of mutants or `all`; SEED, MINUTES and JOBS are numbers from 1 on.");
  exit(USAGE);
}
if (!existsSync(join(PROJECT, "artifacts/contracts"))) {
  console.error("There are no artifacts. Run `npx hardhat build` first.");
  exit(USAGE);
}

const home = mkdtempSync(join(tmpdir(), "moiety-mutants-"));
process.once("exit", () => rmSync(home, { recursive: true, force: true }));
process.once("SIGINT", () => exit(130));
const folders = Array.from({ length: jobs }, (_, place) => join(home, `copy-${place}`));
for (const folder of folders) makeWorkCopy(PROJECT, folder);
// From here on the project may change; what is read is the copy.
const copy = folders[0] ?? home;
process.chdir(copy);

const testFiles = globSync("test/**/*.test.ts").toSorted();
const targets = globSync("contracts/**/*.sol").toSorted();
const trees = parseAll(targets, copy);
const paths = globSync(SOURCES).toSorted();
const sources = Object.fromEntries(paths.map((path) => [path, readSource(path, copy)]));
const equivalents = readEquivalents();
const all = paths
  .filter((path) => path.includes(env["ONLY"] ?? ""))
  .flatMap((path) => listMutants(path, sources[path] ?? "", treeOf(path)));
const mutants = all.filter((mutant) => !isEquivalent(mutant, sources[mutant.path] ?? "", equivalents));
console.log(
  `SAMPLE=${sample} SEED=${seed}: ${mutants.length} mutants in ${paths.length} files, ${all.length - mutants.length} more are proven to be the same`,
);

const cases: Case[] = shuffle(mutants).map((mutant, index) => ({
  index,
  mutant,
  targets: dependentsOf(mutant.path, trees, targets),
  tests: testsOf(mutant, testFiles),
}));
exit(await measure());

async function measure(): Promise<number> {
  const everyTest = [...new Set(cases.flatMap(({ tests }) => tests))];
  const unchanged = await judge(copy, everyTest, { limitMs: 600_000, seed, endsAt });
  if (unchanged.verdict === "unfinished") return reportNothing();
  if (unchanged.verdict !== "survived") {
    console.error(`The tests fail on the unchanged code already:\n${unchanged.output.slice(-4_000)}`);
    return 1;
  }
  const limitMs = unchanged.ms * PATIENCE.factor + PATIENCE.moreMs;
  const files = everyTest.length;
  console.log(`Unchanged: ${files} test files pass in ${(unchanged.ms / 1000).toFixed(1)} s\n`);

  let done = 0;
  const outcomes = await runCases(
    cases,
    folders.map((folder) => ({ folder, seed, limitMs, endsAt })),
    wanted,
    (outcome) => {
      if (counts(outcome)) tell(++done, outcome.verdict, cases[outcome.index]?.mutant);
    },
  );

  return report(outcomes);
}

function reportNothing(): number {
  console.error(`No mutant was judged within ${minutes} minutes.`);
  return 1;
}

function report(outcomes: Awaited<ReturnType<typeof runCases>>): number {
  const judged = outcomes.flatMap((outcome) => {
    const mutant = cases[outcome.index]?.mutant;
    return mutant === undefined ? [] : [{ ...outcome, mutant, source: sources[mutant.path] ?? "" }];
  });
  const of = (verdict: string) => judged.filter((each) => each.verdict === verdict).length;
  const count = judged.filter(counts).length;
  if (count === 0) return reportNothing();
  const unclear = judged.filter(({ output }) => output !== "");
  const share = shareKilled(judged);

  console.log(`\n${writeTable(judged)}`);
  console.log(
    `${of("killed")} killed, ${of("timeout")} killed by the time limit, ${of("survived")} survived; not counted: ${of("stillborn")} stillborn, ${of("same code")} of the same code`,
  );
  for (const { mutant, output } of unclear) {
    console.log(
      `\nKilled, but by no test: ${mutant.path}:${mutant.line} ${mutant.before} -> ${mutant.after}\n${output.slice(-1_000)}`,
    );
  }
  if (of("survived") > 0) console.log(`\nSurvivors\n${writeSurvivors(judged)}`);
  if (Date.now() >= endsAt) console.log(`\nThe ${minutes} minutes are over: ${count} were judged, not ${sample}.`);
  console.log(
    `\n${percent(share)} killed; at least ${percent(FLOOR)} are wanted (SAMPLE=${sample} SEED=${seed} repeats this)`,
  );
  return share < FLOOR ? TOO_FEW_KILLED : 0;
}

function tell(count: number, verdict: string, mutant: Mutant | undefined): void {
  const of = sample === "all" ? "" : `/${sample}`;
  const place = `${mutant?.path}:${mutant?.line}`;
  const change = `${mutant?.before} -> ${mutant?.after || "nothing"}`.replace(/\s+/g, " ").slice(0, 90);
  stdout.write(`${String(count).padStart(4)}${of} ${verdict.padEnd(9)} ${place} ${change}\n`);
}

function treeOf(path: string) {
  const tree = trees[path]?.ast;
  if (tree === undefined) throw new Error(`solc knows no ${path}`);
  return tree;
}

/** The same order for the same seed and sources. */
function shuffle<T>(values: readonly T[]): T[] {
  const random = createRandom(seed);
  const shuffled = [...values];
  for (let last = shuffled.length - 1; last > 0; --last) {
    const other = randomInteger(random, 0, last);
    const [one, two] = [shuffled[last], shuffled[other]];
    if (one !== undefined && two !== undefined) [shuffled[last], shuffled[other]] = [two, one];
  }
  return shuffled;
}

/**
 * How much of contracts/ the contracts' own tests run (`npm run coverage`). Exit code 6 below 98 % of lines or statements;
 * Hardhat measures no branches. Runs in a copy, because instrumented code takes the place of the artifacts; only the reports
 * come back, in coverage/.
 */
import { spawn } from "node:child_process";
import { cpSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Table from "cli-table3";
import { readCoverageTable } from "./coverage/read-table.ts";
import { PROJECT } from "./solc/compile.ts";
import { makeWorkCopy } from "./work-copy.ts";

const FLOOR = 98;
const TOO_LITTLE = 6;
const LOWEST = 10;
const TESTS = ["test/contracts/**/*.test.ts", "test/attacks/*.test.ts", "test/sdk/reason-texts.test.ts"];
/** What cannot hold in instrumented code: what it costs, and what lies in memory after a call that left nothing there. */
const NOT_INSTRUMENTED =
  "SettlementDesk: gas|SettlementDisputes: gas|answers with 400,000 bytes|The gas that a rule gets";

const home = mkdtempSync(join(tmpdir(), "moiety-coverage-"));
process.once("exit", () => rmSync(home, { recursive: true, force: true }));
process.once("SIGINT", () => process.exit(130));
makeWorkCopy(PROJECT, home);
console.log("Running the contracts' tests in instrumented code ...");
const { status, output } = await run(globSync(TESTS, { cwd: home }).toSorted());
const coverage = readCoverageTable(output);
if (status !== 0 || coverage === undefined) {
  console.error(`${failuresOf(output)}\nThe tests do not pass in instrumented code, so nothing was measured.`);
  process.exit(1);
}

cpSync(join(home, "coverage"), join(PROJECT, "coverage"), { recursive: true });
const { total, files } = coverage;
const table = new Table({
  head: ["", "lines %", "statements %", "lines that never ran"],
  colAligns: ["left", "right", "right", "left"],
  style: { head: [], border: [], compact: true },
});
const lowest = files.toSorted((one, other) => one.lines - other.lines || one.statements - other.statements);
for (const each of [...lowest.slice(0, LOWEST), { ...total, file: `all ${files.length} files` }]) {
  table.push([each.file, each.lines.toFixed(2), each.statements.toFixed(2), each.missing]);
}
console.log(`Coverage of contracts/, the lowest ${LOWEST} files first:\n${table.toString()}`);

const isEnough = total.lines >= FLOOR && total.statements >= FLOOR;
console.log(`${isEnough ? "At least" : "Too little: at least"} ${FLOOR} % of lines and of statements are wanted.`);
if (!isEnough) process.exitCode = TOO_LITTLE;

/** What mocha says of the failures, or the end of what was said where it did not get that far. */
function failuresOf(said: string): string {
  const place = said.search(/^ +\d+ failing$/m);
  return place === -1 ? said.slice(-6_000) : said.slice(place, place + 6_000);
}

async function run(tests: readonly string[]): Promise<{ status: number | null; output: string }> {
  const hardhat = join(home, "node_modules/hardhat/dist/src/cli.js");
  const words = ["test", "mocha", "--coverage", "--no-typechain", "--grep-exclude", NOT_INSTRUMENTED, ...tests];
  const child = spawn(process.execPath, [hardhat, ...words], {
    cwd: home,
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  return { status, output };
}

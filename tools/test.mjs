/**
 * `npm test`: everything, in three processes at a time. Tests of the command line and of whole flows mostly wait for other
 * processes; the others fill the cores meanwhile. Given files, it is `hardhat test` with them.
 */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";

/** Tests that start processes of their own (nodes, command lines, browsers), in groups that take about as long. */
const OUTWARD = [
  { what: "of flows, reports and scripts", folders: ["test/flows", "test/report", "test/scripts"] },
  { what: "of tasks", folders: ["test/tasks"] },
];

const given = process.argv.slice(2);
if (given.length > 0) {
  process.exitCode = await run(["test", ...given], process.stdout);
} else if ((await run(["build"], process.stdout)) !== 0) {
  process.exitCode = 1;
} else {
  process.exitCode = (await runEverything()) ? 0 : 1;
}

async function runEverything() {
  const groups = OUTWARD.map(({ what, folders }) => ({ what, files: testsIn(folders) }));
  const outward = new Set(groups.flatMap(({ files }) => files));
  const inward = testsIn(["test"]).filter((file) => !outward.has(file));

  const [inside, ...outside] = await Promise.all([
    run(["test", "--no-compile", ...inward], process.stdout),
    // What they say is held back until the first is done, or lines would mix.
    ...groups.map(async ({ what, files }) => {
      let said = "";
      const status = await run(["test", "mocha", "--no-compile", ...files], { write: (text) => (said += text) });
      return { what, status, said };
    }),
  ]);
  for (const { what, said } of outside) process.stdout.write(`\nTests ${what}:\n${said}`);

  const results = [{ what: "within one process", status: inside }, ...outside];
  console.log(results.map(({ what, status }) => `\nThe tests ${what} ${status === 0 ? "pass" : "FAILED"}.`).join(""));
  return results.every(({ status }) => status === 0);
}

function testsIn(folders) {
  return globSync(folders.flatMap((folder) => [`${folder}/**/*.test.ts`, `${folder}/**/*.t.sol`])).toSorted();
}

/** Hardhat with these words; the exit code. What it says goes to `out`. */
async function run(words, out) {
  const child = spawn("hardhat", words, { shell: process.platform === "win32", stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => out.write(text));
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve(code ?? 1));
  });
}

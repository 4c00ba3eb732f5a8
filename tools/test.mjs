/**
 * `npm test`: everything, in three processes at a time. Tests of the command line and of whole flows mostly wait for other
 * processes; the others fill the cores meanwhile. Given files, it is `hardhat test` with them.
 */
import { spawn } from "node:child_process";
import { globSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";

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

  const inside = { what: "within one process", said: "" };
  const [status, ...outside] = await Promise.all([
    run(["test", "--no-compile", ...inward], {
      write(text) {
        inside.said += text;
        process.stdout.write(text);
      },
    }),
    // What they say is held back until the first is done, or lines would mix.
    ...groups.map(async ({ what, files }) => {
      let said = "";
      const status = await run(["test", "mocha", "--no-compile", ...files], { write: (text) => (said += text) });
      return { what, status, said };
    }),
  ]);
  for (const { what, said } of outside) process.stdout.write(`\nTests ${what}:\n${said}`);

  const results = [{ ...inside, status }, ...outside];
  tellResults(results);
  return results.every(({ status }) => status === 0);
}

/** Last of all comes what matters most: of a long log often only the end is kept. */
function tellResults(results) {
  for (const { what, status, said } of results) {
    if (status !== 0) console.log(`\nThe tests ${what} FAILED (exit code ${status}):\n${failuresIn(said)}`);
    else console.log(`\nThe tests ${what} pass.`);
  }
  if (results.some(({ status }) => status !== 0)) {
    const { bavail, bsize } = statfsSync(tmpdir());
    console.log(`\nFree disk for temporary files: ${((bavail * bsize) / 1e9).toFixed(1)} GB`);
  }

  const count = (word) => results.map(({ said }) => total(said, word)).reduce((sum, each) => sum + each, 0);
  console.log(`\n${count("passing")} passed, ${count("failing")} failed`);
}

/** The report on what failed; of a process that ended without one, its last words. */
function failuresIn(said) {
  const from = said.search(/^\s*\d+ failing/m);
  return from < 0 ? said.slice(-3_000) : said.slice(from, from + 8_000);
}

/** The last number before `word`: Hardhat's sum of all runners, which comes behind the runners' own. */
function total(said, word) {
  return Number(
    said
      .matchAll(new RegExp(`(\\d+) ${word}`, "g"))
      .toArray()
      .at(-1)?.[1] ?? 0,
  );
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

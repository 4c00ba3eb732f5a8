/**
 * `npm test`: everything, in two processes at a time. Tests of the command line and of whole flows mostly wait for other processes; the
 * others fill the cores meanwhile. Given files, it is `hardhat test` with them.
 */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";

/** Tests that start processes of their own: nodes, command lines, browsers. */
const OUTWARD = ["test/flows/**", "test/report/**", "test/scripts/**", "test/tasks/**"];

const given = process.argv.slice(2);
if (given.length > 0) {
  process.exitCode = await run(["test", ...given], process.stdout);
} else if ((await run(["build"], process.stdout)) !== 0) {
  process.exitCode = 1;
} else {
  const outward = globSync(OUTWARD.map((folder) => `${folder}/*.test.ts`)).toSorted();
  const inward = globSync(["test/**/*.test.ts", "test/solidity/**/*.t.sol"])
    .filter((file) => !outward.includes(file))
    .toSorted();
  let said = "";
  const [inside, outside] = await Promise.all([
    run(["test", "--no-compile", ...inward], process.stdout),
    run(["test", "mocha", "--no-compile", ...outward], { write: (text) => (said += text) }),
  ]);
  process.stdout.write(`\nTests that start other processes:\n${said}`);
  console.log(`\n${verdict("within one process", inside)}\n${verdict("of other processes", outside)}`);
  process.exitCode = inside === 0 && outside === 0 ? 0 : 1;
}

function verdict(which, status) {
  return `The tests ${which} ${status === 0 ? "pass" : "FAILED"}.`;
}

/** Hardhat with these words; the exit code. What it says goes to `out`. */
async function run(words, out) {
  const child = spawn("hardhat", words, { shell: process.platform === "win32", stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => out.write(text));
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve(code ?? 1));
  });
}

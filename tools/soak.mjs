import { spawnSync } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";

// The tests that get better the longer they run. What is set already stays: `KILLS=1000 INVARIANT_RUNS=2048 npm run soak`.
const LONG = {
  KILLS: "200",
  SETTLER_KILLS: "60",
  LOG_LIVES: "20000",
  RANDOM_ACCESS: "300",
  FUZZ_RUNS: "150",
  LARGE_LISTS: "12",
  LARGEST_LIST: "40000",
  SIMULATED_BATCHES: "1000000",
  FIRST_SEED: String(randomInt(1, 10 ** 8)),
  WORLDS: "2000",
  WORLD_SEED: String(randomInt(1, 2 ** 30)),
  INVARIANT_RUNS: "256",
  INVARIANT_DEPTH: "64",
  SOLIDITY_FUZZ_RUNS: "1024",
  SOLIDITY_SEED: `0x${randomBytes(8).toString("hex")}`,
};
const env = { ...LONG, ...process.env };

const BATCHES_PER_SEED = 20;
const firstSeed = Number(env.FIRST_SEED);
const lastSeed = firstSeed + Math.ceil(Number(env.SIMULATED_BATCHES) / BATCHES_PER_SEED) - 1;
const seeds = `${firstSeed}..${lastSeed}`;

/** Each with what it comes to; the last word is on the last lines. */
const PARTS = [
  {
    what: `invariants of register, income and offering: ${env.INVARIANT_RUNS} runs × depth ${env.INVARIANT_DEPTH} each, seed ${env.SOLIDITY_SEED}`,
    command: [
      "test",
      "solidity",
      ...["Register", "Income", "Offering"].map((name) => `test/solidity/${name}.invariants.t.sol`),
    ],
  },
  {
    what: `views against the token over random rule sets: ${env.SOLIDITY_FUZZ_RUNS} sets × 10 movements = ${Number(env.SOLIDITY_FUZZ_RUNS) * 10} cases, and lots, seed ${env.SOLIDITY_SEED}`,
    command: ["test", "solidity", "test/solidity/RuleSets.t.sol", "test/solidity/Lots.t.sol"],
  },
  {
    what: `the register against OpenZeppelin's ERC-1155: ${env.FUZZ_RUNS} sequences; records against the full history`,
    command: ["test", "mocha", "test/contracts/shares/OpenZeppelin.test.ts", "test/contracts/shares/Records.test.ts"],
  },
  {
    what: `${env.FUZZ_RUNS} allocations against the plain one; ${env.LARGE_LISTS} lists of up to ${env.LARGEST_LIST} rows against OpenZeppelin's tree`,
    command: ["test", "mocha", "test/executor/income-allocation.test.ts", "test/executor/income-tree.test.ts"],
  },
  {
    what: `engine, trades one by one, lists and netted chunks: ${env.WORLDS} worlds on Hardhat's chain and a tenth on anvil, WORLD_SEED=${env.WORLD_SEED}`,
    command: ["test", "mocha", "test/differential/hardhat.test.ts", "test/differential/anvil.test.ts"],
  },
  {
    what: `${env.KILLS} kills of onboarding and payments, as many of the payment of a list, ${env.SETTLER_KILLS} of the settler; ${env.RANDOM_ACCESS} random paths to new code`,
    command: [
      "test",
      "mocha",
      "test/flows/kill.test.ts",
      "test/flows/pay-kill.test.ts",
      "test/flows/settle-kill.test.ts",
      "test/ignition/random-access.test.ts",
    ],
  },
  {
    what: `the executor's log: ${env.LOG_LIVES} power failures and kills on a failing disk, ${env.KILLS} kills of its process`,
    command: ["test", "mocha", "test/executor/log-faults.test.ts", "test/executor/log-kill.test.ts"],
  },
  {
    what: `the executor simulated: ${env.SIMULATED_BATCHES} batches, ${BATCHES_PER_SEED} of each of the seeds ${seeds}`,
    command: ["settle", "simulate", "--seeds", seeds, "--batches", String(BATCHES_PER_SEED)],
  },
];

// Solidity tests link the books' libraries as they were built last.
const isBuilt = run(["build"]);
const results = PARTS.map(({ what, command }) => {
  console.log(`\nsoak: ${what}`);
  const startedAt = Date.now();
  const passed = isBuilt && run(command);
  return `${passed ? "passed" : "FAILED"} in ${Math.round((Date.now() - startedAt) / 1000)} s: ${what}`;
});

console.log(`\n${results.join("\n")}`);
if (results.some((result) => result.startsWith("FAILED"))) process.exitCode = 1;

function run(command) {
  return spawnSync("npx", ["hardhat", ...command], { stdio: "inherit", env }).status === 0;
}

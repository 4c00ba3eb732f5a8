import { spawnSync } from "node:child_process";

// The tests that get better the longer they run. What is set already stays: `KILLS=1000 npm run soak`.
const LONG = { KILLS: "200", RANDOM_ACCESS: "300" };
const TESTS = ["test/flows/kill.test.ts", "test/ignition/random-access.test.ts"];

const env = { ...LONG, ...process.env };
const { status } = spawnSync("npx", ["hardhat", "test", ...TESTS], { stdio: "inherit", env });
process.exitCode = status ?? 1;

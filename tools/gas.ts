/**
 * What the register's operations take. Run after `hardhat build`.
 *
 *   npm run gas                measures, and writes gas/register.json and docs/gas.md
 *   npm run gas -- --check     compares with what is committed: exit code 1 when a figure moved, 6 when a target is missed
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const words = process.argv.slice(2);
if (words.some((word) => word !== "--check")) {
  console.error("Usage: npm run gas [-- --check]");
  process.exit(2);
}
const root = fileURLToPath(new URL("..", import.meta.url));
const hardhat = `${root}node_modules/hardhat/dist/src/cli.js`;
const env = { ...process.env, GAS_TABLE: words.includes("--check") ? "check" : "write" };
const { status } = spawnSync(process.execPath, [hardhat, "run", "--no-compile", "tools/gas/measure.ts"], {
  cwd: root,
  env,
  stdio: "inherit",
});
process.exitCode = status ?? 1;

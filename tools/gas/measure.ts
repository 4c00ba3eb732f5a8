/**
 * Measures what the register takes and compares it, or writes it down. Started by tools/gas.ts inside Hardhat, because the
 * typed bindings can be read only there.
 */
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import Table from "cli-table3";
import { network } from "hardhat";
import { DESK_SCENARIOS, makeDeskWorld } from "./desk-scenarios.ts";
import { giveRules, SCENARIOS } from "./scenarios.ts";
import { findMissed, findMoved, type GasReport, type Row, show, toFile, writePage } from "./table.ts";
import { makeWorld } from "./world.ts";

const FILE = "gas/register.json";
const PAGE = "docs/gas.md";
const MOVED = 1;
const TARGET_MISSED = 6;
/** EIP-170. */
const LARGEST_CONTRACT = 24_576;

// The clock is set, so that not even a time in the call data differs from run to run.
const BEGINNING = "2027-01-01T00:00:00Z";
const connection = await network.create({ override: { initialDate: BEGINNING } });
const report: GasReport = { rows: await measure(), sizes: readSizes() };
print(report);

if (process.env["GAS_TABLE"] === "check") check();
else write();

async function measure(): Promise<Row[]> {
  const world = () => makeWorld(connection, giveRules);
  const rows: Row[] = [];
  for (const { measure: take, ...scenario } of SCENARIOS) {
    rows.push({ ...scenario, value: await take(await connection.networkHelpers.loadFixture(world)) });
  }
  // A chain of its own, so that no address depends on what the register's operations left.
  const deskChain = await network.create({ override: { initialDate: BEGINNING } });
  const deskWorld = () => makeDeskWorld(deskChain);
  for (const { measure: take, ...scenario } of DESK_SCENARIOS) {
    rows.push({ ...scenario, value: await take(await deskChain.networkHelpers.loadFixture(deskWorld)) });
  }
  return rows;
}

function readSizes(): Row[] {
  return globSync("artifacts/contracts/**/*.json")
    .filter((path) => !path.includes("mocks"))
    .flatMap((path) => {
      const { deployedBytecode = "0x" }: { deployedBytecode?: string } = JSON.parse(readFileSync(path, "utf8"));
      const value = (deployedBytecode.length - 2) / 2;
      // A library whose functions are all internal leaves nothing but a stub.
      return value < 100 ? [] : [{ name: basename(path, ".json"), value, most: LARGEST_CONTRACT }];
    })
    .toSorted((one, other) => other.value - one.value);
}

function print({ rows, sizes }: GasReport): void {
  const table = new Table({
    head: ["operation", "gas", "at most", "aim"],
    colAligns: ["left", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  const limit = (value: number | undefined, row: Row) => (value === undefined ? "" : show(value, row));
  for (const row of rows) table.push([row.name, show(row.value, row), limit(row.most, row), limit(row.aim, row)]);
  console.log(table.toString());

  const code = new Table({
    head: ["contract", "bytes"],
    colAligns: ["left", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const row of sizes) code.push([row.name, show(row.value, row)]);
  console.log(code.toString());
}

function check(): void {
  const moved = findMoved(report, JSON.parse(readFileSync(FILE, "utf8")));
  if (readFileSync(PAGE, "utf8") !== writePage(report) && moved.length === 0)
    moved.push(`${PAGE} is not what ${FILE} says`);
  for (const each of moved) console.error(`Moved: ${each}`);
  if (moved.length > 0) {
    console.error("If that is meant, run `npm run gas` and commit gas/ and docs/gas.md; say in the commit why.");
    process.exitCode = MOVED;
  }
  tellMissed();
}

function write(): void {
  mkdirSync("gas", { recursive: true });
  writeFileSync(FILE, `${JSON.stringify(toFile(report), null, 2)}\n`);
  writeFileSync(PAGE, writePage(report));
  console.log(`Written: ${FILE}, ${PAGE}`);
  tellMissed();
}

function tellMissed(): void {
  const missed = findMissed(report);
  for (const each of missed) console.error(`Target missed: ${each}`);
  if (missed.length > 0) process.exitCode = TARGET_MISSED;
}

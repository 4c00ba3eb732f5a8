// How much the executor's log costs beside the disk it stands on: appends per second, group by group, against bare writes
// of the same bytes with the same number of syncs, in the same minute. Nothing here passes or fails: disks differ too much.
//
//   node benchmarks/log.ts [payload bytes …]          (256 and 65536 if none are named)
import { mkdtemp, open, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { argv, exit, version } from "node:process";
import Table from "cli-table3";
import { AppendLog, type LogIdentity } from "../executor/index.ts";

const GROUPS = [1, 16, 256];
const PAIRS = 9;
/** Groups in a measurement: enough to see the median sync, few enough to be done in a minute. */
const GROUPS_EACH = 20;
const KIND = 1;
const IDENTITY: LogIdentity = { chainId: 31337n, desk: "0x000000000000000000000000000000000000de5c", firstBatch: 1n };

const named = argv.slice(2).map(Number);
if (named.some((bytes) => !Number.isInteger(bytes) || bytes < 1 || bytes > 2 ** 20)) {
  console.error("Usage: node benchmarks/log.ts [payload bytes …]   e.g. node benchmarks/log.ts 256 4096");
  exit(2);
}
const sizes = named.length > 0 ? named : [256, 65_536];

const load = loadavg().map((average) => average.toFixed(2));
console.log(
  `Machine  ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GB, load ${load}`,
);
console.log(`Command  node benchmarks/log.ts ${sizes.join(" ")}   (Node ${version}, ${tmpdir()})`);
console.log(`Load     ${PAIRS} alternating pairs of ${GROUPS_EACH} groups; medians, and the median pair's ratio\n`);

const table = new Table({
  head: ["payload", "group", "appends /s", "MB/s", "bare /s", "ratio", "sync p50 ms"],
  style: { head: [], border: [] },
});
const folder = await mkdtemp(join(tmpdir(), "moiety-bench-log-"));
try {
  for (const size of sizes) for (const group of GROUPS) await addRow(size, group);
} finally {
  await rm(folder, { recursive: true });
}
console.log(table.toString());
console.log(
  "\nA ratio below 1 is what frames cost: 68 bytes each, a CRC-32 and a SHA-256 over the payload, and a promise.",
);

async function addRow(size: number, group: number): Promise<void> {
  const payloads = Array.from({ length: group }, (_, i) => Buffer.alloc(size, i));
  const pairs: { logged: number; bare: number; sync: number }[] = [];
  const log = await AppendLog.open(join(folder, `log-${size}-${group}`), IDENTITY);
  await log.append(KIND, Buffer.alloc(size));

  for (let pair = 0; pair < PAIRS; pair++) {
    const from = log.position.end;
    const logged = await secondsFor(async () => {
      await Promise.all(payloads.map((payload) => log.append(KIND, payload)));
    });
    const bytes = (log.position.end - from) / GROUPS_EACH;
    const { seconds, sync } = await writeBare(join(folder, "bare"), Buffer.alloc(bytes, 7));
    pairs.push({ logged, bare: seconds, sync });
  }
  await log.close();

  const count = group * GROUPS_EACH;
  const logged = median(pairs.map((pair) => pair.logged));
  table.push([
    size.toLocaleString("en"),
    group,
    Math.round(count / logged).toLocaleString("en"),
    ((count * size) / logged / 1e6).toFixed(1),
    Math.round(count / median(pairs.map((pair) => pair.bare))).toLocaleString("en"),
    median(pairs.map((pair) => pair.bare / pair.logged)).toFixed(3),
    median(pairs.map(({ sync }) => sync)).toFixed(2),
  ]);
}

async function secondsFor(writeGroup: () => Promise<void>): Promise<number> {
  const started = performance.now();
  for (let i = 0; i < GROUPS_EACH; i++) await writeGroup();
  return (performance.now() - started) / 1000;
}

/** The same bytes per group with one write and one sync, and nothing else. */
async function writeBare(path: string, bytes: Uint8Array): Promise<{ seconds: number; sync: number }> {
  const file = await open(path, "w");
  const syncs: number[] = [];
  let offset = 0;
  const seconds = await secondsFor(async () => {
    await file.write(bytes, 0, bytes.length, offset);
    offset += bytes.length;
    const started = performance.now();
    await file.datasync();
    syncs.push(performance.now() - started);
  });
  await file.close();
  return { seconds, sync: median(syncs) };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/**
 * The storage of every upgradeable book, as it was released, stands in storage-layouts/ (I-16). An upgrade may append and
 * nothing else.
 *
 *   node tools/storage-layout.ts --check                  exit code 1 when something else happened; part of `npm run lint`
 *   node tools/storage-layout.ts --write                  takes over what was appended
 *   node tools/storage-layout.ts --write --new-release    takes over everything: only for books that nobody will upgrade
 */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { argv, exit } from "node:process";
import { readSource } from "./solc/compile.ts";
import { compareLayouts, type Layout } from "./storage-layout/layout.ts";
import { readLayouts } from "./storage-layout/read-layouts.ts";

const FOLDER = "storage-layouts";
const flags = new Set(argv.slice(2));
const [isCheck, isWrite, isNewRelease] = ["--check", "--write", "--new-release"].map((flag) => flags.delete(flag));
if (flags.size > 0 || isCheck === isWrite || (isNewRelease === true && isWrite !== true)) {
  console.error("Usage: node tools/storage-layout.ts --check | --write [--new-release]");
  exit(2);
}

const paths = globSync("contracts/**/*.sol").filter((path) => !path.includes("mocks/"));
const { layouts, problems: wrong } = readLayouts(
  Object.fromEntries(paths.toSorted().map((path) => [path, readSource(path)])),
);
const pathOf = (contract: string) => `${FOLDER}/${contract}.json`;
const released = new Map(
  globSync(`${FOLDER}/*.json`).map((path): [string, Layout] => [path, JSON.parse(readFileSync(path, "utf8"))]),
);

const problems = [...wrong];
const news: string[] = [];
for (const layout of layouts) {
  const before = released.get(pathOf(layout.contract));
  if (before === undefined) {
    news.push(`${layout.contract} has no snapshot yet`);
    if (isCheck) problems.push(`${layout.contract} has no snapshot: run \`node tools/storage-layout.ts --write\``);
    continue;
  }
  const { problems: moved, appended } = compareLayouts(before, layout);
  if (isNewRelease !== true) problems.push(...moved);
  news.push(...appended);
}
const gone = [...released.keys()].filter((path) => !layouts.some(({ contract }) => pathOf(contract) === path));
if (isNewRelease !== true)
  problems.push(...gone.map((path) => `${path} is of a contract that is not upgradeable any more, or gone`));

for (const each of news) console.log(each);
for (const each of problems) console.error(each);
if (problems.length > 0) {
  console.error(
    "An upgrade would read these places wrongly. Put new members at the end and leave the others where they are. Only if no proxy will ever be " +
      "upgraded from the released code: `node tools/storage-layout.ts --write --new-release`, with a line in the changelog.",
  );
  exit(1);
}

if (isWrite === true) {
  if (!existsSync(FOLDER)) mkdirSync(FOLDER);
  for (const path of gone) rmSync(path);
  for (const layout of layouts) writeFileSync(pathOf(layout.contract), `${JSON.stringify(layout, null, 2)}\n`);
  console.log(`${FOLDER}/: ${layouts.map(({ contract }) => contract).join(", ")}`);
}

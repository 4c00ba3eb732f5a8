/**
 * Keeps the books as they are now, for later versions to be tried on: fills them on a chain of this process, and writes all that
 * happened (code included) and all they answer to test/vectors/books-<version>/. Run it once for each release, and never again:
 * node tools/write-release-artifacts.ts [version] && npx biome check --write test/vectors
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Interface } from "ethers";
import hre from "hardhat";
import { fillBooks } from "../test/helpers/filled-books.ts";
import { readEverything, readHistory, releaseFolder } from "../test/helpers/released-books.ts";

const [, , given] = process.argv;
const { version }: { version: string } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
const connection = await hre.network.create();
const { books: addresses, known } = await fillBooks(connection);
const history = await readHistory(connection);
const books = Object.fromEntries(
  await Promise.all(
    Object.entries(addresses).map(async ([name, address]) => {
      const { abi } = await hre.artifacts.readArtifact(name);
      return [name, { address, abi: Interface.from(abi).format() }] as const;
    }),
  ),
);
const readings = await readEverything(connection, books, known);

const folder = releaseFolder(given ?? version);
mkdirSync(folder, { recursive: true });
for (const [name, content] of Object.entries({ books, history, readings })) {
  const lines = Array.isArray(content)
    ? `[\n${content.map((each) => JSON.stringify(each)).join(",\n")}\n]\n`
    : `${JSON.stringify(content, null, 2)}\n`;
  writeFileSync(new URL(`${name}.json`, folder), lines);
}
console.log(`${fileURLToPath(folder)}: ${history.length} transactions, ${readings.length} answers`);

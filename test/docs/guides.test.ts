import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import hre from "hardhat";
import { z } from "zod";
import { readAttestationFile } from "../../sdk/attestation-file.ts";
import { readInvestorFile } from "../../sdk/investor-file.ts";
import { parseSettlementFile } from "../../sdk/settlement-file.ts";

const PAGES = ["README.md", ...globSync("docs/**/*.md")];
const FIRST_ASSET = "docs/guides/first-asset.md";

/** The code blocks of a page in one language. */
function blocksOf(page: string, language: string): string[] {
  const blocks = readFileSync(page, "utf8").matchAll(/^```(\w+)\n([\s\S]*?)^```/gm);
  return [...blocks].filter(([, found]) => found === language).map(([, , text = ""]) => text);
}

/** Lines of shell that call Hardhat, without their comments: `asset create data/…`. */
function hardhatLines(page: string): string[] {
  return blocksOf(page, "sh")
    .flatMap((block) => block.split("\n"))
    .map((line) => /npx hardhat ([^#]*)/.exec(line)?.[1]?.trim() ?? "")
    .filter((line) => line !== "" && !line.startsWith("--"));
}

describe("Guides", () => {
  for (const page of PAGES) {
    it(`${page} names tasks and options that exist`, () => {
      for (const line of hardhatLines(page)) {
        const words = line.split(/\s+/);
        const { task, rest } = findTask(words);
        const options = rest.filter((word) => word.startsWith("--")).map((word) => word.slice(2));
        for (const option of options.filter((each) => each !== "network")) {
          expect([...task.options.keys()].map(toKebabCase), line).to.include(option);
        }
      }
    });

    it(`${page} links to files and scripts that are there`, () => {
      const text = readFileSync(page, "utf8");
      const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, link = ""]) => link);
      const scripts = [...text.matchAll(/hardhat run (\S+)/g)].map(([, script = ""]) => script);

      for (const link of links.filter((each) => !each.includes(":"))) {
        expect(existsSync(join(dirname(page), link)), link).to.equal(true);
      }
      for (const script of scripts) expect(existsSync(script), script).to.equal(true);
    });
  }

  it("shows files of the first asset that the commands can read", async () => {
    const [csv = ""] = blocksOf(FIRST_ASSET, "csv");
    const [json = ""] = blocksOf(FIRST_ASSET, "json");
    const [text = ""] = blocksOf(FIRST_ASSET, "text");
    const [ndjson = ""] = blocksOf(FIRST_ASSET, "ndjson");
    const { evidence } = z.object({ evidence: z.object({ file: z.string() }) }).parse(JSON.parse(json));
    const folder = await mkdtemp(join(tmpdir(), "moiety-"));
    await writeFile(join(folder, "investors.csv"), csv);
    await writeFile(join(folder, "attestation.json"), json);
    await writeFile(join(folder, evidence.file), text);

    const { rows, notes } = await readInvestorFile(join(folder, "investors.csv"), ",");
    const { asset } = await readAttestationFile(join(folder, "attestation.json"));
    await rm(folder, { recursive: true });
    expect([rows.length, notes, asset]).to.deep.equal([3, [], 1n]);
    const { orders, trades } = parseSettlementFile(ndjson, "trades.ndjson");
    expect([orders.length, trades.length]).to.deep.equal([2, 1]);
  });
});

/** The longest run of leading words that is a task; Hardhat itself refuses one that does not exist. */
function findTask(words: readonly string[]) {
  for (let count = Math.min(2, words.length); count > 0; count--) {
    const name = words.slice(0, count);
    if (hre.tasks.rootTasks.has(name[0] ?? "") && (count === 1 || isSubtask(name))) {
      return { task: hre.tasks.getTask([...name]), rest: words.slice(count) };
    }
  }
  throw new Error(`there is no task "${words.join(" ")}"`);
}

function isSubtask([noun = "", verb = ""]: readonly string[]): boolean {
  return hre.tasks.rootTasks.get(noun)?.subtasks.has(verb) ?? false;
}

function toKebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

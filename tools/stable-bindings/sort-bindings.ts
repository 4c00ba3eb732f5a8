import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SolidityHooks } from "hardhat/types/hooks";

/** The files that list all contracts, and which of their lines are the list. */
const LISTS = [
  { file: "index.ts", line: /^export (type )?\{ \w+ \} from / },
  { file: "hardhat.d.ts", line: /^\s*(getContractFactory|getContractAt|deployContract)\(name: '/ },
] as const;

export default async (): Promise<Partial<SolidityHooks>> => ({
  async processArtifactsAfterSuccessfulBuild(context) {
    const { outDir } = context.config.typechain;
    if (outDir === undefined || context.globalOptions.noTypechain === true) return;

    for (const { file, line } of LISTS) {
      const path = join(context.config.paths.root, outDir, file);
      const content = await readFile(path, "utf8");
      const sorted = sortLines(content, line);
      if (sorted !== content) await writeFile(path, sorted);
    }
  },
});

/** Sorts the lines that match, each into one of the places that matching lines had. */
export function sortLines(content: string, pattern: RegExp): string {
  const lines = content.split("\n");
  const places = lines.flatMap((line, place) => (pattern.test(line) ? [place] : []));
  const listed = places.map((place) => lines[place]?.trim() ?? "").sort();
  for (const [rank, place] of places.entries()) lines[place] = listed[rank] ?? "";
  return lines.join("\n");
}

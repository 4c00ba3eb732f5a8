import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { SolidityHooks } from "hardhat/types/hooks";
import { BINDINGS } from "./folders.ts";

/** The files that list all contracts, and which of their lines are the list. */
const LISTS = [
  { file: "index.ts", line: /^export (type )?\{ \w+ \} from / },
  { file: "hardhat.d.ts", line: /^\s*(getContractFactory|getContractAt|deployContract)\(name: '/ },
] as const;

export default async (): Promise<Partial<SolidityHooks>> => ({
  async processArtifactsAfterSuccessfulBuild(context) {
    const { outDir } = context.config.typechain;
    if (outDir === undefined || context.globalOptions.noTypechain === true) return;

    const { root } = context.config.paths;
    await publish(join(root, outDir), join(root, BINDINGS));
  },
});

/**
 * Makes `target` what is in `fresh`, and removes `fresh`. A file that is the same already is not touched, and another takes its
 * place in one step: a process that reads bindings while this one builds finds each file whole.
 */
export async function publish(fresh: string, target: string): Promise<void> {
  const names = await listFiles(fresh);
  for (const name of names) {
    const content = sortLists(name, await readFile(join(fresh, name), "utf8"));
    const path = join(target, name);
    if ((await readIfThere(path)) === content) continue;

    await mkdir(dirname(path), { recursive: true });
    const whole = join(fresh, `${name}.whole`);
    await writeFile(whole, content);
    await rename(whole, path);
  }
  const current = new Set(names);
  const old = (await listFiles(target)).filter((name) => !current.has(name));
  await Promise.all(old.map((name) => rm(join(target, name), { force: true })));
  await rm(fresh, { recursive: true, force: true });
}

/** Sorts the lines that match, each into one of the places that matching lines had. */
export function sortLines(content: string, pattern: RegExp): string {
  const lines = content.split("\n");
  const places = lines.flatMap((line, place) => (pattern.test(line) ? [place] : []));
  const listed = places.map((place) => lines[place]?.trim() ?? "").sort();
  for (const [rank, place] of places.entries()) lines[place] = listed[rank] ?? "";
  return lines.join("\n");
}

function sortLists(name: string, content: string): string {
  const list = LISTS.find(({ file }) => file === name);
  return list === undefined ? content : sortLines(content, list.line);
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

/** Paths of all files below a folder, relative to it; none when it is not there. */
async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

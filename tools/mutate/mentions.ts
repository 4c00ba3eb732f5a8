import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Bindings name every contract, and deploy none: a contract is deployed by its name. */
const BINDINGS = /(^|\/)typechain-types\//;

/**
 * Finds out which files can have to do with a contract: those that mention it, in their own text or in that of what they import.
 * A test that names neither a contract nor whatever has its code in it deploys neither, and cannot notice a change in it.
 */
export function createMentions(folder: string): (file: string, contracts: readonly string[]) => boolean {
  const wordsOf = new Map<string, ReadonlySet<string>>();
  return (file, contracts) => {
    let words = wordsOf.get(file);
    if (words === undefined) {
      words = new Set(filesBehind(folder, file).flatMap((each) => textAt(folder, each).match(/\w+/g) ?? []));
      wordsOf.set(file, words);
    }
    return contracts.some((contract) => words.has(contract));
  };
}

/** A file, and what it imports by a relative path, however far. */
function filesBehind(folder: string, file: string): string[] {
  const found = new Set([file]);
  for (const each of found) {
    for (const [, imported = ""] of textAt(folder, each).matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)) {
      const path = join(dirname(each), imported);
      if (!BINDINGS.test(path) && existsSync(join(folder, path))) found.add(path);
    }
  }
  return [...found];
}

function textAt(folder: string, file: string): string {
  return readFileSync(join(folder, file), "utf8");
}

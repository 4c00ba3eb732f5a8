import { children, text, walk } from "../solc/ast.ts";
import { type Compilation, compile, readSource } from "../solc/compile.ts";

/** All sources of the project, parsed together. */
export function parseAll(paths: readonly string[], project: string): Compilation["sources"] {
  const texts = Object.fromEntries(paths.map((path) => [path, readSource(path, project)]));
  const { errors, sources } = compile(texts, { "*": { "": ["ast"] } }, { project });
  if (errors.length > 0) throw new Error(`the contracts do not compile:\n${errors.join("\n")}`);
  return sources;
}

/** The files whose contracts can have a change to `source` in their code: the file itself, and who imports it, however far. */
export function dependentsOf(source: string, sources: Compilation["sources"], among: readonly string[]): string[] {
  const importers = new Map<string, string[]>();
  for (const [path, { ast }] of Object.entries(sources)) {
    for (const each of children(ast, "nodes").filter(({ nodeType }) => nodeType === "ImportDirective")) {
      const imported = text(each, "absolutePath").replace(/^project\//, "");
      importers.set(imported, [...(importers.get(imported) ?? []), path]);
    }
  }

  const found = new Set([source]);
  for (const path of found) for (const importer of importers.get(path) ?? []) found.add(importer);
  return among.filter((path) => found.has(path) && hasCode(path, sources));
}

function hasCode(path: string, sources: Compilation["sources"]): boolean {
  const ast = sources[path]?.ast;
  if (ast === undefined) return false;
  return [...walk(ast)].some(
    (node) =>
      node.nodeType === "ContractDefinition" && node["contractKind"] !== "interface" && node["abstract"] !== true,
  );
}

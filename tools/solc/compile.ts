import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import solc from "solc";
import type { AstNode } from "./ast.ts";
import { EVM_VERSION, SOLC_SETTINGS } from "./settings.ts";

/** The project; a copy of it can be named instead. */
export const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

export interface CompiledContract {
  readonly evm?: { readonly bytecode?: SolcCode; readonly deployedBytecode?: SolcCode };
  readonly storageLayout?: SolcLayout;
}

export interface SolcCode {
  readonly object: string;
  readonly linkReferences: Readonly<Record<string, unknown>>;
}

/** What solc says of a contract's storage. */
export interface SolcLayout {
  readonly storage: readonly SolcMember[];
  readonly types: Readonly<Record<string, SolcType>> | null;
}

export interface SolcMember {
  readonly label: string;
  readonly slot: string;
  readonly offset: number;
  readonly type: string;
}

export interface SolcType {
  readonly label: string;
  readonly encoding: string;
  readonly numberOfBytes: string;
  readonly base?: string;
  readonly key?: string;
  readonly value?: string;
  readonly members?: readonly SolcMember[];
}

export interface Compilation {
  /** Only errors; what solc merely warns of is for the build to show. */
  readonly errors: readonly string[];
  readonly contracts: Readonly<Record<string, Readonly<Record<string, CompiledContract>>>>;
  readonly sources: Readonly<Record<string, { readonly ast: AstNode }>>;
}

interface SolcError {
  readonly severity: string;
  readonly formattedMessage: string;
}

/** Hardhat's name for a file of the project. The code of a contract with external libraries depends on it. */
const PREFIX = "project/";
const toSolc = (name: string) => (name.startsWith("contracts/") ? `${PREFIX}${name}` : name);
const fromSolc = (name: string) => (name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name);
const mapKeys = <T>(values: Readonly<Record<string, T>>, rename: (name: string) => string): Record<string, T> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [rename(name), value]));

/** The text of a source under the name that an import gives it: of the project, or of an npm package. */
export function readSource(name: string, project = PROJECT): string {
  const path = [join(project, name), join(project, "node_modules", name)].find((each) => existsSync(each));
  if (path === undefined) throw new Error(`there is no source ${name}`);
  return readFileSync(path, "utf8");
}

/**
 * Compiles `sources` (name to text) with what they import. An import finds what is `replaced` first, so that a
 * changed file is seen by all who import it. `selection` says what to compute, for each file or for `*`.
 */
export function compile(
  sources: Readonly<Record<string, string>>,
  selection: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  { replaced = {}, project = PROJECT }: { replaced?: Readonly<Record<string, string>>; project?: string } = {},
): Compilation {
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(Object.entries(sources).map(([name, content]) => [toSolc(name), { content }])),
    settings: { ...SOLC_SETTINGS, evmVersion: EVM_VERSION, outputSelection: mapKeys(selection, toSolc) },
  };
  const find = (asked: string) => {
    const name = fromSolc(asked);
    try {
      return { contents: replaced[name] ?? readSource(name, project) };
    } catch (error) {
      return { error: String(error) };
    }
  };

  const output: { errors?: SolcError[]; contracts?: Compilation["contracts"]; sources?: Compilation["sources"] } =
    JSON.parse(solc.compile(JSON.stringify(input), { import: find }));
  return {
    errors: (output.errors ?? []).filter(({ severity }) => severity === "error").map((each) => each.formattedMessage),
    contracts: mapKeys(output.contracts ?? {}, fromSolc),
    sources: mapKeys(output.sources ?? {}, fromSolc),
  };
}

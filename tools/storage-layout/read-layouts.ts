import { concat, dataSlice, keccak256, toBeHex, toUtf8Bytes } from "ethers";
import { type AstNode, child, children, text, walk } from "../solc/ast.ts";
import { type Compilation, compile, type SolcLayout } from "../solc/compile.ts";
import type { Layout, Namespace, StoredType } from "./layout.ts";

/** A struct that ERC-7201 puts into a slot of its own. */
interface NamespacedStruct {
  readonly namespace: string;
  readonly struct: AstNode;
  /** How a file that imports everything names it: `Contract.Struct`, or `Struct` if it stands alone. */
  readonly name: string;
  readonly path: string;
}

/** What stands at the top of a file, with everything below it. */
interface Unit {
  readonly node: AstNode;
  readonly path: string;
  readonly nodes: readonly AstNode[];
}

export interface Layouts {
  readonly layouts: readonly Layout[];
  readonly problems: readonly string[];
}

const UPGRADEABLE = "UUPSUpgradeable";
const PROBE = "storage-probe.sol";

/** The slot of a namespace: keccak256(abi.encode(uint256(keccak256(namespace)) - 1)) & ~bytes32(uint256(0xff)). */
export function namespaceSlot(namespace: string): string {
  const hash = BigInt(keccak256(toUtf8Bytes(namespace)));
  return concat([dataSlice(keccak256(toBeHex(hash - 1n, 32)), 0, 31), "0x00"]);
}

/** The storage of every upgradeable contract in these sources, and what is wrong with their namespaces. */
export function readLayouts(sources: Readonly<Record<string, string>>): Layouts {
  const parsed = compile(sources, { "*": { "": ["ast"], "*": ["storageLayout"] } });
  if (parsed.errors.length > 0) throw new Error(`the contracts do not compile:\n${parsed.errors.join("\n")}`);
  const tree = new Tree(parsed);
  const books = Object.keys(sources).flatMap((path) => tree.booksIn(path).map((book) => ({ path, book })));
  const structs = [...new Set(books.flatMap(({ book }) => tree.structsOf(book)))];
  const probed = probe(sources, structs);

  const problems = structs.flatMap((each) => tree.wrongSlots(each));
  const unused = tree.structs.filter((each) => each.path in sources && !structs.includes(each));
  problems.push(
    ...unused.map(({ name, path }) => `${path}: ${name} has a namespace, and no upgradeable contract uses it`),
  );
  const layouts = books.map(({ path, book }) => {
    const own = parsed.contracts[path]?.[text(book, "name")]?.storageLayout;
    return describe(path, book, tree, own, tree.structsOf(book), probed);
  });
  for (const { contract, namespaces } of layouts) {
    for (const [name, { struct }] of Object.entries(namespaces)) {
      if (struct === "") problems.push(`${contract} has two structs in the namespace ${name}`);
    }
  }
  return { layouts, problems };
}

/** What the syntax trees say of contracts, their parents and the libraries that act for them. */
class Tree {
  readonly structs: readonly NamespacedStruct[];
  /** Contracts, and what stands alone in a file, with all that is in them. */
  readonly #units: readonly Unit[];
  readonly #unitOf = new Map<unknown, AstNode>();

  constructor({ sources }: Compilation) {
    this.#units = Object.entries(sources).flatMap(([path, { ast }]) =>
      children(ast, "nodes").map((node) => ({ node, path, nodes: [...walk(node)] })),
    );
    for (const { node, nodes } of this.#units) {
      for (const { id } of nodes) if (id !== undefined) this.#unitOf.set(id, node);
    }
    this.structs = this.#units.flatMap(({ node, path, nodes }) =>
      nodes.flatMap((struct) => {
        const namespace = namespaceOf(struct);
        if (namespace === undefined) return [];
        const name = struct === node ? text(struct, "name") : `${text(node, "name")}.${text(struct, "name")}`;
        return [{ namespace, struct, name, path }];
      }),
    );
  }

  /** The upgradeable contracts in a file that can be deployed. */
  booksIn(path: string): AstNode[] {
    return this.#units
      .filter((each) => each.path === path && each.node.nodeType === "ContractDefinition")
      .map(({ node }) => node)
      .filter((node) => node["abstract"] !== true && node["contractKind"] === "contract")
      .filter((node) => this.#parentsOf(node).some((each) => text(each, "name") === UPGRADEABLE));
  }

  /** The namespaced structs that the book, its parents, or libraries and free functions working for them, name anywhere. */
  structsOf(book: AstNode): NamespacedStruct[] {
    const reached = new Set(this.#parentsOf(book));
    for (const unit of reached) {
      for (const node of this.#nodesOf(unit)) {
        const other = this.#unitOf.get(node["referencedDeclaration"]);
        if (other !== undefined && (other.nodeType !== "ContractDefinition" || other["contractKind"] === "library")) {
          reached.add(other);
        }
      }
    }
    return this.structs.filter(({ struct }) => reached.has(this.#unitOf.get(struct["id"]) ?? struct));
  }

  /** A constant in the struct's file has to be the slot of its namespace, and assembly that gives the struct may take no other. */
  wrongSlots({ namespace, struct, name, path }: NamespacedStruct): string[] {
    const slot = namespaceSlot(namespace);
    const constantsIn = (units: readonly Unit[]) =>
      units.flatMap(({ nodes }) =>
        nodes.filter((node) => node.nodeType === "VariableDeclaration" && node["constant"] === true),
      );
    if (!constantsIn(this.#units.filter((each) => each.path === path)).some((each) => slotIn(each) === slot)) {
      return [`${name}: no constant beside it is the slot of ${namespace}, which is ${slot}`];
    }

    const constants = new Map(constantsIn(this.#units).map((constant) => [constant["id"], constant]));
    const used = this.#units
      .flatMap(({ nodes }) => nodes)
      .filter((node) => node.nodeType === "FunctionDefinition" && returnsStruct(node, struct))
      .flatMap(referredInAssembly)
      .flatMap((id) => constants.get(id) ?? []);
    return used
      .filter((constant) => slotIn(constant) !== slot)
      .map(
        (constant) => `${name}: ${text(constant, "name")} is ${slotIn(constant)}, the slot of ${namespace} is ${slot}`,
      );
  }

  /** What an enum or an own value type is made of. */
  membersOf(label: string): string[] {
    const name = label.replace(/^enum /, "");
    const node = this.#units
      .flatMap(({ nodes }) => nodes)
      .find(
        (each) =>
          ["EnumDefinition", "UserDefinedValueTypeDefinition"].includes(each.nodeType) &&
          (text(each, "canonicalName") || text(each, "name")) === name,
      );
    if (node === undefined) return [];
    const underlying = child(node, "underlyingType");
    if (underlying !== undefined) return [text(underlying, "name")];
    return children(node, "members").map((member) => text(member, "name"));
  }

  /** The contract and all its parents. */
  #parentsOf(contract: AstNode): AstNode[] {
    const ids: unknown = contract["linearizedBaseContracts"];
    return Array.isArray(ids) ? ids.flatMap((id: unknown) => this.#unitOf.get(id) ?? []) : [];
  }

  #nodesOf(unit: AstNode): readonly AstNode[] {
    return this.#units.find(({ node }) => node === unit)?.nodes ?? [];
  }
}

function namespaceOf(struct: AstNode): string | undefined {
  if (struct.nodeType !== "StructDefinition") return undefined;
  const documentation = child(struct, "documentation");
  return /@custom:storage-location erc7201:(\S+)/.exec(
    documentation === undefined ? "" : text(documentation, "text"),
  )?.[1];
}

function slotIn(constant: AstNode): string {
  return text(child(constant, "value") ?? constant, "value").toLowerCase();
}

function returnsStruct(definition: AstNode, struct: AstNode): boolean {
  const returned = child(definition, "returnParameters");
  return returned !== undefined && [...walk(returned)].some((node) => node["referencedDeclaration"] === struct["id"]);
}

function referredInAssembly(definition: AstNode): unknown[] {
  return [...walk(definition)]
    .filter(({ nodeType }) => nodeType === "InlineAssembly")
    .flatMap((assembly) => (Array.isArray(assembly["externalReferences"]) ? assembly["externalReferences"] : []))
    .map((reference: { declaration?: unknown }) => reference.declaration);
}

/** solc lists no namespaced struct in a contract's layout; it does in that of a contract with a variable of the type. */
function probe(
  sources: Readonly<Record<string, string>>,
  structs: readonly NamespacedStruct[],
): ReadonlyMap<AstNode, SolcLayout> {
  const lines = structs.flatMap(({ name, path }, place) => [
    `import * as File${place} from "${path}";`,
    `contract Probe${place} { File${place}.${name} private root; }`,
  ]);
  const source = ["// SPDX-License-Identifier: MIT", "pragma solidity 0.8.37;", ...lines].join("\n");
  const { errors, contracts } = compile(
    { [PROBE]: source },
    { [PROBE]: { "*": ["storageLayout"] } },
    { replaced: sources },
  );
  if (errors.length > 0) throw new Error(`the namespaced structs cannot be measured:\n${errors.join("\n")}`);

  return new Map(
    structs.map(({ struct }, place) => {
      const layout = contracts[PROBE]?.[`Probe${place}`]?.storageLayout;
      if (layout === undefined) throw new Error(`solc gave no layout of ${text(struct, "canonicalName")}`);
      return [struct, layout];
    }),
  );
}

function describe(
  path: string,
  book: AstNode,
  tree: Tree,
  own: SolcLayout | undefined,
  structs: readonly NamespacedStruct[],
  probed: ReadonlyMap<AstNode, SolcLayout>,
): Layout {
  const types: Record<string, StoredType> = {};
  const storage = own === undefined ? [] : list(own, own.storage);
  if (own !== undefined) collectTypes(own, tree, types);

  const namespaces: Record<string, Namespace> = {};
  for (const { namespace, struct } of structs.toSorted((one, other) => one.namespace.localeCompare(other.namespace))) {
    const layout = probed.get(struct);
    const root = layout?.types?.[layout.storage[0]?.type ?? ""];
    if (layout === undefined || root === undefined) continue;
    const isTaken = namespaces[namespace] !== undefined;
    namespaces[namespace] = {
      slot: namespaceSlot(namespace),
      struct: isTaken ? "" : text(struct, "canonicalName"),
      members: list(layout, root.members ?? []),
    };
    collectTypes(layout, tree, types, layout.storage[0]?.type);
  }
  const sorted = Object.fromEntries(Object.entries(types).toSorted(([one], [other]) => one.localeCompare(other)));
  return { contract: text(book, "name"), source: path, storage, namespaces, types: sorted };
}

function list(layout: SolcLayout, members: SolcLayout["storage"]): string[] {
  return members.map(({ slot, offset, type, label }) => `${slot}:${offset} ${layout.types?.[type]?.label} ${label}`);
}

/** Structs, enums and own value types, with what is in them. */
function collectTypes(layout: SolcLayout, tree: Tree, types: Record<string, StoredType>, root = ""): void {
  const all = Object.entries(layout.types ?? {});
  const inline = new Set([
    ...layout.storage.map(({ type }) => type),
    ...all.flatMap(([, { base, members }]) => [
      ...(base === undefined ? [] : [base]),
      ...(members ?? []).map(({ type }) => type),
    ]),
  ]);
  for (const [key, { label, members, numberOfBytes }] of all) {
    const isNamed = /^t_(struct|enum|userDefinedValueType)\(/.test(key);
    if (!isNamed || key === root) continue;
    const isStruct = members !== undefined;
    types[label] = {
      bytes: Number(numberOfBytes),
      members: isStruct ? list(layout, members) : tree.membersOf(label),
      ...((inline.has(key) || types[label]?.inline === true) && isStruct ? { inline: true } : {}),
    };
  }
}

import { concat, dataSlice, keccak256, toBeHex, toUtf8Bytes } from "ethers";
import { type AstNode, child, children, text, walk } from "../solc/ast.ts";
import { type Compilation, compile, type SolcLayout } from "../solc/compile.ts";
import type { Layout, Namespace, StoredType } from "./layout.ts";

/** A struct that ERC-7201 puts into a slot of its own. */
interface NamespacedStruct {
  readonly namespace: string;
  readonly struct: AstNode;
  readonly owner: AstNode;
  readonly path: string;
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
  const structs = [
    ...new Map(books.flatMap(({ book }) => tree.structsOf(book)).map((each) => [each.struct, each])).values(),
  ];
  const probed = probe(sources, structs);

  const problems = structs.flatMap((each) => wrongSlots(each));
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

/** What the syntax trees say of contracts and their parents. */
class Tree {
  readonly #contracts = new Map<unknown, { node: AstNode; path: string }>();
  readonly #nodes: readonly AstNode[];

  constructor({ sources }: Compilation) {
    this.#nodes = Object.entries(sources).flatMap(([path, { ast }]) => {
      const nodes = [...walk(ast)];
      for (const node of nodes) {
        if (node.nodeType === "ContractDefinition") this.#contracts.set(node["id"], { node, path });
      }
      return nodes;
    });
  }

  /** The upgradeable contracts in a file that can be deployed. */
  booksIn(path: string): AstNode[] {
    return [...this.#contracts.values()]
      .filter((each) => each.path === path && each.node["abstract"] !== true)
      .map(({ node }) => node)
      .filter((node) => this.#withParents(node).some((each) => text(each.node, "name") === UPGRADEABLE));
  }

  /** Its own namespaced structs, those of its parents, and those of libraries that a parent's file or its own imports. */
  structsOf(book: AstNode): NamespacedStruct[] {
    const family = this.#withParents(book);
    const libraries = [...this.#contracts.values()].filter(({ node }) => node["contractKind"] === "library");
    const isUsed = (library: AstNode) => family.some((each) => refersTo(each.node, library["id"]));
    const owners = [...family, ...libraries.filter(({ node }) => isUsed(node))];
    return owners.flatMap(({ node: owner, path }) =>
      children(owner, "nodes")
        .filter(({ nodeType }) => nodeType === "StructDefinition")
        .flatMap((struct) => {
          const documentation = child(struct, "documentation");
          const comment = documentation === undefined ? "" : text(documentation, "text");
          const namespace = /@custom:storage-location erc7201:(\S+)/.exec(comment)?.[1];
          return namespace === undefined ? [] : [{ namespace, struct, owner, path }];
        }),
    );
  }

  /** What an enum or an own value type is made of. */
  membersOf(label: string): string[] {
    const name = label.replace(/^enum /, "");
    const node = this.#nodes.find(
      (each) =>
        ["EnumDefinition", "UserDefinedValueTypeDefinition"].includes(each.nodeType) &&
        (text(each, "canonicalName") || text(each, "name")) === name,
    );
    if (node === undefined) return [];
    const underlying = child(node, "underlyingType");
    if (underlying !== undefined) return [text(underlying, "name")];
    return children(node, "members").map((member) => text(member, "name"));
  }

  #withParents(contract: AstNode): { node: AstNode; path: string }[] {
    const ids = contract["linearizedBaseContracts"];
    if (!Array.isArray(ids)) return [];
    return ids.flatMap((id: unknown) => this.#contracts.get(id) ?? []);
  }
}

function refersTo(root: AstNode, id: unknown): boolean {
  return [...walk(root)].some((node) => node["referencedDeclaration"] === id);
}

/** solc lists no namespaced struct in a contract's layout; it does in that of a contract with a variable of the type. */
function probe(
  sources: Readonly<Record<string, string>>,
  structs: readonly NamespacedStruct[],
): ReadonlyMap<AstNode, SolcLayout> {
  const lines = structs.flatMap(({ struct, owner, path }, place) => [
    `import {${text(owner, "name")} as Owner${place}} from "${path}";`,
    `contract Probe${place} { Owner${place}.${text(struct, "name")} private root; }`,
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

/** The constant beside a struct has to be the slot of its namespace, and assembly may take no other one. */
function wrongSlots({ namespace, struct, owner }: NamespacedStruct): string[] {
  const slot = namespaceSlot(namespace);
  const constants = children(owner, "nodes").filter(
    (node) => node.nodeType === "VariableDeclaration" && node["constant"] === true,
  );
  const slotIn = (constant: AstNode) => text(child(constant, "value") ?? constant, "value").toLowerCase();
  const name = text(struct, "canonicalName");
  if (!constants.some((constant) => slotIn(constant) === slot)) {
    return [`${name}: no constant beside it is the slot of ${namespace}, which is ${slot}`];
  }

  const used = children(owner, "nodes")
    .filter((node) => node.nodeType === "FunctionDefinition" && returnsStruct(node, struct))
    .flatMap((node) => constants.filter((constant) => assemblyTakes(node, constant)));
  return used
    .filter((constant) => slotIn(constant) !== slot)
    .map(
      (constant) => `${name}: ${text(constant, "name")} is ${slotIn(constant)}, the slot of ${namespace} is ${slot}`,
    );
}

function returnsStruct(definition: AstNode, struct: AstNode): boolean {
  const returned = child(definition, "returnParameters");
  return returned !== undefined && refersTo(returned, struct["id"]);
}

function assemblyTakes(definition: AstNode, constant: AstNode): boolean {
  return [...walk(definition)]
    .filter(({ nodeType }) => nodeType === "InlineAssembly")
    .flatMap((assembly) => (Array.isArray(assembly["externalReferences"]) ? assembly["externalReferences"] : []))
    .some((reference: { declaration?: unknown }) => reference.declaration === constant["id"]);
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

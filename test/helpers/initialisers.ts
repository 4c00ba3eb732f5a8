import { type AstNode, child, children, text, walk } from "../../tools/solc/ast.ts";
import { compile } from "../../tools/solc/compile.ts";

/** How an upgradeable contract is set up, read from its source. */
export interface Setup {
  readonly contract: string;
  /** Functions with the modifier `initializer`. */
  readonly initialisers: readonly string[];
  /** Parents that have something to set up and are not reached from the initialiser, or more than once. */
  readonly forgotten: readonly string[];
  readonly repeated: readonly string[];
  /** Whether the constructor closes the implementation itself. */
  readonly closes: boolean;
}

/** Every contract behind a proxy that these sources can deploy: those with UUPSUpgradeable among their parents. */
export function readSetups(sources: Readonly<Record<string, string>>): Setup[] {
  const compiled = compile(sources, { "*": { "": ["ast"] } });
  if (compiled.errors.length > 0) throw new Error(compiled.errors.join("\n"));
  const nodes = new Map<unknown, AstNode>();
  for (const { ast } of Object.values(compiled.sources)) for (const node of walk(ast)) nodes.set(node["id"], node);

  const familyOf = (contract: AstNode): AstNode[] => {
    const ids: unknown = contract["linearizedBaseContracts"];
    return Array.isArray(ids) ? ids.flatMap((id: unknown) => nodes.get(id) ?? []) : [];
  };
  return Object.keys(sources)
    .flatMap((path) => children(compiled.sources[path]?.ast ?? { nodeType: "", src: "" }, "nodes"))
    .filter(({ nodeType, abstract }) => nodeType === "ContractDefinition" && abstract !== true)
    .map((contract) => ({ contract, family: familyOf(contract) }))
    .filter(({ family }) => family.some((each) => text(each, "name") === "UUPSUpgradeable"))
    .map(({ contract, family }) => setupOf(contract, family, nodes));
}

function setupOf(contract: AstNode, family: readonly AstNode[], nodes: ReadonlyMap<unknown, AstNode>): Setup {
  const functions = family.flatMap((each) => children(each, "nodes")).filter(isFunction);
  const initialisers = functions.filter((each) => hasModifier(each, "initializer"));
  const called = initialisers.flatMap((each) => reached(each, nodes));
  const wanted = functions.filter((each) => /^__\w+_init_unchained$/.test(text(each, "name")) && isNotEmpty(each));
  const ownWanted = functions.filter(
    (each) =>
      /^__\w+_init$/.test(text(each, "name")) &&
      isNotEmpty(each) &&
      !wanted.some((unchained) => text(unchained, "name") === `${text(each, "name")}_unchained`),
  );
  const times = (definition: AstNode) => called.filter((each) => each === definition).length;
  const names = (those: readonly AstNode[]) => those.map((each) => text(each, "name"));
  const all = [...wanted, ...ownWanted];
  const constructors = children(contract, "nodes").filter((each) => text(each, "kind") === "constructor");

  return {
    contract: text(contract, "name"),
    initialisers: names(initialisers),
    forgotten: names(all.filter((each) => times(each) === 0)),
    repeated: names(all.filter((each) => times(each) > 1)),
    closes: constructors.some((each) => calls(each, nodes).some((one) => text(one, "name") === "_disableInitializers")),
  };
}

/** Every function that is called from this one, however far, as often as it is called. */
function reached(from: AstNode, nodes: ReadonlyMap<unknown, AstNode>, path: readonly AstNode[] = []): AstNode[] {
  if (path.includes(from)) return [];
  return calls(from, nodes).flatMap((each) => [each, ...reached(each, nodes, [...path, from])]);
}

function calls(from: AstNode, nodes: ReadonlyMap<unknown, AstNode>): AstNode[] {
  return [...walk(from)]
    .filter(({ nodeType }) => nodeType === "FunctionCall")
    .flatMap((call) => {
      const called = child(call, "expression");
      const definition = called === undefined ? undefined : nodes.get(called["referencedDeclaration"]);
      return definition !== undefined && isFunction(definition) ? [definition] : [];
    });
}

function isFunction(node: AstNode): boolean {
  return node.nodeType === "FunctionDefinition";
}

function isNotEmpty(definition: AstNode): boolean {
  const body = child(definition, "body");
  return body !== undefined && children(body, "statements").length > 0;
}

function hasModifier(definition: AstNode, name: string): boolean {
  return children(definition, "modifiers").some((each) => text(child(each, "modifierName") ?? each, "name") === name);
}

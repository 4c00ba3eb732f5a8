/** A node of solc's syntax tree. What a kind of node has beyond this is read with the functions below. */
export interface AstNode {
  readonly nodeType: string;
  /** `start:length:file`, counted in bytes. */
  readonly src: string;
  readonly [property: string]: unknown;
}

export function isNode(value: unknown): value is AstNode {
  return typeof value === "object" && value !== null && "nodeType" in value && "src" in value;
}

/** The node in a property, if there is one. */
export function child(node: AstNode, property: string): AstNode | undefined {
  const value = node[property];
  return isNode(value) ? value : undefined;
}

/** The nodes in a property that holds a list; gaps (as in `(, x) = f()`) are left out. */
export function children(node: AstNode, property: string): AstNode[] {
  const value = node[property];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** A property that is text, or the empty text. */
export function text(node: AstNode, property: string): string {
  const value = node[property];
  return typeof value === "string" ? value : "";
}

/** The type that solc found for an expression, as it writes it: `uint256`, `bool`, `enum AssetState`. */
export function typeOf(node: AstNode): string {
  const described = node["typeDescriptions"];
  if (typeof described !== "object" || described === null || !("typeString" in described)) return "";
  return typeof described.typeString === "string" ? described.typeString : "";
}

/** Where a node stands, in bytes. */
export function placeOf(node: AstNode): { start: number; length: number } {
  const [start = 0, length = 0] = node.src.split(":").map(Number);
  return { start, length };
}

/** Every node below, parents before children, in the order of the properties that solc writes. */
export function* walk(node: AstNode): Generator<AstNode> {
  yield node;
  for (const value of Object.values(node)) {
    const nodes = Array.isArray(value) ? value : [value];
    for (const each of nodes) if (isNode(each)) yield* walk(each);
  }
}

import { type AstNode, child, children, placeOf, text, typeOf, walk } from "../solc/ast.ts";

export const OPERATORS = [
  "condition",
  "comparison",
  "arithmetic",
  "step",
  "logic",
  "boolean",
  "constant",
  "statement",
  "modifier",
] as const;
export type Operator = (typeof OPERATORS)[number];

/** One small change to a source that a good test notices. */
export interface Mutant {
  readonly path: string;
  readonly contract: string;
  readonly function: string;
  readonly operator: Operator;
  readonly line: number;
  /** The bytes that are replaced. */
  readonly start: number;
  readonly length: number;
  readonly before: string;
  readonly after: string;
}

type Replacement = Pick<Mutant, "operator" | "start" | "length" | "after">;

const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "==": ["!="],
  "!=": ["=="],
};
const ARITHMETIC: Readonly<Record<string, string>> = {
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "<<": ">>",
  ">>": "<<",
  "&": "|",
  "|": "&",
  "+=": "-=",
  "-=": "+=",
  "*=": "/=",
  "/=": "*=",
  "|=": "&=",
  "&=": "|=",
};
const LOGIC: Readonly<Record<string, string>> = { "&&": "||", "||": "&&" };

/** Hashes, masks and storage slots: one more or less says nothing about a test (the storage check proves the slots). */
const LONGEST_HEX = 18;

/** All mutants of a source, in the order of their places. `tree` is solc's, of exactly this text. */
export function listMutants(path: string, source: string, tree: AstNode): Mutant[] {
  const bytes = Buffer.from(source);
  const textAt = (start: number, length: number) => bytes.subarray(start, start + length).toString();
  const lineAt = (start: number) => textAt(0, start).split("\n").length;

  const mutants = children(tree, "nodes")
    .filter(({ nodeType, contractKind }) => nodeType === "ContractDefinition" && contractKind !== "interface")
    .flatMap((contract) =>
      bodiesOf(contract).flatMap(({ name, nodes }) =>
        nodes
          .flatMap((node) => replacementsIn(node, textAt))
          .map((replacement) => ({
            path,
            contract: text(contract, "name"),
            function: name,
            line: lineAt(replacement.start),
            before: textAt(replacement.start, replacement.length),
            ...replacement,
          })),
      ),
    );
  return mutants.toSorted((one, other) => one.start - other.start || one.length - other.length);
}

/** The source with the mutant in it. */
export function applyMutant(source: string, { start, length, after }: Mutant): string {
  const bytes = Buffer.from(source);
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(after), bytes.subarray(start + length)]).toString();
}

/** Where a contract's behaviour stands: its functions and modifiers, and its constants. */
function bodiesOf(contract: AstNode): { name: string; nodes: AstNode[] }[] {
  return children(contract, "nodes").flatMap((part) => {
    const name = text(part, "name") || text(part, "kind");
    const value = child(part, "value");
    if (part.nodeType === "VariableDeclaration" && value !== undefined) return [{ name, nodes: [value] }];
    const body = child(part, "body");
    return body === undefined ? [] : [{ name, nodes: [...children(part, "modifiers"), body] }];
  });
}

function replacementsIn(root: AstNode, textAt: (start: number, length: number) => string): Replacement[] {
  const found: Replacement[] = [];
  const replace = (operator: Operator, node: AstNode, ...texts: string[]) =>
    found.push(...texts.map((after) => ({ operator, ...placeOf(node), after })));
  const source = (node: AstNode) => textAt(placeOf(node).start, placeOf(node).length);
  // The step of a loop is no statement that could be left out: it is skipped when the walk comes to it.
  const taken = new Set<AstNode>();
  /** The sign between two operands; what stands there besides it (a comment) must not look like it. */
  const replaceSign = (operator: Operator, left: AstNode, right: AstNode, sign: string, ...signs: string[]) => {
    const from = placeOf(left).start + placeOf(left).length;
    const between = textAt(from, placeOf(right).start - from);
    const start = from + Buffer.byteLength(between.slice(0, between.indexOf(sign)));
    found.push(...signs.map((after) => ({ operator, start, length: sign.length, after })));
  };

  for (const node of walk(root)) {
    switch (node.nodeType) {
      case "ModifierInvocation":
        // What a constructor passes to its parent looks the same, and cannot be left out.
        if (text(node, "kind") === "modifierInvocation") replace("modifier", node, "");
        break;

      case "IfStatement":
      case "Conditional":
      case "WhileStatement": {
        const condition = child(node, "condition");
        if (condition === undefined) break;
        if (!hasOwnOpposite(condition)) replace("condition", condition, `!(${source(condition)})`);
        if (node.nodeType !== "WhileStatement") replace("condition", condition, "true");
        replace("condition", condition, "false");
        break;
      }
      case "FunctionCall": {
        const [condition] = children(node, "arguments");
        const called = child(node, "expression");
        if (called === undefined || !["require", "assert"].includes(text(called, "name")) || condition === undefined)
          break;
        if (!hasOwnOpposite(condition)) replace("condition", condition, `!(${source(condition)})`);
        replace("condition", condition, "true");
        break;
      }
      case "ForStatement": {
        const step = child(node, "loopExpression");
        if (step !== undefined) taken.add(step);
        break;
      }
      case "BinaryOperation": {
        const [left, right] = [child(node, "leftExpression"), child(node, "rightExpression")];
        const sign = text(node, "operator");
        if (left === undefined || right === undefined) break;
        replaceSign("comparison", left, right, sign, ...(COMPARISONS[sign] ?? []));
        replaceSign("arithmetic", left, right, sign, ...[ARITHMETIC[sign] ?? []].flat());
        replaceSign("logic", left, right, sign, ...[LOGIC[sign] ?? []].flat());
        break;
      }
      case "Assignment": {
        const [left, right] = [child(node, "leftHandSide"), child(node, "rightHandSide")];
        const sign = text(node, "operator");
        if (left === undefined || right === undefined) break;
        replaceSign("arithmetic", left, right, sign, ...[ARITHMETIC[sign] ?? []].flat());
        break;
      }
      case "UnaryOperation": {
        const operand = child(node, "subExpression");
        const sign = text(node, "operator");
        if (operand === undefined) break;
        if (sign === "!") replace("logic", node, source(operand));
        if (sign !== "++" && sign !== "--") break;
        const other = sign === "++" ? "--" : "++";
        replace("step", node, node["prefix"] === true ? `${other}${source(operand)}` : `${source(operand)}${other}`);
        break;
      }
      case "Literal":
        if (text(node, "kind") === "bool") replace("boolean", node, text(node, "value") === "true" ? "false" : "true");
        if (text(node, "kind") === "number") replace("constant", node, ...neighbours(source(node)));
        break;

      case "Return": {
        const value = child(node, "expression");
        if (value !== undefined && typeOf(value) === "bool" && value.nodeType !== "Literal" && !hasOwnOpposite(value)) {
          replace("boolean", value, `!(${source(value)})`);
        }
        break;
      }
      case "ExpressionStatement": {
        const expression = child(node, "expression");
        const called = expression === undefined ? undefined : child(expression, "expression");
        const isCheck = called !== undefined && ["require", "assert"].includes(text(called, "name"));
        if (taken.has(node) || isCheck) break; // a check that is left out is one that is always true
        replace("statement", { ...node, src: withSemicolon(node, textAt) }, "{}");
        break;
      }
      case "EmitStatement":
      case "RevertStatement":
      case "Break":
      case "Continue":
        replace("statement", { ...node, src: withSemicolon(node, textAt) }, "{}");
        break;
    }
  }
  return found;
}

/** Comparisons and `!` are turned round by their own operators; the same change twice would only raise the score. */
function hasOwnOpposite(condition: AstNode): boolean {
  const sign = text(condition, "operator");
  return COMPARISONS[sign] !== undefined || (condition.nodeType === "UnaryOperation" && sign === "!");
}

/** A number one smaller and one larger, its unit kept. */
function neighbours(literal: string): string[] {
  const [, digits = "", unit = ""] = /^(\d[\d_]*|0x[\da-fA-F]+)(\s+\w+)?$/.exec(literal) ?? [];
  if (digits === "" || digits.length > LONGEST_HEX) return [];
  const value = BigInt(digits.replaceAll("_", ""));
  return [...(value === 0n ? [] : [value - 1n]), value + 1n].map((each) => `${each}${unit}`);
}

/** solc counts a statement without its semicolon. */
function withSemicolon(node: AstNode, textAt: (start: number, length: number) => string): string {
  const { start, length } = placeOf(node);
  for (let end = start + length; ; ++end) {
    const sign = textAt(end, 1);
    if (sign === ";") return `${start}:${end + 1 - start}:0`;
    if (sign.trim() !== "") return node.src;
  }
}

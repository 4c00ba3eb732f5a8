import { z } from "zod";
import { cell } from "../cell.ts";
import { parseCountry } from "../country.ts";
import { parseDuration } from "../duration.ts";
import { badInput } from "../errors.ts";
import { parseClasses } from "../investor-class.ts";

/** What has to be known of an investor, as AttributeRule judges it. Numbers are those of the contracts. */
export type Expression =
  | { readonly country: readonly number[] }
  | { readonly anyClass: number }
  | { readonly allClasses: number }
  | { readonly anyFlag: number }
  | { readonly verifiedFor: number }
  | { readonly not: Expression }
  | { readonly all: readonly Expression[] }
  | { readonly any: readonly Expression[] };

/** Bits of contracts/investors/InvestorFlags.sol that an investor who may receive can have. */
export const FLAG_BITS = { liquidateOnly: 2, omnibus: 4 } as const;
const FLAGS = ["liquidateOnly", "omnibus"] as const;

const MOST_BYTES = 512;
const MOST_TERMS = 64;
const MOST_WAITING = 32;
const MOST_COUNTRY = 999;

const countries = z.array(cell(parseCountry)).min(1);
const classes = cell(parseClasses);
const flag = z.enum(FLAGS).transform((name) => FLAG_BITS[name]);

/** An expression as a file says it: `{ "all": [{ "anyClass": "professional" }, { "not": { "country": ["US"] } }] }`. */
export const expressionSchema: z.ZodType<Expression, unknown> = z.lazy(() =>
  z.union(
    [
      z.strictObject({ country: countries }),
      z.strictObject({ anyClass: classes }),
      z.strictObject({ allClasses: classes }),
      z.strictObject({ anyFlag: flag }),
      z.strictObject({ verifiedFor: cell(parseDuration) }),
      z.strictObject({ not: expressionSchema }),
      z.strictObject({ all: z.array(expressionSchema).min(1).max(MOST_WAITING) }),
      z.strictObject({ any: z.array(expressionSchema).min(1).max(MOST_WAITING) }),
    ],
    "write one of country, anyClass, allClasses, anyFlag, verifiedFor, not, all and any",
  ),
);

const OPCODE = {
  country: 0x01,
  anyClass: 0x02,
  allClasses: 0x03,
  anyFlag: 0x04,
  verifiedFor: 0x05,
  not: 0x10,
  all: 0x11,
  any: 0x12,
};

/** The bytes that AttributeExpressionLib reads: postfix, tests before the connectives that take their answers. */
export function compileExpression(expression: Expression): string {
  const bytes = compile(expression, 0);
  const terms = countTerms(expression);
  if (terms > MOST_TERMS) {
    throw badInput(`the expression has ${terms} terms, ${MOST_TERMS} are allowed`, { todo: "put it more simply" });
  }
  if (bytes.length > MOST_BYTES) {
    throw badInput(`the expression takes ${bytes.length} bytes, ${MOST_BYTES} are allowed`, {
      todo: "name fewer countries, or those that are left out (not)",
    });
  }
  return `0x${Buffer.from(bytes).toString("hex")}`;
}

function compile(expression: Expression, waiting: number): number[] {
  if (waiting >= MOST_WAITING) {
    throw badInput(`the expression keeps more than ${MOST_WAITING} answers waiting`, { todo: "nest it less" });
  }
  if ("country" in expression) {
    const listed = [...new Set(expression.country)].sort((one, other) => one - other);
    if (listed.length > 255) throw badInput("an expression names at most 255 countries at a time");
    return [OPCODE.country, listed.length, ...listed.flatMap((country) => bytesOf(country, 2))];
  }
  if ("anyClass" in expression) return [OPCODE.anyClass, ...bytesOf(expression.anyClass, 2)];
  if ("allClasses" in expression) return [OPCODE.allClasses, ...bytesOf(expression.allClasses, 2)];
  if ("anyFlag" in expression) return [OPCODE.anyFlag, ...bytesOf(expression.anyFlag, 2)];
  if ("verifiedFor" in expression) return [OPCODE.verifiedFor, ...bytesOf(expression.verifiedFor, 4)];
  if ("not" in expression) return [...compile(expression.not, waiting), OPCODE.not];

  const [opcode, parts] = "all" in expression ? [OPCODE.all, expression.all] : [OPCODE.any, expression.any];
  return [...parts.flatMap((part, place) => compile(part, waiting + place)), opcode, parts.length];
}

function countTerms(expression: Expression): number {
  if ("not" in expression) return 1 + countTerms(expression.not);
  const parts = "all" in expression ? expression.all : "any" in expression ? expression.any : [];
  return parts.reduce((terms, part) => terms + countTerms(part), 1);
}

/** What the bytes say, again as an expression. */
export function decompileExpression(parameters: string): Expression {
  const bytes = Buffer.from(parameters.slice(2), "hex");
  const waiting: Expression[] = [];
  for (let place = 0; place < bytes.length; ) {
    const [term, size] = decompileTerm(bytes.subarray(place), waiting);
    waiting.push(term);
    place += size;
  }

  const [only, ...others] = waiting;
  if (only === undefined || others.length > 0 || compileExpression(only) !== parameters) throw malformed(parameters);
  return only;
}

function decompileTerm(bytes: Buffer, waiting: Expression[]): [term: Expression, size: number] {
  const opcode = bytes[0];
  const count = bytes[1] ?? 0;
  const isWhole = (size: number): boolean => bytes.length >= size;
  const take = (taken: number): Expression[] => {
    if (taken === 0 || taken > waiting.length) throw malformed(`0x${bytes.toString("hex")}`);
    return waiting.splice(-taken);
  };

  if (opcode === OPCODE.country && count > 0 && isWhole(2 + 2 * count)) {
    const country = Array.from({ length: count }, (_, place) => bytes.readUInt16BE(2 + 2 * place));
    if (country.every((number) => number > 0 && number <= MOST_COUNTRY)) return [{ country }, 2 + 2 * count];
  }
  const mask = isWhole(3) ? bytes.readUInt16BE(1) : 0;
  if (opcode === OPCODE.anyClass && mask > 0) return [{ anyClass: mask }, 3];
  if (opcode === OPCODE.allClasses && mask > 0) return [{ allClasses: mask }, 3];
  if (opcode === OPCODE.anyFlag && mask > 0) return [{ anyFlag: mask }, 3];
  if (opcode === OPCODE.verifiedFor && isWhole(5)) return [{ verifiedFor: bytes.readUInt32BE(1) }, 5];
  if (opcode === OPCODE.not) {
    const [not] = take(1);
    if (not !== undefined) return [{ not }, 1];
  }
  if (opcode === OPCODE.all && isWhole(2)) return [{ all: take(count) }, 2];
  if (opcode === OPCODE.any && isWhole(2)) return [{ any: take(count) }, 2];
  throw malformed(`0x${bytes.toString("hex")}`);
}

function bytesOf(value: number, size: number): number[] {
  return Array.from({ length: size }, (_, place) => Math.floor(value / 256 ** (size - 1 - place)) % 256);
}

function malformed(bytes: string) {
  return badInput(`${bytes} is not an expression of attributes`, { todo: "compile it anew with `rules set`" });
}

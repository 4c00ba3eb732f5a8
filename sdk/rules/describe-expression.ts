import { countryCode, countryName } from "../country.ts";
import { formatDuration } from "../duration.ts";
import { classNames } from "../investor-class.ts";
import { type Expression, FLAG_BITS } from "./expression.ts";

const FLAG_NAMES = { 2: "liquidateOnly", 4: "omnibus" } as const;

/** An expression as a file says it. */
export function writeExpression(expression: Expression): Readonly<Record<string, unknown>> {
  if ("country" in expression) return { country: expression.country.map(countryCode) };
  if ("anyClass" in expression) return { anyClass: classNames(expression.anyClass) };
  if ("allClasses" in expression) return { allClasses: classNames(expression.allClasses) };
  if ("anyFlag" in expression) return { anyFlag: flagName(expression.anyFlag) };
  if ("verifiedFor" in expression) return { verifiedFor: formatDuration(expression.verifiedFor) };
  if ("not" in expression) return { not: writeExpression(expression.not) };
  return "all" in expression
    ? { all: expression.all.map(writeExpression) }
    : { any: expression.any.map(writeExpression) };
}

/** An expression in words that go on after "an investor". */
export function describeExpression(expression: Expression): string {
  if ("country" in expression) return `of ${expression.country.map(countryName).join(" or ")}`;
  if ("anyClass" in expression) return `who is ${classNames(expression.anyClass).replaceAll("+", " or ")}`;
  if ("allClasses" in expression) return `who is ${classNames(expression.allClasses).replaceAll("+", " and ")}`;
  if ("anyFlag" in expression) return `marked ${flagName(expression.anyFlag)}`;
  if ("verifiedFor" in expression) return `verified for another ${formatDuration(expression.verifiedFor)}`;
  if ("not" in expression) return `not ${describeExpression(expression.not)}`;
  const [word, parts] = "all" in expression ? ["and", expression.all] : ["or", expression.any];
  return `(${parts.map(describeExpression).join(` ${word} `)})`;
}

function flagName(bits: number): string {
  const names = Object.values(FLAG_BITS).flatMap((bit) => ((bits & bit) === 0 ? [] : [FLAG_NAMES[bit]]));
  return names.join("+") || String(bits);
}

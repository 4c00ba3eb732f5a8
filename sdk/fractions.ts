import assert from "node:assert/strict";
import { badInput } from "./errors.ts";

/** A part of a whole, above 0 and at most 1, in lowest terms. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** How many units a thing has, and how many of them each part is. */
export interface Division {
  readonly units: bigint;
  readonly parts: readonly bigint[];
}

const FRACTION = /^([1-9][0-9]{0,17})\/([1-9][0-9]{0,17})$/;

/** The register counts shares in 63 bits. */
const MOST_UNITS = 2n ** 63n - 1n;

/** Reads "1/2" or "11/20". Decimals are refused: no decimal is a third. */
export function parseFraction(text: string): Fraction {
  const [, above, below] = FRACTION.exec(text) ?? [];
  if (above === undefined || below === undefined) {
    throw badInput(`"${text}" is not a fraction`, { todo: 'write it like "1/2"' });
  }
  const [numerator, denominator] = [BigInt(above), BigInt(below)];
  if (numerator > denominator) throw badInput(`"${text}" is more than the whole`);

  return reduce(numerator, denominator);
}

export function formatFraction({ numerator, denominator }: Fraction): string {
  return `${numerator}/${denominator}`;
}

/**
 * Divides a whole into the fewest units of which every part is a whole number: the least common multiple of the denominators.
 * The parts have to add up to the whole.
 */
export function divide(fractions: readonly Fraction[]): Division {
  const units = fractions.reduce((multiple, { denominator }) => leastCommonMultiple(multiple, denominator), 1n);
  const parts = fractions.map(({ numerator, denominator }) => (numerator * units) / denominator);
  const sum = parts.reduce((total, part) => total + part, 0n);
  if (sum !== units) {
    const written = fractions.map(formatFraction).join(" + ") || "nothing";
    throw badInput(`${written} is ${formatFraction(reduce(sum, units))} of the whole, not all of it`);
  }
  if (units > MOST_UNITS) throw badInput(`${units} units are needed, the register can count ${MOST_UNITS}`);

  assert.ok(
    fractions.every(({ numerator, denominator }, place) => numerator * units === (parts[place] ?? 0n) * denominator),
    "every part is its fraction exactly",
  );
  return { units, parts };
}

/**
 * What one of `units` units costs, exactly. A price that does not divide cannot be made to by more units: with `k` times as many,
 * `units` still has to divide it.
 */
export function priceOfUnit(price: bigint, units: bigint): bigint {
  if (price % units === 0n) return price / units;
  throw badInput(`the price does not divide by ${units} units`, {
    why: `${price % units} of its smallest unit would be left, and nothing is ever rounded`,
  });
}

function reduce(numerator: bigint, denominator: bigint): Fraction {
  const divisor = greatestCommonDivisor(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  return (a / greatestCommonDivisor(a, b)) * b;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}

import { badInput } from "./errors.ts";

/** Bits of `Profile.classes` (contracts/investors/IInvestorRegistry.sol). */
const CLASS_BITS = { retail: 1, professional: 2, accredited: 4, institutional: 8 } as const;

export const INVESTOR_CLASSES = Object.keys(CLASS_BITS) as readonly (keyof typeof CLASS_BITS)[];

/** The bit set of one or more classes: "accredited" is 4, "professional+accredited" is 6. */
export function parseClasses(text: string): number {
  const names = text.toLowerCase().split("+");

  return names.reduce((bits, name) => {
    const known = INVESTOR_CLASSES.find((each) => each === name.trim());
    if (known === undefined) {
      throw badInput(`"${name}" is not an investor class`, {
        todo: `use one of ${INVESTOR_CLASSES.join(", ")}, or several with +`,
      });
    }
    return bits | CLASS_BITS[known];
  }, 0);
}

export function classNames(bits: number): string {
  return INVESTOR_CLASSES.filter((name) => (bits & CLASS_BITS[name]) !== 0).join("+") || "none";
}

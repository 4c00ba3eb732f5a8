import { toBeHex } from "ethers";
import { encodeCountries } from "../../sdk/rules/country-set.ts";
import type { Books } from "./books.ts";

/** The three rules that most tests need, each with its parameters; what is left out is not bound. */
export interface CommonRules {
  readonly countries?: readonly bigint[];
  readonly classes?: bigint;
  readonly holders?: bigint;
}

/** Settings for `TransferRules.setRules`, in the order country, class, holder count. */
export function settingsOf(books: Books, { countries, classes, holders }: CommonRules) {
  return [
    ...(countries === undefined
      ? []
      : [{ rule: books.country.target, parameters: encodeCountries({ allow: countries.map(Number) }) }]),
    ...(classes === undefined ? [] : [{ rule: books.investorClass.target, parameters: toBeHex(classes, 2) }]),
    ...(holders === undefined ? [] : [{ rule: books.holderCount.target, parameters: toBeHex(holders, 4) }]),
  ];
}

/** Binds exactly these rules to an asset. */
export async function setRules(books: Books, id: bigint, rules: CommonRules): Promise<void> {
  await books.rules.setRules(id, settingsOf(books, rules));
}

/** Bits of RuleTraits. */
export const TRAIT = { holders: 1n, totals: 2n, lots: 4n, kinds: 8n, tracks: 16n, grossOnly: 32n } as const;

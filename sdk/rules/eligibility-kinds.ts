import { getAddress } from "ethers";
import { z } from "zod";
import { parseAddress } from "../address.ts";
import { cell } from "../cell.ts";
import { countryCode, countryName, parseCountry } from "../country.ts";
import { classNames, INVESTOR_CLASSES, parseClasses } from "../investor-class.ts";
import { type CountrySet, decodeCountries, encodeCountries } from "./country-set.ts";
import { describeExpression, writeExpression } from "./describe-expression.ts";
import { compileExpression, decompileExpression, type Expression, expressionSchema } from "./expression.ts";
import { pack, unpack } from "./packed.ts";
import { contractOf, entryOf, type RuleTerms, ruleKind } from "./rule-kind.ts";

const countries = z.array(cell(parseCountry)).min(1);

const country = ruleKind<CountrySet>({
  name: "country",
  contract: "CountryRule",
  code: 30,
  schema: z.union([entryOf("country", { allow: countries }), entryOf("country", { deny: countries })], {
    error: 'name countries as "allow" or as "deny", one of the two',
  }),
  encode: (set) => encodeCountries(set),
  decode: decodeCountries,
  write: (set) => ("allow" in set ? { allow: set.allow.map(countryCode) } : { deny: set.deny.map(countryCode) }),
  describe: (set) =>
    "allow" in set
      ? `Only investors of ${set.allow.map(countryName).join(", ")} may come to hold it.`
      : `Investors of all countries may come to hold it, but those of ${set.deny.map(countryName).join(", ")}.`,
});

const investorClass = ruleKind<number>({
  name: "investorClass",
  contract: "InvestorClassRule",
  code: 31,
  schema: entryOf("investorClass", { anyOf: cell(parseClasses) }).transform(({ anyOf }) => anyOf),
  encode: (classes) => pack([[BigInt(classes), 2]]),
  decode: (parameters) => Number(unpack(parameters, [2])[0]),
  write: (classes) => ({ anyOf: classNames(classes) }),
  describe: (classes) => `Only ${listClasses(classes)} investors may come to hold it.`,
});

const attributes = ruleKind<Expression>({
  name: "attributes",
  contract: "AttributeRule",
  code: 45,
  schema: entryOf("attributes", { receiver: expressionSchema }).transform(({ receiver }) => receiver),
  encode: (expression) => compileExpression(expression),
  decode: decompileExpression,
  write: (expression) => ({ receiver: writeExpression(expression) }),
  describe: (expression) => `Only an investor ${describeExpression(expression)} may come to hold it.`,
});

/** A rule that asks another contract, and nothing else. */
type Asked = { readonly contract: string | undefined };

function askingKind(
  { name, contract, code }: Pick<RuleTerms<Asked>, "name" | "contract" | "code">,
  own: string,
  describe: (asked: string) => string,
) {
  return ruleKind<Asked>({
    name,
    contract,
    code,
    schema: entryOf(name, { contract: cell((text) => parseAddress(text, "contract")).optional() }).transform(
      (said) => ({
        contract: said.contract,
      }),
    ),
    encode: (asked, addresses) => contractOf(asked.contract, addresses, own).toLowerCase(),
    decode: (parameters) => {
      unpack(parameters, [20]);
      return { contract: getAddress(parameters) };
    },
    write: (asked) => ({ contract: asked.contract }),
    describe: (asked) => describe(asked.contract ?? own),
  });
}

const sanctions = askingKind(
  { name: "sanctions", contract: "SanctionsRule", code: 39 },
  "SanctionsList",
  (asked) => `Nobody on the list of ${asked} sends or receives it.`,
);

const disclosure = askingKind(
  { name: "disclosure", contract: "DisclosureRule", code: 40 },
  "Disclosures",
  (asked) => `Only who has acknowledged its disclosures at ${asked} may come to hold it.`,
);

const custody = askingKind(
  { name: "custody", contract: "CustodyRule", code: 41 },
  "CustodyDesk",
  (asked) => `It moves only while ${asked} says that it is backed; redemptions go on.`,
);

/** Who may hold the asset at all. */
export const ELIGIBILITY_KINDS = [country, investorClass, sanctions, disclosure, custody, attributes] as const;

function listClasses(bits: number): string {
  return INVESTOR_CLASSES.filter((name) => (parseClasses(name) & bits) !== 0).join(" or ") || "unknown";
}

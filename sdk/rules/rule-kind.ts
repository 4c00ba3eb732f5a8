import { z } from "zod";
import type { SuiteAddresses } from "../connect.ts";
import { badInput } from "../errors.ts";

/** A rule in a file: its kind, and what belongs to that kind. */
export type RuleEntry = Readonly<Record<string, unknown>> & { readonly rule: string };

/** A rule that a file asks for. Its parameters may name contracts of the deployment. */
export interface AskedRule {
  readonly kind: RuleKind;
  readonly words: string;
  encode(addresses: SuiteAddresses): string;
}

/** What parameters say: again as an entry of a file, and in words. */
export interface ToldRule {
  readonly entry: RuleEntry;
  readonly words: string;
}

/** One kind of rule, whatever its terms look like inside. */
export interface RuleKind {
  /** As files name it. */
  readonly name: string;
  /** As the deployment names it. */
  readonly contract: string;
  readonly code: number;
  /** Whether an asset with it can only be settled trade by trade. */
  readonly grossOnly: boolean;
  readonly schema: z.ZodType<AskedRule, unknown>;
  tell(parameters: string): ToldRule;
}

export interface RuleTerms<Terms> {
  readonly name: string;
  readonly contract: string;
  readonly code: number;
  readonly grossOnly?: boolean;
  readonly schema: z.ZodType<Terms, unknown>;
  readonly encode: (terms: Terms, addresses: SuiteAddresses) => string;
  readonly decode: (parameters: string) => Terms;
  /** As a file says it. */
  readonly write: (terms: Terms) => Readonly<Record<string, unknown>>;
  readonly describe: (terms: Terms) => string;
}

/** Closes over the terms, so that kinds of all sorts stand in one list. */
export function ruleKind<Terms>(terms: RuleTerms<Terms>): RuleKind {
  const { name, contract, code, grossOnly = false } = terms;
  const kind: RuleKind = {
    name,
    contract,
    code,
    grossOnly,
    schema: terms.schema.transform((said) => ({
      kind,
      words: terms.describe(said),
      encode: (addresses) => terms.encode(said, addresses),
    })),
    tell: (parameters) => {
      const said = terms.decode(parameters);
      return { entry: { rule: name, ...terms.write(said) }, words: terms.describe(said) };
    },
  };
  return kind;
}

/** The fields of an entry, beside its kind and where its figures come from. */
export function entryOf<Shape extends z.core.$ZodLooseShape>(name: string, shape: Shape) {
  return z.strictObject({ rule: z.literal(name), source: z.string().min(1).optional(), ...shape });
}

/** The contract that an entry names, or the deployment's own. */
export function contractOf(given: string | undefined, addresses: SuiteAddresses, own: string): string {
  const address = given ?? addresses[own];
  if (address === undefined) {
    throw badInput(`the deployment has no ${own}`, { todo: 'name the contract that the rule asks as "contract"' });
  }
  return address;
}

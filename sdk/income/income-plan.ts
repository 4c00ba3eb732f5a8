import { keccak256 } from "ethers";
import { z } from "zod";
import { parseAddress } from "../address.ts";
import { parseJson } from "../addresses.ts";
import { cell } from "../cell.ts";
import { badInput } from "../errors.ts";
import { hashOf } from "../journal/canonical-json.ts";

export const INCOME_PLAN_SCHEMA = "moiety.income-plan/1";

const address = cell((text) => parseAddress(text));
const word = z.string().regex(/^0x[0-9a-f]{64}$/);
const whole = z
  .string()
  .regex(/^(0|[1-9][0-9]*)$/)
  .transform(BigInt);
const bps = z.int().min(0).max(10_000);
const file = z.strictObject({
  name: z.string(),
  bytes: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** What is asked for: equal questions about the same chain are the same plan. */
const termsSchema = z.strictObject({
  asset: whole,
  record: whole,
  currency: address,
  /** Base units of the currency, like all amounts here. */
  amount: whole,
  rounding: z.enum(["carry", "largest-remainder"]),
  /** The payer's own words for it, so that two payments of one record can be told apart. */
  reference: z.string(),
  /** Last second in which it is paid; 0: for ever. */
  expiresAt: whole,
  reclaimTo: address.nullable(),
  excluded: z.array(z.strictObject({ account: address, reason: z.string() })),
  lookThrough: z.array(z.strictObject({ escrow: address, owner: address, shares: whole })),
  withholding: z.strictObject({
    /** The desk's table; null for one from a file. */
    table: z.int().nonnegative().nullable(),
    taxAccount: address.nullable(),
    fallbackBps: bps,
    rows: z
      .array(z.strictObject({ country: z.int().nonnegative(), classes: z.int().nonnegative(), rateBps: bps }))
      .readonly(),
  }),
});

const planSchema = z.strictObject({
  schema: z.literal(INCOME_PLAN_SCHEMA),
  id: z.string(),
  chainId: whole,
  /** Which life of a development chain; null where the chain never forgets. */
  instance: z.string().nullable(),
  desk: address,
  shares: address,
  decimals: z.int().nonnegative(),
  terms: termsSchema,
  /** The record's instant and the shares that there were then. */
  instant: whole,
  supply: whole,
  excludedShares: whole,
  /** Shares that take part. */
  totalShares: whole,
  /** Holders with too few shares for one base unit. */
  tooSmall: z.int().nonnegative(),
  salt: word,
  listKey: word,
  root: word,
  count: z.int().positive(),
  gross: whole,
  withheld: whole,
  /** `amount − gross`: what `carry` leaves with the payer. */
  remainder: whole,
  files: z.strictObject({ holders: file, proofs: file }),
});

export type IncomeTerms = z.output<typeof termsSchema>;
/** A list that was worked out, with all that the desk is told of it. */
export type IncomePlan = z.output<typeof planSchema>;

/** Which chain and desk a plan is for. */
export type IncomePlace = Pick<IncomePlan, "chainId" | "instance" | "desk">;

/** The salt that tells lists of one record and currency apart: the same plan cannot be announced twice. */
export function saltOf(terms: IncomeTerms): string {
  return `0x${hashOf({ schema: INCOME_PLAN_SCHEMA, ...terms })}`;
}

/** The name of a plan's folder. */
export function planIdOf(terms: IncomeTerms, place: IncomePlace): string {
  return hashOf({ schema: INCOME_PLAN_SCHEMA, ...place, desk: place.desk.toLowerCase(), terms }).slice(0, 16);
}

/** The file's text: one spelling, so that everybody who plans the same gets the same bytes and the same hash. */
export function formatIncomePlan(plan: IncomePlan): string {
  return `${JSON.stringify(plan, (_key, each: unknown) => (typeof each === "bigint" ? each.toString() : each), 2)}\n`;
}

/** The hash that is announced: of the file's bytes. */
export function incomePlanHash(text: string): string {
  return keccak256(new TextEncoder().encode(text));
}

/** Reads a plan; `where` is its path. */
export function parseIncomePlan(text: string, where: string): IncomePlan {
  const parsed = planSchema.safeParse(parseJson(text, where));
  if (parsed.success && parsed.data.salt === saltOf(parsed.data.terms)) return parsed.data;

  const details = parsed.success ? ["salt: is not that of the terms"] : z.prettifyError(parsed.error).split("\n");
  throw badInput("this is not the plan of a distribution, or it is damaged", { where, details });
}

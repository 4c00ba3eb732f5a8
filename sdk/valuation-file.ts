import { z } from "zod";
import { parseAddress } from "./address.ts";
import { cell } from "./cell.ts";
import { documentSchema, hashDocument } from "./document.ts";
import { badInput } from "./errors.ts";
import { type Decimal, type NavBasis, parseDecimal } from "./nav.ts";
import { readInput } from "./read-input.ts";
import { parseInstant } from "./time.ts";

const bps = z.int().min(0).max(10_000);
const days = z.int().positive().max(36_500);

const termsSchema = z.strictObject({
  /** How long after its publication, and after the instant it speaks of, a value counts. */
  heartbeatDays: days,
  maxAgeDays: days,
  /** How many providers have to value the same instant, and how far apart they may be. */
  quorum: z.int().min(1).max(16),
  deviationBps: bps,
  /** How far a trade's price may be from a share's value; 0 for any distance. */
  bandBps: bps.max(9_999),
  /** How far a value may be from the one before without being confirmed; 0 for any distance. */
  jumpBps: z.int().min(0).max(4_294_967_295),
  /** Whether the asset is offered and traded only while its price is usable. */
  required: z.boolean(),
  providers: z.array(cell((text) => parseAddress(text, "provider"))).default([]),
  /** ERC-20s that count, one to one, as the currency of the value. */
  tokens: z.array(cell((text) => parseAddress(text, "token"))).default([]),
});

const snapshotSchema = z.strictObject({
  valuedOn: cell(parseInstant),
  nav: cell(parseDecimal),
  /** Whether the figure stands in its source, or was assumed. */
  basis: z.enum(["fact", "assumed"]),
  note: z.string().min(1),
});

export const valuationFileSchema = z.strictObject({
  schema: z.literal("moiety.valuation/1"),
  asset: z.int().positive().optional(),
  currency: z.string().regex(/^[A-Z]{3}$/, "write an ISO 4217 code like USD"),
  of: z.enum(["total", "per-share", "per-unit"]),
  methodology: documentSchema,
  methodologyUri: z.string().min(1),
  terms: termsSchema.optional(),
  snapshots: z.array(snapshotSchema).min(1),
  source: z.string().min(1),
});

export type ValuationTerms = z.output<typeof termsSchema>;

/** One value of a file. */
export interface ValuationSnapshot {
  readonly valuedOn: bigint;
  readonly nav: Decimal;
  readonly basis: "fact" | "assumed";
  readonly note: string;
}

/** Values as somebody wrote them down, with the methodology hashed. */
export interface ValuationFile {
  readonly asset: bigint | undefined;
  readonly currency: string;
  readonly of: NavBasis;
  readonly methodologyHash: string;
  readonly methodologyUri: string;
  readonly terms: ValuationTerms | undefined;
  readonly snapshots: readonly ValuationSnapshot[];
}

export async function readValuationFile(path: string): Promise<ValuationFile> {
  const file = await readInput(path, valuationFileSchema, "the valuation file");
  const instants = file.snapshots.map(({ valuedOn }) => valuedOn);
  if (new Set(instants).size < instants.length) {
    throw badInput("two values of the file speak of the same instant", { where: path, notDone: "nothing was sent" });
  }

  return {
    asset: file.asset === undefined ? undefined : BigInt(file.asset),
    currency: file.currency,
    of: file.of,
    methodologyHash: await hashDocument(file.methodology, path),
    methodologyUri: file.methodologyUri,
    terms: file.terms,
    snapshots: file.snapshots,
  };
}

import { z } from "zod";
import { cell } from "./cell.ts";
import { documentSchema, hashDocument } from "./document.ts";
import { badInput } from "./errors.ts";
import { IMPACT_UNITS, type IndicatorName, indicatorNames } from "./impact.ts";
import { type Decimal, parseDecimal } from "./nav.ts";
import { readInput } from "./read-input.ts";
import { parseInstant } from "./time.ts";

const measureSchema = z.strictObject({
  indicator: z.enum(indicatorNames()),
  value: cell(parseDecimal),
  unit: z.enum(IMPACT_UNITS),
  /** Whether the figure stands in its source, or was assumed. */
  basis: z.enum(["fact", "assumed"]),
  note: z.string().min(1),
});

export const impactFileSchema = z.strictObject({
  schema: z.literal("moiety.impact/1"),
  asset: z.int().positive().optional(),
  /** From its first second until before its last: a year is "2025-01-01" to "2026-01-01". */
  period: z.strictObject({ from: cell(parseInstant), until: cell(parseInstant) }),
  methodology: documentSchema,
  methodologyUri: z.string().min(1),
  indicators: z.array(measureSchema).min(1),
  source: z.string().min(1),
});

/** One measured quantity of a file. */
export interface Measure {
  readonly indicator: IndicatorName;
  readonly value: Decimal;
  readonly unit: string;
  readonly basis: "fact" | "assumed";
  readonly note: string;
}

/** A period's footprint as somebody wrote it down, with the methodology hashed. */
export interface ImpactFile {
  readonly asset: bigint | undefined;
  readonly from: bigint;
  readonly until: bigint;
  readonly methodologyHash: string;
  readonly methodologyUri: string;
  readonly indicators: readonly Measure[];
}

export async function readImpactFile(path: string): Promise<ImpactFile> {
  const { asset, period, methodology, methodologyUri, indicators } = await readInput(
    path,
    impactFileSchema,
    "the impact file",
  );
  if (period.from >= period.until) {
    throw badInput("the period ends before it begins", { where: `${path}, period`, notDone: "nothing was sent" });
  }
  if (new Set(indicators.map(({ indicator }) => indicator)).size < indicators.length) {
    throw badInput("an indicator stands in the file twice", { where: path, notDone: "nothing was sent" });
  }

  const methodologyHash = await hashDocument(methodology, path);
  const id = asset === undefined ? undefined : BigInt(asset);
  return { asset: id, ...period, methodologyHash, methodologyUri, indicators };
}

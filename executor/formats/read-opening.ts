import { z } from "zod";
import type { BatchInput } from "../batch-input.ts";
import { type PackedSnapshot, type SnapshotTables, snapshotOf } from "../packed-snapshot.ts";
import { integer, readJson, small, snapshotSchema, tablesSchema } from "./snapshot-json.ts";

const batchTerms = z
  .strictObject({
    number: integer,
    mode: z.enum(["strict", "optimised"]),
    time: integer,
    recycleUntil: integer.optional(),
    maxChunkInstructions: small,
    maxChunkPositions: small,
  })
  .transform(({ recycleUntil, ...terms }) => (recycleUntil === undefined ? terms : { ...terms, recycleUntil }));
const batchFields = {
  batch: batchTerms,
  filled: z.array(z.strictObject({ order: z.string(), quantity: integer })),
  final: z.array(z.string()),
};
const opening = snapshotSchema.extend(batchFields);
const packedOpening = tablesSchema.extend(batchFields);
const following = z.strictObject({
  chainId: integer,
  desk: z.string(),
  openingBlock: integer,
  follows: z.string(),
  batch: batchTerms,
});

/** What a batch file says besides its records. */
export type BatchOpening = Omit<BatchInput, "orders" | "trades" | "bulks">;

/** Reads the JSON part of a batch file with a snapshot of objects. */
export function readOpening(json: string): BatchOpening {
  const { batch, filled, final, ...snapshot } = readJson(json, opening);
  return { ...batch, snapshot, ...carriedOf(filled, final) };
}

/** Reads the JSON part of a batch file with a packed snapshot; `columns` reads the rest of the snapshot. */
export function readPackedOpening(json: string, columns: (tables: SnapshotTables) => PackedSnapshot): BatchOpening {
  const { batch, filled, final, ...tables } = readJson(json, packedOpening);
  return { ...batch, snapshot: snapshotOf(columns(tables)), ...carriedOf(filled, final) };
}

/** Reads the JSON part of the file of a batch that follows another one. */
export function readFollowing(json: string): z.infer<typeof following> {
  return readJson(json, following);
}

function carriedOf(filled: readonly { readonly order: string; readonly quantity: bigint }[], final: readonly string[]) {
  return {
    filled: new Map(filled.map(({ order, quantity }) => [order, quantity])),
    alreadyFinal: new Set(final),
  };
}

import { z } from "zod";
import type { BatchInput } from "../batch-input.ts";
import { type PackedSnapshot, type SnapshotTables, snapshotOf } from "../packed-snapshot.ts";
import { integer, readJson, small, snapshotSchema, tablesSchema } from "./snapshot-json.ts";

const batchTerms = z.strictObject({
  number: integer,
  mode: z.enum(["strict", "optimised"]),
  time: integer,
  recycleUntil: integer.optional(),
  maxChunkInstructions: small,
  maxChunkPositions: small,
});
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
type Opening = Omit<BatchInput, "orders" | "trades">;

/** Reads the JSON part of a batch file with a snapshot of objects. */
export function readOpening(json: string): Opening {
  const { batch, filled, final, ...snapshot } = readJson(json, opening);
  return { ...termsOf(batch), snapshot, ...carriedOf(filled, final) };
}

/** Reads the JSON part of a batch file with a packed snapshot; `columns` reads the rest of the snapshot. */
export function readPackedOpening(json: string, columns: (tables: SnapshotTables) => PackedSnapshot): Opening {
  const { batch, filled, final, ...tables } = readJson(json, packedOpening);
  return { ...termsOf(batch), snapshot: snapshotOf(columns(tables)), ...carriedOf(filled, final) };
}

/** Without `recycleUntil` where there is none. */
function termsOf({ recycleUntil, ...terms }: z.infer<typeof opening>["batch"]) {
  return recycleUntil === undefined ? terms : { ...terms, recycleUntil };
}

/** Reads the JSON part of the file of a batch that follows another one. */
export function readFollowing(json: string) {
  const { batch, ...rest } = readJson(json, following);
  return { ...rest, batch: termsOf(batch) };
}

function carriedOf(filled: readonly { readonly order: string; readonly quantity: bigint }[], final: readonly string[]) {
  return {
    filled: new Map(filled.map(({ order, quantity }) => [order, quantity])),
    alreadyFinal: new Set(final),
  };
}

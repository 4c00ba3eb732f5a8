import { z } from "zod";
import type { BatchInput } from "../batch-input.ts";
import { integer, readJson, small, snapshotSchema } from "./snapshot-json.ts";

const opening = snapshotSchema.extend({
  batch: z.strictObject({
    number: integer,
    mode: z.enum(["strict", "optimised"]),
    time: integer,
    recycleUntil: integer.optional(),
    maxChunkInstructions: small,
    maxChunkPositions: small,
  }),
  filled: z.array(z.strictObject({ order: z.string(), quantity: integer })),
  final: z.array(z.string()),
});

/** Reads the JSON part of a batch file. */
export function readOpening(json: string): Omit<BatchInput, "orders" | "trades"> {
  const { batch, filled, final, ...snapshot } = readJson(json, opening);
  const { recycleUntil, ...always } = batch;
  return {
    ...always,
    ...(recycleUntil === undefined ? {} : { recycleUntil }),
    snapshot,
    filled: new Map(filled.map(({ order, quantity }) => [order, quantity])),
    alreadyFinal: new Set(final),
  };
}

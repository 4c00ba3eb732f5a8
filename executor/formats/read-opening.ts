import { z } from "zod";
import type { BatchInput } from "../batch-input.ts";
import { ExecutorInputError } from "../errors.ts";

const integer = z.string().regex(/^\d+$/).transform(BigInt);
const small = integer.refine((value) => value <= Number.MAX_SAFE_INTEGER).transform(Number);
const text = z.string();

const opening = z.strictObject({
  chainId: integer,
  desk: text,
  openingBlock: integer,
  assets: z.array(z.strictObject({ id: integer, state: small, holderLimit: small })),
  currencies: z.array(z.strictObject({ address: text, engineUnit: integer })),
  accounts: z.array(z.strictObject({ address: text, investor: text })),
  shares: z.array(
    z.strictObject({
      account: small,
      asset: small,
      spendable: integer,
      balance: integer,
      sendCode: small,
      receiveCode: small,
    }),
  ),
  cash: z.array(z.strictObject({ account: small, currency: small, deposited: integer })),
  mandates: z.array(
    z.strictObject({
      account: small,
      currency: small,
      id: text,
      expiry: integer,
      cashOutLeft: integer,
      lossLeft: integer,
      feeLeft: integer,
      limits: z.array(
        z.strictObject({
          asset: small,
          inLeft: integer,
          outLeft: integer,
          maxBuyPrice: integer,
          minSellPrice: integer,
        }),
      ),
    }),
  ),
  batch: z.strictObject({
    number: integer,
    mode: z.literal("strict"),
    time: integer,
    maxChunkInstructions: small,
    maxChunkPositions: small,
  }),
  filled: z.array(z.strictObject({ order: text, quantity: integer })),
  final: z.array(text),
});

/** Reads the JSON part of a batch file. */
export function readOpening(json: string): Omit<BatchInput, "orders" | "trades"> {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch (cause) {
    throw new ExecutorInputError("the snapshot is not JSON", { cause });
  }
  const parsed = opening.safeParse(data);
  if (!parsed.success) throw new ExecutorInputError(`the snapshot is not valid: ${z.prettifyError(parsed.error)}`);

  const { batch, filled, final, ...snapshot } = parsed.data;
  return {
    ...batch,
    snapshot,
    filled: new Map(filled.map(({ order, quantity }) => [order, quantity])),
    alreadyFinal: new Set(final),
  };
}

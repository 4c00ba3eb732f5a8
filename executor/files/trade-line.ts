import { z } from "zod";
import { BULK_HEIGHTS } from "../formats/bulk.ts";
import { isHex } from "../formats/hex.ts";
import { MAX_PRIORITY } from "../formats/order-record.ts";

/** Reads an address, or throws an error that says what is wrong with it. */
export type ReadAddress = (text: string) => string;

const DIGITS = /^(0|[1-9][0-9]*)$/;

/** A whole number as decimal digits: what a spreadsheet or a JSON number would round stays text until here. */
const whole = z.string().regex(DIGITS, "is not a whole number in plain digits").transform(BigInt);
const ref = z.string().min(1, "is empty");
const priority = z.int().min(0).max(MAX_PRIORITY);
const digest = z.string().regex(/^0x[0-9a-fA-F]{64}$/, "is not a digest of 32 bytes in hexadecimal");
/** 65 bytes of a key; of a contract account whatever it takes for one. */
const signature = z.string().regex(/^0x([0-9a-fA-F]{2})+$/, "is not in whole bytes of hexadecimal");
/** Place in a list of the opening, counted from 0. */
const place = z
  .string()
  .regex(DIGITS, "is not a whole number in plain digits")
  .transform(Number)
  .refine((value) => value < 2 ** 32 - 1, "is no place of a list");
const linked = z.boolean().optional();
const partial = z.boolean().optional();

/** What an instruction that does what a message says may do. */
export const MESSAGE_KINDS = ["transfer", "hold", "post", "void", "freeze", "unfreeze", "cancel"] as const;

/**
 * What one line says: an order or another signed message, a signature over many orders, or an instruction that names them by the
 * venue's own references. Amounts are decimal text; prices are base units of the currency per share.
 */
export function lineSchemas(readAddress: ReadAddress) {
  const address = z.string().transform((text, context) => {
    try {
      return readAddress(text);
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : String(error));
      return z.NEVER;
    }
  });
  const currency = address.optional();

  return z.discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("order"),
      ref,
      trader: address,
      side: z.enum(["buy", "sell"]),
      asset: whole,
      currency: address,
      quantity: whole,
      limitPrice: whole,
      expiry: whole,
      priority,
      salt: whole,
      signature: signature.optional(),
      /** In place of a signature: the bulk that the order was signed in. */
      bulk: ref.optional(),
    }),
    z.strictObject({ type: z.literal("bulk"), ref, height: z.int().min(1).max(BULK_HEIGHTS), signature }),
    z.strictObject({
      type: z.literal("transfer"),
      ref,
      from: address,
      to: address,
      asset: whole,
      quantity: whole,
      expiry: whole,
      priority,
      salt: whole,
      currency,
      signature,
    }),
    z.strictObject({
      type: z.literal("hold"),
      ref,
      holder: address,
      beneficiary: address,
      agent: address,
      asset: whole,
      quantity: whole,
      until: whole,
      expiry: whole,
      priority,
      salt: whole,
      currency,
      signature,
    }),
    z.strictObject({
      type: z.literal("holdDecision"),
      ref,
      agent: address,
      hold: digest,
      decision: z.enum(["post", "void"]),
      quantity: whole,
      expiry: whole,
      currency,
      signature,
    }),
    z.strictObject({
      type: z.literal("freeze"),
      ref,
      officer: address,
      account: address,
      asset: whole,
      quantity: whole,
      frozen: z.boolean(),
      expiry: whole,
      salt: whole,
      signature,
    }),
    z.strictObject({ type: z.literal("cancel"), ref, trader: address, order: digest, expiry: whole, signature }),
    z.strictObject({
      type: z.literal("trade"),
      buy: ref,
      sell: ref,
      quantity: whole,
      price: whole,
      matchNumber: whole,
      linked,
      partial,
    }),
    z.strictObject({
      type: z.literal("instruction"),
      kind: z.enum(MESSAGE_KINDS),
      message: ref,
      /** Left out: the message's. */
      quantity: whole.optional(),
      linked,
      partial,
    }),
    z.strictObject({
      type: z.literal("subscription"),
      buy: ref,
      offering: place,
      quantity: whole,
      price: whole,
      matchNumber: whole,
      linked,
    }),
    z.strictObject({ type: z.literal("claim"), entitlement: place, matchNumber: whole.optional(), linked }),
    z.strictObject({ type: z.literal("expire"), opened: place, matchNumber: whole.optional(), linked }),
  ]);
}

export type TradeFileLine = z.output<ReturnType<typeof lineSchemas>>;
export type LineOf<Type extends TradeFileLine["type"]> = Extract<TradeFileLine, { readonly type: Type }>;
export type OrderLine = LineOf<"order">;
export type MessageLine = LineOf<"order" | "transfer" | "hold" | "holdDecision" | "freeze" | "cancel">;
export type InstructionLine = LineOf<"trade" | "instruction" | "subscription" | "claim" | "expire">;

/** The columns of a CSV file of plain orders and trades, in the order in which they are written. */
export const COLUMNS = [
  "type",
  "ref",
  "trader",
  "side",
  "asset",
  "currency",
  "quantity",
  "limitPrice",
  "expiry",
  "priority",
  "salt",
  "signature",
  "buy",
  "sell",
  "price",
  "matchNumber",
] as const;

/** Those that only other kinds need; they are written where something stands in them. */
export const MORE_COLUMNS = [
  "bulk",
  "height",
  "from",
  "to",
  "holder",
  "beneficiary",
  "agent",
  "until",
  "hold",
  "decision",
  "officer",
  "account",
  "frozen",
  "order",
  "kind",
  "message",
  "offering",
  "entitlement",
  "opened",
  "linked",
  "partial",
] as const;

/** The cells that JSON has as numbers, and those that it has as true or false. */
export const NUMBER_COLUMNS: readonly string[] = ["priority", "height"];
export const TRUTH_COLUMNS: readonly string[] = ["frozen", "linked", "partial"];

/** A whole and well-formed address, as it is; checksums are for those who have a library for them. */
export function plainAddress(text: string): string {
  if (!isHex(text, 20)) throw new TypeError("is not an address");
  return text;
}

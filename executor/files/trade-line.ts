import { z } from "zod";
import { isHex } from "../formats/hex.ts";
import { MAX_PRIORITY } from "../formats/order-record.ts";

/** Reads an address, or throws an error that says what is wrong with it. */
export type ReadAddress = (text: string) => string;

const DIGITS = /^(0|[1-9][0-9]*)$/;

/** A whole number as decimal digits: what a spreadsheet or a JSON number would round stays text until here. */
const whole = z.string().regex(DIGITS, "is not a whole number in plain digits").transform(BigInt);
const ref = z.string().min(1, "is empty");

/**
 * What one line says: an order, or a trade that names two of them by the venue's own references. Amounts are decimal text;
 * prices are base units of the currency per share.
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
      priority: z.int().min(0).max(MAX_PRIORITY),
      salt: whole,
      /** 65 bytes of a key; of a contract account whatever it takes for one. */
      signature: z.string().regex(/^0x([0-9a-fA-F]{2})+$/, "is not in whole bytes of hexadecimal"),
    }),
    z.strictObject({
      type: z.literal("trade"),
      buy: ref,
      sell: ref,
      quantity: whole,
      price: whole,
      matchNumber: whole,
    }),
  ]);
}

export type TradeFileLine = z.output<ReturnType<typeof lineSchemas>>;
export type OrderLine = Extract<TradeFileLine, { type: "order" }>;
export type TradeLine = Extract<TradeFileLine, { type: "trade" }>;

/** The columns of a CSV file, in the order in which they are written. */
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

/** A whole and well-formed address, as it is; checksums are for those who have a library for them. */
export function plainAddress(text: string): string {
  if (!isHex(text, 20)) throw new TypeError("is not an address");
  return text;
}

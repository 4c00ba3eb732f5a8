import { z } from "zod";
import { parseAddress } from "./address.ts";
import { cell } from "./cell.ts";
import { badInput } from "./errors.ts";
import type { Mandate } from "./mandate.ts";
import { readInput } from "./read-input.ts";
import { parseUntil } from "./time.ts";
import { parseUnits, parseWhole } from "./units.ts";

const amount = z.string().min(1);

export const settlementMandateSchema = z.strictObject({
  schema: z.literal("moiety.settlement-mandate/1"),
  account: cell((text) => parseAddress(text)),
  /** ERC-20 in which it trades; left out on a local chain, it is the TestDollar. */
  currency: cell((text) => parseAddress(text)).optional(),
  /** Most cash that may leave on net, in all. */
  maxCashOut: amount,
  /** By how much net cash may fall short of the prices below, in all. */
  lossAllowance: amount,
  /** The same for fees, which are used up first. */
  feeCap: amount,
  expiresAt: cell(parseUntil),
  /** Left out: one above the last that was registered or revoked. */
  nonce: cell((text) => parseWhole(text, "nonce")).optional(),
  limits: z
    .array(
      z.strictObject({
        asset: cell((text) => parseWhole(text, "asset")),
        maxIn: cell((text) => parseWhole(text, "shares")),
        maxOut: cell((text) => parseWhole(text, "shares")),
        maxBuyPrice: amount,
        minSellPrice: amount,
      }),
    )
    .min(1),
  /** Where the owner of the account has signed elsewhere. */
  signature: z
    .string()
    .regex(/^0x([0-9a-f]{2})+$/i)
    .optional(),
});

export type MandateFile = z.output<typeof settlementMandateSchema>;

/** Reads a mandate as somebody wrote it down; money is still text, because the currency's decimals are not known yet. */
export function readMandateFile(path: string): Promise<MandateFile> {
  return readInput(path, settlementMandateSchema, "the mandate");
}

/** The mandate with its money in base units of a currency with `decimals`, its limits in the order that the desk wants. */
export function mandateOf(
  file: MandateFile,
  { currency, decimals, nonce }: { readonly currency: string; readonly decimals: number; readonly nonce: bigint },
  path: string,
): Mandate {
  const money = (text: string, name: string) => parseUnits(text, decimals, name);
  const limits = file.limits
    .map((limit) => ({
      ...limit,
      maxBuyPrice: money(limit.maxBuyPrice, "maxBuyPrice"),
      minSellPrice: money(limit.minSellPrice, "minSellPrice"),
    }))
    .sort((one, other) => (one.asset < other.asset ? -1 : 1));
  const twice = limits.find(({ asset }, place) => asset === limits[place + 1]?.asset);
  if (twice !== undefined) throw badInput(`asset ${twice.asset} has two limits`, { where: path });

  return {
    account: file.account,
    currency,
    maxCashOut: money(file.maxCashOut, "maxCashOut"),
    lossAllowance: money(file.lossAllowance, "lossAllowance"),
    feeCap: money(file.feeCap, "feeCap"),
    expiry: file.expiresAt,
    nonce: file.nonce ?? nonce,
    limits,
  };
}

import { z } from "zod";
import { parseAddress } from "./address.ts";
import { cell } from "./cell.ts";
import { badInput } from "./errors.ts";
import { parseClasses } from "./investor-class.ts";
import type { OfferingPlan } from "./offering-plan.ts";
import { readInput } from "./read-input.ts";
import { parseInstant, parseUntil } from "./time.ts";
import { parseUnits } from "./units.ts";

const money = z.string().regex(/^(0|[1-9][0-9]*)(\.[0-9]+)?$/, 'write a plain decimal number like "1000.00"');
const shareCount = z.int().positive();
const bps = z.int().min(0).max(10_000);
const account = cell((text) => parseAddress(text));
const instant = cell(parseInstant);

export const offeringFileSchema = z.strictObject({
  schema: z.literal("moiety.offering/1"),
  /** Token id of the listed asset. */
  asset: z.int().positive(),
  /** First come: tier by tier, until all is sold. Reservation: at one price, divided pro rata at the close. */
  sale: z.enum(["first-come", "reservation"]).default("first-come"),
  /** Decimals of the currency, in which prices are counted. */
  decimals: z.int().min(0).max(18).default(6),
  /** Each up to a number of shares over all tiers; the last one's is the hard cap. */
  tiers: z
    .array(z.strictObject({ upTo: shareCount, price: money }))
    .min(1)
    .max(16),
  softCap: shareCount,
  /** In shares. */
  minTicket: z.int().min(0).default(1),
  /** Most shares of one investor over all his wallets. */
  maxPerInvestor: shareCount.optional(),
  /** Most shares of all investors together that have one of the classes. */
  classCaps: z
    .array(z.strictObject({ classes: z.array(cell(parseClasses)).min(1), most: shareCount }))
    .max(8)
    .default([]),
  /** Left out, it opens with the transaction. */
  opensAt: instant.optional(),
  closesAt: cell(parseUntil),
  /** Until when a buyer may cancel; left out, he may not. */
  cancelUntil: cell(parseUntil).optional(),
  feeBps: bps.default(0),
  referral: z.strictObject({ commissionBps: bps.min(1), referrers: z.array(account).min(1) }).optional(),
  retained: z.strictObject({ shares: shareCount, account }).optional(),
  /** Nothing moves before `cliff`, everything from `until` on, between them the part of the time since `from` that has passed. */
  lockUp: z.strictObject({ from: instant.optional(), cliff: instant.optional(), until: instant }).optional(),
  /** Where the terms come from. */
  source: z.string().min(1),
});

/** Reads an offering file: its terms, checked and in the units of the chain. */
export async function readOfferingFile(path: string): Promise<OfferingPlan> {
  const file = await readInput(path, offeringFileSchema, "the offering file");
  const tiers = file.tiers.map(({ upTo, price }, place) => ({
    upTo: BigInt(upTo),
    price: parseUnits(price, file.decimals, `tiers.${place}.price`),
  }));
  const hardCap = tiers.at(-1)?.upTo ?? 0n;
  const details = [
    ...tiers.flatMap(({ upTo, price }, place) => {
      const before = tiers[place - 1];
      if (price === 0n) return [`tiers.${place}.price: has to be above 0`];
      if (before === undefined || (upTo > before.upTo && price > before.price)) return [];
      return [`tiers.${place}: has to be above the tier before it, in shares and in price`];
    }),
    ...(file.sale === "reservation" && tiers.length > 1 ? ["tiers: a reservation has one price"] : []),
    ...(BigInt(file.softCap) > hardCap ? [`softCap: is above the hard cap of ${hardCap} shares`] : []),
    ...(BigInt(file.minTicket) > hardCap ? [`minTicket: is above the hard cap of ${hardCap} shares`] : []),
    ...(file.closesAt <= (file.opensAt ?? 0n) ? ["closesAt: is not after opensAt"] : []),
    ...((file.cancelUntil ?? 0n) > file.closesAt ? ["cancelUntil: is after closesAt"] : []),
  ];
  if (details.length > 0)
    throw badInput("the offering file is wrong", { where: path, details, notDone: "nothing was sent" });

  const { referral, retained, lockUp } = file;
  return {
    asset: BigInt(file.asset),
    decimals: file.decimals,
    isReservation: file.sale === "reservation",
    tiers,
    classCaps: file.classCaps.map(({ classes, most }) => ({
      classes: classes.reduce((bits, bit) => bits | bit, 0),
      most: BigInt(most),
    })),
    softCap: BigInt(file.softCap),
    hardCap,
    minTicket: BigInt(file.minTicket),
    maxPerInvestor: BigInt(file.maxPerInvestor ?? 0),
    opensAt: file.opensAt,
    closesAt: file.closesAt,
    cancelUntil: file.cancelUntil ?? 0n,
    feeBps: BigInt(file.feeBps),
    commissionBps: BigInt(referral?.commissionBps ?? 0),
    referrers: referral?.referrers ?? [],
    retained: BigInt(retained?.shares ?? 0),
    retainedBy: retained?.account,
    lockUp:
      lockUp === undefined
        ? undefined
        : { from: lockUp.from ?? 0n, cliff: lockUp.cliff ?? lockUp.from ?? lockUp.until, until: lockUp.until },
  };
}

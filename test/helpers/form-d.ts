import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { keccak256, toUtf8Bytes } from "ethers";
import { z } from "zod";
import { type AssetTerms, anchorIdOf } from "../../sdk/asset-file.ts";
import type { OfferingPlan } from "../../sdk/offering-plan.ts";
import { parseInstant } from "../../sdk/time.ts";
import { parseUnits } from "../../sdk/units.ts";

const DECIMALS = 6;
const money = z.string().transform((text) => parseUnits(text, DECIMALS));

/** Facts of a notice of exempt offering (`moiety.form-d/1`). */
const formSchema = z.object({
  schema: z.literal("moiety.form-d/1"),
  source: z.string().min(1),
  issuer: z.object({ name: z.string(), cik: z.string(), jurisdiction: z.string() }),
  offering: z.object({
    rule: z.literal("506(b)"),
    investmentCompanyAct: z.array(z.string()),
    firstSale: z.string().transform(parseInstant),
    currency: z.literal("USD"),
    offered: money,
    sold: money,
    minimumInvestment: money,
    investors: z.int().positive(),
    nonAccreditedInvestors: z.literal(false),
    salesCommissions: money,
    salesCommissionBps: z.int(),
  }),
});

export type FormD = z.output<typeof formSchema> & { readonly path: string; readonly text: string };

export const PRICE = 1_000_000n; // a dollar a share: every amount of the notices is a number of whole shares

export async function readFormD(name: string): Promise<FormD> {
  const path = fileURLToPath(new URL(`../../data/${name}`, import.meta.url));
  const text = await readFile(path, "utf8");
  return { ...formSchema.parse(JSON.parse(text)), path, text };
}

/** The notice as an asset of this suite: American accredited investors only, as many as its exemption allows. */
export function assetOf(form: FormD): AssetTerms {
  const { issuer, offering, source, text } = form;
  const legalHash = keccak256(toUtf8Bytes(source));
  const evidenceHash = keccak256(toUtf8Bytes(text));
  const shares = offering.offered / PRICE;
  return {
    schema: "moiety.asset/1",
    id: undefined,
    name: issuer.name,
    class: "fund-interest",
    issuer: issuer.name,
    jurisdiction: issuer.jurisdiction,
    shares,
    uri: `urn:sec:cik:${issuer.cik}`,
    attestedOn: offering.firstSale,
    attestationExpires: parseInstant("2099-12-31"),
    legalHash,
    evidenceHash,
    checklistHash: undefined,
    anchorId: anchorIdOf(legalHash, evidenceHash),
    countries: [840],
    classes: 4,
    holderLimit: offering.investmentCompanyAct.includes("3(c)(1)") ? 100 : 2_000,
    source,
    offering: {
      currency: offering.currency,
      decimals: DECIMALS,
      price: PRICE,
      minTicket: offering.minimumInvestment,
      softCap: 1n,
      hardCap: shares,
      commissionBps: BigInt(offering.salesCommissionBps),
      openSeconds: 30n * 86_400n,
    },
  };
}

/** What each investor pays: alike, and a dollar more for as many as the sum wants. */
export function ticketsOf({ offering }: FormD): bigint[] {
  const count = BigInt(offering.investors);
  const shares = offering.sold / PRICE;
  return Array.from({ length: offering.investors }, (_each, place) =>
    BigInt(place) < shares % count ? shares / count + 1n : shares / count,
  );
}

/** What the file of such an offering says. */
export function planOf(form: FormD, asset: bigint, now: bigint): OfferingPlan {
  const { offering } = assetOf(form);
  return {
    asset,
    decimals: DECIMALS,
    isReservation: false,
    tiers: [{ upTo: offering.hardCap, price: PRICE }],
    classCaps: [],
    softCap: offering.softCap,
    hardCap: offering.hardCap,
    minTicket: offering.minTicket / PRICE,
    maxPerInvestor: 0n,
    opensAt: now,
    closesAt: now + offering.openSeconds,
    cancelUntil: 0n,
    feeBps: offering.commissionBps,
    commissionBps: 0n,
    referrers: [],
    retained: 0n,
    retainedBy: undefined,
    lockUp: undefined,
  };
}

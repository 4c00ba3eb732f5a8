import { readFile } from "node:fs/promises";
import { AbiCoder, encodeBytes32String, keccak256, toUtf8Bytes } from "ethers";
import { z } from "zod";
import { parseJson } from "./addresses.ts";
import { cell } from "./cell.ts";
import { parseCountry } from "./country.ts";
import { documentSchema, hashDocument } from "./document.ts";
import { badInput } from "./errors.ts";
import { parseClasses } from "./investor-class.ts";
import { parseInstant, parseUntil } from "./time.ts";
import { parseUnits } from "./units.ts";

/** The price of a share and the like: read exactly, in the smallest unit that the file's currency has. */
const money = z.string().regex(/^(0|[1-9][0-9]*)(\.[0-9]+)?$/, 'write a plain decimal number like "1000.00"');
const label = z
  .string()
  .min(1)
  .refine((text) => toUtf8Bytes(text).length <= 31, "has to fit 31 bytes, because it is stored on chain");
const shareCount = z.int().positive();

export const assetFileSchema = z.strictObject({
  schema: z.literal("moiety.asset/1"),
  /** Token id; without one the first free number is taken. */
  id: z.int().positive().optional(),
  name: z.string().min(1),
  class: label,
  issuer: z.string().min(1),
  /** ISO 3166 code of the law that governs the asset, e.g. "US-DE". */
  jurisdiction: label,
  /** All shares there will ever be. */
  shares: shareCount,
  /** Where its metadata and documents are published. */
  uri: z.url(),
  /** When the evidence was last looked at, and how long it is good for. */
  attestedOn: cell(parseInstant),
  attestationExpires: cell(parseUntil),
  offering: z.strictObject({
    currency: label,
    decimals: z.int().min(0).max(18).default(6),
    /** Of one share. */
    price: money,
    minTicket: money,
    /** The offering succeeds from `softCap` on and ends at `hardCap`; both in shares, both default to all shares. */
    softCap: shareCount.optional(),
    hardCap: shareCount.optional(),
    commissionBps: z.int().min(0).max(10_000).default(0),
    openDays: z.int().positive().max(3650).default(30),
  }),
  rules: z.strictObject({
    countries: z.array(cell(parseCountry)).min(1),
    classes: z.array(cell(parseClasses)).min(1),
    holderLimit: z.int().positive().optional(),
  }),
  /** The checklist is that of the due diligence, filled in; reviewers want one. */
  documents: z.strictObject({ legal: documentSchema, evidence: documentSchema, checklist: documentSchema.optional() }),
  /** Where the facts come from. */
  source: z.string().min(1),
});

type Parsed = z.output<typeof assetFileSchema>;

/** The terms of an asset, checked and in the units of the chain. */
export interface AssetTerms extends Omit<Parsed, "offering" | "rules" | "documents" | "shares" | "id"> {
  readonly id: bigint | undefined;
  readonly shares: bigint;
  readonly legalHash: string;
  readonly evidenceHash: string;
  readonly checklistHash: string | undefined;
  /** ERC-8325 id of the asset behind the token. */
  readonly anchorId: string;
  readonly countries: readonly number[];
  readonly classes: number;
  readonly holderLimit: number | undefined;
  readonly offering: {
    readonly currency: string;
    readonly decimals: number;
    readonly price: bigint;
    readonly minTicket: bigint;
    readonly softCap: bigint;
    readonly hardCap: bigint;
    readonly commissionBps: bigint;
    readonly openSeconds: bigint;
  };
}

/** Reads an asset file and the documents it names. All mistakes of the file are reported at once. */
export async function readAssetFile(path: string): Promise<AssetTerms> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw badInput("the asset file cannot be read", { where: path, why: error.code ?? error.message });
  });
  const parsed = assetFileSchema.safeParse(parseJson(text, path));
  if (!parsed.success) throw wrongFile(path, parsed.error);

  const { documents } = parsed.data;
  const [legalHash, evidenceHash, checklistHash] = await Promise.all([
    hashDocument(documents.legal, path),
    hashDocument(documents.evidence, path),
    documents.checklist === undefined ? undefined : hashDocument(documents.checklist, path),
  ]);
  return { ...toTerms(parsed.data, legalHash, evidenceHash, path), checklistHash };
}

/** ERC-8325: `keccak256(abi.encode(legalHash, evidenceHash))`. */
export function anchorIdOf(legalHash: string, evidenceHash: string): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", "bytes32"], [legalHash, evidenceHash]));
}

/** `AnchorMetadata` as bytes, the form in which the registry takes it. */
export function encodeAnchorMetadata(terms: AssetTerms): string {
  return AbiCoder.defaultAbiCoder().encode(
    ["bytes32", "bytes32", "uint64", "uint64", "bytes", "bytes"],
    [
      encodeBytes32String(terms.class),
      encodeBytes32String(terms.jurisdiction),
      terms.attestedOn,
      terms.attestationExpires,
      toUtf8Bytes(terms.uri),
      "0x",
    ],
  );
}

function toTerms(
  file: Parsed,
  legalHash: string,
  evidenceHash: string,
  path: string,
): Omit<AssetTerms, "checklistHash"> {
  const { offering, rules, documents: _documents, ...rest } = file;
  const shares = BigInt(file.shares);
  const softCap = BigInt(offering.softCap ?? file.shares);
  const hardCap = BigInt(offering.hardCap ?? file.shares);
  const price = parseUnits(offering.price, offering.decimals, "price");
  if (price === 0n) throw badInput("a share has to have a price", { where: `${path}, offering.price` });
  if (softCap > hardCap || hardCap > shares) {
    throw badInput(`softCap ${softCap} ≤ hardCap ${hardCap} ≤ shares ${shares} has to hold`, {
      where: `${path}, offering`,
    });
  }

  return {
    ...rest,
    id: file.id === undefined ? undefined : BigInt(file.id),
    shares,
    legalHash,
    evidenceHash,
    anchorId: anchorIdOf(legalHash, evidenceHash),
    countries: rules.countries,
    classes: rules.classes.reduce((bits, bit) => bits | bit, 0),
    holderLimit: rules.holderLimit,
    offering: {
      currency: offering.currency,
      decimals: offering.decimals,
      price,
      minTicket: parseUnits(offering.minTicket, offering.decimals, "minTicket"),
      softCap,
      hardCap,
      commissionBps: BigInt(offering.commissionBps),
      openSeconds: BigInt(offering.openDays) * 86_400n,
    },
  };
}

function wrongFile(path: string, error: z.ZodError) {
  const details = error.issues.map((issue) => `${issue.path.join(".") || "file"}: ${issue.message}`);
  return badInput("the asset file is wrong", { where: path, details, notDone: "nothing was sent" });
}

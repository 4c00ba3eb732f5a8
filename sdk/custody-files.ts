import { z } from "zod";
import { parseAddress } from "./address.ts";
import { cell } from "./cell.ts";
import type { CustodyMandate } from "./custody-mandate.ts";
import { documentSchema, hashDocument } from "./document.ts";
import { badInput } from "./errors.ts";
import { readInput } from "./read-input.ts";
import { parseInstant, parseUntil } from "./time.ts";
import { parseWhole } from "./units.ts";

/** What can happen to a thing, in the order of the numbers. */
export const INCIDENT_KINDS = ["loss", "damage", "lien"] as const;

const asset = z.int().positive();
const account = cell((text) => parseAddress(text));
const signature = z
  .string()
  .regex(/^0x([0-9a-f]{2})+$/i)
  .optional();
const nonce = cell((text) => parseWhole(text)).optional();

export const mandateFileSchema = z.strictObject({
  schema: z.literal("moiety.custody-mandate/1"),
  asset,
  custodian: account,
  from: cell(parseInstant),
  until: cell(parseUntil),
  /** The contract between issuer and custodian. */
  terms: documentSchema,
  /** Hex of the custodian's signature, where he has accepted already; needs its nonce. */
  signature,
  nonce,
});

export const handOverFileSchema = z.strictObject({
  schema: z.literal("moiety.custody-handover/1"),
  asset,
  from: account,
  to: account,
  /** The new custodian's mandate. */
  mandate: z.strictObject({ from: cell(parseInstant), until: cell(parseUntil), terms: documentSchema }),
  /** The protocol in which both say what was handed over, and in which condition. */
  evidence: documentSchema,
  /** Until when it may be carried out. */
  expiresAt: cell(parseUntil),
  fromSignature: signature,
  toSignature: signature,
  nonce,
});

export const incidentFileSchema = z.discriminatedUnion("schema", [
  z.strictObject({
    schema: z.literal("moiety.custody-incident/1"),
    asset,
    kind: z.enum(INCIDENT_KINDS),
    occurredAt: cell(parseInstant),
    evidence: documentSchema,
  }),
  z.strictObject({
    schema: z.literal("moiety.custody-resolution/1"),
    asset,
    /** Its number, as `custody status` shows it. */
    incident: z.int().nonnegative(),
    evidence: documentSchema,
  }),
]);

export const propertiesFileSchema = z.strictObject({
  schema: z.literal("moiety.custody-properties/1"),
  asset,
  /** The fields of ERC-7578, for everybody to read. */
  tokenIssuer: z.string().min(1),
  assetHolder: z.string().min(1),
  storageLocation: z.string().min(1),
  terms: z.string().min(1),
  jurisdiction: z.string().min(1),
  declaredValue: z.strictObject({
    currency: z.string().regex(/^[A-Z]{3}$/, 'write a code of ISO 4217 like "USD"'),
    /** In the currency's smallest unit. */
    value: cell((text) => parseWhole(text)),
  }),
});

export const releaseFileSchema = z.strictObject({
  schema: z.literal("moiety.custody-release/1"),
  asset,
  /** Who holds every share, and is given the thing. */
  holder: account,
  custodian: account,
  /** What the holder signs for when he gets it. */
  receipt: documentSchema,
  expiresAt: cell(parseUntil),
  holderSignature: signature,
  custodianSignature: signature,
  nonce,
});

/** What ERC-7578 asks of an asset that stands for a thing. */
export type PropertiesFile = Omit<z.output<typeof propertiesFileSchema>, "schema" | "asset"> & {
  readonly asset: bigint;
};

/** A release as somebody wrote it down, with its receipt hashed. */
export interface ReleaseFile {
  readonly asset: bigint;
  readonly holder: string;
  readonly custodian: string;
  readonly receiptHash: string;
  readonly expiresAt: bigint;
  readonly nonce: bigint | undefined;
  readonly holderSignature: string | undefined;
  readonly custodianSignature: string | undefined;
}

/** A mandate as somebody wrote it down, with its terms hashed. */
export interface MandateFile {
  readonly asset: bigint;
  readonly mandate: CustodyMandate;
  readonly nonce: bigint | undefined;
  readonly signature: string | undefined;
}

export interface HandOverFile {
  readonly asset: bigint;
  readonly from: string;
  readonly to: string;
  readonly mandateFrom: bigint;
  readonly mandateUntil: bigint;
  readonly termsHash: string;
  readonly evidenceHash: string;
  readonly expiresAt: bigint;
  readonly nonce: bigint | undefined;
  readonly fromSignature: string | undefined;
  readonly toSignature: string | undefined;
}

/** An incident that is reported, or one that is over. */
export type IncidentFile =
  | { readonly asset: bigint; readonly kind: number; readonly occurredAt: bigint; readonly evidenceHash: string }
  | { readonly asset: bigint; readonly incident: bigint; readonly evidenceHash: string };

export async function readMandateFile(path: string): Promise<MandateFile> {
  const file = await readInput(path, mandateFileSchema, "the mandate");
  requireNonce(path, file.nonce, [file.signature]);
  if (file.from >= file.until) throw badInput("a mandate ends after it begins", { where: path });

  const termsHash = await hashDocument(file.terms, path);
  return {
    asset: BigInt(file.asset),
    mandate: { custodian: file.custodian, from: file.from, until: file.until, termsHash },
    nonce: file.nonce,
    signature: file.signature,
  };
}

export async function readHandOverFile(path: string): Promise<HandOverFile> {
  const file = await readInput(path, handOverFileSchema, "the hand-over");
  requireNonce(path, file.nonce, [file.fromSignature, file.toSignature]);
  if (file.from === file.to) throw badInput("a hand-over is between two custodians", { where: path });
  if (file.mandate.from >= file.mandate.until) throw badInput("a mandate ends after it begins", { where: path });

  const [termsHash, evidenceHash] = await Promise.all([
    hashDocument(file.mandate.terms, path),
    hashDocument(file.evidence, path),
  ]);
  const { from, to, expiresAt, fromSignature, toSignature } = file;
  const mandate = { mandateFrom: file.mandate.from, mandateUntil: file.mandate.until, termsHash };
  return {
    asset: BigInt(file.asset),
    from,
    to,
    ...mandate,
    evidenceHash,
    expiresAt,
    nonce: file.nonce,
    fromSignature,
    toSignature,
  };
}

export async function readIncidentFile(path: string): Promise<IncidentFile> {
  const file = await readInput(path, incidentFileSchema, "the incident");
  const evidenceHash = await hashDocument(file.evidence, path);
  const id = BigInt(file.asset);

  if (file.schema === "moiety.custody-resolution/1")
    return { asset: id, incident: BigInt(file.incident), evidenceHash };
  return { asset: id, kind: INCIDENT_KINDS.indexOf(file.kind), occurredAt: file.occurredAt, evidenceHash };
}

export async function readPropertiesFile(path: string): Promise<PropertiesFile> {
  const { schema: _schema, asset: id, ...properties } = await readInput(path, propertiesFileSchema, "the properties");
  return { ...properties, asset: BigInt(id) };
}

export async function readReleaseFile(path: string): Promise<ReleaseFile> {
  const file = await readInput(path, releaseFileSchema, "the release");
  const { schema: _schema, asset: id, receipt, ...rest } = file;
  requireNonce(path, file.nonce, [file.holderSignature, file.custodianSignature]);

  const receiptHash = await hashDocument(receipt, path);
  const { nonce: given, holderSignature, custodianSignature, ...agreed } = rest;
  return { ...agreed, asset: BigInt(id), receiptHash, nonce: given, holderSignature, custodianSignature };
}

function requireNonce(path: string, given: bigint | undefined, signatures: readonly (string | undefined)[]): void {
  if (given !== undefined || signatures.every((each) => each === undefined)) return;
  throw badInput("a signature counts for one nonce only, and the file names none", { where: path });
}

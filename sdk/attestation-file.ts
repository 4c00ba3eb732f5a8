import { readFile } from "node:fs/promises";
import { z } from "zod";
import { parseAddress } from "./address.ts";
import { parseJson } from "./addresses.ts";
import { ATTESTATION_KINDS, encodeUnit } from "./attestation.ts";
import { cell } from "./cell.ts";
import { documentSchema, hashDocument } from "./document.ts";
import { badInput } from "./errors.ts";
import { parseInstant, parseUntil } from "./time.ts";
import { parseWhole } from "./units.ts";

export const attestationFileSchema = z.strictObject({
  schema: z.literal("moiety.attestation/1"),
  asset: z.int().positive(),
  kind: z.enum(ATTESTATION_KINDS),
  attester: cell((text) => parseAddress(text)),
  evidence: documentSchema,
  /** Counted quantity or insured value, as a whole number of `unit`. */
  amount: cell((text) => parseWhole(text)).default(0n),
  unit: z.string().max(31).default(""),
  asOf: cell(parseInstant),
  expiresAt: cell(parseUntil),
  /** Hex of the attester's signature, where he has signed already. */
  signature: z
    .string()
    .regex(/^0x([0-9a-f]{2})+$/i)
    .optional(),
  /** Needed with a signature; else it is derived from the content. */
  nonce: cell((text) => parseWhole(text)).optional(),
});

/** An attestation as somebody wrote it down, with its evidence hashed; the asset's subject id is still to be looked up. */
export interface AttestationFile {
  readonly asset: bigint;
  readonly kind: number;
  readonly attester: string;
  readonly evidenceHash: string;
  readonly amount: bigint;
  readonly unit: string;
  readonly asOf: bigint;
  readonly expiresAt: bigint;
  readonly nonce: bigint | undefined;
  readonly signature: string | undefined;
}

export async function readAttestationFile(path: string): Promise<AttestationFile> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw badInput("the attestation cannot be read", { where: path, why: error.code ?? error.message });
  });
  const parsed = attestationFileSchema.safeParse(parseJson(text, path));
  if (!parsed.success) {
    const details = parsed.error.issues.map((issue) => `${issue.path.join(".") || "file"}: ${issue.message}`);
    throw badInput("the attestation file is wrong", { where: path, details, notDone: "nothing was sent" });
  }

  const { schema: _schema, evidence, asset, kind, unit, nonce, signature, ...rest } = parsed.data;
  if (signature !== undefined && nonce === undefined) {
    throw badInput("a signature counts for one nonce only, and the file names none", { where: path });
  }
  const evidenceHash = await hashDocument(evidence, path);
  return {
    ...rest,
    asset: BigInt(asset),
    kind: ATTESTATION_KINDS.indexOf(kind),
    unit: encodeUnit(unit),
    evidenceHash,
    nonce,
    signature,
  };
}

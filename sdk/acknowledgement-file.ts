import { dirname, resolve } from "node:path";
import { z } from "zod";
import { parseAddress } from "./address.ts";
import { cell } from "./cell.ts";
import { readDocumentsFile } from "./documents/documents-file.ts";
import { badInput } from "./errors.ts";
import { readInput } from "./read-input.ts";
import { parseUntil } from "./time.ts";

export const acknowledgementFileSchema = z.strictObject({
  schema: z.literal("moiety.acknowledgement/1"),
  asset: z.int().positive(),
  /** Whose word it is. */
  wallet: cell((text) => parseAddress(text)),
  /** What was read: the documents file of the disclosures, or the hash of the bundle. */
  disclosures: z.union([
    z.strictObject({ file: z.string().min(1) }),
    z.strictObject({ hash: z.string().regex(/^0x[0-9a-f]{64}$/) }),
  ]),
  /** Until when the signed word may be brought. */
  deadline: cell(parseUntil),
  /** Hex of the wallet's signature, where its owner has signed already. */
  signature: z
    .string()
    .regex(/^0x([0-9a-f]{2})+$/i)
    .optional(),
});

/** An acknowledgement as somebody wrote it down. */
export interface AcknowledgementFile {
  readonly asset: bigint;
  readonly wallet: string;
  readonly bundleHash: string;
  readonly deadline: bigint;
  readonly signature: string | undefined;
}

/** Reads an acknowledgement and, where it names them by their file, the disclosures that it is about. */
export async function readAcknowledgementFile(path: string): Promise<AcknowledgementFile> {
  const file = await readInput(path, acknowledgementFileSchema, "the acknowledgement");
  const asset = BigInt(file.asset);
  const { wallet, deadline, signature, disclosures } = file;
  if ("hash" in disclosures) return { asset, wallet, bundleHash: disclosures.hash, deadline, signature };

  const bundle = await readDocumentsFile(resolve(dirname(path), disclosures.file));
  if (bundle.asset !== asset || bundle.role !== "DISCLOSURE") {
    throw badInput(`${disclosures.file} has the ${bundle.role} of asset ${bundle.asset}`, {
      where: `${path}, disclosures`,
      todo: `name the disclosures of asset ${asset}`,
      notDone: "nothing was signed or sent",
    });
  }
  return { asset, wallet, bundleHash: bundle.bundleHash, deadline, signature };
}

import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { keccak256 } from "ethers";
import { z } from "zod";
import { badInput } from "./errors.ts";

/** A document by its file (relative to the file that names it) or, where it may not be passed on, by its keccak-256. */
export const documentSchema = z.union([
  z.strictObject({ file: z.string().min(1), title: z.string().optional() }),
  z.strictObject({ hash: z.string().regex(/^0x[0-9a-f]{64}$/), title: z.string().optional() }),
]);

export type DocumentReference = z.output<typeof documentSchema>;

/** The keccak-256 of a document's bytes, as contracts keep it. */
export async function hashDocument(document: DocumentReference, namedIn: string): Promise<string> {
  if ("hash" in document) return document.hash;

  const path = resolve(dirname(namedIn), document.file);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw badInput("a document cannot be read", { where: path, why: error.code ?? error.message });
  });
  return keccak256(bytes);
}

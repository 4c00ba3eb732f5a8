import { readFileSync } from "node:fs";
import { z } from "zod";
import type { DocumentEntry } from "../../sdk/documents/bundle.ts";

const entrySchema = z.strictObject({
  contentHash: z.string(),
  role: z.string(),
  mimeTypeHash: z.string(),
  filenameHash: z.string(),
  normProfileId: z.string(),
});

const vectorsSchema = z.strictObject({
  schema: z.string(),
  documents: z.record(
    z.string(),
    z.strictObject({
      name: z.string(),
      role: z.string(),
      mediaType: z.string(),
      profile: z.enum(["RAW", "JCS"]),
      text: z.string(),
      entry: entrySchema,
      leaf: z.string(),
      cid: z.string(),
    }),
  ),
  bundles: z.array(z.strictObject({ title: z.string(), documents: z.array(z.string()), bundleHash: z.string() })),
  jcs: z.array(z.strictObject({ title: z.string(), input: z.string(), output: z.string() })),
  numbers: z.array(z.strictObject({ bits: z.string(), text: z.string() })),
  refused: z.array(z.strictObject({ title: z.string(), hex: z.string() })),
  cids: z.array(z.strictObject({ text: z.string(), cid: z.string() })),
});

/** `test/vectors/documents.json`, and the entries of its documents by name. */
export function documentVectors() {
  const vectors = vectorsSchema.parse(JSON.parse(readFileSync("test/vectors/documents.json", "utf8")));
  const entryOf = (name: string): DocumentEntry => {
    const document = vectors.documents[name];
    if (document === undefined) throw new Error(`the vectors have no document ${name}`);
    return document.entry;
  };
  return { ...vectors, entryOf };
}

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** Length and SHA-256 of a file of any size. */
export async function hashFile(path: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    const read: Buffer = chunk;
    hash.update(read);
    bytes += read.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

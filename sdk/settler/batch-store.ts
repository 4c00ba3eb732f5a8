import { access, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BatchResult } from "../../executor/index.ts";
import { syncFolder } from "../journal/write-whole.ts";

type Known = Pick<BatchResult, "header" | "batchHash">;

/**
 * The files of all batches that were decided for a desk, by number and hash. One that was given up stays here: should it turn up on
 * the chain after all, it can be taken up again.
 */
export class BatchStore {
  readonly #folder: string;

  constructor(deskFolder: string) {
    this.#folder = join(deskFolder, "batches");
  }

  /** Returns when the file is on the disk. */
  async write({ header, batchHash, file }: Pick<BatchResult, "header" | "batchHash" | "file">): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeBytes(this.#path(header.number, batchHash), file);
  }

  async read(number: bigint, batchHash: string): Promise<Uint8Array | undefined> {
    return readFile(this.#path(number, batchHash)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
  }

  /** Writes down that a multisig may send the batch at any time. */
  async markExported(batch: Known): Promise<void> {
    await writeBytes(this.#mark(batch), Buffer.from(`${batch.batchHash}\n`));
  }

  async isExported(batch: Known): Promise<boolean> {
    return access(this.#mark(batch)).then(
      () => true,
      () => false,
    );
  }

  /** The batch is not waited for any longer; if it reaches the chain all the same, it is taken up again. */
  async forgetExport(batch: Known): Promise<void> {
    await rm(this.#mark(batch), { force: true });
  }

  #mark({ header, batchHash }: Known): string {
    return `${this.#path(header.number, batchHash)}.exported`;
  }

  #path(number: bigint, batchHash: string): string {
    return join(this.#folder, `${number}-${batchHash.slice(2, 18)}.bin`);
  }
}

/** Writes a file whole or not at all. */
export async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(`${path}.new`, "w");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncFolder(dirname(path));
}

import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BatchResult, explainCode, instructionsOf, receiptsOf } from "../../executor/index.ts";
import { writeBytes } from "../../sdk/settler/batch-store.ts";
import { toJson } from "../lib/to-json.ts";

/** What a run leaves in its folder. */
export const BATCH_FILE = "batch.bin";
export const RECEIPTS_FILE = "receipts.csv";

/** The same input on the same chain is the same run, however often it is started. */
export function runIdOf(input: string | Uint8Array, chainId: bigint, desk: string): string {
  return createHash("sha256").update(`${chainId}\n${desk.toLowerCase()}\n`).update(input).digest("hex").slice(0, 16);
}

/** Writes batch file and receipts before anything is sent. What the chain refuses of the first batch goes into a second, and so on. */
export async function writeBatch(folder: string, result: BatchResult, round: number): Promise<void> {
  const place = roundFolder(folder, round);
  await mkdir(place, { recursive: true });
  await writeFile(join(place, RECEIPTS_FILE), receiptsCsv(result));
  await writeBytes(join(place, BATCH_FILE), result.file);
}

/** The batch files of earlier starts of this run, in the order of its batches. */
export async function readBatches(folder: string): Promise<Uint8Array[]> {
  const files: Uint8Array[] = [];
  for (let round = 1; ; round += 1) {
    const path = join(roundFolder(folder, round), BATCH_FILE);
    const file = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (file === undefined) return files;
    files.push(file);
  }
}

function roundFolder(folder: string, round: number): string {
  return round === 1 ? folder : join(folder, `round-${round}`);
}

/** Writes down which batches the run became. What they have settled is in the desk's log. */
export async function writeRecord(
  folder: string,
  chainId: bigint,
  desk: string,
  results: readonly BatchResult[],
): Promise<void> {
  const batches = results.map(({ header, batchHash }) => ({ number: header.number, batchHash }));
  await writeFile(join(folder, "record.json"), `${toJson({ chainId, desk, ...batches[0], batches })}\n`);
}

/** What became of every trade, in canonical order, for people with a spreadsheet. */
export function receiptsCsv(result: BatchResult): string {
  const instructions = instructionsOf(result);
  const rows = receiptsOf(result).map(({ id, index, code, quantity, cash, chunk }) => {
    const { name, sentence } = explainCode(code);
    return [id, instructions[index]?.matchNumber, code, name, `"${sentence}"`, quantity, cash, chunk].join(",");
  });
  return `${["trade,matchNumber,code,name,sentence,shares,cash,chunk", ...rows].join("\n")}\n`;
}

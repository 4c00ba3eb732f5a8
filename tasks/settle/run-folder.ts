import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BatchResult, explainCode, instructionsOf, receiptsOf } from "../../executor/index.ts";
import { toJson } from "../lib/to-json.ts";

/** What a run leaves in its folder. */
export const BATCH_FILE = "batch.bin";
export const RECEIPTS_FILE = "receipts.csv";

/** The same input on the same chain is the same run, however often it is started. */
export function runIdOf(input: string | Uint8Array, chainId: bigint, desk: string): string {
  return createHash("sha256").update(`${chainId}\n${desk.toLowerCase()}\n`).update(input).digest("hex").slice(0, 16);
}

/** Writes batch file and receipts before anything is sent. */
export async function writeBatch(folder: string, result: BatchResult): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, BATCH_FILE), result.file);
  await writeFile(join(folder, RECEIPTS_FILE), receiptsCsv(result));
}

/** The batch file of an earlier start of this run. */
export async function readBatch(folder: string): Promise<Uint8Array | undefined> {
  return readFile(join(folder, BATCH_FILE)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

/** Writes down which batch the run became. What it has settled is in the desk's log. */
export async function writeRecord(folder: string, chainId: bigint, desk: string, result: BatchResult): Promise<void> {
  const { header, batchHash } = result;
  await writeFile(join(folder, "record.json"), `${toJson({ chainId, desk, number: header.number, batchHash })}\n`);
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

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type BatchResult, explainCode, instructionsOf, isAccepted, receiptsOf } from "../../executor/index.ts";
import { addSettled, type SettledBefore } from "../../sdk/settled-before.ts";
import { toJson } from "../lib/to-json.ts";

/** What is written down of a run, so that it can be taken up again and later runs know of it. */
const recordSchema = z.strictObject({
  chainId: z.string(),
  desk: z.string(),
  number: z.string(),
  batchHash: z.string(),
  /** Ids of trades that are through, one way or the other. */
  final: z.array(z.string()),
  filled: z.record(z.string(), z.string().regex(/^[0-9]+$/)),
});

/** The same input on the same chain is the same run, however often it is started. */
export function runIdOf(input: string, chainId: bigint, desk: string): string {
  return createHash("sha256").update(`${chainId}\n${desk.toLowerCase()}\n${input}`).digest("hex").slice(0, 16);
}

/** Writes batch file and receipts before anything is sent. */
export async function writeBatch(folder: string, result: BatchResult): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "batch.bin"), result.file);
  await writeFile(join(folder, "receipts.csv"), receiptsCsv(result));
}

/** The batch file of an earlier start of this run. */
export async function readBatch(folder: string): Promise<Uint8Array | undefined> {
  return readFile(join(folder, "batch.bin")).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

/** Writes down what became of the batch, once no chunk of it is open any more. */
export async function writeRecord(
  folder: string,
  chainId: bigint,
  desk: string,
  result: BatchResult,
  isSettled: (chunk: number) => boolean,
): Promise<void> {
  const receipts = receiptsOf(result).filter(({ chunk }) => isSettled(chunk));
  const instructions = instructionsOf(result);
  const filled = new Map<string, bigint>();

  for (const { index, code, quantity } of receipts) {
    const instruction = instructions[index];
    if (!isAccepted(code) || instruction === undefined) continue;
    for (const order of [instruction.buyOrder, instruction.sellOrder]) {
      const id = `0x${Buffer.from(result.orderIds.subarray(order * 32, order * 32 + 32)).toString("hex")}`;
      filled.set(id, (filled.get(id) ?? 0n) + quantity);
    }
  }
  const { header, batchHash } = result;
  const record = {
    chainId,
    desk,
    number: header.number,
    batchHash,
    final: receipts.map(({ id }) => id),
    filled: Object.fromEntries(filled),
  };
  await writeFile(join(folder, "record.json"), `${toJson(record)}\n`);
}

/** What the other runs of this machine on the same desk have settled. */
export async function readOtherRuns(
  runsFolder: string,
  ownId: string,
  chainId: bigint,
  desk: string,
): Promise<SettledBefore> {
  const names = await readdir(runsFolder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  let settled: SettledBefore = { alreadyFinal: new Set(), filled: new Map() };

  for (const name of names.filter((each) => each !== ownId)) {
    const text = await readFile(join(runsFolder, name, "record.json"), "utf8").catch(() => undefined);
    const record = text === undefined ? undefined : recordSchema.parse(JSON.parse(text));
    if (record === undefined || record.chainId !== String(chainId) || record.desk !== desk) continue;
    const filled = new Map(Object.entries(record.filled).map(([order, shares]) => [order, BigInt(shares)]));
    settled = addSettled(settled, { alreadyFinal: new Set(record.final), filled });
  }
  return settled;
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

import type { BatchResult } from "../../executor/index.ts";
import type { Suite } from "../connect.ts";
import { inPages } from "../in-pages.ts";

/** How far the chain has come with a decided batch. */
export type BatchProgress =
  /** The desk has no batch of this number. */
  | { readonly state: "absent" }
  /** The desk's batch of this number is another one. */
  | { readonly state: "foreign"; readonly batchHash: string }
  | { readonly state: "open"; readonly nextChunk: number; readonly settled: number }
  | { readonly state: "closed"; readonly settled: number };

const NOTHING = /^0x0+$/;
const PAGE = 50;

/** At the newest block, or at the end of `block`. */
export async function readProgress(
  { settlementDesk }: Pick<Suite, "settlementDesk">,
  { header, batchHash }: Pick<BatchResult, "header" | "batchHash">,
  block?: number,
): Promise<BatchProgress> {
  const batch = await settlementDesk.batchOf(header.number, block === undefined ? {} : { blockTag: block });
  if (NOTHING.test(batch.batchHash)) return { state: "absent" };
  if (batch.batchHash !== batchHash) return { state: "foreign", batchHash: batch.batchHash };

  const settled = Number(batch.settledChunks);
  return batch.open ? { state: "open", nextChunk: Number(batch.nextChunk), settled } : { state: "closed", settled };
}

/** The chunks of the batch that have settled; none if the desk has another batch of its number. */
export async function readSettled(
  suite: Pick<Suite, "settlementDesk">,
  result: Pick<BatchResult, "header" | "batchHash" | "chunks">,
  block?: number,
): Promise<Set<number>> {
  const { state } = await readProgress(suite, result, block);
  if (state === "absent" || state === "foreign") return new Set();

  const at = block === undefined ? {} : { blockTag: block };
  const { number } = result.header;
  const flags = await inPages(result.chunks, PAGE, ({ index }) =>
    suite.settlementDesk.isChunkSettled(number, index, at),
  );
  return new Set(result.chunks.filter((_chunk, place) => flags[place] === true).map(({ index }) => index));
}

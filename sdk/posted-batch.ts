import type { Provider } from "ethers";
import type { BatchHeader, ChunkFields, NetVector } from "../executor/index.ts";
import type { Suite } from "./connect.ts";
import { readLogs } from "./read-logs.ts";

/** A chunk as it was posted. */
export interface PostedChunk {
  readonly fields: ChunkFields;
  readonly chunkProof: readonly string[];
  readonly net: NetVector;
}

/** What an operator has sent to the settlement desk of a batch. */
export interface PostedBatch {
  readonly header: BatchHeader;
  /** Those that have settled, as far as their transactions can be read. */
  readonly chunks: readonly PostedChunk[];
  /** Chunks that have settled by a call within another one, of which the chain keeps no vector. */
  readonly unreadable: readonly number[];
}

/** Reads a batch from the transactions that opened it and settled its chunks; undefined if it cannot be read there. */
export async function readPostedBatch(
  { settlementDesk }: Pick<Suite, "settlementDesk">,
  provider: Provider,
  number: bigint,
  fromBlock: number,
): Promise<PostedBatch | undefined> {
  const to = await provider.getBlockNumber();
  const { filters } = settlementDesk;
  const [opened] = await readLogs(
    (from, until) => settlementDesk.queryFilter(filters.BatchOpened(number), from, until),
    fromBlock,
    to,
  );
  if (opened === undefined) return undefined;
  const opening = await inputOf(provider, opened.transactionHash);
  const header = openedBy(settlementDesk, opening);
  if (header === undefined) return undefined;

  const settled = await readLogs(
    (from, until) => settlementDesk.queryFilter(filters.ChunkSettled(number), from, until),
    opened.blockNumber,
    to,
  );
  const chunks: PostedChunk[] = [];
  const unreadable: number[] = [];
  for (const { transactionHash, args } of settled) {
    const input = await inputOf(provider, transactionHash);
    const chunk = settledBy(settlementDesk, input);
    if (chunk === undefined || BigInt(chunk.fields.index) !== args.index) unreadable.push(Number(args.index));
    else chunks.push(chunk);
  }
  return { header, chunks, unreadable };
}

async function inputOf(provider: Provider, hash: string): Promise<string> {
  return (await provider.getTransaction(hash))?.data ?? "0x";
}

/** The header of a call that opened a batch. */
function openedBy({ interface: desk }: Suite["settlementDesk"], data: string): BatchHeader | undefined {
  if (!data.startsWith(desk.getFunction("openBatch").selector)) return undefined;
  const [header] = desk.decodeFunctionData("openBatch", data);
  return {
    number: header.number,
    mode: Number(header.mode),
    time: header.time,
    openingBlock: header.openingBlock,
    instructionCount: Number(header.instructionCount),
    chunkCount: Number(header.chunkCount),
    chunksRoot: header.chunksRoot,
    positionsRoot: header.positionsRoot,
    fileHash: header.fileHash,
  };
}

/** What a call settled. */
function settledBy({ interface: desk }: Suite["settlementDesk"], data: string): PostedChunk | undefined {
  if (!data.startsWith(desk.getFunction("settleChunk").selector)) return undefined;
  const [chunk, proof, vector] = desk.decodeFunctionData("settleChunk", data);
  return {
    fields: {
      index: Number(chunk.index),
      firstInstruction: Number(chunk.firstInstruction),
      instructionCount: Number(chunk.instructionCount),
      movementCount: Number(chunk.movementCount),
      instructionsRoot: chunk.instructionsRoot,
      receiptsRoot: chunk.receiptsRoot,
      movementsRoot: chunk.movementsRoot,
      netHash: chunk.netHash,
    },
    chunkProof: [...proof],
    net: {
      currency: vector.currency.toLowerCase(),
      assets: [...vector.assets],
      accounts: [...vector.accounts],
      shares: [...vector.shares],
    },
  };
}

import type { Provider } from "ethers";
import { toHex } from "../executor/formats/hex.ts";
import { netHash } from "../executor/formats/net-vector.ts";
import { type BatchHeader, batchHash, type ChunkFields, loadKeccak, type NetVector } from "../executor/index.ts";
import { isChunkCommitted } from "../executor/prove.ts";
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
  /** Undefined if it was opened by a call that nobody can read off the transaction. */
  readonly header: BatchHeader | undefined;
  /** Those that have settled, as far as their transactions can be read. */
  readonly chunks: readonly PostedChunk[];
  /** Chunks that have settled by a call that a contract put together itself: the chain keeps no vector of them. */
  readonly unreadable: readonly number[];
}

type Desk = Suite["settlementDesk"];

/**
 * Reads a batch from the transactions that opened it and settled its chunks; undefined if the desk has none of this number. A multisig
 * carries the calls of the desk as they are within its own: wherever they stand there, they are known by their hashes.
 */
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
  const header = await openedBy(settlementDesk, provider, opened.transactionHash, opened.args.batchHash);

  const settled = await readLogs(
    (from, until) => settlementDesk.queryFilter(filters.ChunkSettled(number), from, until),
    opened.blockNumber,
    to,
  );
  const chunks: PostedChunk[] = [];
  const unreadable: number[] = [];
  for (const { transactionHash, args } of settled) {
    const input = await inputOf(provider, transactionHash);
    const chunk = await settledBy(settlementDesk, input, header, args);
    if (chunk === undefined) unreadable.push(Number(args.index));
    else chunks.push(chunk);
  }
  return { header, chunks, unreadable };
}

async function inputOf(provider: Provider, hash: string): Promise<string> {
  return (await provider.getTransaction(hash))?.data ?? "0x";
}

/** Whatever in a transaction's input may be a call of a function, from its selector to the end. */
function callsIn(input: string, selector: string): string[] {
  const [hex, sought] = [input.slice(2), selector.slice(2)];
  const calls: string[] = [];
  for (let at = hex.indexOf(sought); at >= 0; at = hex.indexOf(sought, at + 1)) {
    if (at % 2 === 0) calls.push(`0x${hex.slice(at)}`);
  }
  return calls;
}

/** What `read` makes of each of the calls; of what was none of this function, nothing. */
function decodeAll<T>(calls: readonly string[], read: (call: string) => T): T[] {
  return calls.flatMap((call) => {
    try {
      return [read(call)];
    } catch {
      return [];
    }
  });
}

/** The header of the call that opened the batch of this hash. */
async function openedBy(desk: Desk, provider: Provider, transaction: string, hash: string) {
  const [input, { chainId }, address, keccak] = await Promise.all([
    inputOf(provider, transaction),
    provider.getNetwork(),
    desk.getAddress(),
    loadKeccak(),
  ]);
  const { selector } = desk.interface.getFunction("openBatch");
  const headers = decodeAll(callsIn(input, selector), (call) => headerIn(desk, call));
  return headers.find((header) => batchHash(keccak, chainId, address, header) === hash);
}

function headerIn({ interface: desk }: Desk, call: string): BatchHeader {
  const [header] = desk.decodeFunctionData("openBatch", call);
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

/** The call that settled a chunk: its vector has the hash that the desk told, and of several that do, the header committed to it. */
async function settledBy(
  desk: Desk,
  input: string,
  header: BatchHeader | undefined,
  { index, netHash: told }: { readonly index: bigint; readonly netHash: string },
): Promise<PostedChunk | undefined> {
  const keccak = await loadKeccak();
  const { selector } = desk.interface.getFunction("settleChunk");
  const calls = decodeAll(callsIn(input, selector), (call) => chunkIn(desk, call)).filter(
    ({ fields, net }) => BigInt(fields.index) === index && toHex(netHash(keccak, net)) === told,
  );
  for (const call of calls) {
    if (header !== undefined && (await isChunkCommitted(header, call.fields, call.chunkProof))) return call;
  }
  return calls[0];
}

function chunkIn({ interface: desk }: Desk, call: string): PostedChunk {
  const [chunk, proof, vector] = desk.decodeFunctionData("settleChunk", call);
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

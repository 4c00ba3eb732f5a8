import {
  type BatchResult,
  chunksToSettle,
  instructionsOf,
  type Keccak,
  loadKeccak,
  proveReceipt,
} from "../executor/index.ts";
import type { ProofBook, ProvedTrade } from "./proof-book.ts";

/** Where a batch was settled, and the hash by which it is known there. */
export interface SettledBatch {
  readonly chainId: bigint;
  readonly desk: string;
  readonly batchHash: string;
}

/** A trade to prove: its place in canonical order, and whose it is. */
export interface HolderTrade {
  readonly index: number;
  readonly holder: string;
  readonly bought: boolean;
  readonly other: string;
}

/** Puts together what a page needs to prove `trades` by itself. */
export async function makeProofBook(
  result: BatchResult,
  { chainId, desk, batchHash }: SettledBatch,
  trades: readonly HolderTrade[],
): Promise<ProofBook> {
  const { number, time, openingBlock, ...header } = result.header;
  const chunks = await chunksToSettle(result);

  return {
    chainId: chainId.toString(),
    desk,
    header: {
      ...header,
      number: number.toString(),
      time: time.toString(),
      openingBlock: openingBlock.toString(),
    },
    batchHash,
    chunks: chunks.map(({ chunk: { net: _net, ...chunk }, proof }) => ({ ...chunk, proof })),
    trades: await prove(result, trades),
  };
}

/** Two holders of the same trade share its proof, which takes longest to make. */
async function prove(result: BatchResult, trades: readonly HolderTrade[]): Promise<ProvedTrade[]> {
  const keccak = await loadKeccak();
  const instructions = instructionsOf(result);
  const proofs = new Map<number, Omit<ProvedTrade, "holder" | "bought" | "other">>();

  for (const { index } of trades) {
    const instruction = instructions[index];
    if (instruction === undefined) throw new RangeError(`the batch has no instruction ${index}`);
    if (proofs.has(index)) continue;
    const { chunk, place, receipt, receiptProof: proof } = await proveReceipt(result, index);
    const matchNumber = instruction.matchNumber.toString();
    proofs.set(index, { matchNumber, receipt, leaf: leafOf(keccak, receipt), chunk, place, proof });
  }

  return trades.flatMap(({ index, ...names }) => {
    const proof = proofs.get(index);
    return proof === undefined ? [] : [{ ...names, ...proof }];
  });
}

function leafOf(keccak: Keccak, receipt: string): string {
  const preimage = Buffer.from(`00${receipt.slice(2)}`, "hex");
  return `0x${Buffer.from(keccak(preimage)).toString("hex")}`;
}

import { fromHex, toHex } from "./hex.ts";
import { viewOf, writeWord } from "./integers.ts";
import type { Keccak } from "./keccak.ts";

/** How acceptance is decided: the result of one serial pass, or with technical netting. */
export type BatchMode = "strict" | "optimised";

export const MODE_STRICT = 0;
export const MODE_OPTIMISED = 1;

/** The header's byte for `mode`. */
export function modeByte(mode: BatchMode): number {
  return mode === "strict" ? MODE_STRICT : MODE_OPTIMISED;
}

/** What is committed to on chain before any chunk of the batch settles. */
export interface BatchHeader {
  readonly number: bigint;
  readonly mode: number;
  readonly time: bigint;
  readonly openingBlock: bigint;
  readonly instructionCount: number;
  readonly chunkCount: number;
  readonly chunksRoot: string;
  /** Over all positions after the batch, as if every chunk settled. */
  readonly positionsRoot: string;
  readonly fileHash: string;
}

/** The hash by which the settlement desk knows the batch. */
export function batchHash(keccak: Keccak, chainId: bigint, desk: string, header: BatchHeader): string {
  const words = new Uint8Array(11 * 32);
  const view = viewOf(words);

  writeWord(view, 0, chainId);
  words.set(fromHex(desk, 20), 32 + 12);
  writeWord(view, 64, header.number);
  writeWord(view, 96, BigInt(header.mode));
  writeWord(view, 128, header.time);
  writeWord(view, 160, header.openingBlock);
  writeWord(view, 192, BigInt(header.instructionCount));
  writeWord(view, 224, BigInt(header.chunkCount));
  words.set(fromHex(header.chunksRoot, 32), 256);
  words.set(fromHex(header.positionsRoot, 32), 288);
  words.set(fromHex(header.fileHash, 32), 320);

  return toHex(keccak(words));
}

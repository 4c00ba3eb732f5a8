import { keccak_256 } from "@noble/hashes/sha3";
import { loadKeccak } from "../../executor/index.ts";
import { createKeccakBatch } from "../../executor/keccak/keccak-batch.ts";

const LENGTH = 64;
const MESSAGES = 20_000;
const TURNS = 7;

/** Nanoseconds per hash of 64 bytes on this thread, each the median of several turns. */
export async function timeHashes(): Promise<{ what: string; ns: number }[]> {
  const keccak = await loadKeccak();
  const message = new Uint8Array(LENGTH).fill(7);
  const many = createKeccakBatch({ length: LENGTH, capacity: 128 });
  const single = createKeccakBatch({ length: LENGTH, capacity: 2 });

  const ways = [
    { what: "64-byte hash, 128 at once", hash: () => repeat(MESSAGES / 128, () => many.hash(128)) },
    { what: "64-byte hash, one at a time", hash: () => repeat(MESSAGES, () => single.hash(1)) },
    { what: "64-byte hash, hash-wasm", hash: () => repeat(MESSAGES, () => keccak(message)) },
    { what: "64-byte hash, @noble/hashes", hash: () => repeat(MESSAGES, () => keccak_256(message)) },
  ];
  return ways.map(({ what, hash }) => {
    const times = Array.from({ length: TURNS }, () => {
      const started = performance.now();
      hash();
      return ((performance.now() - started) * 1e6) / MESSAGES;
    });
    return { what, ns: times.sort((a, b) => a - b)[(TURNS - 1) / 2] ?? 0 };
  });
}

function repeat(times: number, hash: () => void): void {
  for (let i = 0; i < times; i++) hash();
}

import type { BatchResult } from "../batch-result.ts";
import { toHex } from "../formats/hex.ts";
import { type Keccak, loadKeccak } from "../formats/keccak.ts";
import type { OutcomeEntry } from "../log/entries.ts";
import { ReplayDifferenceError } from "./replay-difference.ts";

/** What is written down of a result: enough to notice any byte of it that comes out differently. */
export async function outcomeOf(result: BatchResult): Promise<OutcomeEntry> {
  return describeOutcome(await loadKeccak(), result);
}

/** The same for whoever has keccak at hand. */
export function describeOutcome(keccak: Keccak, result: BatchResult): OutcomeEntry {
  const { header, batchHash, receipts, chunks } = result;

  return {
    kind: "outcome",
    number: header.number,
    header,
    batchHash,
    receiptsHash: toHex(keccak(receipts)),
    chunkLeaves: chunks.map(({ leaf }) => leaf),
  };
}

/** Throws a {@link ReplayDifferenceError} at the first field in which `found` is not what was written down. */
export function requireSameOutcome(expected: OutcomeEntry, found: OutcomeEntry): void {
  const [logged, now] = [fieldsOf(expected), fieldsOf(found)];

  for (const field of new Set([...logged.keys(), ...now.keys()])) {
    const [before, after] = [logged.get(field) ?? "nothing", now.get(field) ?? "nothing"];
    if (before !== after) throw new ReplayDifferenceError(expected.number, field, before, after);
  }
}

/** By name; chunks before what is made of them, so that the first difference says where to look. */
function fieldsOf({ header, batchHash, receiptsHash, chunkLeaves }: OutcomeEntry): Map<string, string> {
  const { chunksRoot, positionsRoot, ...plain } = header;
  const fields: (readonly [string, unknown])[] = [
    ...Object.entries(plain),
    ...chunkLeaves.map((leaf, chunk) => [`leaf of chunk ${chunk}`, leaf] as const),
    ["chunksRoot", chunksRoot],
    ["positionsRoot", positionsRoot],
    ["receiptsHash", receiptsHash],
    ["batchHash", batchHash],
  ];
  return new Map(fields.map(([name, value]) => [name, String(value)]));
}

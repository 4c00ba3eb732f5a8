import { createHash } from "node:crypto";
import type { BatchResult } from "../batch-result.ts";
import { requireInput } from "../errors.ts";
import { toHex } from "../formats/hex.ts";
import { type Keccak, loadKeccak } from "../formats/keccak.ts";
import type { OutcomeEntry, OutcomeTrust } from "../log/entries.ts";
import { ReplayDifferenceError } from "./replay-difference.ts";

/** What is written down of a result: enough to notice any byte of it that comes out differently. */
export async function outcomeOf(result: BatchResult): Promise<OutcomeEntry> {
  return describeOutcome(await loadKeccak(), result);
}

/** The same for whoever has keccak at hand, or the hash of the receipts already. */
export function describeOutcome(
  keccak: Keccak,
  result: BatchResult,
  receiptsHash: Uint8Array = keccak(result.receipts),
): OutcomeEntry {
  const { header, batchHash, receipts, chunks, orderIds, orderStatus } = result;

  return {
    kind: "outcome",
    number: header.number,
    header,
    batchHash,
    receiptsHash: toHex(receiptsHash),
    chunkLeaves: chunks.map(({ leaf }) => leaf),
    trust: { receiptsSum: sumOf([receipts]), orderIds, orderStatus },
  };
}

/** SHA-256 of `parts` one after another: the machine has instructions for it, which keccak lacks. */
export function sumOf(parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return `0x${hash.digest("hex")}`;
}

/** What a trusting replay of a batch goes by. Throws if the log is from before it was written down. */
export function trustOf({ number, trust }: OutcomeEntry): OutcomeTrust {
  requireInput(trust !== undefined, `batch ${number}: the log does not say what its signatures came to; check all`);
  return trust;
}

/** Throws a {@link ReplayDifferenceError} at the first field in which `found` is not what was written down. */
export function requireSameOutcome(expected: OutcomeEntry, found: OutcomeEntry): void {
  const [logged, now] = [fieldsOf(expected), fieldsOf(found)];

  // Logs of before say less; what they say has to be the same.
  const fields = expected.trust === undefined ? logged.keys() : [...logged.keys(), ...now.keys()];
  for (const field of new Set(fields)) {
    const [before, after] = [logged.get(field) ?? "nothing", now.get(field) ?? "nothing"];
    if (before !== after) throw new ReplayDifferenceError(expected.number, field, before, after);
  }
  if (expected.trust !== undefined && found.trust !== undefined)
    requireSameOrders(expected.number, expected.trust, found.trust);
}

/** Ids and status of all orders; they are long, and hashed only to be told apart. */
function requireSameOrders(number: bigint, expected: OutcomeTrust, found: OutcomeTrust): void {
  const isSame =
    Buffer.compare(expected.orderIds, found.orderIds) === 0 &&
    Buffer.compare(expected.orderStatus, found.orderStatus) === 0;
  if (isSame) return;
  const [before, after] = [expected, found].map(({ orderIds, orderStatus }) => sumOf([orderIds, orderStatus]));
  throw new ReplayDifferenceError(number, "orders", before ?? "", after ?? "");
}

/** Throws a {@link ReplayDifferenceError} unless `found` is what was written down. */
export function requireSame(number: bigint, field: string, expected: string | number, found: string | number): void {
  if (expected !== found) throw new ReplayDifferenceError(number, field, `${expected}`, `${found}`);
}

/** By name; chunks before what is made of them, so that the first difference says where to look. */
function fieldsOf({ header, batchHash, receiptsHash, chunkLeaves, trust }: OutcomeEntry): Map<string, string> {
  const { chunksRoot, positionsRoot, ...plain } = header;
  const fields: (readonly [string, unknown])[] = [
    ...Object.entries(plain),
    ...chunkLeaves.map((leaf, chunk) => [`leaf of chunk ${chunk}`, leaf] as const),
    ["chunksRoot", chunksRoot],
    ["positionsRoot", positionsRoot],
    ["receiptsHash", receiptsHash],
    ["batchHash", batchHash],
    ...(trust === undefined ? [] : [["receiptsSum", trust.receiptsSum] as const]),
  ];
  return new Map(fields.map(([name, value]) => [name, String(value)]));
}

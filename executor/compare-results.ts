import { type BatchResult, type ChunkResult, instructionsOf, receiptsOf } from "./batch-result.ts";
import { toHex } from "./formats/hex.ts";

/** The first difference between two results of the same batch, as a sentence, or nothing. */
export function compareResults(left: BatchResult, right: BatchResult): string | undefined {
  return (
    firstDifference("order id", split(left.orderIds, 32), split(right.orderIds, 32)) ??
    firstDifference("order status", split(left.orderStatus, 1), split(right.orderStatus, 1)) ??
    firstDifference("instruction", instructionsOf(left), instructionsOf(right)) ??
    firstDifference("instruction record", split(left.instructions, 80), split(right.instructions, 80)) ??
    firstDifference("receipt", receiptsOf(left), receiptsOf(right)) ??
    firstDifference("receipt record", split(left.receipts, 64), split(right.receipts, 64)) ??
    firstDifference("chunk", left.chunks, right.chunks) ??
    firstDifference("net vector", left.chunks.map(netOf), right.chunks.map(netOf)) ??
    firstDifference("header", [left.header], [right.header]) ??
    firstDifference("batch hash", [left.batchHash], [right.batchHash]) ??
    firstDifference("file, part", split(left.file, 4_096), split(right.file, 4_096))
  );
}

const netOf = ({ net }: ChunkResult) => ({ ...net });

function firstDifference<T extends string | object>(
  name: string,
  left: readonly T[],
  right: readonly T[],
): string | undefined {
  if (left.length !== right.length) return `${name}: ${left.length} against ${right.length} of them`;

  for (const [index, item] of left.entries()) {
    const [a, b] = [fieldsOf(item), fieldsOf(right[index] ?? "")];
    const field = Object.keys(a).find((key) => a[key] !== b[key]);
    if (field !== undefined) return `${name} ${index}: ${field} is ${a[field]} against ${b[field]}`;
  }
  return undefined;
}

function fieldsOf(item: string | object): Record<string, string> {
  if (typeof item === "string") return { value: item };
  return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, String(value)]));
}

function split(bytes: Uint8Array, size: number): string[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, i) => toHex(bytes.subarray(i * size, (i + 1) * size)));
}

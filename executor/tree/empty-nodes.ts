import { HASH_BYTES } from "../formats/merkle.ts";
import { nodeBatch } from "./thread-batches.ts";

const known: Uint8Array[] = [new Uint8Array(HASH_BYTES)];

/** What a subtree without leaves hashes to, by its depth from 0 to at least `depth`. */
export function emptyNodes(depth: number): readonly Uint8Array[] {
  const batch = nodeBatch();

  while (known.length <= depth) {
    const below = known[known.length - 1] ?? new Uint8Array(HASH_BYTES);
    batch.input.set(below);
    batch.input.set(below, HASH_BYTES);
    batch.hash(1);
    known.push(batch.output.slice(0, HASH_BYTES));
  }
  return known;
}

import { toHex } from "../formats/hex.ts";
import { HASH_BYTES } from "../formats/merkle.ts";
import { emptyNodes } from "./empty-nodes.ts";
import { createLevelHasher } from "./hash-nodes.ts";
import { createNodeHeap, listIn, type NodeHeap } from "./node-heap.ts";

/** Levels of the largest tree: 2^25 leaves, 2 GiB. */
const MAX_DEPTH = 25;

/**
 * A positional Merkle tree (docs/formats.md, section 3) that stays in memory and is changed leaf by leaf. All nodes lie in
 * one {@link NodeHeap}. There is room for `capacity` leaves, a power of two; the tree over the first `count` of them is the one
 * at the left below, so that room to grow changes no root. What is not there yet holds what empty places hash to.
 */
export class PositionalTree {
  #heap: NodeHeap;
  #count = 0;

  /** An empty tree with room for `room` leaves and more. */
  constructor(room = 1) {
    this.#heap = createNodeHeap(capacityFor(room));
    for (let depth = 0; 2 ** depth <= this.capacity; depth++) fillLevel(this.#heap, depth, 0);
  }

  /** All nodes. It is another one after the tree has made room. */
  get heap(): NodeHeap {
    return this.#heap;
  }

  get capacity(): number {
    return this.#heap.capacity;
  }

  /** How many leaves there are. */
  get count(): number {
    return this.#count;
  }

  /** Makes it a tree of `count` leaves, never fewer than before. The new ones are empty until they are hashed. */
  growTo(count: number): void {
    if (count < this.#count) throw new RangeError(`a tree of ${this.#count} leaves does not shrink to ${count}`);
    if (count > this.capacity) this.#makeRoom(capacityFor(count));
    this.#count = count;
  }

  /** Zero of no leaves, the leaf of one. */
  root(): Uint8Array {
    if (this.#count === 0) return new Uint8Array(HASH_BYTES);
    const top = this.capacity >> depthOf(this.#count);
    return this.#heap.nodes.slice(top * HASH_BYTES, (top + 1) * HASH_BYTES);
  }

  /** The siblings of leaf `index`, from the leaf up. */
  proof(index: number): string[] {
    if (index < 0 || index >= this.#count) throw new RangeError(`a tree of ${this.#count} leaves has no leaf ${index}`);
    return Array.from({ length: depthOf(this.#count) }, (_, depth) =>
      toHex(this.#heap.nodes, (((this.capacity + index) >> depth) ^ 1) * HASH_BYTES, HASH_BYTES),
    );
  }

  /** Moves every level into a larger heap, and hashes the path from the old top to the new one. */
  #makeRoom(capacity: number): void {
    const [old, heap] = [this.#heap, createNodeHeap(capacity)];
    for (let depth = 0; 2 ** depth <= capacity; depth++) {
      const width = old.capacity >> depth;
      heap.nodes.set(old.nodes.subarray(width * HASH_BYTES, 2 * width * HASH_BYTES), (capacity >> depth) * HASH_BYTES);
      fillLevel(heap, depth, width);
    }

    const hashLevel = createLevelHasher(heap);
    const list = listIn(heap, 0, 0, 1);
    for (let node = capacity / old.capacity / 2; node >= 1; node = Math.floor(node / 2)) {
      list[0] = node;
      hashLevel(list, 1);
    }
    this.#heap = heap;
  }
}

/** Fills the places from `from` on, `depth` levels above the leaves, with what empty ones hash to. */
function fillLevel({ nodes, capacity }: NodeHeap, depth: number, from: number): void {
  const width = capacity >> depth;
  if (depth === 0 || from >= width) return; // fresh memory is zero, and so are empty leaves

  const start = (width + from) * HASH_BYTES;
  const end = 2 * width * HASH_BYTES;
  nodes.set(emptyNodes(MAX_DEPTH)[depth] ?? new Uint8Array(HASH_BYTES), start);
  for (let filled = HASH_BYTES; start + filled < end; filled *= 2) {
    nodes.copyWithin(start + filled, start, Math.min(start + filled, end - filled));
  }
}

/** Levels above the leaves of a tree of `count` leaves, at least one. */
export function depthOf(count: number): number {
  return count <= 1 ? 0 : 32 - Math.clz32(count - 1);
}

function capacityFor(count: number): number {
  const depth = depthOf(Math.max(1, count));
  if (depth > MAX_DEPTH) throw new RangeError(`a tree of ${count} leaves is larger than 2^${MAX_DEPTH}`);
  return 2 ** depth;
}

import { HASH_BYTES } from "../formats/merkle.ts";
import { createKernelMemory, KERNEL_BYTES, type KernelMemory } from "../keccak/node-kernel.ts";
import { sharedBytes } from "../workers/shared-bytes.ts";

/** Below so many leaves a memory for the kernel costs more than it saves: the system reserves gigabytes of addresses for each. */
const FEW_LEAVES = 2 ** 12;

/** Places in the room for lists beyond one per leaf: each list takes one more than it has nodes, and the last has the tops of subtrees. */
const SPARE_PLACES = 1_024;

/**
 * The nodes of a tree with `capacity` leaves, 32 bytes each, in heap order: node 1 is the top, *n* has the children *2n* and
 * *2n + 1*, and leaf *i* is node `capacity + i`. Node 0 is not used. Threads share it.
 */
export interface NodeHeap {
  readonly capacity: number;
  readonly nodes: Uint8Array;
  /** Where the kernel can reach the nodes; small trees go without. */
  readonly memory: KernelMemory | undefined;
}

export function createNodeHeap(capacity: number): NodeHeap {
  const bytes = 2 * capacity * HASH_BYTES;
  if (capacity < FEW_LEAVES) return { capacity, nodes: sharedBytes(bytes), memory: undefined };

  const memory = createKernelMemory(bytes + Uint32Array.BYTES_PER_ELEMENT * (capacity + SPARE_PLACES));
  return { capacity, nodes: new Uint8Array(memory.buffer, KERNEL_BYTES, bytes), memory };
}

/**
 * A list for up to `count` nodes of `heap`, and one more to make pairs. Lists that are in use at once need rooms of their own:
 * list number `list` begins behind `before` nodes in lists of lower numbers.
 */
export function listIn({ memory, nodes }: NodeHeap, list: number, before: number, count: number): Uint32Array {
  if (memory === undefined) return new Uint32Array(count + 1);
  const first = before + list;
  return new Uint32Array(memory.buffer, KERNEL_BYTES + nodes.length + Uint32Array.BYTES_PER_ELEMENT * first, count + 1);
}

import { parentOf, siblingOf } from "./tree-shape.ts";

/** What OpenZeppelin's `MerkleProof.multiProofVerify` takes beside the leaves. */
export interface Multiproof {
  readonly proof: readonly string[];
  readonly proofFlags: readonly boolean[];
}

/**
 * The multiproof of `leaves` (nodes, descending), in the order in which OpenZeppelin's verifier consumes it: the
 * deepest, rightmost node first, its parent to the end of the queue. `hashOf` gives nodes beside the leaves' paths.
 */
export function createMultiproof(leaves: readonly number[], hashOf: (node: number) => string): Multiproof {
  const queue = [...leaves];
  const proof: string[] = [];
  const proofFlags: boolean[] = [];

  for (let next = 0; next < queue.length; next++) {
    const node = queue[next] ?? 0;
    if (node === 0) break;

    const sibling = siblingOf(node);
    const isKnown = queue[next + 1] === sibling;
    proofFlags.push(isKnown);
    if (isKnown) next += 1;
    else proof.push(hashOf(sibling));
    queue.push(parentOf(node));
  }
  return { proof, proofFlags };
}

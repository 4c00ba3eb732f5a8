import { getAddress } from "ethers";
import { createMultiproof, type Multiproof } from "../../executor/income/multiproof.ts";
import { leafNode, parentOf, siblingOf, treeShape } from "../../executor/income/tree-shape.ts";
import type { ProofFile } from "../../executor/index.ts";

/** A line of a list, as the desk takes it. */
export interface ListLeaf {
  readonly index: number;
  readonly holder: string;
  readonly gross: bigint;
  readonly withheld: bigint;
}

export interface ProvedLeaves extends Multiproof {
  readonly leaves: readonly ListLeaf[];
}

/** Any rows of a list, ascending, and one proof of them all. Neighbours are read at once and have the shortest proof. */
export async function proveLeaves(proofs: ProofFile, indexes: readonly number[]): Promise<ProvedLeaves> {
  const [first = 0] = indexes;
  const last = indexes.at(-1) ?? 0;
  if (last - first + 1 === indexes.length) {
    const { rows, proof, proofFlags } = await proofs.multiproof(first, last + 1);
    return { leaves: rows.map(toLeaf), proof, proofFlags };
  }

  const shape = treeShape(proofs.header.count);
  const hashes = new Map<number, string>();
  const leaves: ListLeaf[] = [];
  for (const index of indexes) {
    const { proof, ...row } = await proofs.proof(index);
    leaves.push(toLeaf(row));
    let node = leafNode(shape, index);
    for (const hash of proof) {
      hashes.set(siblingOf(node), hash);
      node = parentOf(node);
    }
  }
  const nodes = indexes.map((index) => leafNode(shape, index));
  return { leaves, ...createMultiproof(nodes, (node) => hashes.get(node) ?? "") };
}

function toLeaf({ index, holder, gross, withheld }: ListLeaf): ListLeaf {
  return { index, holder: getAddress(holder), gross, withheld };
}

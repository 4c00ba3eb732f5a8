/**
 * The complete binary tree of @openzeppelin/merkle-tree: `2n − 1` nodes in a row, the root first, the children of node
 * *t* at *2t + 1* and *2t + 2*, the leaves at the end in reverse. Leaf *i* is node *2n − 2 − i*, so that the leaves of
 * neighbouring rows are neighbours, and all leaves are on the two deepest levels.
 */
export interface TreeShape {
  /** Leaves. */
  readonly count: number;
  readonly nodes: number;
  /** Longest proof; the shortest is at most one hash shorter. */
  readonly depth: number;
  /** How many leaves have the longest proof: those of the first rows. */
  readonly deepLeaves: number;
}

/** The tree of `count` leaves, at least one. */
export function treeShape(count: number): TreeShape {
  const depth = depthOf(2 * count - 2);
  return { count, nodes: 2 * count - 1, depth, deepLeaves: 2 * count - 2 ** depth };
}

/** The node of leaf `index`. */
export const leafNode = ({ nodes }: TreeShape, index: number): number => nodes - 1 - index;

export const parentOf = (node: number): number => (node - 1) >> 1;

export const siblingOf = (node: number): number => (node % 2 === 1 ? node + 1 : node - 1);

/** How many steps below the root `node` is. */
export const depthOf = (node: number): number => 31 - Math.clz32(node + 1);

import type { JobRunner, RunOptions } from "../workers/pool.ts";
import { createLevelHasher, raiseToParents } from "./hash-nodes.ts";
import { listIn } from "./node-heap.ts";
import type { PositionTable } from "./position-table.ts";
import { hashPositionSubtrees, type PositionTreeJob } from "./position-tree-job.ts";
import { depthOf, type PositionalTree } from "./positional-tree.ts";
import { sortPlaces } from "./sort-places.ts";

/** At most so many subtrees: enough for even work with dozens of threads, few enough to hash what is above them alone. */
const SUBTREE_LEVELS = 8;

/** Below so many touched leaves, some 0.5 ms, telling threads costs more than they save. */
const FEW_LEAVES = 512;

/**
 * Brings `tree` up to `table`: hashes the leaves at `touched` (in any order, repeated or not) and those that are new, and
 * once each every node above one of them. Threads take a subtree at a time; the few levels above are hashed here.
 * Returns how many hashes it took.
 */
export async function updatePositions(
  tree: PositionalTree,
  table: PositionTable,
  touched: Uint32Array,
  pool: JobRunner,
  options: RunOptions = {},
): Promise<number> {
  const places = sortPlaces(touched, tree.count, table.count);
  tree.growTo(table.count);
  if (places.length === 0) return 0;

  const depth = depthOf(tree.capacity);
  const levels = Math.min(depth, SUBTREE_LEVELS);
  const height = depth - levels;
  const { bounds, tops } = splitBySubtree(places, height, tree.capacity >> height);
  const hashes = new Uint32Array(new SharedArrayBuffer(4 * tops.length));
  const job: PositionTreeJob = {
    kind: "positionTree",
    total: tops.length,
    pieceSize: 1,
    table,
    heap: tree.heap,
    places,
    bounds,
    height,
    hashes,
  };
  if (places.length < FEW_LEAVES) hashPositionSubtrees(job)(0, tops.length);
  else await pool.run(job, options);

  const hashLevel = createLevelHasher(tree.heap);
  const list = listIn(tree.heap, tops.length, places.length, tops.length);
  list.set(tops);
  let count = tops.length;
  let total = hashes.reduce((sum, hashed) => sum + hashed, 0);
  for (let level = 0; level < levels; level++) {
    count = raiseToParents(list, count);
    hashLevel(list, count);
    total += count;
  }
  return total;
}

/** Which subtrees are touched (their top nodes), and where in `places` the leaves of each begin. */
function splitBySubtree(places: Uint32Array, height: number, firstTop: number) {
  const bounds: number[] = [];
  const tops: number[] = [];
  for (let i = 0; i < places.length; i++) {
    const top = firstTop + ((places[i] ?? 0) >>> height);
    if (top === tops[tops.length - 1]) continue;
    tops.push(top);
    bounds.push(i);
  }
  return { bounds: Uint32Array.from([...bounds, places.length]), tops: Uint32Array.from(tops) };
}

import { toHex } from "../formats/hex.ts";
import { HASH_BYTES } from "../formats/merkle.ts";
import { POSITION_KIND, type PositionKind } from "../formats/position-leaf.ts";
import type { JobRunner, RunOptions } from "../workers/pool.ts";
import type { PositionTables } from "./position-table.ts";
import { depthOf, PositionalTree } from "./positional-tree.ts";
import { nodeBatch } from "./thread-batches.ts";
import { updatePositions } from "./update-positions.ts";

/** Which rows have changed since the trees were brought up to date last; new rows need not be named. */
export interface TouchedPositions {
  readonly shares: Uint32Array;
  readonly cash: Uint32Array;
}

/** Siblings from a position's leaf up to the root of all, and which node of each pair is the one on the way. */
export interface PositionPath {
  /** Bit *d* is set if the node at depth *d* is the right one. */
  readonly path: bigint;
  readonly proof: readonly string[];
}

const NOTHING: TouchedPositions = { shares: new Uint32Array(), cash: new Uint32Array() };

/**
 * All positions as one tree: shares on the left, cash on the right, a growing tree each, so that new ones of either kind
 * are appended and move no other. Keep it from batch to batch and tell what was touched; a fresh one hashes everything.
 */
export class PositionTrees {
  readonly #shares: PositionalTree;
  readonly #cash: PositionalTree;

  /** Room may be given in advance, so that growing copies nothing. */
  constructor(room: { readonly shares: number; readonly cash: number } = { shares: 1, cash: 1 }) {
    this.#shares = new PositionalTree(room.shares);
    this.#cash = new PositionalTree(room.cash);
  }

  /** Brings both up to `tables`. Returns how many hashes it took. */
  async update(
    { shares, cash }: PositionTables,
    pool: JobRunner,
    options: RunOptions = {},
    touched: TouchedPositions = NOTHING,
  ): Promise<number> {
    const ofShares = await updatePositions(this.#shares, shares, touched.shares, pool, options);
    const ofCash = await updatePositions(this.#cash, cash, touched.cash, pool, options);
    return ofShares + ofCash;
  }

  /** Zero if there are no positions at all. */
  root(): Uint8Array {
    if (this.#shares.count + this.#cash.count === 0) return new Uint8Array(HASH_BYTES);

    const batch = nodeBatch();
    batch.input.set(this.#shares.root());
    batch.input.set(this.#cash.root(), HASH_BYTES);
    batch.hash(1);
    return batch.output.slice(0, HASH_BYTES);
  }

  /** The way from row `place` of one kind to the root. */
  prove(kind: PositionKind, place: number): PositionPath {
    const isCash = kind === POSITION_KIND.cash;
    const [own, other] = isCash ? [this.#cash, this.#shares] : [this.#shares, this.#cash];
    const side = isCash ? 1n << BigInt(depthOf(own.count)) : 0n;

    return { path: BigInt(place) | side, proof: [...own.proof(place), toHex(other.root())] };
  }
}

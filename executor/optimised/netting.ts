import type { Holders } from "../ledger/holders.ts";
import { AMOUNT, ROW, ROW_AMOUNTS, ROW_WORDS, type Rows } from "../ledger/rows.ts";
import { LEGS, type Legs, TAKEN_LEGS } from "./legs.ts";
import { NetSums } from "./net-sums.ts";

const NONE = -1;

/** Finds out which rows can settle together. Rows are named by their rank, and lists of them ascend. */
export class Netting {
  readonly sums: NetSums;
  readonly #legs: Legs;
  readonly #rows: Rows;
  readonly #holders: Holders;
  /** The member that was the first at a place, while components are sought. */
  readonly #firstAt: Int32Array;

  constructor(legs: Legs, rows: Rows, holders: Holders) {
    this.sums = new NetSums(legs);
    this.#legs = legs;
    this.#rows = rows;
    this.#holders = holders;
    this.#firstAt = new Int32Array(legs.count).fill(NONE);
  }

  /** The part of `members` that can settle together, by canonical synchronous rounds. */
  resolve(members: Int32Array): Int32Array {
    let left = members;
    for (;;) {
      const stays = this.#nominate(left) ?? this.#nominateCrowding(left);
      if (stays === undefined) return left;
      left = left.filter((_, place) => stays[place] === 1);
    }
  }

  /** Of each asset that would have too many holders, the last member that brings in a new one; empty if there is none. */
  crowding(members: Int32Array): number[] {
    const last = new Map<number, number>();
    const assets = new Set<number>();
    for (const row of members) assets.add(this.#assetOf(row));
    for (const asset of assets) {
      const row = this.#holders.limit[asset] === 0 ? NONE : this.#lastNewcomer(members, asset);
      if (row !== NONE) last.set(asset, row);
    }
    return [...last.values()];
  }

  /** `members` in groups without a place in common; a group stands where its first member does. */
  componentsOf(members: Int32Array): Int32Array[] {
    const parents = Int32Array.from(members.keys());
    for (let member = 0; member < members.length; member++) {
      for (let leg = 0; leg < LEGS; leg++) {
        const place = this.#legs.placeOf(members[member] ?? 0, leg);
        if (place < 0) continue;
        const first = this.#firstAt[place] ?? NONE;
        if (first === NONE) this.#firstAt[place] = member;
        else join(parents, first, member);
      }
    }
    for (const row of members) {
      for (let leg = 0; leg < LEGS; leg++) {
        const place = this.#legs.placeOf(row, leg);
        if (place >= 0) this.#firstAt[place] = NONE;
      }
    }

    const groups = new Map<number, number[]>();
    for (const [member, row] of members.entries()) {
      const root = rootOf(parents, member);
      const group = groups.get(root);
      if (group === undefined) groups.set(root, [row]);
      else group.push(row);
    }
    return [...groups.values()].map((group) => Int32Array.from(group));
  }

  /** One round: who stays, or undefined if nothing is overdrawn. */
  #nominate(members: Int32Array): Uint8Array | undefined {
    this.sums.begin();
    for (const row of members) this.sums.settle(row);

    const stays = new Uint8Array(members.length).fill(1);
    let isAnyOut = false;
    for (let member = members.length - 1; member >= 0; member--) {
      const row = members[member] ?? 0;
      for (let leg = 0; leg < TAKEN_LEGS; leg++) {
        if (!this.sums.isShort(row, leg)) continue;
        this.sums.giveBack(row, leg);
        stays[member] = 0;
        isAnyOut = true;
      }
    }
    return isAnyOut ? stays : undefined;
  }

  #nominateCrowding(members: Int32Array): Uint8Array | undefined {
    const crowding = this.crowding(members);
    if (crowding.length === 0) return undefined;
    return Uint8Array.from(members, (row) => Number(!crowding.includes(row)));
  }

  #lastNewcomer(members: Int32Array, asset: number): number {
    const { limit, count, held, holdingOf } = this.#holders;
    const net = new Map<number, bigint>();
    const add = (position: number, delta: bigint) => {
      const holding = holdingOf[position] ?? NONE;
      if (holding !== NONE) net.set(holding, (net.get(holding) ?? 0n) + delta);
    };
    for (const row of members) {
      if (this.#assetOf(row) !== asset) continue;
      const quantity = this.#rows.amounts[row * ROW_AMOUNTS + AMOUNT.quantity] ?? 0n;
      add(this.#rows.words[row * ROW_WORDS + ROW.from] ?? NONE, -quantity);
      add(this.#rows.words[row * ROW_WORDS + ROW.to] ?? NONE, quantity);
    }

    let after = count[asset] ?? 0;
    for (const [holding, delta] of net) {
      const before = held[holding] ?? 0n;
      after += Number(before + delta > 0n) - Number(before > 0n);
    }
    if (after <= (limit[asset] ?? 0)) return NONE;
    return (
      members.findLast((row) => {
        const holding = holdingOf[this.#rows.words[row * ROW_WORDS + ROW.to] ?? NONE] ?? NONE;
        return this.#assetOf(row) === asset && held[holding] === 0n && (net.get(holding) ?? 0n) > 0n;
      }) ?? NONE
    );
  }

  #assetOf(row: number): number {
    return (this.#rows.words[row * ROW_WORDS + ROW.asset] ?? 0) & 0xffff;
  }
}

function rootOf(parents: Int32Array, member: number): number {
  let root = member;
  while (parents[root] !== root) root = parents[root] ?? root;
  for (let at = member; at !== root; ) {
    const next = parents[at] ?? root;
    parents[at] = root;
    at = next;
  }
  return root;
}

/** The lower member becomes the root, so that a group is found at its first. */
function join(parents: Int32Array, one: number, other: number): void {
  const [a, b] = [rootOf(parents, one), rootOf(parents, other)];
  parents[Math.max(a, b)] = Math.min(a, b);
}

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
      const stays = this.#nominate(left) ?? this.#nominateBreaking(left);
      if (stays === undefined) return left;
      left = left.filter((_, place) => stays[place] === 1);
    }
  }

  /** Of each asset whose rules would be broken once all of `members` have settled, the last one to blame. */
  breaking(members: Int32Array): Set<number> {
    const blamed = new Set<number>();
    const assets = new Set<number>();
    for (const row of members) assets.add(this.#assetOf(row));
    for (const asset of assets) {
      const row = this.#holders.isCounted[asset] === 1 ? this.#blame(members, asset) : NONE;
      if (row !== NONE) blamed.add(row);
    }
    return blamed;
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

  #nominateBreaking(members: Int32Array): Uint8Array | undefined {
    const breaking = this.breaking(members);
    if (breaking.size === 0) return undefined;
    return Uint8Array.from(members, (row) => Number(!breaking.has(row)));
  }

  /** 32 to 35 in turn: who brings in one too many, takes from one too few, pays into too much, touches too little. */
  #blame(all: Int32Array, asset: number): number {
    const { limit, minimum, cap, least, count, held } = this.#holders;
    const members = all.filter((row) => this.#assetOf(row) === asset);
    const net = this.#netOf(members);
    const [mostShares, fewestShares] = [cap[asset] ?? 0n, least[asset] ?? 0n];
    const before = (holding: number) => held[holding] ?? 0n;
    const after = (holding: number) => before(holding) + (net.get(holding) ?? 0n);
    const isNew = (holding: number) => net.has(holding) && before(holding) === 0n && after(holding) > 0n;
    const isGone = (holding: number) => net.has(holding) && before(holding) > 0n && after(holding) === 0n;
    const isTooLarge = (holding: number) =>
      mostShares !== 0n && (net.get(holding) ?? 0n) > 0n && after(holding) > mostShares;
    const isTooSmall = (holding: number) =>
      (net.get(holding) ?? 0n) !== 0n && after(holding) > 0n && after(holding) < fewestShares;

    const opening = count[asset] ?? 0;
    const holdings = [...net.keys()];
    const closing = opening + holdings.filter(isNew).length - holdings.filter(isGone).length;
    const [most, fewest] = [limit[asset] ?? 0, minimum[asset] ?? 0];
    const [from, to] = [(row: number) => this.#holdingAt(row, ROW.from), (row: number) => this.#holdingAt(row, ROW.to)];
    return (
      (most !== 0 && closing > opening && closing > most ? members.findLast((row) => isNew(to(row))) : undefined) ??
      (closing < opening && closing < fewest ? members.findLast((row) => isGone(from(row))) : undefined) ??
      members.findLast((row) => isTooLarge(to(row))) ??
      members.findLast((row) => isTooSmall(from(row)) || isTooSmall(to(row))) ??
      NONE
    );
  }

  /** Net shares by holding; a protocol account has none. */
  #netOf(members: Int32Array): Map<number, bigint> {
    const net = new Map<number, bigint>();
    const add = (holding: number, delta: bigint) => net.set(holding, (net.get(holding) ?? 0n) + delta);
    for (const row of members) {
      const quantity = this.#rows.amounts[row * ROW_AMOUNTS + AMOUNT.quantity] ?? 0n;
      add(this.#holdingAt(row, ROW.from), -quantity);
      add(this.#holdingAt(row, ROW.to), quantity);
    }
    net.delete(NONE);
    return net;
  }

  #holdingAt(row: number, word: number): number {
    return this.#holders.holdingOf[this.#rows.words[row * ROW_WORDS + word] ?? NONE] ?? NONE;
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

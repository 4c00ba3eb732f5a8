import { CODE, WAITING_CODE } from "../../formats/reason-codes.ts";
import type { Receipt } from "../../formats/receipt.ts";
import { MAX_ATTEMPT, MAX_ROUNDS } from "../../optimised/limits.ts";
import type { PreparedBatch } from "../../prepare-batch.ts";
import { type Outcome, type PlainChunk, readInstruction } from "../decide-instructions.ts";
import { PlainBooks } from "../plain-books.ts";
import { chainsOf } from "../plain-chains.ts";
import type { PlainLedger } from "../plain-ledger.ts";
import type { PlainInstruction, PlainOrder } from "../plain-trade.ts";
import type { Fresh } from "./plain-attempt.ts";
import { attemptChain } from "./plain-chain-attempt.ts";
import { findCircle } from "./plain-circle.ts";
import { GROUPED_KINDS, type Waiting } from "./plain-legs.ts";
import { breaking, componentsOf, resolve } from "./plain-netting.ts";
import { PlainSettlement } from "./plain-settlement.ts";

/** What an optimised batch comes to: instructions and receipts in the order in which they settled. */
export interface OptimisedDecision {
  readonly instructions: readonly PlainInstruction[];
  readonly receipts: Receipt[];
  readonly chunks: PlainChunk[];
  readonly ledger: PlainLedger;
}

const NOTHING: Outcome = { code: CODE.accepted, quantity: 0n, cash: 0n };

/** A chain, mostly of one, that lacked shares or cash when it was last tried. */
interface Short {
  readonly chain: readonly Fresh[];
  readonly outcomes: readonly Outcome[];
}

/** Decides a batch with technical netting. Read this beside section 5.1 of `docs/formats.md`. */
export function decideOptimised(
  batch: PreparedBatch,
  messages: readonly PlainOrder[],
  canonical: readonly PlainInstruction[],
): OptimisedDecision {
  const books = new PlainBooks(batch, messages);
  const world = new PlainSettlement(batch);
  /** By the place of the chain in canonical order; always ascending. */
  let short = new Map<number, Short>();
  let tooLarge = new Set<number>();

  /** Each of `chains` in canonical order, as in a strict batch, but that what lacks shares or cash waits. */
  function settleOneByOne(chains: readonly (readonly [number, readonly Fresh[]])[], isWindow = false): void {
    short = new Map();
    for (const [rank, chain] of chains) {
      const { outcomes, waits } = attemptChain(chain, isWindow, batch, books, world);
      if (waits) short.set(rank, { chain, outcomes });
      else for (const [place, { instruction }] of chain.entries()) world.place(instruction, outcomes[place] ?? NOTHING);
    }
  }

  /** What waits for shares or cash alone and can settle in a group, in canonical order. */
  function waiting(): Waiting[] {
    return [...short].flatMap(([rank, { chain, outcomes }]) => {
      const [instruction, movement] = [chain[0]?.instruction, outcomes[0]?.movement];
      if (chain.length > 1 || instruction === undefined || movement === undefined) return [];
      const isGrouped = GROUPED_KINDS.includes(instruction.kind) && world.mandates.checkLive(movement) === 0;
      return isGrouped ? [{ rank, instruction, movement }] : [];
    });
  }

  /** Settles all of `members`, for which there is room, in canonical order. */
  function settleGroup(members: readonly Waiting[]): void {
    for (const { rank, instruction, movement } of members) {
      const operation = readInstruction({ ...instruction, isPartial: false }, books);
      const decision = typeof operation === "number" ? undefined : operation.run();
      books.ledger.move(movement);
      world.mandates.move(movement);
      decision?.commit?.();
      const { quantity, cash } = movement;
      world.place(instruction, { code: CODE.accepted, quantity, cash, movement });
      short.delete(rank);
    }
  }

  /** Settles what of `group` can settle in one chunk. */
  function settleNetted(group: readonly Waiting[]): void {
    let members = resolve(group, books);
    const movements = () => members.map(({ movement }) => movement);
    if (members.length === 0) return;
    if (!world.fitsAChunk(movements())) {
      for (const { rank } of members) tooLarge.add(rank);
      return;
    }

    world.makeRoomFor(movements(), members.length);
    for (;;) {
      const beyond = world.mandates.accountsBeyond(movements());
      if (beyond.size === 0) break;
      const last = [...beyond].map((account) =>
        members.findLast(({ movement }) => movement.buyer === account || movement.seller === account),
      );
      members = resolve(
        members.filter((member) => !last.includes(member)),
        books,
      );
    }
    settleGroup(members);
  }

  /** Whether `members` can settle in one chunk, all of them; the running chunk is closed if it has no room for them. */
  function canSettle(members: readonly Waiting[]): boolean {
    const movements = members.map(({ movement }) => movement);
    if (breaking(members, books).size > 0 || !world.fitsAChunk(movements)) return false;

    world.makeRoomFor(movements, members.length);
    return world.mandates.accountsBeyond(movements).size === 0;
  }

  /** Puts together what waits: everything that can be netted, then each instruction with those that it needs. */
  function settleTogether(): void {
    tooLarge = new Set();
    for (const currency of batch.snapshot.currencies.keys()) {
      const candidates = waiting().filter(({ movement }) => movement.currency === currency);
      for (const component of componentsOf(candidates, books)) {
        for (const group of componentsOf(resolve(component, books), books)) settleNetted(group);
      }
    }

    for (const first of waiting()) {
      if (!short.has(first.rank)) continue;
      const others = waiting().filter(({ movement }) => movement.currency === first.movement.currency);
      const circle = findCircle(first, others, books, canSettle);
      if (circle !== undefined) settleGroup(circle);
    }
  }

  /** What still waits gets its receipt: that it waits, or that it is refused because its time is up. */
  function park({ chain, outcomes }: Short, rank: number): void {
    const isLate = batch.recycleUntil !== undefined && batch.time >= batch.recycleUntil;
    const isOver = isLate || chain.some(({ instruction }) => instruction.attempt === MAX_ATTEMPT);
    for (const [place, { instruction }] of chain.entries()) {
      const code = outcomes[place]?.code ?? CODE.accepted;
      const waits = tooLarge.has(rank) ? CODE.groupTooLarge : (WAITING_CODE.get(code) ?? code);
      world.refuse(instruction, isOver ? code : waits);
    }
  }

  const again = () => [...short].map(([rank, { chain }]) => [rank, chain] as const);
  settleOneByOne([...markRepeats(chainsOf(canonical), books).entries()]);
  for (let round = 0; round < MAX_ROUNDS && short.size > 0; round++) {
    const before = world.receipts.length;
    settleTogether();
    settleOneByOne(again());
    if (world.receipts.length === before) break;
  }
  if (canonical.some(({ isPartial }) => isPartial)) settleOneByOne(again(), true);
  for (const [rank, each] of short) park(each, rank);
  world.end();

  return { instructions: world.instructions, receipts: world.receipts, chunks: world.chunks, ledger: books.ledger };
}

/** Whether the id of each instruction, in canonical order, was used up before it; by a waiting one, too. */
function markRepeats(chains: readonly (readonly PlainInstruction[])[], { used }: PlainBooks): Fresh[][] {
  return chains.map((chain) =>
    chain.map((instruction) => {
      const isRepeated = used.has(instruction.id);
      used.set(instruction.id, true);
      return { instruction, isRepeated };
    }),
  );
}

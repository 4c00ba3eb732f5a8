import { CODE, isShortage, WAITING_CODE } from "../../formats/reason-codes.ts";
import type { Receipt } from "../../formats/receipt.ts";
import { MAX_ATTEMPT, MAX_ROUNDS } from "../../optimised/limits.ts";
import type { PreparedBatch } from "../../prepare-batch.ts";
import type { PlainChunk } from "../decide-trades.ts";
import type { PlainLedger } from "../plain-ledger.ts";
import type { PlainInstruction, PlainOrder, PlainTrade } from "../plain-trade.ts";
import { findCircle } from "./plain-circle.ts";
import { componentsOf, resolve, type Waiting } from "./plain-netting.ts";
import { PlainSettlement } from "./plain-settlement.ts";

/** What an optimised batch comes to: instructions and receipts in the order in which they settled. */
export interface OptimisedDecision {
  readonly instructions: readonly PlainInstruction[];
  readonly receipts: readonly Receipt[];
  readonly chunks: readonly PlainChunk[];
  readonly ledger: PlainLedger;
}

/** An instruction that lacked shares or cash when it was last examined. */
interface Short {
  readonly instruction: PlainInstruction;
  readonly code: number;
  readonly trade: PlainTrade;
}

/** Decides a batch with technical netting. Read this beside section 5.1 of `docs/formats.md`. */
export function decideOptimised(
  batch: PreparedBatch,
  orders: readonly PlainOrder[],
  instructions: readonly PlainInstruction[],
): OptimisedDecision {
  const world = new PlainSettlement(batch, orders);
  const receipts: Receipt[] = [];
  /** By rank, the place in canonical order; always ascending. */
  let short = new Map<number, Short>();
  let tooLarge = new Set<number>();

  function write(instruction: PlainInstruction, code: number, trade?: PlainTrade): void {
    const moved = code === CODE.accepted ? trade : undefined;
    if (moved === undefined) world.place(instruction);
    else world.settle(instruction, moved);
    receipts.push({
      id: instruction.id,
      index: receipts.length,
      code,
      attempt: instruction.attempt,
      quantity: moved?.quantity ?? 0n,
      cash: moved?.cash ?? 0n,
      chunk: world.chunks.length,
    });
  }

  /** Each of `candidates` in canonical order, as in a strict batch, but that what lacks shares or cash waits. */
  function settleOneByOne(candidates: readonly (readonly [number, PlainInstruction, boolean])[]): void {
    short = new Map();
    for (const [rank, instruction, isFresh] of candidates) {
      const { code, trade } = world.examine(instruction, isFresh);
      if (trade !== undefined && isShortage(code)) {
        short.set(rank, { instruction, code, trade });
        continue;
      }
      if (trade === undefined || code !== CODE.accepted) {
        write(instruction, code);
        continue;
      }
      world.makeRoomFor([trade]);
      write(instruction, world.checkMandates(trade), trade);
    }
  }

  /** What waits for shares or cash alone, in canonical order. */
  function waiting(): Waiting[] {
    return [...short]
      .filter(([, { trade }]) => world.hasMandates(trade))
      .map(([rank, { instruction, trade }]) => ({ rank, instruction, trade }));
  }

  function settleGroup(members: readonly Waiting[]): void {
    for (const { rank, instruction, trade } of members) {
      short.delete(rank);
      write(instruction, CODE.accepted, trade);
    }
  }

  /** Settles what of `group` can settle in one chunk. */
  function settleNetted(group: readonly Waiting[]): void {
    let members = resolve(group, world);
    const trades = () => members.map(({ trade }) => trade);
    if (members.length === 0) return;
    if (!world.fitsAChunk(trades())) {
      for (const { rank } of members) tooLarge.add(rank);
      return;
    }

    world.makeRoomFor(trades());
    for (;;) {
      const beyond = world.accountsBeyondMandate(trades());
      if (beyond.size === 0) break;
      const last = [...beyond].map((account) =>
        members.findLast(({ trade }) => trade.buyer === account || trade.seller === account),
      );
      members = resolve(
        members.filter((member) => !last.includes(member)),
        world,
      );
    }
    settleGroup(members);
  }

  /** Whether `members` can settle in one chunk, all of them; if only the running chunk is in their way, it is closed. */
  function canSettle(members: readonly Waiting[]): boolean {
    const trades = members.map(({ trade }) => trade);
    if (resolve(members, world).length < members.length || !world.fitsAChunk(trades)) return false;

    world.makeRoomFor(trades);
    return world.accountsBeyondMandate(trades).size === 0;
  }

  /** Puts together what waits: everything that can be netted, then each trade with those that it needs. */
  function settleTogether(): void {
    tooLarge = new Set();
    for (const currency of batch.snapshot.currencies.keys()) {
      const candidates = waiting().filter(({ trade }) => trade.currency === currency);
      for (const component of componentsOf(candidates, world)) {
        for (const group of componentsOf(resolve(component, world), world)) settleNetted(group);
      }
    }

    for (const first of waiting()) {
      if (!short.has(first.rank)) continue;
      const others = waiting().filter(({ trade }) => trade.currency === first.trade.currency);
      const circle = findCircle(first, others, world, (members) => canSettle(members));
      if (circle !== undefined) settleGroup(circle);
    }
  }

  settleOneByOne(instructions.map((instruction, rank) => [rank, instruction, world.useUp(instruction)]));
  for (let round = 0; round < MAX_ROUNDS && short.size > 0; round++) {
    const before = receipts.length;
    settleTogether();
    settleOneByOne([...short].map(([rank, { instruction }]) => [rank, instruction, true]));
    if (receipts.length === before) break;
  }

  const isLate = batch.recycleUntil !== undefined && batch.time >= batch.recycleUntil;
  for (const [rank, { instruction, code }] of short) {
    const waits = tooLarge.has(rank) ? CODE.groupTooLarge : (WAITING_CODE.get(code) ?? code);
    write(instruction, isLate || instruction.attempt === MAX_ATTEMPT ? code : waits);
  }
  world.end();

  return { instructions: world.placed, receipts, chunks: world.chunks, ledger: world.ledger };
}

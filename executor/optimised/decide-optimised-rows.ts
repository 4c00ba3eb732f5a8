import { INSTRUCTION_AT, INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import { CODE, isShortage, WAITING_CODE } from "../formats/reason-codes.ts";
import type { LoweredBatch } from "../ledger/lowered-batch.ts";
import { ROW, ROW_WORDS } from "../ledger/rows.ts";
import type { PreparedBatch } from "../prepare-batch.ts";
import { CircleSearch } from "./find-circle.ts";
import { Legs } from "./legs.ts";
import { MAX_ATTEMPT, MAX_ROUNDS } from "./limits.ts";
import { Netting } from "./netting.ts";
import { RowSettlement } from "./row-settlement.ts";

/** The passes of an optimised batch over rows. Read it beside `decideOptimised`, which says the same in plain words. */
export function decideOptimisedRows(
  batch: PreparedBatch,
  ledger: LoweredBatch,
  instructions: Uint8Array,
): RowSettlement {
  const { rows, state, fills } = ledger;
  const world = new RowSettlement(batch, ledger);
  const legs = new Legs(state, rows, fills);
  const netting = new Netting(legs, rows, state.holders);
  /** What a row that waits was short of, by rank; 0 for all others. */
  const shortage = new Uint16Array(batch.instructionCount);
  let short = Int32Array.from({ length: batch.instructionCount }, (_, rank) => rank);
  let tooLarge = new Set<number>();

  const isShort = (rank: number) => shortage[rank] !== 0;
  const currencyOf = (rank: number) => (rows.words[rank * ROW_WORDS + ROW.asset] ?? 0) >>> 16;
  const waiting = () => short.filter((rank) => isShort(rank) && world.hasMandates(rank));

  function settleOneByOne(ranks: Int32Array): void {
    for (const rank of ranks) {
      const code = world.examine(rank);
      shortage[rank] = isShortage(code) ? code : 0;
      if (isShortage(code)) continue;
      if (code === CODE.accepted) world.settleOne(rank);
      else world.place(rank, code);
    }
    short = ranks.filter(isShort);
  }

  function settleGroup(members: Int32Array): void {
    for (const rank of members) shortage[rank] = 0;
    world.settle(members);
  }

  function settleNetted(group: Int32Array): void {
    let members = netting.resolve(group);
    if (members.length === 0) return;
    if (!world.fitsAChunk(members)) {
      for (const rank of members) tooLarge.add(rank);
      return;
    }

    world.makeRoomFor(members);
    for (;;) {
      const beyond = world.cellsBeyondMandate(members);
      if (beyond.size === 0) break;
      const last = new Set([...beyond].map((cell) => members.findLast((rank) => isOf(rank, cell))));
      members = netting.resolve(members.filter((rank) => !last.has(rank)));
    }
    settleGroup(members);
  }

  const isOf = (rank: number, cell: number) =>
    rows.words[rank * ROW_WORDS + ROW.pay] === cell || rows.words[rank * ROW_WORDS + ROW.receive] === cell;

  function canSettle(members: Int32Array): boolean {
    if (netting.crowding(members).length > 0 || !world.fitsAChunk(members)) return false;

    world.makeRoomFor(members);
    return world.cellsBeyondMandate(members).size === 0;
  }

  function settleTogether(): void {
    tooLarge = new Set();
    for (let currency = 0; currency < state.currencies.length; currency++) {
      const candidates = waiting().filter((rank) => currencyOf(rank) === currency);
      for (const component of netting.componentsOf(candidates)) {
        for (const group of netting.componentsOf(netting.resolve(component))) settleNetted(group);
      }
    }

    const left = waiting();
    const search = new CircleSearch(legs, rows, netting.sums, left, isShort, canSettle);
    for (const first of left) {
      const circle = isShort(first) ? search.find(first) : undefined;
      if (circle !== undefined) settleGroup(circle);
    }
  }

  settleOneByOne(short);
  for (let round = 0; round < MAX_ROUNDS && short.length > 0; round++) {
    const before = world.placed;
    settleTogether();
    settleOneByOne(short.filter(isShort));
    if (world.placed === before) break;
  }

  const isLate = batch.recycleUntil !== undefined && batch.time >= batch.recycleUntil;
  for (const rank of short) {
    const code = shortage[rank] ?? 0;
    const attempt = instructions[rank * INSTRUCTION_BYTES + INSTRUCTION_AT.attempt] ?? 0;
    const waits = tooLarge.has(rank) ? CODE.groupTooLarge : (WAITING_CODE.get(code) ?? code);
    world.place(rank, isLate || attempt === MAX_ATTEMPT ? code : waits);
  }
  world.end();

  return world;
}

import { FLAG, INSTRUCTION_AT, INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import { viewOf } from "../formats/integers.ts";
import { CODE, mayWait, WAITING_CODE } from "../formats/reason-codes.ts";
import { endOfChain, isLinked } from "../ledger/kinds/decide-kinds.ts";
import type { LoweredBatch } from "../ledger/lowered-batch.ts";
import { ROW, ROW_WORDS } from "../ledger/rows.ts";
import type { PreparedBatch } from "../prepare-batch.ts";
import { ChainAttempt } from "./chain-attempt.ts";
import { CircleSearch } from "./find-circle.ts";
import { isGrouped, Legs } from "./legs.ts";
import { MAX_ATTEMPT, MAX_ROUNDS } from "./limits.ts";
import { Netting } from "./netting.ts";
import { RowSettlement } from "./row-settlement.ts";

/** The passes of an optimised batch over rows. Read it beside `decideOptimised`, which says the same in plain words. */
export function decideOptimisedRows(
  batch: PreparedBatch,
  ledger: LoweredBatch,
  instructions: Uint8Array,
): RowSettlement {
  const { rows, state, kinds, posting } = ledger;
  const { instructionCount: count, maxChunkInstructions } = batch;
  const world = new RowSettlement(batch, ledger);
  const chains = kinds && new ChainAttempt(world, kinds, posting, rows, instructions, maxChunkInstructions);
  const legs = new Legs(ledger);
  const netting = new Netting(legs, rows, state.holders);
  const { starts, endOf } = readChains(instructions, count);
  /** What each row came to when it was last examined. */
  const codes = new Uint16Array(count);
  const isWaiting = new Uint8Array(count);
  /** First ranks of the chains that lacked something when they were last tried, ascending; most are chains of one. */
  let short = starts;
  let tooLarge = new Set<number>();

  const isShort = (rank: number) => isWaiting[rank] === 1;
  const wordOf = (rank: number, word: number) => rows.words[rank * ROW_WORDS + word] ?? 0;
  const kindOf = (rank: number) => wordOf(rank, ROW.head) & 0xff;
  const currencyOf = (rank: number) => wordOf(rank, ROW.asset) >>> 16;
  const waiting = () =>
    short.filter(
      (rank) => isShort(rank) && endOf[rank] === rank + 1 && isGrouped(kindOf(rank)) && world.hasMandates(rank),
    );

  /** Whether the row lacks what others may bring in; if not, it has been settled or refused. */
  function settleOne(rank: number): boolean {
    const code = world.examine(rank);
    codes[rank] = code;
    if (mayWait(kindOf(rank), code)) return true;
    if (code === CODE.accepted) world.settleOne(rank);
    else world.place(rank, code);
    return false;
  }

  function settleChain(first: number, end: number): boolean {
    const stopped = chains?.run(first, end, codes) ?? -1;
    if (stopped >= 0 && stopped < end && mayWait(kindOf(stopped), codes[stopped] ?? 0)) return true;
    for (let rank = first; rank < end; rank++) world.place(rank, codes[rank] ?? 0);
    return false;
  }

  function settleOneByOne(firsts: Int32Array): void {
    for (const first of firsts) {
      const end = endOf[first] ?? first + 1;
      const isAlone = end === first + 1 && !isLinked({ instructions }, first);
      isWaiting[first] = Number(isAlone ? settleOne(first) : settleChain(first, end));
    }
    short = firsts.filter(isShort);
  }

  function settleGroup(members: Int32Array): void {
    for (const rank of members) isWaiting[rank] = 0;
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

  const isOf = (rank: number, cell: number) => wordOf(rank, ROW.pay) === cell || wordOf(rank, ROW.receive) === cell;

  function canSettle(members: Int32Array): boolean {
    if (netting.breaking(members).size > 0 || !world.fitsAChunk(members)) return false;

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

  /** Receipts of a chain that still waits. */
  function park(first: number): void {
    const isLate = batch.recycleUntil !== undefined && batch.time >= batch.recycleUntil;
    const end = endOf[first] ?? first + 1;
    let isOver = isLate;
    for (let rank = first; rank < end; rank++) {
      isOver ||= instructions[rank * INSTRUCTION_BYTES + INSTRUCTION_AT.attempt] === MAX_ATTEMPT;
    }
    for (let rank = first; rank < end; rank++) {
      const code = codes[rank] ?? 0;
      const waits = tooLarge.has(rank) ? CODE.groupTooLarge : (WAITING_CODE.get(code) ?? code);
      world.place(rank, isOver ? code : waits);
    }
  }

  const hasWindow = asksForParts(instructions);
  const partial = takeFlags(rows.words, count);
  settleOneByOne(short);
  for (let round = 0; round < MAX_ROUNDS && short.length > 0; round++) {
    const before = world.placed;
    settleTogether();
    settleOneByOne(short.filter(isShort));
    if (world.placed === before) break;
  }
  for (const rank of partial) rows.words[rank * ROW_WORDS + ROW.head] = wordOf(rank, ROW.head) | PARTIAL;
  if (hasWindow) settleOneByOne(short);
  for (const first of short) park(first);
  world.end();

  return world;
}

const PARTIAL = FLAG.partial << 8;

/** Whether any instruction asks for what there is, up to its quantity. */
function asksForParts(instructions: Uint8Array): boolean {
  for (let at = INSTRUCTION_AT.flags; at < instructions.length; at += INSTRUCTION_BYTES) {
    if (((instructions[at] ?? 0) & FLAG.partial) !== 0) return true;
  }
  return false;
}

/** Takes the flag of partial quantities off all rows; those that had it. */
function takeFlags(words: Int32Array, count: number): number[] {
  const partial: number[] = [];
  for (let rank = 0; rank < count; rank++) {
    const head = words[rank * ROW_WORDS + ROW.head] ?? 0;
    if ((head & PARTIAL) === 0) continue;
    words[rank * ROW_WORDS + ROW.head] = head & ~PARTIAL;
    partial.push(rank);
  }
  return partial;
}

/** Where chains begin, and behind which rank each ends. */
function readChains(instructions: Uint8Array, count: number): { starts: Int32Array; endOf: Int32Array } {
  const records = { instructions, count, view: viewOf(instructions) };
  const starts: number[] = [];
  const endOf = new Int32Array(count);
  for (let first = 0, end = 0; first < count; first = end) {
    end = endOfChain(records, first);
    starts.push(first);
    endOf[first] = end;
  }
  return { starts: Int32Array.from(starts), endOf };
}

import { fromHex } from "../../formats/hex.ts";
import { hasKind, INSTRUCTION_AT, INSTRUCTION_BYTES, KIND } from "../../formats/instruction-record.ts";
import { viewOf, wordsOf } from "../../formats/integers.ts";
import { MESSAGE, ORDER_AT, ORDER_BYTES } from "../../formats/order-record.ts";
import { isAccepted } from "../../formats/reason-codes.ts";
import { RECEIPT_AT, RECEIPT_BYTES } from "../../formats/receipt.ts";
import type { SnapshotTables } from "../../packed-snapshot.ts";
import { ORDER_STATUS } from "../../workers/jobs.ts";
import { sharedBytes } from "../../workers/shared-bytes.ts";
import type { FillBook } from "../fill-book.ts";
import { hasOtherLimits } from "../holders.ts";
import { KeyTable } from "../key-table.ts";
import { type Orders, sameTrader } from "../orders.ts";

const NONE = -1;
const ID_WORDS = 8;
const ADDRESS_WORDS = 5;
const ORDER_WORDS = ORDER_BYTES / 4;

/** What begins or ends a hold. */
const HOLD_KINDS: readonly number[] = [KIND.hold, KIND.post, KIND.void, KIND.expire];

/** A hold by numbers. What it says never changes; whether it lives stands in {@link KindBooks.isLive}. */
export interface HoldEntry {
  readonly holder: number;
  readonly beneficiary: number;
  readonly agent: number;
  readonly asset: number;
  readonly quantity: bigint;
  readonly until: bigint;
}

/** What only some kinds of instructions read and change: offerings, entitlements, holds, officers, withdrawn orders. */
export class KindBooks {
  readonly offerings: NonNullable<SnapshotTables["offerings"]>;
  /** Shares left, by offering. */
  readonly left: BigInt64Array;
  readonly entitlements: NonNullable<SnapshotTables["entitlements"]>;
  readonly distributions: NonNullable<SnapshotTables["distributions"]>;
  /** 1 for what was paid out, by entitlement. */
  readonly isClaimed: Uint8Array;
  readonly officers: ReadonlySet<number>;
  /** All holds that ever were, by number. */
  readonly holds: HoldEntry[] = [];
  readonly isLive: number[] = [];
  readonly withoutMandates: boolean;
  readonly #holdIds: KeyTable;
  /** Order ids and traders of what was withdrawn, whether the order is known or not. */
  readonly #withdrawn: KeyTable;
  /** 1 for what is withdrawn for good, by number; a chain that fails takes its own back. */
  readonly #isWithdrawn: number[] = [];
  readonly #withdrawnFills = new Set<number>();
  /** Numbers of the holds that lived when the batch opened, in the order of the snapshot that it opens with. */
  #opening: readonly number[];
  readonly #needsMore: boolean;

  constructor(tables: SnapshotTables) {
    const { offerings = [], entitlements = [], distributions = [], holds = [], officers = [], cancelled = [] } = tables;
    this.offerings = offerings;
    this.left = BigInt64Array.from(offerings, ({ left }) => left);
    this.entitlements = entitlements;
    this.distributions = distributions;
    this.isClaimed = Uint8Array.from(entitlements, ({ amount }) => Number(amount === 0n));
    this.officers = new Set(officers);
    this.#opening = [...holds.keys()];
    this.withoutMandates = tables.withoutMandates === true;
    this.#needsMore = tables.assets.some(hasOtherLimits);
    this.#holdIds = new KeyTable(ID_WORDS, holds.length);
    this.#withdrawn = new KeyTable(ID_WORDS + ADDRESS_WORDS, cancelled.length);

    for (const { id, ...hold } of holds) {
      this.#holdIds.add(wordsOf(fromHex(id, 32)), 0);
      this.holds.push(hold);
      this.isLive.push(1);
    }
    for (const { order, trader } of cancelled) {
      this.#isWithdrawn[this.#withdrawn.add(withdrawalKey(order, trader), 0)] = 1;
    }
  }

  /** Whether even trades have to be decided with more than the plain kernel knows. */
  get areNeeded(): boolean {
    return this.#needsMore || this.#withdrawn.size > 0;
  }

  /** The number of the hold at `place` of the snapshot that the batch opens with, or -1. */
  openingHold(place: number): number {
    return this.#opening[place] ?? NONE;
  }

  /** Ids of the holds that lived when the batch opened, 32 bytes each, in memory that threads may read. */
  openingHoldIds(): Uint8Array {
    const ids = sharedBytes(32 * this.#opening.length);
    const words = wordsOf(ids);
    for (const [place, number] of this.#opening.entries()) this.#holdIds.copyKey(number, words, ID_WORDS * place);
    return ids;
  }

  /**
   * Goes on to the next batch, given what was decided of this one: holds that have ended are no longer in what it opens with, new
   * ones stand behind the others in the order in which they were accepted.
   */
  close(instructions: Uint8Array, receipts: Uint8Array): void {
    if (!hasKind(instructions, HOLD_KINDS)) return;
    const view = viewOf(receipts);
    const ids = wordsOf(receipts);
    const live = this.#opening.filter((number) => this.isLive[number] === 1);

    for (let index = 0; index * INSTRUCTION_BYTES < instructions.length; index++) {
      const isHold = instructions[index * INSTRUCTION_BYTES + INSTRUCTION_AT.kind] === KIND.hold;
      if (!isHold || !isAccepted(view.getUint16(index * RECEIPT_BYTES + RECEIPT_AT.code))) continue;
      const number = this.#holdIds.find(ids, (index * RECEIPT_BYTES + RECEIPT_AT.id) / 4);
      if (this.isLive[number] === 1) live.push(number);
    }
    this.#opening = live;
  }

  /** Numbers the holds among the messages of a batch, and finds out which of its orders are withdrawn. */
  meet(orders: Orders, ids: Uint8Array): void {
    const idWords = wordsOf(ids);

    for (let message = 0; message < orders.count; message++) {
      if (orders.status[message] === ORDER_STATUS.malformed) continue;
      const type = orders.view.getUint8(message * ORDER_BYTES + ORDER_AT.side);
      if (type === MESSAGE.hold) this.#meetHold(orders, idWords, message);
      if (type <= MESSAGE.sellOrder && this.#withdrawn.size > 0) this.#meetOrder(orders, idWords, message);
    }
  }

  /** The number of the hold whose id begins at word `at`, or -1. */
  findHold(words: Int32Array, at: number): number {
    return this.#holdIds.find(words, at);
  }

  isFillWithdrawn(fill: number): boolean {
    return this.#withdrawnFills.has(fill);
  }

  /** The number under which the order that a cancel names is withdrawn. */
  withdrawalOf({ words }: Orders, cancel: number): number {
    const key = new Int32Array(ID_WORDS + ADDRESS_WORDS);
    key.set(
      words.subarray(cancel * ORDER_WORDS + ORDER_AT.salt / 4, cancel * ORDER_WORDS + ORDER_AT.salt / 4 + ID_WORDS),
    );
    key.set(words.subarray(cancel * ORDER_WORDS, cancel * ORDER_WORDS + ADDRESS_WORDS), ID_WORDS);
    return this.#withdrawn.add(key, 0);
  }

  /** Withdraws an order, or takes that back; false if it was withdrawn before. */
  withdraw(number: number, fill: number, isWithdrawn: boolean): boolean {
    const before = this.#isWithdrawn[number] === 1;
    this.#isWithdrawn[number] = Number(isWithdrawn);
    if (fill !== NONE && isWithdrawn) this.#withdrawnFills.add(fill);
    if (fill !== NONE && !isWithdrawn) this.#withdrawnFills.delete(fill);
    return !before;
  }

  #meetHold({ view, account }: Orders, ids: Int32Array, message: number): void {
    const before = this.#holdIds.size;
    this.#holdIds.add(ids, message * ID_WORDS);
    if (this.#holdIds.size === before) return;

    const at = message * ORDER_BYTES;
    this.holds.push({
      holder: account[message] ?? NONE,
      beneficiary: view.getUint32(at + ORDER_AT.counterparty),
      agent: view.getUint32(at + ORDER_AT.secondAccount),
      asset: view.getUint16(at + ORDER_AT.asset),
      quantity: view.getBigInt64(at + ORDER_AT.quantity),
      until: view.getBigUint64(at + ORDER_AT.limitPrice),
    });
    this.isLive.push(0);
  }

  #meetOrder({ words, fill }: Orders, ids: Int32Array, message: number): void {
    const key = new Int32Array(ID_WORDS + ADDRESS_WORDS);
    key.set(ids.subarray(message * ID_WORDS, (message + 1) * ID_WORDS));
    key.set(words.subarray(message * ORDER_WORDS, message * ORDER_WORDS + ADDRESS_WORDS), ID_WORDS);
    const number = this.#withdrawn.find(key, 0);
    if (number !== NONE && this.#isWithdrawn[number] === 1) this.#withdrawnFills.add(fill[message] ?? NONE);
  }
}

/** The fill that a cancel is about, if its order is in the batch and of the same trader; else -1. */
export function fillOfCancel(orders: Orders, fills: FillBook, orderOfFill: Int32Array, cancel: number): number {
  const fill = fills.find(orders.words, cancel * ORDER_WORDS + ORDER_AT.salt / 4);
  const order = fill === NONE ? NONE : (orderOfFill[fill] ?? NONE);
  return order !== NONE && sameTrader(orders, order, cancel) ? fill : NONE;
}

/** By fill, an order of the batch that has it; -1 where none has. */
export function ordersByFill(orders: Orders): Int32Array {
  const most = orders.fill.reduce((high, fill) => Math.max(high, fill), NONE);
  const orderOfFill = new Int32Array(most + 1).fill(NONE);

  for (let order = 0; order < orders.count; order++) {
    const isOrder = orders.view.getUint8(order * ORDER_BYTES + ORDER_AT.side) <= MESSAGE.sellOrder;
    if (isOrder && orders.status[order] !== ORDER_STATUS.malformed) orderOfFill[orders.fill[order] ?? 0] = order;
  }
  return orderOfFill;
}

function withdrawalKey(order: string, trader: string): Int32Array {
  const key = new Int32Array(ID_WORDS + ADDRESS_WORDS);
  key.set(wordsOf(fromHex(order, 32)));
  key.set(wordsOf(fromHex(trader, 20)), ID_WORDS);
  return key;
}

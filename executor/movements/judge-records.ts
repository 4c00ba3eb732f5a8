import { createWordTables } from "../formats/batch-tables.ts";
import { createDigester } from "../formats/digest.ts";
import { toHex } from "../formats/hex.ts";
import { INSTRUCTION_BYTES, type InstructionRecord, KIND } from "../formats/instruction-record.ts";
import { viewOf } from "../formats/integers.ts";
import type { Keccak } from "../formats/keccak.ts";
import { BUY, ORDER_BYTES, type Order, type OrderRecord, SELL } from "../formats/order-record.ts";
import { POSITION_KIND } from "../formats/position-leaf.ts";
import { ACCEPTED } from "../formats/reason-codes.ts";
import type { Receipt } from "../formats/receipt.ts";
import { type DecidedRecords, isSamePosition, type PositionKey } from "./decided-records.ts";
import type { Dispute, PlacedRecords } from "./dispute.ts";
import { type Evidence, placeRecords, type Tell } from "./evidence.ts";
import { neighboursOf, placeAll } from "./neighbours.ts";
import type { PublishedBatch } from "./published-batch.ts";

const PARTIAL = 2;

/** Kinds that never move shares or cash between accounts. */
const MOVING_NOTHING: readonly number[] = [KIND.hold, KIND.void, KIND.expire, KIND.freeze, KIND.unfreeze, KIND.cancel];

/** Judges the records of a chunk: by themselves, by what was signed, and by what they moved. */
export class RecordJudge {
  readonly #keccak: Keccak;
  readonly #published: PublishedBatch;
  readonly #records: DecidedRecords;
  readonly #evidence: Evidence;
  readonly #tell: Tell;
  readonly #movedBy = new Map<number, number[]>();

  constructor(keccak: Keccak, published: PublishedBatch, records: DecidedRecords, evidence: Evidence, tell: Tell) {
    this.#keccak = keccak;
    this.#published = published;
    this.#records = records;
    this.#evidence = evidence;
    this.#tell = tell;
    for (const [place, { instruction }] of (evidence.movements?.movements ?? []).entries()) {
      this.#movedBy.set(instruction, [...(this.#movedBy.get(instruction) ?? []), place]);
    }
  }

  /** The first record that proves the chunk wrong. */
  judge(): Dispute | undefined {
    if (this.#evidence.trees === undefined) return undefined;
    const { firstInstruction: first, instructionCount: count } = this.#evidence.chunk.fields;
    for (let index = first; index < first + count; index++) {
      const dispute = this.#judgeOne(index);
      if (dispute !== undefined) return dispute;
    }
    return undefined;
  }

  #judgeOne(index: number): Dispute | undefined {
    const [asked, got] = [this.#records.instruction(index), this.#records.receipt(index)];
    const { exhibit, chunk, movements } = this.#evidence;
    const mayMove = got.code === ACCEPTED && !MOVING_NOTHING.includes(asked.kind);
    const [moved] = this.#movedBy.get(index) ?? [];

    if (got.id !== asked.id || got.index !== index || got.chunk !== chunk.fields.index) {
      const why = `the receipt at ${index} is not that of its instruction`;
      return { kind: "receipt", exhibit, why, records: this.#place(index), moved: [] };
    }
    if (moved !== undefined && !mayMove && movements !== undefined) {
      const why = `instruction ${index} was refused, or is of a kind that moves nothing, and yet moved something`;
      return { kind: "receipt", exhibit, why, records: this.#place(index), moved: placeAll(movements, [moved]) };
    }
    if (asked.kind === KIND.trade) return this.#judgeTrade(index, asked, got);
    if (asked.kind === KIND.transfer) return this.#judgeTransfer(index, asked, got);
    if (this.#wrongPosition(index) !== undefined) {
      this.#tell(`instruction ${index} moved something else than its receipt says, and is neither trade nor transfer`);
    }
    return undefined;
  }

  #judgeTrade(index: number, asked: InstructionRecord, got: Receipt): Dispute | undefined {
    const [buy, sell] = [this.#records.message(asked.buyOrder), this.#records.message(asked.sellOrder)];
    const isAllowed =
      got.code !== ACCEPTED || (buy !== undefined && sell !== undefined && allowsTrade(asked, got, buy, sell));
    const wrong = isAllowed ? this.#wrongPosition(index) : undefined;
    if (isAllowed && wrong === undefined) return undefined;
    if (buy === undefined || sell === undefined || !this.#isNamed(index, [asked.buyOrder, asked.sellOrder])) {
      this.#tell(`trade ${index} is wrong, but its id is not that of the orders that it names`);
      return undefined;
    }
    return {
      kind: "trade",
      exhibit: this.#evidence.exhibit,
      why: isAllowed
        ? `trade ${index} moved something else than its receipt says`
        : `its orders do not allow trade ${index}`,
      records: this.#place(index),
      buy: this.#orderOf(buy),
      sell: this.#orderOf(sell),
      ...this.#shown(index, wrong ?? this.#sharesOf(buy)),
    };
  }

  #judgeTransfer(index: number, asked: InstructionRecord, got: Receipt): Dispute | undefined {
    const sent = this.#records.message(asked.buyOrder);
    const isAllowed =
      got.code !== ACCEPTED ||
      (sent !== undefined &&
        sent.trader !== this.#records.addressOf(sent.counterparty) &&
        got.cash === 0n &&
        asked.quantity === sent.quantity &&
        isWithinQuantity(asked, got));
    const wrong = isAllowed ? this.#wrongPosition(index) : undefined;
    if (isAllowed && wrong === undefined) return undefined;
    if (sent === undefined || !this.#isNamed(index, [asked.buyOrder])) {
      this.#tell(`transfer ${index} is wrong, but its id is not that of the message that it names`);
      return undefined;
    }
    const { trader: from, quantity, expiry, priority, salt } = sent;
    const to = this.#records.addressOf(sent.counterparty);
    return {
      kind: "transfer",
      exhibit: this.#evidence.exhibit,
      why: isAllowed
        ? `transfer ${index} moved something else than its receipt says`
        : `what its sender signed does not allow transfer ${index}`,
      records: this.#place(index),
      transfer: { from, to, asset: this.#assetOf(sent), quantity, expiry, priority, salt },
      ...this.#shown(index, wrong ?? this.#sharesOf(sent)),
    };
  }

  /** A position of which an instruction moved something else than its receipt says. */
  #wrongPosition(index: number): PositionKey | undefined {
    const { movements } = this.#evidence;
    if (movements === undefined) return undefined;
    const due = this.#records.changesBy(index);
    const done = (this.#movedBy.get(index) ?? []).flatMap((place) => movements.movements[place] ?? []);
    const deltaIn = (list: readonly (PositionKey & { readonly delta: bigint })[], position: PositionKey) =>
      list.find((each) => isSamePosition(each, position))?.delta ?? 0n;
    return [...due, ...done].find((position) => deltaIn(due, position) !== deltaIn(done, position));
  }

  /** What a dispute shows of a position; nothing, if the movements were withheld and nothing needs to be shown. */
  #shown(index: number, { kind, account, unit }: PositionKey) {
    const { movements } = this.#evidence;
    const position = { kind, account, unit };
    return { position, neighbours: movements === undefined ? [] : neighboursOf(movements, position, index) };
  }

  #place(index: number): PlacedRecords {
    return placeRecords(this.#published, this.#evidence, index);
  }

  /** Whether an instruction's id is the one that the messages at `places` give it. */
  #isNamed(index: number, places: readonly number[]): boolean {
    const { orders, tables, orderCount } = this.#records.batch;
    const digester = createDigester(this.#keccak, createWordTables(tables));
    const ids = new Uint8Array(32 * orderCount);
    const view = viewOf(orders);
    for (const place of places) digester.orderId(orders, view, place * ORDER_BYTES, ids, 32 * place);

    const { instructions } = this.#published.records;
    const record = instructions.slice(index * INSTRUCTION_BYTES, (index + 1) * INSTRUCTION_BYTES);
    digester.tradeId(record, viewOf(record), 0, { records: view, count: orderCount, ids });
    return toHex(record) === toHex(instructions, index * INSTRUCTION_BYTES, INSTRUCTION_BYTES);
  }

  #orderOf(record: OrderRecord): Order {
    const { trader, side, quantity, expiry, priority, salt } = record;
    const { address: currency, engineUnit } = this.#records.batch.snapshot.currencies[record.currency] ?? {
      address: `0x${"00".repeat(20)}`,
      engineUnit: 1n,
    };
    const limitPrice = record.limitPrice * engineUnit;
    return { trader, side, asset: this.#assetOf(record), currency, quantity, limitPrice, expiry, priority, salt };
  }

  #assetOf({ asset }: OrderRecord): bigint {
    return this.#records.batch.snapshot.assets[asset]?.id ?? 0n;
  }

  #sharesOf(record: OrderRecord): PositionKey {
    return { kind: POSITION_KIND.shares, account: record.trader, unit: this.#assetOf(record) };
  }
}

/** Whether two orders by themselves allow what the receipt of an accepted trade says. */
function allowsTrade(asked: InstructionRecord, got: Receipt, buy: OrderRecord, sell: OrderRecord): boolean {
  return (
    buy.side === BUY &&
    sell.side === SELL &&
    buy.trader !== sell.trader &&
    buy.asset === sell.asset &&
    buy.currency === sell.currency &&
    asked.price <= buy.limitPrice &&
    asked.price >= sell.limitPrice &&
    got.quantity <= buy.quantity &&
    got.quantity <= sell.quantity &&
    got.cash === got.quantity * asked.price &&
    isWithinQuantity(asked, got)
  );
}

/** All that was asked for, or, if that may be, some of it. */
function isWithinQuantity({ quantity, flags }: InstructionRecord, got: Receipt): boolean {
  if (got.quantity === 0n) return false;
  return (flags & PARTIAL) === 0 ? got.quantity === quantity : got.quantity <= quantity;
}

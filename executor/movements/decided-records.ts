import type { BatchResult } from "../batch-result.ts";
import { type Opening, readBatchFile } from "../formats/batch-file.ts";
import { fromHex, toHex } from "../formats/hex.ts";
import {
  decodeInstruction,
  INSTRUCTION_BYTES,
  type InstructionRecord,
  KIND,
  KIND_TRADE,
} from "../formats/instruction-record.ts";
import { decodeOrder, MESSAGE, ORDER_BYTES, type OrderRecord } from "../formats/order-record.ts";
import { POSITION_KIND, type PositionKind } from "../formats/position-leaf.ts";
import { ACCEPTED } from "../formats/reason-codes.ts";
import { decodeReceipt, RECEIPT_BYTES, type Receipt } from "../formats/receipt.ts";
import { type PreparedBatch, prepareBatch } from "../prepare-batch.ts";

/** One account's shares of one asset, or its cash in one currency. */
export interface PositionKey {
  readonly kind: PositionKind;
  /** In lower case. */
  readonly account: string;
  /** Asset id, or the currency's address as a number. */
  readonly unit: bigint;
}

/** What an instruction adds to a position. */
export interface Change extends PositionKey {
  readonly delta: bigint;
}

/** The records of a decided batch, as anybody may have them who has its file and its receipts. */
export type RecordBytes = Pick<BatchResult, "file" | "orderIds" | "instructions" | "receipts">;

/** Who a record names without there being such an account; an accepted one does not. */
const NOBODY = `0x${"00".repeat(20)}`;

/** A giver and a taker. */
interface Sides {
  readonly from: string;
  readonly to: string;
}

/**
 * Says what each instruction of a decided batch has moved, by nothing but its record, its receipt and the messages and lists that it
 * names: neither ledger nor executor has a part in it.
 */
export class DecidedRecords {
  readonly #batch: PreparedBatch;
  readonly #bytes: RecordBytes;
  /** By id, the messages of the batch that are holds. */
  #holds: ReadonlyMap<string, OrderRecord> | undefined;

  /** A file that follows another one needs `openingAfter`, see `readBatchFile`. */
  constructor(bytes: RecordBytes, openingAfter?: (fileHash: string) => Opening) {
    this.#bytes = bytes;
    this.#batch = prepareBatch(readBatchFile(bytes.file, openingAfter));
  }

  /** Chain, desk, tables and lists that the batch opened with. */
  get batch(): PreparedBatch {
    return this.#batch;
  }

  instruction(index: number): InstructionRecord {
    return decodeInstruction(this.#bytes.instructions, index * INSTRUCTION_BYTES);
  }

  receipt(index: number): Receipt {
    return decodeReceipt(this.#bytes.receipts, index * RECEIPT_BYTES);
  }

  /** The message at a place of the batch's table, if there is one. */
  message(place: number): OrderRecord | undefined {
    return place < this.#batch.orderCount ? decodeOrder(this.#batch.orders, place * ORDER_BYTES) : undefined;
  }

  /** The address of an account, by its place in the snapshot. */
  addressOf(account: number): string {
    return this.#batch.snapshot.accounts[account]?.address.toLowerCase() ?? NOBODY;
  }

  /** What the instruction at `index` moved, by its receipt; nothing of zero. */
  changesBy(index: number): Change[] {
    const { code, quantity, cash } = this.receipt(index);
    if (code !== ACCEPTED) return [];

    const { buyOrder: first, sellOrder: second, kind } = this.instruction(index);
    switch (kind) {
      case KIND_TRADE:
        return this.#delivery(first, this.message(second)?.trader ?? NOBODY, quantity, cash);
      case KIND.subscription:
        return this.#delivery(
          first,
          this.addressOf(this.#batch.snapshot.offerings?.[second]?.account ?? -1),
          quantity,
          cash,
        );
      case KIND.transfer:
        return this.#transfer(first, quantity);
      case KIND.post:
        return this.#post(first, quantity);
      case KIND.claim:
        return this.#claim(first, cash);
      default:
        return [];
    }
  }

  /** Shares against cash, both by what the buying order at `place` names. */
  #delivery(place: number, seller: string, quantity: bigint, cash: bigint): Change[] {
    const buy = this.message(place);
    if (buy === undefined) return [];
    const shares = this.#shares(buy.asset, { from: seller, to: buy.trader }, quantity);
    return [...shares, ...this.#cash(buy.currency, { from: buy.trader, to: seller }, cash)];
  }

  #transfer(place: number, quantity: bigint): Change[] {
    const sent = this.message(place);
    if (sent === undefined) return [];
    return this.#shares(sent.asset, { from: sent.trader, to: this.addressOf(sent.counterparty) }, quantity);
  }

  #post(place: number, quantity: bigint): Change[] {
    const decision = this.message(place);
    if (decision === undefined) return [];
    const id = `0x${decision.salt.toString(16).padStart(64, "0")}`;
    const listed = this.#batch.snapshot.holds?.find((hold) => hold.id.toLowerCase() === id);
    if (listed !== undefined) {
      const { holder, beneficiary, asset } = listed;
      return this.#shares(asset, { from: this.addressOf(holder), to: this.addressOf(beneficiary) }, quantity);
    }
    const hold = this.#holdOf(id);
    if (hold === undefined) return [];
    return this.#shares(hold.asset, { from: hold.trader, to: this.addressOf(hold.counterparty) }, quantity);
  }

  #claim(place: number, cash: bigint): Change[] {
    const { entitlements, distributions } = this.#batch.snapshot;
    const entitlement = entitlements?.[place];
    const pot = distributions?.[entitlement?.distribution ?? -1];
    if (entitlement === undefined || pot === undefined) return [];
    const sides = { from: this.addressOf(pot.account), to: this.addressOf(entitlement.account) };
    return this.#cash(pot.currency, sides, cash);
  }

  #shares(asset: number, sides: Sides, quantity: bigint): Change[] {
    return move(POSITION_KIND.shares, this.#batch.snapshot.assets[asset]?.id ?? 0n, sides, quantity);
  }

  #cash(currency: number, sides: Sides, cash: bigint): Change[] {
    const address = this.#batch.snapshot.currencies[currency]?.address ?? "0x0";
    return move(POSITION_KIND.cash, BigInt(address), sides, cash);
  }

  #holdOf(id: string): OrderRecord | undefined {
    this.#holds ??= new Map(
      Array.from({ length: this.#batch.orderCount }, (_, place) => place)
        .filter((place) => this.message(place)?.side === MESSAGE.hold)
        .flatMap((place) => {
          const message = this.message(place);
          return message === undefined ? [] : [[toHex(this.#bytes.orderIds, 32 * place, 32), message] as const];
        }),
    );
    return this.#holds.get(id);
  }
}

/** Orders positions as leaves do. */
export function comparePositions(a: PositionKey, b: PositionKey): number {
  return (
    a.kind - b.kind ||
    Buffer.compare(fromHex(a.account, 20), fromHex(b.account, 20)) ||
    Number(a.unit > b.unit) - Number(a.unit < b.unit)
  );
}

/** Whether both are the same position. */
export function isSamePosition(a: PositionKey, b: PositionKey): boolean {
  return a.kind === b.kind && a.account === b.account && a.unit === b.unit;
}

function move(kind: PositionKind, unit: bigint, { from, to }: Sides, amount: bigint): Change[] {
  if (amount === 0n || from === to) return [];
  return [
    { kind, account: from, unit, delta: -amount },
    { kind, account: to, unit, delta: amount },
  ];
}

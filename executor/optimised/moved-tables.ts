import { requireInput } from "../errors.ts";
import type { BatchTables } from "../formats/batch-tables.ts";
import { INSTRUCTION_AT, type InstructionRecord, KIND, KIND_TRADE } from "../formats/instruction-record.ts";
import { viewOf } from "../formats/integers.ts";
import { MESSAGE, ORDER_AT } from "../formats/order-record.ts";

/** Where what records point at stands in the tables of the next batch. */
export class MovedTables {
  readonly #before: BatchTables;
  readonly #now: BatchTables;

  constructor(before: BatchTables, now: BatchTables) {
    this.#before = before;
    this.#now = now;
  }

  /** Where an instruction of a kind names orders or messages of its batch. */
  messageFields(kind: number): readonly number[] {
    if (kind === KIND_TRADE) return [INSTRUCTION_AT.buyOrder, INSTRUCTION_AT.sellOrder];
    return kind === KIND.claim || kind === KIND.expire ? [] : [INSTRUCTION_AT.buyOrder];
  }

  /** The places of the orders or messages that an instruction names. */
  messagesOf({ kind, buyOrder, sellOrder }: InstructionRecord): number[] {
    return this.messageFields(kind).map((field) => (field === INSTRUCTION_AT.buyOrder ? buyOrder : sellOrder));
  }

  /** The same places in the next batch, and those of what the instruction is about besides. */
  placesOf(instruction: InstructionRecord, placeOf: ReadonlyMap<number, number>): readonly [number, number] {
    const { kind, buyOrder, sellOrder } = instruction;
    const message = (place: number) => placeOf.get(place) ?? 0xffffffff;

    switch (kind) {
      case KIND_TRADE:
        return [message(buyOrder), message(sellOrder)];
      case KIND.subscription:
        return [message(buyOrder), this.#offering(sellOrder)];
      case KIND.claim:
        return [this.#entitlement(buyOrder), sellOrder];
      case KIND.expire:
        return [this.#hold(buyOrder), sellOrder];
      default:
        return [message(buyOrder), sellOrder];
    }
  }

  /** Rewrites what the message record at `offset` points at. */
  moveMessage(records: Uint8Array, offset: number): void {
    const view = viewOf(records);
    const type = view.getUint8(offset + ORDER_AT.side);
    const { assetIds, currencies } = this.#before;
    const { assetIndex, currencyIndex } = this.#now;
    const asset = assetIds[view.getUint16(offset + ORDER_AT.asset)];
    const currency = currencies[view.getUint16(offset + ORDER_AT.currency)];

    if (asset !== undefined) view.setUint16(offset + ORDER_AT.asset, found(assetIndex.get(asset), `asset ${asset}`));
    if (currency !== undefined) {
      view.setUint16(offset + ORDER_AT.currency, found(currencyIndex.get(currency), `currency ${currency}`));
    }
    if (type === MESSAGE.transfer || type === MESSAGE.hold || type === MESSAGE.freeze) {
      this.#moveAccount(view, offset + ORDER_AT.counterparty);
    }
    if (type === MESSAGE.hold) this.#moveAccount(view, offset + ORDER_AT.secondAccount);
  }

  #moveAccount(view: DataView, at: number): void {
    const address = this.#before.accounts[view.getUint32(at)];
    if (address !== undefined) view.setUint32(at, found(this.#now.accountPlace(address), `account ${address}`));
  }

  #offering(place: number): number {
    const id = this.#before.subjects.offerings[place];
    return id === undefined ? place : foundAt(this.#now.subjects.offerings.indexOf(id), `offering ${id}`);
  }

  #entitlement(place: number): number {
    const { entitlements } = this.#before.subjects;
    const claimed = entitlements[place];
    if (claimed === undefined) return place;

    const address = this.#before.accounts[claimed.account] ?? "";
    const account = this.#now.accountPlace(address);
    const now = this.#now.subjects.entitlements.findIndex(
      (each) => each.distribution === claimed.distribution && each.account === account,
    );
    return foundAt(now, `entitlement of ${address} in distribution ${claimed.distribution}`);
  }

  #hold(place: number): number {
    const id = this.#before.subjects.holds[place];
    return id === undefined ? place : foundAt(this.#now.subjects.holds.indexOf(id), `hold ${id}`);
  }
}

function found(place: number | undefined, name: string): number {
  requireInput(place !== undefined, `the next batch's snapshot lacks ${name}, for which an instruction waits`);
  return place;
}

function foundAt(place: number, name: string): number {
  return found(place < 0 ? undefined : place, name);
}

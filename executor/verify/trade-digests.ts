import type { WordTables } from "../formats/batch-tables.ts";
import { engineUnitOf, settlementSeparator, TRADE_TYPE, writePrice } from "../formats/digest.ts";
import { INSTRUCTION_AT } from "../formats/instruction-record.ts";
import { copyWords, viewOf, wordsOf } from "../formats/integers.ts";
import type { Keccak } from "../formats/keccak.ts";
import { ORDER_BYTES } from "../formats/order-record.ts";
import { hashBatches, openEnvelope } from "./hash-batches.ts";

const TRADE_WORDS = 6;

let tradeTypeHash: Int32Array | undefined;

/** What trades are made of. */
export interface TradesToIdentify {
  readonly tables: WordTables;
  readonly orders: Uint8Array;
  readonly orderIds: Uint8Array;
  readonly instructions: Uint8Array;
}

/** Ids of up to `PLACES` trades at a time. */
export interface TradeDigests {
  /** Takes in the trade record at `offset`. */
  add(offset: number): void;
  /** Writes the ids of what was added since the last call into the records. */
  finish(): void;
}

/** Makes the ids of trade records, as the plain digester's `tradeId` does one by one. */
export function createTradeDigests(
  keccak: Keccak,
  { tables, orders, orderIds, instructions }: TradesToIdentify,
): TradeDigests {
  const batches = hashBatches();
  const struct = batches.structs.get(TRADE_WORDS);
  if (struct === undefined) throw new RangeError(`no batch for ${TRADE_WORDS} words`);
  const separator = settlementSeparator(keccak, tables.chainId, tables.desk);
  tradeTypeHash ??= wordsOf(keccak(Buffer.from(TRADE_TYPE)).slice());
  const typeHash = tradeTypeHash;
  const { words: target } = struct;
  const targetView = viewOf(struct.input);
  const records = wordsOf(instructions);
  const view = viewOf(instructions);
  const ids = wordsOf(orderIds);
  const ordersView = viewOf(orders);
  const orderCount = orders.length / ORDER_BYTES;
  const offsets = new Int32Array(batches.envelope.capacity);
  let count = 0;

  function copyId(order: number, to: number): void {
    if (order < orderCount) copyWords(ids, 8 * order, target, to, 8);
    else target.fill(0, to, to + 8);
  }

  return {
    add(offset) {
      const start = count * struct.stride;
      const word = start >> 2;
      const record = offset >> 2;
      const buyOrder = view.getUint32(offset + INSTRUCTION_AT.buyOrder);
      const sellOrder = view.getUint32(offset + INSTRUCTION_AT.sellOrder);
      const unit = engineUnitOf(ordersView, orderCount, buyOrder, sellOrder, tables.engineUnits);

      copyWords(typeHash, 0, target, word, 8);
      copyId(buyOrder, word + 8);
      copyId(sellOrder, word + 16);
      target.fill(0, word + 24, word + 48);
      copyWords(records, record + INSTRUCTION_AT.quantity / 4, target, word + 30, 2);
      if (unit === 1n) copyWords(records, record + INSTRUCTION_AT.price / 4, target, word + 38, 2);
      else writePrice(targetView, start + 4 * 32, view.getBigUint64(offset + INSTRUCTION_AT.price), unit);
      copyWords(records, record + INSTRUCTION_AT.matchNumber / 4, target, word + 46, 2);
      offsets[count++] = offset;
    },
    finish() {
      if (count === 0) return;
      struct.hash(count);
      const envelope = openEnvelope(batches, separator);
      for (let place = 0; place < count; place++) {
        copyWords(struct.outputWords, 8 * place, envelope.words, place * envelope.wordStride, 8);
      }
      envelope.hash(count);
      for (let place = 0; place < count; place++) {
        copyWords(
          batches.envelope.outputWords,
          8 * place,
          records,
          ((offsets[place] ?? 0) + INSTRUCTION_AT.id) >> 2,
          8,
        );
      }
      count = 0;
    },
  };
}

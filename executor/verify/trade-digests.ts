import type { WordTables } from "../formats/batch-tables.ts";
import { engineUnitOf, settlementSeparator, TRADE_TYPE, writePrice } from "../formats/digest.ts";
import { INSTRUCTION_AT } from "../formats/instruction-record.ts";
import { copyWords, viewOf, wordsOf } from "../formats/integers.ts";
import type { Keccak } from "../formats/keccak.ts";
import { ORDER_BYTES } from "../formats/order-record.ts";
import { copyHash, longsIn, longsOf } from "../tree/copy-fields.ts";
import { hashBatches, openEnvelope } from "./hash-batches.ts";

/** Words of 32 bits where the type hash, both order ids, quantity, price and match number of a trade begin. */
const AT = { buyOrder: 8, sellOrder: 16, quantity: 24, price: 32, matchNumber: 40 } as const;

let tradeTypeHash: Int32Array | undefined;

/** What trades are made of. Ids and instructions begin at places that are multiples of eight. */
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
  const struct = batches.trade;
  const separator = settlementSeparator(keccak, tables.chainId, tables.desk);
  tradeTypeHash ??= wordsOf(keccak(Buffer.from(TRADE_TYPE)).slice());
  const typeHash = tradeTypeHash;
  const { words: target } = struct;
  for (let place = 0; place < struct.capacity; place++) copyWords(typeHash, 0, target, place * struct.wordStride, 8);
  const longs = longsOf(struct.input);
  const targetView = viewOf(struct.input);
  const records = wordsOf(instructions);
  const recordLongs = longsOf(instructions);
  const view = viewOf(instructions);
  const ids = longsOf(orderIds);
  const ordersView = viewOf(orders);
  const orderCount = orders.length / ORDER_BYTES;
  const offsets = new Int32Array(batches.envelope.capacity);
  let count = 0;

  function copyId(order: number, to: number): void {
    if (order < orderCount) copyHash(ids, 4 * order, longs, to >> 1);
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

      // The type hash and the zeros of numbers are there already; of a price only where units are larger than base units.
      copyId(buyOrder, word + AT.buyOrder);
      copyId(sellOrder, word + AT.sellOrder);
      copyLow(records, record + INSTRUCTION_AT.quantity / 4, target, word + AT.quantity);
      if (unit === 1n) {
        target[word + AT.price + 4] = 0;
        target[word + AT.price + 5] = 0;
        copyLow(records, record + INSTRUCTION_AT.price / 4, target, word + AT.price);
      } else writePrice(targetView, start + 4 * AT.price, view.getBigUint64(offset + INSTRUCTION_AT.price), unit);
      copyLow(records, record + INSTRUCTION_AT.matchNumber / 4, target, word + AT.matchNumber);
      offsets[count++] = offset;
    },
    finish() {
      if (count === 0) return;
      struct.hash(count);
      const envelope = openEnvelope(batches, separator);
      const hashes = longsOf(struct.output);
      const envelopeLongs = longsIn(envelope);
      for (let place = 0; place < count; place++) {
        copyHash(hashes, 4 * place, envelopeLongs, (place * envelope.wordStride) >> 1);
      }
      envelope.hash(count);
      const digests = longsOf(envelope.output);
      for (let place = 0; place < count; place++) {
        copyHash(digests, 4 * place, recordLongs, ((offsets[place] ?? 0) + INSTRUCTION_AT.id) >> 3);
      }
      count = 0;
    },
  };
}

/** Copies 64 bits to the end of a word of 256. */
function copyLow(source: Int32Array, from: number, target: Int32Array, word: number): void {
  target[word + 6] = source[from] ?? 0;
  target[word + 7] = source[from + 1] ?? 0;
}

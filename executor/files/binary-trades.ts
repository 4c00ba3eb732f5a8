import { requireInput } from "../errors.ts";
import { createBatchTables } from "../formats/batch-tables.ts";
import { isHex, toHex, writeHex } from "../formats/hex.ts";
import { decodeInstruction, encodeTrade, INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import { readWord, viewOf, writeWord } from "../formats/integers.ts";
import { decodeOrder, encodeOrder, ORDER_BYTES, SIGNATURE_BYTES } from "../formats/order-record.ts";
import { createPartReader } from "./part-reader.ts";
import type { PlainTrades } from "./plain-trades.ts";

const MAGIC = Buffer.from("MOIETYT1");
const WORD = 32;
const ADDRESS = 20;

/** Whether `bytes` are a binary trade file. */
export function isBinary(bytes: Uint8Array): boolean {
  return MAGIC.equals(bytes.subarray(0, MAGIC.length));
}

/**
 * Orders and trades as records, prices in base units (`docs/formats.md`). Throws if an amount does not fit its 63 bits: such a
 * file has to stay text until the desk's engine unit is known.
 */
export function encodeTradeFile({ orders, trades }: PlainTrades): Uint8Array {
  const assets = [...new Set(orders.map(({ asset }) => asset))];
  const currencies = [...new Set(orders.map(({ currency }) => currency.toLowerCase()))];
  const tables = tablesOf(assets, currencies);
  const counts = [assets.length, currencies.length, orders.length, trades.length];
  const sizes = [WORD, ADDRESS, ORDER_BYTES, INSTRUCTION_BYTES];
  const bytes = new Uint8Array(MAGIC.length + sizes.reduce((sum, size, i) => sum + 4 + size * (counts[i] ?? 0), 0));
  const view = viewOf(bytes);
  let offset = MAGIC.length;

  const begin = (count: number): void => {
    view.setUint32(offset, count);
    offset += 4;
  };
  bytes.set(MAGIC);
  begin(assets.length);
  for (const asset of assets) {
    writeWord(view, offset, asset);
    offset += WORD;
  }
  begin(currencies.length);
  for (const currency of currencies) {
    writeHex(bytes, offset, ADDRESS, currency);
    offset += ADDRESS;
  }
  begin(orders.length);
  for (const [place, order] of orders.entries()) {
    requireInput(isHex(order.signature, SIGNATURE_BYTES), `order ${place}: a record holds signatures of 65 bytes`);
    requireInput(
      order.limitPrice < 1n << 63n && order.quantity < 1n << 63n,
      `order ${place}: an amount does not fit 63 bits`,
    );
    encodeOrder(view, offset, order, tables);
    offset += ORDER_BYTES;
  }
  begin(trades.length);
  for (const [place, trade] of trades.entries()) {
    requireInput(
      trade.price < 1n << 63n && trade.quantity < 1n << 63n,
      `trade ${place}: an amount does not fit 63 bits`,
    );
    encodeTrade(view, offset, trade, place, 1n);
    offset += INSTRUCTION_BYTES;
  }
  return bytes;
}

/** Reads a binary trade file. Throws an `ExecutorInputError` if it is truncated or has something left over. */
export function decodeTradeFile(bytes: Uint8Array): PlainTrades {
  requireInput(isBinary(bytes), "the file does not begin with MOIETYT1");
  const reader = createPartReader(bytes, MAGIC.length);
  const assetWords = reader.take(WORD, "assets");
  const addresses = reader.take(ADDRESS, "currencies");
  const orderRecords = reader.take(ORDER_BYTES, "orders");
  const tradeRecords = reader.take(INSTRUCTION_BYTES, "trades");
  reader.end("trades");
  const assets = Array.from({ length: assetWords.length / WORD }, (_, i) => readWord(viewOf(assetWords), i * WORD));
  const currencies = Array.from({ length: addresses.length / ADDRESS }, (_, i) =>
    toHex(addresses, i * ADDRESS, ADDRESS),
  );

  return {
    orders: Array.from({ length: orderRecords.length / ORDER_BYTES }, (_, place) => {
      const { asset, currency, ...record } = decodeOrder(orderRecords, place * ORDER_BYTES);
      const { counterparty: _counterparty, secondAccount: _secondAccount, option: _option, ...order } = record;
      const id = assets[asset];
      const address = currencies[currency];
      requireInput(
        id !== undefined && address !== undefined,
        `order ${place} names what the file's tables do not have`,
      );
      return { ...order, asset: id, currency: address };
    }),
    trades: Array.from({ length: tradeRecords.length / INSTRUCTION_BYTES }, (_, place) => {
      const { buyOrder, sellOrder, quantity, price, matchNumber, attempt } = decodeInstruction(
        tradeRecords,
        place * INSTRUCTION_BYTES,
      );
      return { buyOrder, sellOrder, quantity, price, matchNumber, attempt };
    }),
  };
}

function tablesOf(assets: readonly bigint[], currencies: readonly string[]) {
  return createBatchTables({
    chainId: 0n,
    desk: `0x${"00".repeat(ADDRESS)}`,
    assets: assets.map((id) => ({ id })),
    currencies: currencies.map((address) => ({ address, engineUnit: 1n })),
  });
}

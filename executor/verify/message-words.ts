import type { WordTables } from "../formats/batch-tables.ts";
import { writePrice } from "../formats/digest.ts";
import { copyBytes, copyWords, viewOf, wordsOf } from "../formats/integers.ts";
import type { Keccak } from "../formats/keccak.ts";
import { MESSAGE_LAYOUTS, type MessageLayout, type WordSource } from "../formats/message-layouts.ts";
import { ORDER_AT } from "../formats/order-record.ts";
import type { KeccakBatch } from "../keccak/keccak-batch.ts";

/** Steps of a program: what to do, from where, to where, and how much; offsets in bytes, or in words of 32 bits. */
const STEP = 4;
const COPY_WORDS = 0;
const COPY_BYTES = 1;
const ASSET = 2;
const CURRENCY = 3;
const ACCOUNT = 4;
const PRICE = 5;

/** The type of the message that each place of a batch had last; nobody else writes to these batches. */
const writtenTypes = new WeakMap<KeccakBatch, Int8Array>();
const NO_TYPE = -1;

/** A layout as steps that a loop can follow without looking at objects. */
export interface MessageProgram {
  /** 256-bit words, the type hash included. */
  readonly words: number;
  /** The number of the type of message. */
  readonly type: number;
  readonly typeHash: Int32Array;
  readonly steps: Int32Array;
}

let compiled: readonly MessageProgram[] | undefined;

/** The programs of all types of message, by type. */
export function compileLayouts(keccak: Keccak): readonly MessageProgram[] {
  compiled ??= MESSAGE_LAYOUTS.map((layout, type) => compile(keccak, layout, type));
  return compiled;
}

function compile(keccak: Keccak, { type, words }: MessageLayout, number: number): MessageProgram {
  return {
    words: 1 + words.length,
    type: number,
    typeHash: wordsOf(keccak(Buffer.from(type)).slice()),
    steps: Int32Array.from(words.flatMap((source, place) => stepOf(source, 32 * (1 + place)))),
  };
}

function stepOf(source: WordSource, to: number): number[] {
  switch (source.take) {
    case "bytes": {
      const { at, size } = source;
      const end = to + 32 - size;
      const isAligned = at % 4 === 0 && size % 4 === 0;
      return isAligned ? [COPY_WORDS, at / 4, end / 4, size / 4] : [COPY_BYTES, at, end, size];
    }
    case "asset":
      return [ASSET, ORDER_AT.asset, to / 4, 8];
    case "currency":
      return [CURRENCY, ORDER_AT.currency, to / 4, 8];
    case "account":
      return [ACCOUNT, source.at, to / 4 + 3, 5];
    case "price":
      return [PRICE, ORDER_AT.limitPrice, to, 8];
  }
}

/** Writes the words of the message record at `offset` into a place of `batch`. */
export type WordWriter = (program: MessageProgram, offset: number, batch: KeccakBatch, place: number) => void;

/** A writer for the message records of one batch. */
export function createWordWriter(orders: Uint8Array, tables: WordTables): WordWriter {
  const view = viewOf(orders);
  const words = wordsOf(orders);
  const assets = wordsOf(tables.assets);
  const currencies = wordsOf(tables.currencies);
  const accounts = wordsOf(tables.accounts);
  const openTarget = (batch: KeccakBatch) => {
    const types = writtenTypes.get(batch) ?? new Int8Array(batch.capacity).fill(NO_TYPE);
    writtenTypes.set(batch, types);
    return { batch, types, words: batch.words, view: viewOf(batch.input) };
  };
  let target: ReturnType<typeof openTarget> | undefined;

  return ({ words: count, type, typeHash, steps }, offset, batch, place) => {
    if (target?.batch !== batch) target = openTarget(batch);
    const start = place * batch.stride;
    const startWord = start >> 2;
    const offsetWord = offset >> 2;

    if (target.types[place] !== type) {
      target.types[place] = type;
      target.words.fill(0, startWord, startWord + 8 * count);
      copyWords(typeHash, 0, target.words, startWord, 8);
    }
    for (let step = 0; step < steps.length; step += STEP) {
      const from = steps[step + 1] ?? 0;
      const to = steps[step + 2] ?? 0;
      const size = steps[step + 3] ?? 0;
      switch (steps[step]) {
        case COPY_WORDS:
          copyWords(words, offsetWord + from, target.words, startWord + to, size);
          break;
        case COPY_BYTES:
          copyBytes(orders, offset + from, batch.input, start + to, size);
          break;
        case ASSET:
          copyWords(assets, 8 * view.getUint16(offset + from), target.words, startWord + to, size);
          break;
        case CURRENCY:
          copyWords(currencies, 8 * view.getUint16(offset + from), target.words, startWord + to, size);
          break;
        case ACCOUNT:
          copyWords(accounts, 5 * view.getUint32(offset + from), target.words, startWord + to, size);
          break;
        default: {
          const unit = tables.engineUnits[view.getUint16(offset + ORDER_AT.currency)] ?? 1n;
          if (unit === 1n) {
            target.words.fill(0, ((start + to) >> 2) + 4, ((start + to) >> 2) + 6); // the price before may have been wide
            copyWords(words, (offset + from) >> 2, target.words, ((start + to) >> 2) + 6, 2);
          } else writePrice(target.view, start + to, view.getBigUint64(offset + from), unit);
        }
      }
    }
  };
}

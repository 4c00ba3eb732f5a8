import { createDigester } from "../formats/digest.ts";
import { INSTRUCTION_AT, INSTRUCTION_BYTES, KIND_TRADE } from "../formats/instruction-record.ts";
import { copyWords, viewOf, wordsOf } from "../formats/integers.ts";
import type { Keccak } from "../formats/keccak.ts";
import { ORDER_BYTES } from "../formats/order-record.ts";
import { hashBatches, PLACES } from "./hash-batches.ts";
import { createTradeDigests, type TradesToIdentify } from "./trade-digests.ts";

/** What is identified, and where the Merkle leaves go. */
export interface InstructionsToIdentify extends TradesToIdentify {
  /** 32 bytes per instruction. */
  readonly leaves: Uint8Array;
}

const RECORD_WORDS = INSTRUCTION_BYTES / 4;

/** Writes id and leaf of the instructions from `from` up to `to`. */
export function identifyInstructions(keccak: Keccak, job: InstructionsToIdentify): (from: number, to: number) => void {
  const { tables, orders, orderIds, instructions, leaves } = job;
  const trades = createTradeDigests(keccak, job);
  const plain = createDigester(keccak, tables);
  const known = { records: viewOf(orders), count: orders.length / ORDER_BYTES, ids: orderIds };
  const view = viewOf(instructions);
  const { leaf } = hashBatches();
  const words = wordsOf(instructions);
  const leavesWords = wordsOf(leaves);

  function identify(from: number, to: number): void {
    for (let index = from; index < to; index++) {
      const offset = index * INSTRUCTION_BYTES;
      if (instructions[offset + INSTRUCTION_AT.kind] === KIND_TRADE) trades.add(offset);
      else plain.tradeId(instructions, view, offset, known);
    }
    trades.finish();
    for (let index = from; index < to; index++) {
      copyWords(words, index * RECORD_WORDS, leaf.words, (index - from) * leaf.wordStride, RECORD_WORDS);
    }
    leaf.hash(to - from);
    copyWords(leaf.outputWords, 0, leavesWords, 8 * from, 8 * (to - from));
  }

  return (from, to) => {
    for (let at = from; at < to; at += PLACES) identify(at, Math.min(at + PLACES, to));
  };
}

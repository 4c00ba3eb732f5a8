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

/** Writes id and leaf of the instructions from `from` up to `to`. */
export function identifyInstructions(keccak: Keccak, job: InstructionsToIdentify): (from: number, to: number) => void {
  const { tables, orders, orderIds, instructions, leaves } = job;
  const trades = createTradeDigests(keccak, job);
  const plain = createDigester(keccak, tables);
  const known = { records: viewOf(orders), count: orders.length / ORDER_BYTES, ids: orderIds };
  const view = viewOf(instructions);
  const { leaf } = hashBatches();
  const leafWords = wordsOf(leaf.output);
  const leavesWords = wordsOf(leaves);

  /** The leaf's zero byte stands before the record, so that nothing here is at a whole word. */
  function addLeaf(place: number, offset: number): void {
    const to = place * leaf.stride + 1;
    for (let i = 0; i < INSTRUCTION_BYTES; i++) leaf.input[to + i] = instructions[offset + i] ?? 0;
  }

  function identify(from: number, to: number): void {
    for (let index = from; index < to; index++) {
      const offset = index * INSTRUCTION_BYTES;
      if (instructions[offset + INSTRUCTION_AT.kind] === KIND_TRADE) trades.add(offset);
      else plain.tradeId(instructions, view, offset, known);
    }
    trades.finish();
    for (let index = from; index < to; index++) addLeaf(index - from, index * INSTRUCTION_BYTES);
    leaf.hash(to - from);
    copyWords(leafWords, 0, leavesWords, 8 * from, 8 * (to - from));
  }

  return (from, to) => {
    for (let at = from; at < to; at += PLACES) identify(at, Math.min(at + PLACES, to));
  };
}

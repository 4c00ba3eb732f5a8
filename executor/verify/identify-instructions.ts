import { createDigester, type Digester } from "../formats/digest.ts";
import { INSTRUCTION_AT, INSTRUCTION_BYTES, KIND_TRADE } from "../formats/instruction-record.ts";
import { viewOf } from "../formats/integers.ts";
import type { Keccak } from "../formats/keccak.ts";
import { ORDER_BYTES } from "../formats/order-record.ts";
import { PLACES } from "./hash-batches.ts";
import { createTradeDigests, type TradesToIdentify } from "./trade-digests.ts";

/** Writes the id of the instructions from `from` up to `to`: of trades many at once, of what is rarer one by one. */
export function identifyInstructions(keccak: Keccak, job: TradesToIdentify): (from: number, to: number) => void {
  const { tables, orders, orderIds, instructions } = job;
  const trades = createTradeDigests(keccak, job);
  let plain: Digester | undefined;
  const known = { records: viewOf(orders), count: orders.length / ORDER_BYTES, ids: orderIds };
  const view = viewOf(instructions);

  function identify(from: number, to: number): void {
    for (let index = from; index < to; index++) {
      const offset = index * INSTRUCTION_BYTES;
      if (instructions[offset + INSTRUCTION_AT.kind] === KIND_TRADE) {
        trades.add(offset);
      } else {
        plain ??= createDigester(keccak, tables);
        plain.tradeId(instructions, view, offset, known);
      }
    }
    trades.finish();
  }

  return (from, to) => {
    for (let at = from; at < to; at += PLACES) identify(at, Math.min(at + PLACES, to));
  };
}

import type { InstructionRecord } from "../formats/instruction-record.ts";
import type { OrderRecord } from "../formats/order-record.ts";

/** An order after verification: status 0 valid, 1 malformed (id zero), 2 signature invalid. */
export interface PlainOrder extends OrderRecord {
  readonly id: string;
  readonly status: number;
}

/** An instruction with its record. */
export interface PlainInstruction extends InstructionRecord {
  readonly bytes: Uint8Array;
  readonly isLinked: boolean;
  readonly isPartial: boolean;
}

/** A trade whose orders are known, well-formed and signed. */
export interface PlainTrade {
  readonly buy: PlainOrder;
  readonly sell: PlainOrder;
  /** Places in the snapshot's accounts. */
  readonly buyer: number;
  readonly seller: number;
  readonly asset: number;
  readonly currency: number;
  readonly quantity: bigint;
  readonly price: bigint;
  readonly cash: bigint;
}

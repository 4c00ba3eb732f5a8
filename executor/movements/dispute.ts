import type { NetVector } from "../formats/net-vector.ts";
import type { Order } from "../formats/order-record.ts";
import type { PositionKey } from "./decided-records.ts";
import type { PlacedMovement } from "./neighbours.ts";
import type { Exhibit } from "./prove-movement.ts";

/** An instruction and its receipt with their proofs, as `SettlementDisputes` takes them. */
export interface PlacedRecords {
  readonly index: number;
  readonly instruction: string;
  readonly instructionProof: readonly string[];
  readonly receipt: string;
  readonly receiptProof: readonly string[];
}

/** What a sender of shares signed. */
export interface SignedTransfer {
  readonly from: string;
  readonly to: string;
  readonly asset: bigint;
  readonly quantity: bigint;
  readonly expiry: bigint;
  readonly priority: number;
  readonly salt: bigint;
}

interface AnyDispute {
  readonly exhibit: Exhibit;
  /** What is wrong, as a sentence. */
  readonly why: string;
}

/** Two movements that do not stand as they should, or the first of all. */
export interface OrderDispute extends AnyDispute {
  readonly kind: "order";
  readonly neighbours: readonly PlacedMovement[];
}

/** A net vector that moves something else of a position than its movements add up to. */
export interface NetDispute extends AnyDispute {
  readonly kind: "net";
  readonly vector: NetVector;
  readonly position: PositionKey;
  readonly neighbours: readonly PlacedMovement[];
}

/** A receipt that is not its instruction's, or an instruction that moved something though it was refused or never moves anything. */
export interface ReceiptDispute extends AnyDispute {
  readonly kind: "receipt";
  readonly records: PlacedRecords;
  readonly moved: readonly PlacedMovement[];
}

/** A trade that its orders do not allow, or that moved something else of a position than its receipt says. */
export interface TradeDispute extends AnyDispute {
  readonly kind: "trade";
  readonly records: PlacedRecords;
  readonly buy: Order;
  readonly sell: Order;
  readonly position: PositionKey;
  readonly neighbours: readonly PlacedMovement[];
}

/** The same of a transfer. */
export interface TransferDispute extends AnyDispute {
  readonly kind: "transfer";
  readonly records: PlacedRecords;
  readonly transfer: SignedTransfer;
  readonly position: PositionKey;
  readonly neighbours: readonly PlacedMovement[];
}

/** An instruction that was accepted before, in an earlier chunk of the batch or one of an earlier batch that has settled. */
export interface RepeatDispute extends AnyDispute {
  readonly kind: "repeat";
  readonly first: Exhibit;
  readonly firstRecords: PlacedRecords;
  readonly records: PlacedRecords;
}

/** What proves a chunk wrong to `SettlementDisputes`; each kind is one of its functions. */
export type Dispute = OrderDispute | NetDispute | ReceiptDispute | TradeDispute | TransferDispute | RepeatDispute;

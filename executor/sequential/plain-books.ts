import type { PreparedBatch } from "../prepare-batch.ts";
import type { HoldState } from "../snapshot.ts";
import { PlainLedger, saveMap } from "./plain-ledger.ts";
import type { PlainOrder } from "./plain-trade.ts";

/** All that instructions read and change, but what the running chunk moves on net. */
export class PlainBooks {
  readonly batch: PreparedBatch;
  readonly messages: readonly PlainOrder[];
  readonly ledger: PlainLedger;
  /** Places of accounts by address. */
  readonly accountOf: ReadonlyMap<string, number>;
  /** What of each order is filled. */
  readonly filled: Map<string, bigint>;
  /** "order/trader" of orders that were withdrawn. */
  readonly cancelled: Map<string, true>;
  /** Live holds by id. */
  readonly holds: Map<string, HoldState>;
  /** Shares left, by place in the snapshot's offerings. */
  readonly left: Map<number, bigint>;
  /** Places of entitlements that were paid out. */
  readonly claimed: Map<number, true>;
  /** Ids that are used up. */
  readonly used: Map<string, true>;

  constructor(batch: PreparedBatch, messages: readonly PlainOrder[]) {
    const { snapshot } = batch;
    this.batch = batch;
    this.messages = messages;
    this.ledger = new PlainLedger(snapshot);
    this.accountOf = new Map(snapshot.accounts.map(({ address }, place) => [address, place]));
    this.filled = new Map(batch.filled);
    this.cancelled = new Map((snapshot.cancelled ?? []).map(({ order, trader }) => [`${order}/${trader}`, true]));
    this.holds = new Map((snapshot.holds ?? []).map((hold) => [hold.id, hold]));
    this.left = new Map((snapshot.offerings ?? []).map(({ left }, place) => [place, left]));
    this.claimed = new Map();
    this.used = new Map([...batch.alreadyFinal, ...this.holds.keys()].map((id) => [id, true]));
  }

  /** What is left of an order. */
  leftOf({ id, quantity }: PlainOrder): bigint {
    return quantity - (this.filled.get(id) ?? 0n);
  }

  isCancelled({ id, trader }: PlainOrder): boolean {
    return this.cancelled.has(`${id}/${trader}`);
  }

  fill({ id }: PlainOrder, quantity: bigint): void {
    this.filled.set(id, (this.filled.get(id) ?? 0n) + quantity);
  }

  /** A way back to how things stand now. */
  save(): () => void {
    const restore = [
      this.ledger.save(),
      saveMap(this.filled),
      saveMap(this.cancelled),
      saveMap(this.holds),
      saveMap(this.left),
      saveMap(this.claimed),
      saveMap(this.used),
    ];
    return () => {
      for (const each of restore) each();
    };
  }
}

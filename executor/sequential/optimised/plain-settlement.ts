import { CODE } from "../../formats/reason-codes.ts";
import type { PreparedBatch } from "../../prepare-batch.ts";
import { type PlainChunk, readTrade } from "../decide-trades.ts";
import { PlainLedger } from "../plain-ledger.ts";
import { PlainMandates } from "../plain-mandates.ts";
import { plainNetVector } from "../plain-net-vector.ts";
import type { PlainInstruction, PlainOrder, PlainTrade } from "../plain-trade.ts";

/** What an examination says: the code, and the trade if it is one that could move. */
export interface Verdict {
  readonly code: number;
  readonly trade?: PlainTrade;
}

/** What a trade changes of one position or of what is left of one order. */
export interface Leg {
  readonly place: string;
  readonly available: bigint;
  readonly delta: bigint;
}

/** Positions, fills, mandates and the running chunk while a batch settles in whatever order is decided for it. */
export class PlainSettlement {
  readonly chunks: PlainChunk[] = [];
  /** Instructions in the order in which they settled, or were refused. */
  readonly placed: PlainInstruction[] = [];
  readonly ledger: PlainLedger;
  readonly #mandates: PlainMandates;
  readonly #batch: PreparedBatch;
  readonly #orders: readonly PlainOrder[];
  readonly #accountOf: ReadonlyMap<string, number>;
  readonly #filled: Map<string, bigint>;
  readonly #used: Set<string>;
  #first = 0;

  constructor(batch: PreparedBatch, orders: readonly PlainOrder[]) {
    this.#batch = batch;
    this.#orders = orders;
    this.ledger = new PlainLedger(batch.snapshot);
    this.#mandates = new PlainMandates(batch.snapshot, batch.time);
    this.#filled = new Map(batch.filled);
    this.#used = new Set(batch.alreadyFinal);
    this.#accountOf = new Map(batch.snapshot.accounts.map(({ address }, index) => [address, index]));
  }

  /** Whether the id of `instruction` is met for the first time; from now on it was met. */
  useUp({ id }: PlainInstruction): boolean {
    const isFresh = !this.#used.has(id);
    this.#used.add(id);
    return isFresh;
  }

  /** All checks before the chunk's, in the order of section 5 of `docs/formats.md`. */
  examine(instruction: PlainInstruction, isFresh: boolean): Verdict {
    const trade = readTrade(instruction, this.#orders, this.#accountOf);
    if (typeof trade === "number") return { code: trade };
    if (!isFresh) return { code: CODE.duplicate };

    const { buy, sell, quantity, price } = trade;
    const { time } = this.#batch;
    if (time > buy.expiry) return { code: CODE.buyOrderExpired };
    if (time > sell.expiry) return { code: CODE.sellOrderExpired };
    if (price > buy.limitPrice) return { code: CODE.priceAboveBuyLimit };
    if (price < sell.limitPrice) return { code: CODE.priceBelowSellLimit };
    if (quantity > this.#leftOf(buy)) return { code: CODE.buyOrderOverfilled };
    if (quantity > this.#leftOf(sell)) return { code: CODE.sellOrderOverfilled };
    return { code: this.ledger.check(trade) || this.#mandates.checkLive(trade), trade };
  }

  /** Whether mandates, by themselves, are in the way of `trade`. */
  hasMandates(trade: PlainTrade): boolean {
    return this.#mandates.checkLive(trade) === CODE.accepted;
  }

  /** What `trade` moves: shares out and in, cash out and in, and its orders. */
  legsOf(trade: PlainTrade): Leg[] {
    const { buy, sell, buyer, seller, asset, currency, quantity, cash } = trade;
    const shares = (account: number, delta: bigint) => ({
      place: `shares ${account}/${asset}`,
      available: this.ledger.spendableOf(account, asset),
      delta,
    });
    const money = (account: number, delta: bigint) => ({
      place: `cash ${account}/${currency}`,
      available: this.ledger.cashOf(account, currency),
      delta,
    });
    const left = (order: PlainOrder) => ({
      place: `order ${order.id}`,
      available: this.#leftOf(order),
      delta: -quantity,
    });

    return [
      shares(seller, -quantity),
      money(buyer, -cash),
      left(buy),
      left(sell),
      shares(buyer, quantity),
      money(seller, cash),
    ];
  }

  /** Whether a chunk of its own could hold `trades`. */
  fitsAChunk(trades: readonly PlainTrade[]): boolean {
    const { maxChunkInstructions, maxChunkPositions } = this.#batch;
    return (
      trades.length <= maxChunkInstructions &&
      new PlainMandates({ mandates: [] }, 0n).touchedWith(trades) <= maxChunkPositions
    );
  }

  /** Makes room for `trades`: closes the running chunk if they cannot join it. */
  makeRoomFor(trades: readonly PlainTrade[]): void {
    const { maxChunkInstructions, maxChunkPositions } = this.#batch;
    const isFull = this.placed.length - this.#first + trades.length > maxChunkInstructions;

    if (isFull || !this.#mandates.hasRoomFor(trades, maxChunkPositions)) this.#closeChunk();
  }

  /** 122 and 123 for one trade in the running chunk. */
  checkMandates(trade: PlainTrade): number {
    return this.#mandates.checkLeft(trade);
  }

  /** Accounts whose mandates do not bear the running chunk with all of `trades` in it. */
  accountsBeyondMandate(trades: readonly PlainTrade[]): Set<number> {
    return this.#mandates.accountsBeyond(trades);
  }

  /** Moves what `instruction` says and gives it its place. */
  settle(instruction: PlainInstruction, trade: PlainTrade): void {
    const { buy, sell, quantity } = trade;

    this.ledger.move(trade);
    this.#mandates.move(trade);
    this.#filled.set(buy.id, (this.#filled.get(buy.id) ?? 0n) + quantity);
    this.#filled.set(sell.id, (this.#filled.get(sell.id) ?? 0n) + quantity);
    this.placed.push(instruction);
  }

  /** Gives a place to an instruction that moves nothing. */
  place(instruction: PlainInstruction): void {
    if (this.placed.length - this.#first === this.#batch.maxChunkInstructions) this.#closeChunk();
    this.placed.push(instruction);
  }

  /** Closes the last chunk. */
  end(): void {
    if (this.#first < this.placed.length) this.#closeChunk();
  }

  #closeChunk(): void {
    const { cash, shares, currency } = this.#mandates;
    const { net, netHash } = plainNetVector(this.#batch.snapshot, currency, cash, shares);

    this.chunks.push({ first: this.#first, count: this.placed.length - this.#first, net, netHash });
    this.#mandates.consume();
    this.#first = this.placed.length;
  }

  #leftOf({ id, quantity }: PlainOrder): bigint {
    return quantity - (this.#filled.get(id) ?? 0n);
  }
}

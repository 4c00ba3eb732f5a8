import { type NetVector, packNetVector } from "../formats/net-vector.ts";
import { CODE } from "../formats/reason-codes.ts";
import { consumeCash, consumeShares, limitOf, mandateOf, requiredCash, shortfallOf } from "./mandates.ts";
import type { Trade } from "./screen-trade.ts";
import { changeCash, changeShares, type World } from "./world.ts";

/** A chunk whose instructions are decided. */
export interface ClosedChunk {
  readonly firstInstruction: number;
  readonly instructionCount: number;
  readonly net: NetVector;
}

const ZERO_ADDRESS = `0x${"00".repeat(20)}`;

/**
 * What has moved since the chunk began, on net, against the mandates. Every step is checked on the net so far, so that
 * the chunk may be closed after any instruction and pass the same check on chain.
 */
export class ChunkLedger {
  readonly #world: World;
  readonly #netShares: BigInt64Array;
  readonly #netCash: BigInt64Array;
  /** What the net shares of an account have to bring in cash; 126 bits are possible. */
  readonly #required: bigint[];
  readonly #positions = new Set<number>();
  readonly #accounts = new Set<number>();
  #first = 0;
  #currency: number | undefined;

  constructor(world: World) {
    this.#world = world;
    this.#netShares = new BigInt64Array(world.balance.length);
    this.#netCash = new BigInt64Array(world.addresses.length);
    this.#required = Array<bigint>(world.addresses.length).fill(0n);
  }

  /** Index of the first instruction of this chunk. */
  get first(): number {
    return this.#first;
  }

  /** Whether `trade` can join: same currency, and no more than `maxPositions` touched with it. */
  hasRoomFor(trade: Trade, maxPositions: number): boolean {
    if (this.#currency === undefined) return true;
    if (this.#currency !== trade.currency) return false;

    const touched = this.#positions.size + this.#accounts.size;
    const more =
      Number(!this.#positions.has(trade.buyerPosition)) +
      Number(!this.#positions.has(trade.sellerPosition)) +
      Number(!this.#accounts.has(trade.buyer)) +
      Number(!this.#accounts.has(trade.seller));
    return touched + more <= maxPositions;
  }

  /** 122 and 123: whether the mandates bear the chunk's net with `trade` in it. */
  checkMandates(trade: Trade): number {
    const { buyer, seller, buyerPosition, sellerPosition, quantity, cash } = trade;

    if (!this.#isWithinMandate(trade, buyer, buyerPosition, quantity, -cash)) return CODE.buyMandateExhausted;
    if (!this.#isWithinMandate(trade, seller, sellerPosition, -quantity, cash)) return CODE.sellMandateExhausted;
    return CODE.accepted;
  }

  /** Moves shares and cash. Every check has passed. */
  settle(trade: Trade): void {
    const { buyer, seller, buyerPosition, sellerPosition, quantity, cash } = trade;

    this.#currency = trade.currency;
    this.#move(trade, seller, sellerPosition, -quantity, cash);
    this.#move(trade, buyer, buyerPosition, quantity, -cash);
  }

  /** Ends the chunk before instruction `next`: mandates are used up by its net, and a new chunk begins. */
  close(next: number): ClosedChunk {
    const world = this.#world;
    const currency = this.#currency ?? 0;
    const shares = [...this.#positions].map((position) => ({ position, delta: this.#netShares[position] ?? 0n }));
    const cash = [...this.#accounts].map((account) => ({ account, delta: this.#netCash[account] ?? 0n }));

    for (const { position, delta } of shares) {
      const [account, asset] = [world.positionAccount[position] ?? 0, world.positionAsset[position] ?? 0];
      const limit = limitOf(world.mandates, account, currency, asset);
      if (limit !== undefined) consumeShares(limit, delta);
      this.#netShares[position] = 0n;
    }
    for (const { account, delta } of cash) {
      const mandate = mandateOf(world.mandates, account, currency);
      const shortfall = shortfallOf(this.#required[account] ?? 0n, delta);
      if (mandate !== undefined) consumeCash(mandate, delta, shortfall);
      this.#netCash[account] = 0n;
      this.#required[account] = 0n;
    }

    const addressOf = (account: number) => world.addresses[account] ?? ZERO_ADDRESS;
    const net = packNetVector(
      world.currencies[currency] ?? ZERO_ADDRESS,
      cash.map(({ account, delta }) => ({ account: addressOf(account), delta })),
      shares.map(({ position, delta }) => ({
        asset: world.assetIds[world.positionAsset[position] ?? 0] ?? 0n,
        account: addressOf(world.positionAccount[position] ?? 0),
        delta,
      })),
    );
    const closed = { firstInstruction: this.#first, instructionCount: next - this.#first, net };
    this.#positions.clear();
    this.#accounts.clear();
    this.#currency = undefined;
    this.#first = next;
    return closed;
  }

  #isWithinMandate({ asset, currency }: Trade, account: number, position: number, shares: bigint, cash: bigint) {
    const mandate = mandateOf(this.#world.mandates, account, currency);
    const limit = limitOf(this.#world.mandates, account, currency, asset);
    if (mandate === undefined || limit === undefined) return false;

    const before = this.#netShares[position] ?? 0n;
    const net = before + shares;
    const netCash = (this.#netCash[account] ?? 0n) + cash;
    const required = (this.#required[account] ?? 0n) - requiredCash(before, limit) + requiredCash(net, limit);

    return (
      net <= limit.inLeft &&
      -net <= limit.outLeft &&
      -netCash <= mandate.cashOutLeft &&
      shortfallOf(required, netCash) <= mandate.feeLeft + mandate.lossLeft
    );
  }

  #move({ asset, currency }: Trade, account: number, position: number, shares: bigint, cash: bigint): void {
    const limit = limitOf(this.#world.mandates, account, currency, asset);
    const before = this.#netShares[position] ?? 0n;
    const net = before + shares;
    if (limit !== undefined) {
      this.#required[account] =
        (this.#required[account] ?? 0n) - requiredCash(before, limit) + requiredCash(net, limit);
    }

    this.#positions.add(position);
    this.#accounts.add(account);
    this.#netShares[position] = net;
    this.#netCash[account] = (this.#netCash[account] ?? 0n) + cash;
    changeShares(this.#world, position, shares);
    changeCash(this.#world, account, currency, cash);
  }
}

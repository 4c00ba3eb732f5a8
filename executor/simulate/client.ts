import type { EngineInput } from "../engine/engine.ts";
import type { BulkSignature } from "../formats/bulk.ts";
import type { ContractAnswers } from "../formats/contract-answers.ts";
import type { InstructionInput, MessageInput, TradeInput } from "../formats/instruction-record.ts";
import type { SignedMessage } from "../formats/message-record.ts";
import { BUY, type SignedOrder } from "../formats/order-record.ts";
import type { Snapshot } from "../snapshot.ts";
import type { Dice } from "./dice.ts";
import { ASSETS, type Bulk, CURRENCIES, OPENED_AT, type OrderBook, PRICE, type SignedHold } from "./order-book.ts";

const MAX_ORDERS = 6;
const MAX_TRADES = 12;

/** Odds of what some clients do and others never. */
const FLAG_ODDS = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 2, 6];

const NO_DIGEST = `0x${"00".repeat(32)}`;

type Signed = SignedOrder | SignedMessage;

/** A batch without what it opens with. */
export type Sent = EngineInput;

/** Whoever sends batches: small ones, in which much goes wrong. */
export class Client {
  readonly #dice: Dice;
  readonly #book: OrderBook;
  /** One instruction in so many is linked to the next, may settle in part, or is a transfer. */
  readonly #linkOdds: number;
  readonly #partOdds: number;
  readonly #transferOdds: number;
  /** One message in so many is of another kind: a hold or what becomes of it, a freeze, a withdrawn order. */
  readonly #kindOdds: number;
  /** One batch in so many brings a bulk order. */
  readonly #bulkOdds: number;
  /** The trader whose account is a contract, if one is: its word counts instead of its signatures. */
  readonly #contract: string | undefined;
  /** Holds that were sent, accepted or not. */
  readonly #held: SignedHold[] = [];
  /** What was sent last. */
  #sent: Sent | undefined;

  constructor(dice: Dice, book: OrderBook) {
    this.#dice = dice;
    this.#book = book;
    this.#linkOdds = dice.pick(FLAG_ODDS);
    this.#partOdds = dice.pick(FLAG_ODDS);
    this.#transferOdds = dice.pick(FLAG_ODDS);
    this.#kindOdds = dice.pick(FLAG_ODDS);
    this.#bulkOdds = dice.pick(FLAG_ODDS);
    this.#contract = dice.oneIn(3) ? dice.pick(book.addresses) : undefined;
  }

  /** A new batch for accounts, assets and currencies as in `snapshot`. */
  draw(number: bigint, snapshot: Snapshot): Sent {
    const dice = this.#dice;
    const market = this.#drawMarket(snapshot);
    const single = this.#drawOrders(snapshot, market);
    const bulk = dice.oneIn(this.#bulkOdds) ? dice.pick(this.#book.bulks[market] ?? []) : undefined;
    const orders = [...single, ...(bulk?.orders ?? [])];
    const messages = orders.flatMap((signed, place) => (isMessage(signed) ? [{ signed, place }] : []));
    const messageOdds = Math.min(this.#transferOdds, this.#kindOdds);
    const entitlements = snapshot.entitlements?.length ?? 0;
    const offerings = snapshot.offerings ?? [];
    const draw = (): InstructionInput => {
      if (offerings.length > 0 && dice.oneIn(4 * this.#kindOdds)) return this.#drawSubscription(orders, offerings);
      if (this.#held.length > 0 && dice.oneIn(4 * this.#kindOdds)) return this.#drawExpiry();
      if (entitlements > 0 && dice.oneIn(4 * this.#kindOdds)) return this.#drawClaim(entitlements);
      if (messages.length === 0 || !dice.oneIn(messageOdds)) return this.#drawTrade(orders);
      const { signed, place } = dice.pick(messages);
      return this.#drawMessage(signed, place);
    };
    const trades = Array.from({ length: dice.below(MAX_TRADES + 1) }, draw);
    const [first] = trades;
    if (first !== undefined && dice.oneIn(4)) trades.push(first);

    this.#sent = {
      number,
      mode: "strict",
      time: OPENED_AT + number,
      orders,
      ...(bulk === undefined ? {} : { bulks: [this.#signBulk(bulk, single.length)] }),
      ...(this.#contract === undefined ? {} : { contracts: this.#ask(this.#contract, number, single, bulk) }),
      trades,
      maxChunkInstructions: dice.between(1, 8),
      maxChunkPositions: dice.between(4, 12),
    };
    return this.#sent;
  }

  /** What was sent last once more, under another number; a new one if there is none. */
  repeat(number: bigint, snapshot: Snapshot): Sent {
    if (this.#sent === undefined) return this.draw(number, snapshot);
    this.#sent = { ...this.#sent, number, time: OPENED_AT + number };
    return this.#sent;
  }

  /** The signature of a bulk, at times of another one, or over fewer orders than there are or a higher tree. */
  #signBulk({ orders, height, signature }: Bulk, firstOrder: number): BulkSignature {
    const dice = this.#dice;
    const count = dice.oneIn(20) && orders.length > 1 ? orders.length - 1 : orders.length;
    const other = dice.oneIn(20) ? dice.pick(dice.pick(this.#book.bulks)).signature : signature;
    return { firstOrder, count, height: height + Number(dice.oneIn(20)), signature: other };
  }

  /** What the contract account says of each of its signatures: mostly yes, at times no, nothing, or yes to something else. */
  #ask(account: string, block: bigint, single: readonly Signed[], bulk: Bulk | undefined): ContractAnswers {
    const dice = this.#dice;
    const asked = single.flatMap((signed, order) => {
      const isAsked = signerOf(signed) === account && !this.#book.broken.some((each) => each === signed);
      return isAsked ? [{ order, digest: this.#book.idOf(signed) }] : [];
    });
    if (bulk?.orders[0]?.trader === account) asked.push({ order: single.length, digest: bulk.digest });
    const answers = asked
      .filter(() => !dice.oneIn(10))
      .map(({ order, digest }) => {
        return { order, account, digest: dice.oneIn(15) ? NO_DIGEST : digest, isValid: !dice.oneIn(8) };
      });
    return { block, blockHash: `0x${block.toString(16).padStart(64, "0")}`, accounts: [account], answers };
  }

  #drawMarket({ assets, currencies }: Snapshot): number {
    return this.#dice.below(assets.length) * CURRENCIES.length + this.#dice.below(currencies.length);
  }

  /** Mostly of one market, and mostly with somebody to trade with. */
  #drawOrders(snapshot: Snapshot, market: number): Signed[] {
    const dice = this.#dice;
    const { markets, broken, transfers } = this.#book;
    const { assets } = snapshot;

    return Array.from({ length: dice.between(1, MAX_ORDERS) }, () => {
      if (dice.oneIn(25)) return [dice.pick(broken)];
      if (dice.oneIn(2 * this.#kindOdds)) return [this.#drawKind(dice.below(assets.length))];
      if (dice.oneIn(this.#transferOdds)) return [dice.pick<Signed>(transfers[dice.below(assets.length)] ?? broken)];
      const orders = markets[dice.oneIn(4) ? this.#drawMarket(snapshot) : market] ?? broken;
      const order = this.#pickKnown(orders);
      const partners = orders.filter((other) => isPartner(order, other));
      return partners.length > 0 && !dice.oneIn(3) ? [order, this.#pickKnown(partners)] : [order];
    }).flat();
  }

  /** Mostly of somebody whom the snapshot knows. */
  #pickKnown(orders: readonly SignedOrder[]): SignedOrder {
    const order = this.#dice.pick(orders);
    const isUnknown = order.trader === this.#book.addresses.at(-1);
    return isUnknown && !this.#dice.oneIn(4) ? this.#pickKnown(orders) : order;
  }

  /** A hold, what becomes of one that was sent, a freeze or a cancel. */
  #drawKind(asset: number): Signed {
    const dice = this.#dice;
    const { holds, freezes, cancels } = this.#book;
    const kind = dice.below(6);
    if (kind === 0) return dice.pick(cancels);
    if (kind === 1) return dice.pick(freezes[asset] ?? []);
    if (kind < 4 && this.#held.length > 0) return dice.pick(dice.pick(this.#held).decisions);
    const drawn = dice.pick(holds[asset] ?? []);
    this.#held.push(drawn);
    return drawn.hold;
  }

  /** Pays out what somebody is entitled to, or was. */
  #drawClaim(entitlements: number): InstructionInput {
    const dice = this.#dice;
    const claim = { kind: "claim", place: dice.below(entitlements), number: BigInt(dice.below(40)) } as const;
    return { ...claim, linked: dice.oneIn(this.#linkOdds) };
  }

  /** Lets one of the oldest holds expire, be its time over or not. */
  #drawExpiry(): InstructionInput {
    const dice = this.#dice;
    const expiry = { kind: "expire", place: dice.below(4), number: BigInt(dice.below(40)) } as const;
    return { ...expiry, linked: dice.oneIn(this.#linkOdds) };
  }

  /** Mostly by an order that may take part, at the offering's price. */
  #drawSubscription(orders: readonly Signed[], offerings: NonNullable<Snapshot["offerings"]>): InstructionInput {
    const dice = this.#dice;
    const offering = dice.below(offerings.length + Number(dice.oneIn(15)));
    const { asset = 0, currency = 0, price = PRICE } = offerings[offering] ?? {};
    const { address, engineUnit = 1n } = CURRENCIES[currency] ?? {};
    const fitting = [...orders.keys()].filter((place) => {
      const order = orderIn(orders[place]);
      return order?.side === BUY && order.asset === ASSETS[asset] && order.currency === address;
    });

    return {
      kind: "subscription",
      buyOrder: fitting.length === 0 || dice.oneIn(15) ? dice.below(orders.length + 1) : dice.pick(fitting),
      offering,
      quantity: BigInt(dice.below(20)),
      price: (price + BigInt(dice.oneIn(10))) * engineUnit,
      matchNumber: BigInt(dice.below(40)),
      linked: dice.oneIn(this.#linkOdds),
    };
  }

  /** What a signed message says, or at times another quantity, which is refused. */
  #drawMessage(signed: SignedMessage, message: number): InstructionInput {
    const said = "quantity" in signed ? signed.quantity : 0n;
    const quantity = this.#dice.oneIn(12) ? said + 1n : said;
    const { linked, partial } = this.#drawFlags();
    const kind = kindOf(signed);
    return { kind, message, quantity, linked, ...(kind === "transfer" ? { partial } : {}) };
  }

  #drawFlags(): { readonly linked: boolean; readonly partial: boolean } {
    const dice = this.#dice;
    return { linked: dice.oneIn(this.#linkOdds), partial: dice.oneIn(this.#partOdds) };
  }

  /** Mostly between a buying and a selling order of one market. */
  #drawTrade(orders: readonly Signed[]): TradeInput {
    const dice = this.#dice;
    const partnersOf = (place: number) =>
      [...orders.keys()].filter((other) => isPartner(orderIn(orders[place]), orderIn(orders[other])));
    const tradable = [...orders.keys()].filter((place) => partnersOf(place).length > 0);
    const first = tradable.length === 0 || dice.oneIn(15) ? dice.below(orders.length) : dice.pick(tradable);
    const order = orderIn(orders[first]);
    const partners = partnersOf(first);
    const second = partners.length === 0 || dice.oneIn(15) ? dice.below(orders.length + 1) : dice.pick(partners);
    const [buyOrder, sellOrder] = order?.side === BUY ? [first, second] : [second, first];
    const unit = CURRENCIES.find(({ address }) => address === order?.currency)?.engineUnit ?? 1n;

    return {
      buyOrder,
      sellOrder,
      quantity: BigInt(dice.below(dice.oneIn(5) ? 120 : 20)),
      price: (PRICE + BigInt(dice.between(-2, dice.oneIn(10) ? 6 : 3))) * unit,
      // Few, so that the same trade comes again by itself.
      matchNumber: BigInt(dice.below(40)),
      attempt: dice.below(3),
      ...this.#drawFlags(),
    };
  }
}

/** Who has signed it. */
function signerOf(signed: Signed): string {
  if (!("type" in signed)) return signed.trader;
  switch (signed.type) {
    case "transfer":
      return signed.from;
    case "hold":
      return signed.holder;
    case "holdDecision":
      return signed.agent;
    case "freeze":
      return signed.officer;
    case "cancel":
      return signed.trader;
  }
}

function isMessage(signed: Signed): signed is SignedMessage {
  return "type" in signed;
}

function kindOf(message: SignedMessage): MessageInput["kind"] {
  if (message.type === "holdDecision") return message.decision === 1 ? "post" : "void";
  if (message.type === "freeze") return message.frozen ? "freeze" : "unfreeze";
  return message.type;
}

function orderIn(signed: Signed | undefined): SignedOrder | undefined {
  return signed === undefined || "type" in signed ? undefined : signed;
}

function isPartner(one: SignedOrder | undefined, other: SignedOrder | undefined): boolean {
  return (
    one !== undefined &&
    other !== undefined &&
    one.side !== other.side &&
    one.trader !== other.trader &&
    one.asset === other.asset &&
    one.currency === other.currency
  );
}

import type { EngineInput } from "../engine/engine.ts";
import type { InstructionInput, MessageInput, TradeInput } from "../formats/instruction-record.ts";
import type { SignedMessage } from "../formats/message-record.ts";
import { BUY, type SignedOrder } from "../formats/order-record.ts";
import type { Snapshot } from "../snapshot.ts";
import type { Dice } from "./dice.ts";
import { CURRENCIES, OPENED_AT, type OrderBook, PRICE, type SignedHold } from "./order-book.ts";

const MAX_ORDERS = 6;
const MAX_TRADES = 12;

/** Odds of what some clients do and others never. */
const FLAG_ODDS = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 2, 6];

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
  }

  /** A new batch for accounts, assets and currencies as in `snapshot`. */
  draw(number: bigint, snapshot: Snapshot): Sent {
    const dice = this.#dice;
    const orders = this.#drawOrders(snapshot);
    const messages = orders.flatMap((signed, place) => (isMessage(signed) ? [{ signed, place }] : []));
    const messageOdds = Math.min(this.#transferOdds, this.#kindOdds);
    const entitlements = snapshot.entitlements?.length ?? 0;
    const draw = (): InstructionInput => {
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

  /** Mostly of one market. */
  #drawOrders({ assets, currencies }: Snapshot): Signed[] {
    const dice = this.#dice;
    const { markets, broken, transfers } = this.#book;
    const drawMarket = () => dice.below(assets.length) * CURRENCIES.length + dice.below(currencies.length);
    const market = drawMarket();

    return Array.from({ length: dice.between(1, MAX_ORDERS) }, () => {
      if (dice.oneIn(25)) return dice.pick(broken);
      if (dice.oneIn(2 * this.#kindOdds)) return this.#drawKind(dice.below(assets.length));
      if (dice.oneIn(this.#transferOdds)) return dice.pick<Signed>(transfers[dice.below(assets.length)] ?? broken);
      return dice.pick(markets[dice.oneIn(4) ? drawMarket() : market] ?? broken);
    });
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
    const first = dice.below(orders.length);
    const order = orderIn(orders[first]);
    const partners = [...orders.keys()].filter((place) => isPartner(order, orderIn(orders[place])));
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

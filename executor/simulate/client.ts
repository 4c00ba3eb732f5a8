import type { EngineInput } from "../engine/engine.ts";
import type { TradeInput } from "../formats/instruction-record.ts";
import { BUY, type SignedOrder } from "../formats/order-record.ts";
import type { Snapshot } from "../snapshot.ts";
import type { Dice } from "./dice.ts";
import { CURRENCIES, OPENED_AT, type OrderBook, PRICE } from "./order-book.ts";

const MAX_ORDERS = 6;
const MAX_TRADES = 12;

/** A batch without what it opens with. */
export type Sent = EngineInput;

/** Whoever sends batches: small ones, in which much goes wrong. */
export class Client {
  readonly #dice: Dice;
  readonly #book: OrderBook;
  /** What was sent last. */
  #sent: Sent | undefined;

  constructor(dice: Dice, book: OrderBook) {
    this.#dice = dice;
    this.#book = book;
  }

  /** A new batch for accounts, assets and currencies as in `snapshot`. */
  draw(number: bigint, snapshot: Snapshot): Sent {
    const dice = this.#dice;
    const orders = this.#drawOrders(snapshot);
    const trades = Array.from({ length: dice.below(MAX_TRADES + 1) }, () => this.#drawTrade(orders));
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
  #drawOrders({ assets, currencies }: Snapshot): SignedOrder[] {
    const dice = this.#dice;
    const { markets, broken } = this.#book;
    const drawMarket = () => dice.below(assets.length) * CURRENCIES.length + dice.below(currencies.length);
    const market = drawMarket();

    return Array.from({ length: dice.between(1, MAX_ORDERS) }, () => {
      if (dice.oneIn(25)) return dice.pick(broken);
      return dice.pick(markets[dice.oneIn(4) ? drawMarket() : market] ?? broken);
    });
  }

  /** Mostly between a buying and a selling order of one market. */
  #drawTrade(orders: readonly SignedOrder[]): TradeInput {
    const dice = this.#dice;
    const first = dice.below(orders.length);
    const order = orders[first];
    const partners = [...orders.keys()].filter((place) => isPartner(order, orders[place]));
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
    };
  }
}

function isPartner(one: SignedOrder | undefined, other: SignedOrder | undefined): boolean {
  return (
    one?.side !== other?.side &&
    one?.trader !== other?.trader &&
    one?.asset === other?.asset &&
    one?.currency === other?.currency
  );
}

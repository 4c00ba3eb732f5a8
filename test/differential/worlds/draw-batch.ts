import {
  BUY,
  type BulkSignature,
  createBulkSigner,
  createOrderSigner,
  type Order,
  SELL,
  type SignedOrder,
  type TradeInput,
} from "../../../executor/index.ts";
import type { Trader } from "../traders.ts";
import { Dice } from "./dice.ts";
import type { Scene } from "./draw-world.ts";

/** An order and how it is proved by itself: by its own signature, or by that of a bulk and its path there. */
export interface ProvedOrder {
  readonly order: SignedOrder;
  readonly signature: string;
  readonly place: number;
  readonly path: readonly string[];
  /** Whether the signature is its trader's. */
  readonly isSigned: boolean;
}

/** Orders and trades, good and bad. */
export interface DrawnBatch {
  readonly orders: readonly ProvedOrder[];
  readonly bulks: readonly BulkSignature[];
  readonly trades: readonly TradeInput[];
  /** Those that are brought to the chain before the batch opens, one by one, and again with it. */
  readonly early: readonly TradeInput[];
}

const SALT = 4_272;
const UNKNOWN_ASSET = 999n;
const MOST_TRADES = 36;
const MOST_EARLY = 4;

/** What the traders of a world ask for, and who was matched with whom, at `time`. */
export async function drawBatch(stage: Scene, seed: number, time: bigint): Promise<DrawnBatch> {
  const dice = new Dice(seed ^ SALT);
  const signer = await createOrderSigner(stage.chainId, stage.desk);
  const bulkSigner = await createBulkSigner(stage.chainId, stage.desk);
  const orders: ProvedOrder[] = [];
  const bulks: BulkSignature[] = [];
  const single = dice.between(6, 24);

  for (let count = 0; count < single; count++) {
    const trader = dice.strikes(60) ? stage.stranger : dice.pick(stage.traders);
    const order = drawOrder(stage, dice, trader.address, time);
    const isSigned = !dice.strikes(25);
    const forger = dice.pick(stage.traders.filter(({ owner }) => owner !== trader.owner));
    const signed = signer.sign(order, isSigned ? trader.key : forger.key);
    orders.push({ order: signed, signature: signed.signature, place: 0, path: [], isSigned });
  }
  while (dice.oneIn(2) && bulks.length < 2) drawBulk(dice.pick(stage.traders));

  function drawBulk(trader: Trader): void {
    const members = Array.from({ length: dice.between(1, 5) }, () => {
      const order = drawOrder(stage, dice, trader.address, time);
      // One malformed order costs all of its bulk, which no contract could know.
      return { ...order, asset: dice.pick(stage.assets), limitPrice: wholeUnits(stage, order) };
    });
    const isSigned = !dice.oneIn(12);
    const { key } = isSigned ? trader : dice.pick(stage.traders.filter(({ owner }) => owner !== trader.owner));
    const signed = bulkSigner.sign(members, key, orders.length);
    bulks.push(signed.bulk);
    for (const [place, order] of signed.orders.entries()) {
      const path = bulkSigner.prove(members, place);
      orders.push({ order, signature: signed.bulk.signature, place, path, isSigned });
    }
  }

  const trades = Array.from({ length: dice.between(1, MOST_TRADES) }, (_, match) =>
    drawTrade(stage, dice, orders, match),
  );
  const repeated = trades.filter(() => dice.oneIn(20));
  return {
    orders,
    bulks,
    trades: [...trades, ...repeated],
    early: trades.filter(() => dice.oneIn(8)).slice(0, MOST_EARLY),
  };
}

function drawOrder(stage: Scene, dice: Dice, trader: string, time: bigint): Order {
  const { address: currency, engineUnit } = dice.oneIn(4)
    ? dice.pick(stage.currencies)
    : (stage.currencies[0] ?? { address: "", engineUnit: 1n });
  const side = dice.pick([BUY, SELL]);
  const limit = dice.strikes(10) ? 99n : side === BUY ? 104n : 97n; // beyond 100 some trades are out of the limit
  return {
    trader,
    side,
    asset: dice.oneIn(150) ? UNKNOWN_ASSET : dice.pick(stage.assets.slice(0, dice.oneIn(3) ? 3 : 2)),
    currency,
    quantity: dice.amount(10, 300),
    limitPrice: limit * engineUnit + (engineUnit > 1n && dice.oneIn(30) ? 1n : 0n),
    expiry: dice.strikes(25) ? time - 1n : time,
    priority: dice.between(0, 3),
    salt: dice.amount(0, 2 ** 40),
  };
}

function wholeUnits({ currencies }: Scene, { currency, limitPrice }: Order): bigint {
  const unit = currencies.find(({ address }) => address === currency)?.engineUnit ?? 1n;
  return limitPrice - (limitPrice % unit);
}

/** Mostly between orders that could match; otherwise few trades would get past the first checks. */
function drawTrade(stage: Scene, dice: Dice, orders: readonly ProvedOrder[], match: number): TradeInput {
  const places = [...orders.keys()];
  const partnersOf = (first: number) =>
    places.filter((place) => couldMatch(orders[first]?.order, orders[place]?.order));
  const matchable = places.filter((place) => partnersOf(place).length > 0);
  const first = dice.oneIn(30) || matchable.length === 0 ? dice.pick(places) : dice.pick(matchable);
  const partners = partnersOf(first);
  const isOdd = dice.oneIn(25) || partners.length === 0;
  const second = isOdd ? dice.between(0, orders.length) : dice.pick(partners);
  const [buyOrder, sellOrder] = orders[first]?.order.side === BUY ? [first, second] : [second, first];
  const unit = stage.currencies.find(({ address }) => address === orders[first]?.order.currency)?.engineUnit ?? 1n;
  const partial = dice.oneIn(4);
  const isUneven = unit > 1n && dice.oneIn(30);

  return {
    buyOrder,
    sellOrder,
    quantity: dice.oneIn(50) ? 0n : dice.amount(1, dice.pick(partial ? [12, 80, 400] : [3, 12, 12, 80])),
    partial,
    price: dice.amount(98, dice.oneIn(16) ? 105 : 100) * unit + (isUneven ? 1n : 0n),
    matchNumber: BigInt(match),
  };
}

function couldMatch(one: Order | undefined, other: Order | undefined): boolean {
  return (
    one !== undefined &&
    other !== undefined &&
    one.side !== other.side &&
    one.trader !== other.trader &&
    one.asset === other.asset &&
    one.currency === other.currency
  );
}

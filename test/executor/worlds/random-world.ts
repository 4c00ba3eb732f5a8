import {
  type BatchInput,
  BUY,
  createRandom,
  type Order,
  type Random,
  randomInteger,
  SELL,
  type SignedOrder,
  type TradeInput,
} from "../../../executor/index.ts";
import {
  buys,
  CROWN,
  CROWN_UNIT,
  DOLLAR,
  everyoneMayTrade,
  HOUSE,
  type Name,
  NOW,
  order,
  YACHT,
} from "./trading-world.ts";

const TRADERS: readonly Name[] = ["alice", "bob", "carol", "alice's second wallet", "the desk", "a stranger"];

/** A batch of nothing but trades, before it is written as records. */
export interface TradeBatch extends BatchInput {
  readonly orders: readonly SignedOrder[];
  readonly trades: readonly TradeInput[];
}

/** A batch with some of everything that can go wrong, drawn from `seed`: scarce shares, cash, mandates and places. */
export function randomBatch(seed: number): TradeBatch {
  const random = createRandom(seed);
  const orders = Array.from({ length: randomInteger(random, 2, 24) }, () => randomOrder(random));
  if (random() < 0.3) orders.push(...orders.slice(0, 2));
  const trades = Array.from({ length: randomInteger(random, 0, 60) }, (_, match) => randomTrade(random, orders, match));
  trades.push(...trades.filter(() => oneIn(random, 12)));

  return {
    number: BigInt(seed),
    mode: "strict",
    time: NOW,
    snapshot: randomSnapshot(random),
    orders,
    trades,
    maxChunkInstructions: randomInteger(random, 1, 12),
    maxChunkPositions: randomInteger(random, 4, 20),
  };
}

/** The same, but most accounts have more than they can spend, and most mandates are wide. */
export function richerBatch(seed: number): BatchInput {
  const input = randomBatch(seed);
  const random = createRandom(seed + 1);
  const isRich = input.snapshot.accounts.map(() => !oneIn(random, 4));
  const { shares, cash, mandates } = input.snapshot;
  const rich = 100_000n;

  return {
    ...input,
    snapshot: {
      ...input.snapshot,
      shares: shares.map((position) =>
        isRich[position.account] ? { ...position, balance: position.balance + rich, spendable: rich } : position,
      ),
      cash: cash.map((position) => (isRich[position.account] ? { ...position, deposited: 10n ** 9n } : position)),
      mandates: mandates.map((mandate) => (isRich[mandate.account] ? { ...mandate, lossLeft: 10n ** 9n } : mandate)),
    },
  };
}

const oneIn = (random: Random, odds: number) => random() * odds < 1;
const pick = <T>(random: Random, items: readonly T[], otherwise: T): T =>
  items[randomInteger(random, 0, items.length - 1)] ?? otherwise;

function randomOrder(random: Random): SignedOrder {
  const inCrowns = oneIn(random, 4);
  const side = randomInteger(random, BUY, SELL);
  const limit = oneIn(random, 6) ? 100 : side === BUY ? 104 : 96; // beyond 100 some trades are out of the limit
  const terms: Partial<Order> = {
    asset: oneIn(random, 3) ? YACHT : HOUSE,
    currency: inCrowns ? CROWN : DOLLAR,
    quantity: BigInt(randomInteger(random, 50, 400)),
    limitPrice: BigInt(limit) * (inCrowns ? CROWN_UNIT : 1n),
    expiry: oneIn(random, 25) ? NOW - 1n : NOW,
    priority: randomInteger(random, 0, 3),
    salt: BigInt(randomInteger(random, 0, 2 ** 48)),
  };
  const names = TRADERS.slice(0, oneIn(random, 25) ? 6 : 5);
  const signed = order(pick(random, names, "alice"), side, terms);

  if (oneIn(random, 25)) return { ...signed, signature: buys("alice", { salt: 0n }).signature };
  if (oneIn(random, 25)) return { ...signed, limitPrice: signed.limitPrice + (inCrowns ? 1n : 2n ** 63n) };
  return oneIn(random, 40) ? { ...signed, asset: 12_345n } : signed;
}

/** Mostly between orders that could match; otherwise no two trades in twenty would get past the first checks. */
function randomTrade(random: Random, orders: readonly SignedOrder[], match: number): TradeInput {
  const places = [...orders.keys()];
  const partnersOf = (first: number) => places.filter((place) => couldMatch(orders[first], orders[place]));
  const matchable = places.filter((place) => partnersOf(place).length > 0);
  const first = oneIn(random, 20) ? pick(random, places, 0) : pick(random, matchable, 0);
  const partners = partnersOf(first);
  const second = oneIn(random, 12) ? randomInteger(random, 0, orders.length) : pick(random, partners, first);
  const [buyOrder, sellOrder] = orders[first]?.side === 0 ? [first, second] : [second, first];
  const unit = orders[first]?.currency === CROWN ? CROWN_UNIT : 1n;

  return {
    buyOrder,
    sellOrder,
    quantity: BigInt(randomInteger(random, oneIn(random, 5) ? 0 : 1, oneIn(random, 4) ? 150 : 15)),
    price: BigInt(randomInteger(random, 98, oneIn(random, 10) ? 105 : 102)) * unit + (oneIn(random, 30) ? 1n : 0n),
    matchNumber: BigInt(match),
    attempt: randomInteger(random, 0, 2),
  };
}

function couldMatch(one: SignedOrder | undefined, other: SignedOrder | undefined): boolean {
  return (
    one?.side !== other?.side &&
    one?.trader !== other?.trader &&
    one?.asset === other?.asset &&
    one?.currency === other?.currency
  );
}

function randomSnapshot(random: Random): BatchInput["snapshot"] {
  const amount = (most: number) => BigInt(randomInteger(random, 0, most));

  return everyoneMayTrade((draft) => {
    for (const asset of draft.assets) {
      asset.state = oneIn(random, 30) ? 2 : 0;
      asset.holderLimit = randomInteger(random, 0, 3);
    }
    for (const position of draft.shares) {
      position.balance = oneIn(random, 3) ? 0n : amount(400);
      position.spendable = oneIn(random, 3) ? position.balance / 2n : position.balance;
      if (oneIn(random, 8)) position.spendable = -amount(30); // more is held back than is there
      position.sendCode = oneIn(random, 20) ? 11 : 0;
      position.receiveCode = oneIn(random, 15) ? pick(random, [12, 13, 14, 15, 30, 31], 12) : 0;
    }
    for (const position of draft.cash) position.deposited = amount(30_000);
    for (const mandate of draft.mandates) {
      mandate.expiry = oneIn(random, 25) ? NOW - 1n : NOW;
      Object.assign(mandate, { cashOutLeft: amount(40_000), lossLeft: amount(900), feeLeft: amount(300) });
      for (const limit of mandate.limits) {
        Object.assign(limit, { inLeft: amount(300), outLeft: amount(300) });
        Object.assign(limit, { maxBuyPrice: 95n + amount(15), minSellPrice: 90n + amount(15) });
        if (oneIn(random, 12)) limit.outLeft = 2n ** 64n - 1n; // such a mandate needs more than 64 bits
      }
      if (oneIn(random, 12)) mandate.lossLeft = 2n ** 100n;
    }
    if (oneIn(random, 4)) {
      const [asset, currency] = [randomInteger(random, 0, 1), randomInteger(random, 0, 1)];
      draft.bands = [{ asset, currency, low: 96n + amount(4), high: 98n + amount(6) }];
    }
    if (oneIn(random, 5)) draft.shares.splice(randomInteger(random, 0, 9), 1);
    if (oneIn(random, 5)) draft.mandates.splice(randomInteger(random, 0, 9), 1);
  });
}

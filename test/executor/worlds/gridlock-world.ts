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
import { CROWN, CROWN_UNIT, DOLLAR, everyoneMayTrade, HOUSE, type Name, NOW, order, YACHT } from "./trading-world.ts";

const TRADERS: readonly Name[] = ["alice", "bob", "carol", "alice's second wallet", "the desk"];

/** How poor a world is, and how much there is to settle. */
export interface GridlockOptions {
  readonly trades?: number;
  /** One position in this many has anything at all. */
  readonly funded?: number;
  /** Draw small mandates, few holders and small chunks besides. */
  readonly hostile?: boolean;
}

/** Orders between all, for shares and cash that hardly anybody has: the trades wait for each other. */
export function gridlockBatch(seed: number, options: GridlockOptions = {}): BatchInput {
  const { trades: count = 16, funded = 3, hostile = false } = options;
  const random = createRandom(seed);
  const orders: SignedOrder[] = [];
  const trades: TradeInput[] = [];

  for (let match = 0; match < count; match++) {
    const inCrowns = oneIn(random, 5);
    const unit = inCrowns ? CROWN_UNIT : 1n;
    const buyer = randomInteger(random, 0, TRADERS.length - 1);
    const seller = (buyer + randomInteger(random, 1, TRADERS.length - 1)) % TRADERS.length;
    const terms: Partial<Order> = {
      asset: oneIn(random, 3) ? YACHT : HOUSE,
      currency: inCrowns ? CROWN : DOLLAR,
      quantity: BigInt(randomInteger(random, 10, 30)),
      priority: randomInteger(random, 0, 3),
      salt: BigInt(match) + (BigInt(seed) << 32n),
    };
    const sign = (trader: number, side: number) =>
      orders.push(
        order(TRADERS[trader] ?? "alice", side, { ...terms, limitPrice: (side === BUY ? 105n : 95n) * unit }),
      ) - 1;
    const reused = oneIn(random, 4) && trades.length > 0;
    const again = trades[randomInteger(random, 0, Math.max(0, trades.length - 1))];
    trades.push({
      buyOrder: reused && again !== undefined ? again.buyOrder : sign(buyer, BUY),
      sellOrder: reused && again !== undefined ? again.sellOrder : sign(seller, SELL),
      quantity: BigInt(randomInteger(random, 5, 15)),
      price: BigInt(randomInteger(random, 97, 103)) * unit,
      matchNumber: BigInt(match),
    });
  }

  return {
    number: BigInt(seed) + 1n,
    mode: "optimised",
    time: NOW,
    snapshot: poorSnapshot(random, funded, hostile),
    orders,
    trades,
    ...(hostile
      ? { maxChunkInstructions: randomInteger(random, 1, 12), maxChunkPositions: randomInteger(random, 4, 16) }
      : {}),
  };
}

const oneIn = (random: Random, odds: number) => random() * odds < 1;

function poorSnapshot(random: Random, funded: number, hostile: boolean): BatchInput["snapshot"] {
  const amount = (most: number) => BigInt(randomInteger(random, 0, most));

  return everyoneMayTrade((draft) => {
    for (const asset of draft.assets) asset.holderLimit = hostile ? randomInteger(random, 0, 3) : 0;
    for (const position of draft.shares) {
      const spendable = oneIn(random, funded) ? amount(20) : 0n;
      const balance = spendable + (oneIn(random, 4) ? amount(5) : 0n);
      const missing = spendable === 0n && oneIn(random, 6) ? amount(8) : 0n; // more is held back than is there
      Object.assign(position, { spendable: spendable - missing, balance });
    }
    for (const position of draft.cash) position.deposited = oneIn(random, funded) ? amount(2_000) : 0n;
    if (!hostile) return;
    for (const mandate of draft.mandates) {
      Object.assign(mandate, { cashOutLeft: amount(3_000), lossLeft: amount(200), feeLeft: amount(50) });
      for (const limit of mandate.limits) {
        Object.assign(limit, { inLeft: amount(30), outLeft: amount(30) });
        Object.assign(limit, { maxBuyPrice: 95n + amount(15), minSellPrice: 90n + amount(15) });
      }
    }
    if (oneIn(random, 5)) draft.mandates.splice(randomInteger(random, 0, 9), 1);
  });
}

import {
  BUY,
  createOrderSigner,
  createRandom,
  type Order,
  privateKeyFrom,
  randomInteger,
  SELL,
  type SignedOrder,
  type TradeInput,
} from "../../../executor/index.ts";
import type { Progress } from "../../lib/progress.ts";
import type { DemoInvestor } from "./investors.ts";

export interface Market {
  readonly chainId: bigint;
  readonly desk: string;
  readonly asset: bigint;
  readonly currency: string;
  /** Seconds; the batch's time, which every good order outlives. */
  readonly time: bigint;
  readonly seed: number;
}

export interface Trading {
  readonly orders: SignedOrder[];
  readonly trades: TradeInput[];
}

/** Base units per share: USD 1.00, and how far the made-up price strays from it. */
const PAR = 1_000_000;
const BAND = 50_000;
const TICK = 1_000;
/** How far a limit lies from the price at which its order is matched. */
const LIMIT_SLACK = 5n * BigInt(TICK);
const MOST_SHARES = 20;
/** Every so many trades one is faulty, in turn: forged, expired, or matched beyond a limit. A real day has such trades. */
const FAULT_EVERY = 200;

/**
 * A day of made-up trading between the holders: each trade matches two orders, each signed (EIP-712) by its trader. The
 * price wanders a tick at a time around par; who trades with whom is drawn from the seed.
 */
export async function makeTrades(
  investors: readonly DemoInvestor[],
  count: number,
  market: Market,
  progress: Progress,
): Promise<Trading> {
  const signer = await createOrderSigner(market.chainId, market.desk);
  const keys = investors.map(({ wallet }) => privateKeyFrom(wallet.privateKey));
  const source = createRandom(market.seed);
  const random = (bound: number) => randomInteger(source, 0, bound - 1);
  const orders: SignedOrder[] = [];
  const trades: TradeInput[] = [];
  let price = PAR;

  for (let number = 0; number < count; number++) {
    price = Math.min(PAR + BAND, Math.max(PAR - BAND, price + (random(3) - 1) * TICK));
    const buyer = random(investors.length);
    const seller = (buyer + 1 + random(investors.length - 1)) % investors.length;
    const quantity = BigInt(1 + random(MOST_SHARES));
    const fault = number % FAULT_EVERY === FAULT_EVERY - 1 ? Math.floor(number / FAULT_EVERY) % 3 : undefined;
    const order = (trader: number, side: number): Order => ({
      trader: investors[trader]?.wallet.address ?? "",
      side,
      asset: market.asset,
      currency: market.currency,
      quantity,
      limitPrice: BigInt(price) + (side === BUY ? LIMIT_SLACK : -LIMIT_SLACK),
      expiry: fault === EXPIRED && side === BUY ? market.time - 1n : market.time + 86_400n,
      priority: 0,
      salt: BigInt(number) * 2n + BigInt(side),
    });
    const sign = (trader: number, side: number, key = trader): SignedOrder => {
      const secret = keys[key];
      if (secret === undefined) throw new RangeError(`no key for investor ${key}`);
      return signer.sign(order(trader, side), secret);
    };

    orders.push(sign(buyer, BUY, fault === FORGED ? seller : buyer), sign(seller, SELL));
    trades.push({
      buyOrder: number * 2,
      sellOrder: number * 2 + 1,
      quantity,
      price: BigInt(price) + (fault === BEYOND_LIMIT ? 2n * LIMIT_SLACK : 0n),
      matchNumber: BigInt(number),
    });
    if (number % 500 === 0) await breathe(() => progress.update(number, count));
  }

  return { orders, trades };
}

const FORGED = 0;
const EXPIRED = 1;
const BEYOND_LIMIT = 2;

/** Lets timers and output have their turn in a long loop. */
async function breathe(say: () => void): Promise<void> {
  say();
  await new Promise((resolve) => setImmediate(resolve));
}

import {
  addressOf,
  BUY,
  createOrderSigner,
  privateKeyFrom,
  SELL,
  type SignedOrder,
  type TradeInput,
} from "../../../executor/index.ts";
import { CHAIN_ID, DESK, DOLLAR, HOUSE, NOW } from "./trading-world.ts";

export { DOLLAR, HOUSE };

const KEYS = ["aa", "bb"].map((byte) => privateKeyFrom(`0x${byte.repeat(32)}`));

/** A buying and a selling order that match, from two traders. */
export async function twoOrders(): Promise<SignedOrder[]> {
  const signer = await createOrderSigner(CHAIN_ID, DESK);
  return Promise.all(
    KEYS.map(async (key, place) => {
      const terms = { asset: HOUSE, currency: DOLLAR, quantity: 6n, limitPrice: place === 0 ? 110n : 90n };
      const order = { ...terms, side: place === 0 ? BUY : SELL, expiry: NOW, priority: place, salt: 2n ** 255n };
      return signer.sign({ ...order, trader: await addressOf(key) }, key);
    }),
  );
}

/** A trade of the two. */
export const trade = (quantity: bigint, price: bigint, matchNumber: bigint): TradeInput => {
  return { buyOrder: 0, sellOrder: 1, quantity, price, matchNumber };
};

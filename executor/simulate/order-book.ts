import { createMessageSigner } from "../crypto/sign-message.ts";
import { addressOf, createOrderSigner } from "../crypto/sign-order.ts";
import { loadKeccak } from "../formats/keccak.ts";
import type { SignedMessage } from "../formats/message-record.ts";
import { BUY, type Order, SELL, type SignedOrder } from "../formats/order-record.ts";
import type { LogIdentity } from "../log/log-header.ts";

export const IDENTITY: LogIdentity = {
  chainId: 31337n,
  desk: "0x00000000000000000000000000000000000de5c1",
  firstBatch: 1n,
};

/** When the first batch of a simulation is. */
export const OPENED_AT = 1_800_000_000n;

/** Prices are around this many engine units. */
export const PRICE = 100n;

export const ASSETS = [7n, 9n, 2n ** 200n + 5n] as const;
export const CURRENCIES = [
  { address: "0x00000000000000000000000000000000000d0114", engineUnit: 1n },
  { address: "0x00000000000000000000000000000000000c2047", engineUnit: 10n ** 12n },
] as const;

/** Accounts of a simulation: two of them of one investor, one of nobody's; and one more that no snapshot knows. */
export const INVESTORS = ["Ada", "Ben", "Cleo", "Ada", ""] as const;
const TRADERS = INVESTORS.length + 1;

/** Orders small and large, for now and for long: the small ones are filled within a few batches. */
const VARIANTS = [
  { quantity: 60n, priority: 0, lasts: 10n ** 6n },
  { quantity: 10n ** 6n, priority: 1, lasts: 10n ** 6n },
  { quantity: 10n ** 6n, priority: 3, lasts: 3n },
] as const;

/** What transfers are of. */
const QUANTITIES = [1n, 5n, 5n, 20n, 80n, 300n, 3n, 9n];

export interface OrderBook {
  readonly addresses: readonly string[];
  /** By asset and currency: what can be matched. */
  readonly markets: readonly (readonly SignedOrder[])[];
  /** By asset: what anybody signed to give to somebody else. */
  readonly transfers: readonly (readonly SignedMessage[])[];
  /** Signed by another, over another price, of an unknown asset, of too much. */
  readonly broken: readonly SignedOrder[];
}

let book: Promise<OrderBook> | undefined;

/** The orders of which all simulations make their batches: signed once, because signing and checking cost more than all else. */
export function openOrderBook(): Promise<OrderBook> {
  book ??= signOrders();
  return book;
}

async function signOrders(): Promise<OrderBook> {
  const keccak = await loadKeccak();
  const keys = Array.from({ length: TRADERS }, (_, place) => keccak(Buffer.from(`simulated trader ${place}`)));
  const addresses = await Promise.all(keys.map(addressOf));
  const signer = await createOrderSigner(IDENTITY.chainId, IDENTITY.desk);
  let salt = 0n;

  const sign = (trader: number, terms: Omit<Order, "trader" | "salt">): SignedOrder => {
    salt += 1n;
    return signer.sign({ ...terms, trader: addresses[trader] ?? "", salt }, keys[trader] ?? new Uint8Array(32));
  };
  const markets = ASSETS.flatMap((asset) =>
    CURRENCIES.map(({ address: currency, engineUnit }) =>
      keys.flatMap((_, trader) =>
        VARIANTS.flatMap(({ quantity, priority, lasts }) =>
          [BUY, SELL].map((side) => {
            const limitPrice = (side === BUY ? PRICE + 4n : PRICE - 4n) * engineUnit;
            return sign(trader, { side, asset, currency, quantity, limitPrice, priority, expiry: OPENED_AT + lasts });
          }),
        ),
      ),
    ),
  );

  const messages = await createMessageSigner(IDENTITY.chainId, IDENTITY.desk);
  const transfers = ASSETS.map((asset) =>
    keys.flatMap((key, from) =>
      QUANTITIES.flatMap((quantity, place) => {
        const [sender, to] = [addresses[from] ?? "", addresses[(from + 1 + place) % TRADERS] ?? ""];
        salt += 1n;
        const terms = { asset, quantity, expiry: OPENED_AT + 10n ** 6n, priority: place % 4, salt };
        return [messages.sign({ type: "transfer", from: sender, to, ...terms }, key)];
      }),
    ),
  );

  return { addresses, markets, transfers, broken: breakOrders(markets[0] ?? []) };
}

function breakOrders(orders: readonly SignedOrder[]): SignedOrder[] {
  return orders.slice(0, 8).map((order, place) => {
    if (place % 4 === 0) return { ...order, signature: orders[place + 1]?.signature ?? "0x" };
    if (place % 4 === 1) return { ...order, limitPrice: order.limitPrice + 1n };
    return place % 4 === 2 ? { ...order, asset: 12_345n } : { ...order, quantity: 2n ** 63n };
  });
}

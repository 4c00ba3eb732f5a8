import { createBulkSigner } from "../crypto/sign-bulk.ts";
import { createMessageSigner, type MessageSigner } from "../crypto/sign-message.ts";
import { addressOf, createOrderSigner } from "../crypto/sign-order.ts";
import { loadKeccak } from "../formats/keccak.ts";
import type { Hold, Message, SignedMessage } from "../formats/message-record.ts";
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

/** The account that may freeze. */
export const OFFICER = 2;

/** The account that income is paid from. */
export const POT = 1;

/** The account that offerings sell from. */
export const SELLER = 3;

/** Orders small and large, for now and for long: the small ones are filled within a few batches. */
const VARIANTS = [
  { quantity: 60n, priority: 0, lasts: 10n ** 6n },
  { quantity: 10n ** 6n, priority: 1, lasts: 10n ** 6n },
  { quantity: 10n ** 6n, priority: 3, lasts: 3n },
] as const;

/** Bulks are of one order up to so many. */
const BULK_SIZES = 5;

/** What holds and freezes are of. */
const HELD = [5n, 30n, 120n];

/** A hold, and what its agent may make of it. */
export interface SignedHold {
  readonly hold: SignedMessage;
  readonly decisions: readonly SignedMessage[];
}

/** Orders of one trader under one signature. */
export interface Bulk {
  readonly orders: readonly SignedOrder[];
  readonly height: number;
  readonly signature: string;
  /** What the signature is over. */
  readonly digest: string;
}

/** What transfers are of. */
const QUANTITIES = [1n, 5n, 5n, 20n, 80n, 300n, 3n, 9n];

export interface OrderBook {
  readonly addresses: readonly string[];
  /** By asset and currency: what can be matched. */
  readonly markets: readonly (readonly SignedOrder[])[];
  /** By asset and currency: what anybody signed at once, of that market and the next one. */
  readonly bulks: readonly (readonly Bulk[])[];
  /** The id of an order or a message that is not broken. */
  readonly idOf: (signed: SignedOrder | SignedMessage) => string;
  /** By asset: what anybody signed to give to somebody else. */
  readonly transfers: readonly (readonly SignedMessage[])[];
  /** By asset. */
  readonly holds: readonly (readonly SignedHold[])[];
  /** By asset: what the officer freezes and frees. */
  readonly freezes: readonly (readonly SignedMessage[])[];
  /** Withdrawn orders of all markets; one in so many is of somebody else's order. */
  readonly cancels: readonly SignedMessage[];
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

  const bulkSigner = await createBulkSigner(IDENTITY.chainId, IDENTITY.desk);
  const bulks = markets.map((market, place) =>
    keys.map((key, trader) => {
      const drawn = [...market, ...(markets[(place + 1) % markets.length] ?? [])].filter(
        (order, at) => order.trader === addresses[trader] && (at + trader + place) % 3 !== 0,
      );
      const orders = drawn.slice(0, 1 + ((trader + place) % BULK_SIZES)).map((order) => {
        salt += 1n;
        return { ...order, salt };
      });
      const { orders: marked, bulk } = bulkSigner.sign(orders, key, 0);
      return { orders: marked, height: bulk.height, signature: bulk.signature, digest: bulkSigner.digest(orders) };
    }),
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

  const all = { messages, keys, addresses };
  const other = {
    holds: signHolds(all),
    freezes: signFreezes(all),
    cancels: signCancels(all, signer.orderId, markets.flat()),
  };
  const ids = new Map<SignedOrder | SignedMessage, string>();
  const idOf = (signed: SignedOrder | SignedMessage): string => {
    const id = ids.get(signed) ?? ("type" in signed ? messages.messageId(signed) : signer.orderId(signed));
    ids.set(signed, id);
    return id;
  };
  return { addresses, markets, bulks, idOf, transfers, ...other, broken: breakOrders(markets[0] ?? []) };
}

interface Signers {
  readonly messages: MessageSigner;
  readonly keys: readonly Uint8Array[];
  readonly addresses: readonly string[];
}

/** By asset and trader: holds for the next trader, which the one after may hand over, in part, too, or void. */
function signHolds({ messages, keys, addresses }: Signers): SignedHold[][] {
  const signedBy = (trader: number, message: Message) => messages.sign(message, keyAt(keys, trader));

  return ASSETS.map((asset, family) =>
    keys.flatMap((_, trader) =>
      HELD.map((quantity, place) => {
        const [holder, beneficiary, agent] = [0, 1, 2].map((step) => addresses[(trader + step) % TRADERS] ?? "");
        if (holder === undefined || beneficiary === undefined || agent === undefined) throw new RangeError("three");
        const salt = BigInt(1_000_000 + 1_000 * family + 10 * trader + place);
        const times = { until: OPENED_AT + (place === 1 ? 3n : 10n ** 6n), expiry: OPENED_AT + 10n ** 6n };
        const hold: Hold = {
          type: "hold",
          holder,
          beneficiary,
          agent,
          asset,
          quantity,
          ...times,
          priority: place,
          salt,
        };
        const id = messages.messageId(hold);
        const decide = (decision: number, of: bigint, by = 2) => {
          const who = (trader + by) % TRADERS;
          const terms = { hold: id, decision, quantity: of, expiry: OPENED_AT + 10n ** 6n };
          return signedBy(who, { type: "holdDecision", agent: addresses[who] ?? "", ...terms });
        };
        const decisions = [decide(1, quantity), decide(1, quantity - 2n), decide(1, quantity + 1n), decide(2, 0n)];
        return { hold: signedBy(trader, hold), decisions: [...decisions, decide(2, 0n, 1)] };
      }),
    ),
  );
}

/** By asset: the officer's word about each trader, and one of somebody who is no officer. */
function signFreezes({ messages, keys, addresses }: Signers): SignedMessage[][] {
  return ASSETS.map((asset, family) =>
    keys.flatMap((_, trader) =>
      HELD.flatMap((quantity, place) =>
        [true, false].map((frozen) => {
          const by = trader === 0 && place === 0 ? OFFICER + 1 : OFFICER;
          const salt = BigInt(2_000_000 + 1_000 * family + 10 * trader + place);
          const parties = { officer: addresses[by] ?? "", account: addresses[trader] ?? "" };
          const terms = { asset, quantity, frozen, expiry: OPENED_AT + 10n ** 6n, salt };
          return messages.sign({ type: "freeze", ...parties, ...terms }, keyAt(keys, by));
        }),
      ),
    ),
  );
}

function signCancels(
  { messages, keys, addresses }: Signers,
  orderId: (order: Order) => string,
  orders: readonly SignedOrder[],
): SignedMessage[] {
  return orders
    .filter((_, place) => place % 3 === 0)
    .map((order, place) => {
      const trader = place % 7 === 0 ? place % TRADERS : addresses.indexOf(order.trader);
      const terms = { order: orderId(order), expiry: OPENED_AT + 10n ** 6n };
      return messages.sign({ type: "cancel", trader: addresses[trader] ?? "", ...terms }, keyAt(keys, trader));
    });
}

function keyAt(keys: readonly Uint8Array[], place: number): Uint8Array {
  const key = keys[place];
  if (key === undefined) throw new RangeError(`there is no trader ${place}`);
  return key;
}

function breakOrders(orders: readonly SignedOrder[]): SignedOrder[] {
  return orders.slice(0, 8).map((order, place) => {
    if (place % 4 === 0) return { ...order, signature: orders[place + 1]?.signature ?? "0x" };
    if (place % 4 === 1) return { ...order, limitPrice: order.limitPrice + 1n };
    return place % 4 === 2 ? { ...order, asset: 12_345n } : { ...order, quantity: 2n ** 63n };
  });
}

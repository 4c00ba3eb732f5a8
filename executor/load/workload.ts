import type { BatchInput } from "../batch-input.ts";
import { addressOf, createOrderSigner, privateKeyFrom } from "../crypto/sign-order.ts";
import { toHex } from "../formats/hex.ts";
import type { TradeInput } from "../formats/instruction-record.ts";
import { loadKeccak } from "../formats/keccak.ts";
import { BUY, type Order, SELL, type SignedOrder } from "../formats/order-record.ts";
import type { Snapshot } from "../snapshot.ts";
import { createRandom, randomInteger } from "./random.ts";

/** How much of what a workload has. */
export interface WorkloadOptions {
  readonly seed: number;
  readonly trades: number;
  readonly traders: number;
  readonly assets?: number;
  readonly chainId?: bigint;
  readonly desk?: string;
}

const CURRENCY = "0x000000000000000000000000000000000000cafe";
const DESK = "0x000000000000000000000000000000000000de5c";
const FIRST_ASSET = 1_000n;
const TIME = 1_800_000_000n;
const PRICE = 1_000_000n;
const PLENTY = 10n ** 13n;

/**
 * A batch in which everything is in order: `trades` trades of two signed orders each, between traders who have what they
 * sell and a mandate for it. The load of benchmarks and demonstrations; tests make worse ones of it.
 */
export async function createWorkload(options: WorkloadOptions): Promise<BatchInput> {
  const { seed, trades, traders, assets = 1, chainId = 31337n, desk = DESK } = options;
  const random = createRandom(seed);
  const keccak = await loadKeccak();
  const keys = Array.from({ length: traders }, (_, i) =>
    privateKeyFrom(toHex(keccak(Buffer.from(`trader ${i} of workload ${seed}`)))),
  );
  const addresses = await Promise.all(keys.map(addressOf));
  const signer = await createOrderSigner(chainId, desk);
  const orders: SignedOrder[] = [];
  const matches: TradeInput[] = [];

  for (let match = 0; match < trades; match++) {
    const buyer = randomInteger(random, 0, traders - 1);
    const seller = (buyer + randomInteger(random, 1, traders - 1)) % traders;
    const quantity = BigInt(randomInteger(random, 1, 50));
    const price = PRICE + BigInt(randomInteger(random, -50_000, 50_000));
    const terms = {
      asset: FIRST_ASSET + BigInt(randomInteger(random, 0, assets - 1)),
      currency: CURRENCY,
      quantity,
      expiry: TIME + 3_600n,
    };
    const sign = (trader: number, side: number, limitPrice: bigint) => {
      const priority = randomInteger(random, 0, 2);
      const salt = BigInt(orders.length) + (BigInt(seed) << 64n);
      const order: Order = { ...terms, trader: addresses[trader] ?? "", side, limitPrice, priority, salt };
      orders.push(signer.sign(order, keys[trader] ?? new Uint8Array(32)));
      return orders.length - 1;
    };
    const buyOrder = sign(buyer, BUY, price + 10_000n);
    const sellOrder = sign(seller, SELL, price - 10_000n);
    matches.push({ buyOrder, sellOrder, quantity, price, matchNumber: BigInt(match) });
  }

  return {
    number: 1n,
    mode: "strict",
    time: TIME,
    snapshot: plentifulSnapshot(chainId, desk, addresses, assets),
    orders,
    trades: matches,
  };
}

/** Everyone is an eligible investor, has plenty of everything, and has signed a wide mandate. */
function plentifulSnapshot(chainId: bigint, desk: string, addresses: readonly string[], assets: number): Snapshot {
  const everyAsset = Array.from({ length: assets }, (_, asset) => asset);
  return {
    chainId,
    desk,
    openingBlock: 1n,
    assets: everyAsset.map((asset) => ({ id: FIRST_ASSET + BigInt(asset), state: 0, holderLimit: 0 })),
    currencies: [{ address: CURRENCY, engineUnit: 1n }],
    accounts: addresses.map((address, account) => ({ address, investor: `investor ${account}` })),
    shares: addresses.flatMap((_, account) =>
      everyAsset.map((asset) => ({
        account,
        asset,
        spendable: 1_000_000n,
        balance: 1_000_000n,
        sendCode: 0,
        receiveCode: 0,
      })),
    ),
    cash: addresses.map((_, account) => ({ account, currency: 0, deposited: PLENTY })),
    mandates: addresses.map((_, account) => ({
      account,
      currency: 0,
      id: `0x${(account + 1).toString(16).padStart(64, "0")}`,
      expiry: TIME + 86_400n,
      cashOutLeft: PLENTY,
      lossLeft: PLENTY,
      feeLeft: PLENTY,
      limits: everyAsset.map((asset) => ({
        asset,
        inLeft: 1_000_000n,
        outLeft: 1_000_000n,
        maxBuyPrice: 2n * PRICE,
        minSellPrice: PRICE / 2n,
      })),
    })),
  };
}

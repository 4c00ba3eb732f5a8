import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { decodeOrder, ORDER_BYTES, type Order, type SignedOrder, type Snapshot } from "../../executor/index.ts";

/** Threads that verify orders by ethers. */
export interface EthersThreads {
  /** Verifies all orders once, divided among the threads. Milliseconds; throws if one is not valid. */
  verify(): Promise<number>;
  close(): Promise<void>;
}

/** What a thread gets to do. */
export interface EthersOrders {
  readonly chainId: bigint;
  readonly desk: string;
  readonly orders: readonly SignedOrder[];
}

/** `workers` threads over the first `count` of `records`. */
export async function openEthersThreads(
  workers: number,
  { chainId, desk, assets, currencies }: Snapshot,
  records: Uint8Array,
  count: number,
): Promise<EthersThreads> {
  const orders = Array.from({ length: count }, (_, place): SignedOrder => {
    const { trader, side, priority, asset, currency, quantity, limitPrice, expiry, salt, signature } = decodeOrder(
      records,
      place * ORDER_BYTES,
    );
    const [id, money] = [assets[asset]?.id, currencies[currency]];
    if (id === undefined || money === undefined) throw new Error(`order ${place} names what is not there`);
    const terms: Order = {
      ...{ trader, side, priority, asset: id, currency: money.address, quantity, expiry, salt },
      limitPrice: limitPrice * money.engineUnit,
    };
    return { ...terms, signature };
  });

  const threads = await Promise.all(
    Array.from({ length: workers }, async (_, first) => {
      const own = orders.filter((_order, place) => place % workers === first);
      const workerData: EthersOrders = { chainId, desk, orders: own };
      const thread = new Worker(new URL("./ethers-thread.ts", import.meta.url), { workerData });
      await once(thread, "message");
      return thread;
    }),
  );
  return {
    async verify() {
      const started = performance.now();
      const answers = await Promise.all(
        threads.map((thread) => {
          const answer = once(thread, "message");
          thread.postMessage("verify");
          return answer;
        }),
      );
      const elapsed = performance.now() - started;
      if (answers.flat().some((valid) => valid !== true)) throw new Error("an order is not valid to ethers");
      return elapsed;
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

import { verifyTypedData } from "ethers";
import { recoverTypedDataAddress } from "viem";
import { BUY, type Load, ORDER_TYPES, settlementDomain, tradeFileOf } from "../../../executor/index.ts";

/** What somebody writes on the first day: signatures by a wallet's library, positions in a map by their names. */
export interface NaiveLedger {
  /** Runs the first `count` trades from the opening positions. Milliseconds. */
  run(count: number): number;
  /** Verifies `count` orders and nothing else. Milliseconds. */
  verifyByEthers(count: number): number;
  verifyByViem(count: number): Promise<number>;
}

export function createNaiveLedger(load: Load): NaiveLedger {
  const { orders, trades } = tradeFileOf(load);
  const { chainId, desk, accounts, shares, cash } = load.snapshot;
  const domain = settlementDomain(chainId, desk);

  const orderAt = (place: number) => {
    const order = orders[place];
    if (order === undefined) throw new Error(`there is no order ${place}`);
    return order;
  };
  const requireSigned = (place: number) => {
    const { signature, ...order } = orderAt(place);
    const signer = verifyTypedData(domain, ORDER_TYPES, order, signature);
    if (signer.toLowerCase() !== order.trader) throw new Error(`order ${place} is not signed by its trader`);
  };
  const openingPositions = () => {
    const positions = new Map<string, bigint>();
    for (const { account, asset, balance } of shares) positions.set(`${accounts[account]?.address}/${asset}`, balance);
    for (const { account, deposited } of cash) positions.set(`${accounts[account]?.address}/cash`, deposited);
    return positions;
  };
  const assetOf = new Map(load.snapshot.assets.map(({ id }, place) => [id, place]));

  return {
    run(count) {
      const positions = openingPositions();
      const add = (position: string, delta: bigint) => {
        const next = (positions.get(position) ?? 0n) + delta;
        if (next < 0n) throw new Error(`${position} has too little`);
        positions.set(position, next);
      };
      const started = performance.now();
      for (const { buyOrder, sellOrder, quantity, price } of trades.slice(0, count)) {
        requireSigned(buyOrder);
        requireSigned(sellOrder);
        const [buy, sell] = [orderAt(buyOrder), orderAt(sellOrder)];
        const asset = assetOf.get(buy.asset);
        if (buy.side !== BUY || sell.side === BUY || price > buy.limitPrice || price < sell.limitPrice) {
          throw new Error("the orders do not match");
        }
        add(`${sell.trader}/${asset}`, -quantity);
        add(`${buy.trader}/cash`, -quantity * price);
        add(`${buy.trader}/${asset}`, quantity);
        add(`${sell.trader}/cash`, quantity * price);
      }
      return performance.now() - started;
    },

    verifyByEthers(count) {
      const started = performance.now();
      for (let place = 0; place < count; place++) requireSigned(place);
      return performance.now() - started;
    },

    async verifyByViem(count) {
      const types = { Order: [...(ORDER_TYPES["Order"] ?? [])] };
      const started = performance.now();
      for (let place = 0; place < count; place++) {
        const { signature, ...message } = orderAt(place);
        const signer = await recoverTypedDataAddress({
          domain: { name: "Moiety SettlementDesk", version: "1", chainId, verifyingContract: hex(desk) },
          types,
          primaryType: "Order",
          message,
          signature: hex(signature),
        });
        if (signer.toLowerCase() !== message.trader) throw new Error(`order ${place} is not signed by its trader`);
      }
      return performance.now() - started;
    },
  };
}

function hex(text: string): `0x${string}` {
  if (!text.startsWith("0x")) throw new Error(`"${text}" is not hexadecimal`);
  return `0x${text.slice(2)}`;
}

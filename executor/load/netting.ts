import { FLOW_TRADE, type Flows } from "./flows.ts";

/** What of the movements of a workload is left when each position moves only once, by the sum. */
export interface Netting {
  /** Part of all cash that need not move; 0 if nothing nets, 1 if everything does. */
  readonly cashSaved: number;
  /** The same of shares, over all assets. */
  readonly sharesSaved: number;
  /** Positions that end where they began, of all that were touched. */
  readonly positionsSaved: number;
}

/** The netting ratio of `flows`, if all of them were accepted and settled together. */
export function nettingOf({ count, accounts, assets, kind, from, to, asset, quantity, price }: Flows): Netting {
  const cashColumn = assets;
  const net = new BigInt64Array(accounts * (assets + 1));
  const touched = new Uint8Array(net.length);
  const gross = { shares: 0n, cash: 0n };

  const move = (column: number, giver: number, taker: number, amount: bigint) => {
    const [given, taken] = [column * accounts + giver, column * accounts + taker];
    net[given] = (net[given] ?? 0n) - amount;
    net[taken] = (net[taken] ?? 0n) + amount;
    touched[given] = touched[taken] = 1;
  };
  for (let flow = 0; flow < count; flow++) {
    const [giver, taker, shares] = [from[flow] ?? 0, to[flow] ?? 0, quantity[flow] ?? 0n];
    move(asset[flow] ?? 0, giver, taker, shares);
    gross.shares += shares;
    if (kind[flow] !== FLOW_TRADE) continue;
    const cash = shares * (price[flow] ?? 0n);
    move(cashColumn, taker, giver, cash);
    gross.cash += cash;
  }

  const incoming = { shares: 0n, cash: 0n };
  let moved = 0;
  for (const [position, delta] of net.entries()) {
    if (delta > 0n) incoming[position < cashColumn * accounts ? "shares" : "cash"] += delta;
    moved += Number(delta !== 0n);
  }
  return {
    cashSaved: part(gross.cash - incoming.cash, gross.cash),
    sharesSaved: part(gross.shares - incoming.shares, gross.shares),
    positionsSaved: 1 - moved / touched.reduce((sum, each) => sum + each, 0),
  };
}

function part(saved: bigint, all: bigint): number {
  return all === 0n ? 0 : Number((saved * 1_000_000n) / all) / 1_000_000;
}

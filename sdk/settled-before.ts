import type { Provider } from "ethers";
import type { Suite } from "./connect.ts";
import { readLogs } from "./read-logs.ts";

/** What earlier settlement means for a new batch. */
export interface SettledBefore {
  /** Ids of trades that are settled, or refused for good. */
  readonly alreadyFinal: Set<string>;
  /** Shares filled, by order id. */
  readonly filled: Map<string, bigint>;
}

/** More than any order has: nothing is left of it. */
const ALL = (1n << 63n) - 1n;

/** What the chain knows: trades that were settled one by one, and orders that were cancelled. Of netted trades it sees no ids. */
export async function readSettledOnChain(
  { settlementDesk }: Suite,
  provider: Provider,
  fromBlock: number,
): Promise<SettledBefore> {
  const toBlock = await provider.getBlockNumber();
  const [settled, cancelled] = await Promise.all([
    readLogs(
      (from, to) => settlementDesk.queryFilter(settlementDesk.filters.TradeSettled(), from, to),
      fromBlock,
      toBlock,
    ),
    readLogs(
      (from, to) => settlementDesk.queryFilter(settlementDesk.filters.OrderCancelled(), from, to),
      fromBlock,
      toBlock,
    ),
  ]);

  const filled = new Map<string, bigint>();
  for (const { args } of settled) {
    for (const order of [args.buyOrder, args.sellOrder]) filled.set(order, (filled.get(order) ?? 0n) + args.quantity);
  }
  for (const { args } of cancelled) filled.set(args.order, ALL);
  return { alreadyFinal: new Set(settled.map(({ args }) => args.trade)), filled };
}

/** Adds what other batches did. */
export function addSettled(one: SettledBefore, other: SettledBefore): SettledBefore {
  const filled = new Map(one.filled);
  for (const [order, shares] of other.filled) {
    const sum = (filled.get(order) ?? 0n) + shares;
    filled.set(order, sum > ALL ? ALL : sum);
  }
  return { alreadyFinal: new Set([...one.alreadyFinal, ...other.alreadyFinal]), filled };
}

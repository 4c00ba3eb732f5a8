import { requireInput } from "../errors.ts";
import type { Snapshot } from "../snapshot.ts";
import type { PoolOptions } from "../workers/pool.ts";
import { type Load, signFlows } from "./create-load.ts";
import { FLOW_TRADE } from "./flows.ts";
import type { TapeBlock } from "./tape.ts";

/** What the transfers of a block come to, one after another; who has too little does not pay. */
export interface TapeReplay {
  /** As the block's opening. */
  readonly balances: BigInt64Array;
  readonly settled: number;
}

/** Replays a block in the plainest way there is. */
export function replayTape({ flows, opening }: TapeBlock): TapeReplay {
  const balances = opening.slice();
  let settled = 0;

  for (let flow = 0; flow < flows.count; flow++) {
    const column = (flows.asset[flow] ?? 0) * flows.accounts;
    const [from, to] = [column + (flows.from[flow] ?? 0), column + (flows.to[flow] ?? 0)];
    const quantity = flows.quantity[flow] ?? 0n;
    if ((balances[from] ?? 0n) < quantity) continue;
    balances[from] = (balances[from] ?? 0n) - quantity;
    balances[to] = (balances[to] ?? 0n) + quantity;
    settled += 1;
  }
  return { balances, settled };
}

/**
 * A block as a load: each transfer is a trade at price 0 between its two accounts, signed by both with made-up keys. Account and
 * asset numbers are those of the block.
 */
export async function tapeLoad(block: TapeBlock, seed: number, pool: PoolOptions = {}): Promise<Load> {
  const { flows, opening } = block;
  const kind = new Uint8Array(flows.count).fill(FLOW_TRADE);
  return signFlows({ ...flows, kind }, seed, pool, { opening, lowestPrice: 0n });
}

/** What everybody holds in `snapshot`, in the form of a block's balances. */
export function balancesIn(snapshot: Snapshot, { accounts, assets }: TapeBlock): BigInt64Array {
  const balances = new BigInt64Array(accounts.length * assets.length);
  for (const { account, asset, balance } of snapshot.shares) {
    const place = asset * accounts.length + account;
    requireInput(account < accounts.length && place < balances.length, `account ${account} is not of the block`);
    balances[place] = balance;
  }
  return balances;
}

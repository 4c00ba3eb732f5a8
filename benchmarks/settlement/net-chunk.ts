import { planBatch } from "../../test/helpers/batch.ts";
import { netVector } from "../../test/helpers/net-vector.ts";
import type { SettlementWorld } from "./settlement-world.ts";

/** Who moves what in a chunk that nobody traded for: every other account gives what the one behind it gets. */
export interface Exchange {
  /** How many of the accounts, from the first on; an even number. */
  readonly accounts: number;
  readonly assets: readonly bigint[];
  /** 1 or −1: those who gave get it back. */
  readonly direction?: 1n | -1n;
  readonly shares?: bigint;
}

/** Gas of the one chunk of a new batch, without opening it. Accounts pay one another, too. */
export async function settleExchange(
  { desk, currency, holders, open, settle, gasOf }: SettlementWorld,
  { accounts, assets, direction = 1n, shares = 1n }: Exchange,
): Promise<number> {
  const parties = holders.slice(0, accounts).map(({ address }, place) => {
    return { address, sign: place % 2 === 0 ? direction : -direction };
  });
  const vector = netVector(currency, {
    cash: parties.map(({ address, sign }) => [address, sign * 1_000_000n] as const),
    shares: assets.flatMap((asset) => parties.map(({ address, sign }) => [asset, address, -sign * shares] as const)),
  });
  const batch = planBatch((await desk.lastBatch()) + 1n, [vector]);
  await open(batch);
  return gasOf(settle(batch.chunks[0]));
}

/** Moves every position there and back, so that no chunk afterwards finds a slot that was never written. */
export async function warmUp(world: SettlementWorld): Promise<void> {
  for (const direction of [1n, -1n] as const) {
    await settleExchange(world, { accounts: world.holders.length, assets: world.assets, direction });
    await world.passTime();
  }
}

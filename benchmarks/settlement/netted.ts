import assert from "node:assert/strict";
import { type BatchResult, chunksToSettle, runBatch, type WorkerPool } from "../../executor/index.ts";
import { signFlows } from "../../executor/load/create-load.ts";
import { drawFlows } from "../../executor/load/draw-flows.ts";
import type { Flows } from "../../executor/load/flows.ts";
import { CASH, LOAD_TIME, type LoadOpening } from "../../executor/load/load-snapshot.ts";
import { parseShape } from "../../executor/load/shape.ts";
import { checkFinalState } from "../engine/check-final-state.ts";
import { ACCOUNTS, ASSETS, type SettlementWorld, SHARES_EACH } from "./settlement-world.ts";

/** What a number of trades took when they were netted. */
export interface Netted {
  readonly trades: number;
  /** Of opening the batch and settling all its chunks. */
  readonly gas: number;
  readonly chunks: number;
  readonly sharePositions: number;
  readonly cashPositions: number;
}

/** Positions of 32 accounts in 5 assets and cash, all in one chunk. */
const CHUNK_POSITIONS = 256;

/** Flows with what the engine decided about them. */
interface Decided {
  readonly flows: Flows;
  readonly result: BatchResult;
}

const decided = new Map<string, Promise<Decided>>();

/**
 * Trades of the given shape: signed, decided by the engine, settled by the desk in as few chunks as positions allow, and read back. Throws
 * unless engine, chain and the plain sum of the trades agree about every position. The chain is as before afterwards.
 */
export async function settleNetted(
  world: SettlementWorld,
  shape: string,
  count: number,
  pool: WorkerPool,
): Promise<Netted> {
  const { desk, currency, operator, gasOf, undoing, seed } = world;
  const number = (await desk.lastBatch()) + 1n;
  // Chains that were set up alike have the desk at the same address, and take the same signatures.
  const place = { desk: await desk.getAddress(), currency };
  const key = [shape, count, seed, number, place.desk, place.currency].join();
  const deciding = decided.get(key) ?? decideFlows(shape, count, seed, number, place, pool);
  decided.set(key, deciding);
  const { flows, result } = await deciding;

  return undoing(async () => {
    let gas = await gasOf(desk.connect(operator).openBatch(result.header));
    for (const { chunk, proof } of await chunksToSettle(result)) {
      const { net, leaf: _leaf, ...header } = chunk;
      const vector = { ...net, assets: [...net.assets], accounts: [...net.accounts], shares: [...net.shares] };
      gas += await gasOf(desk.connect(operator).settleChunk(header, [...proof], vector, []));
    }
    await checkChain(world, flows);
    const sum = (of: "shares" | "accounts") => result.chunks.reduce((all, { net }) => all + net[of].length, 0);
    const positions = { sharePositions: sum("shares"), cashPositions: sum("accounts") };
    return { trades: count, gas, chunks: result.chunks.length, ...positions };
  });
}

async function decideFlows(
  shape: string,
  count: number,
  seed: number,
  number: bigint,
  place: LoadOpening,
  pool: WorkerPool,
): Promise<Decided> {
  const flows = drawFlows({ seed, count, accounts: ACCOUNTS, assets: ASSETS, shape: parseShape(shape) });
  const opening = new BigInt64Array(ACCOUNTS * ASSETS).fill(SHARES_EACH);
  const { snapshot, orders, trades } = await signFlows(flows, seed, { pool }, { ...place, opening });
  const limits = { maxChunkInstructions: count, maxChunkPositions: CHUNK_POSITIONS };
  const batch = { number, mode: "strict", time: LOAD_TIME, snapshot, orders, trades, ...limits } as const;

  const result = await runBatch(batch, { pool });
  await checkFinalState(snapshot, flows, count, [result], pool);
  return { flows, result };
}

/** Throws unless everybody has on chain what he opened with and what the flows, added up one by one, brought him. */
async function checkChain({ desk, shares, holders, assets, currency }: SettlementWorld, flows: Flows): Promise<void> {
  const held = new BigInt64Array(ACCOUNTS * ASSETS).fill(SHARES_EACH);
  const cash = new BigInt64Array(ACCOUNTS).fill(CASH);
  const add = (column: BigInt64Array, row: number, amount: bigint) => {
    column[row] = (column[row] ?? 0n) + amount;
  };
  for (let flow = 0; flow < flows.count; flow++) {
    const [from, to, asset] = [flows.from[flow] ?? 0, flows.to[flow] ?? 0, flows.asset[flow] ?? 0];
    const quantity = flows.quantity[flow] ?? 0n;
    const paid = quantity * (flows.price[flow] ?? 0n);
    add(held, from * ASSETS + asset, -quantity);
    add(held, to * ASSETS + asset, quantity);
    add(cash, from, paid);
    add(cash, to, -paid);
  }

  for (const [account, { address }] of holders.entries()) {
    const { deposited } = await desk.cashOf(address, currency);
    assert.equal(deposited, cash[account], `cash of account ${account}`);
    for (const [place, asset] of assets.entries()) {
      const balance = await shares.balanceOf(address, asset);
      assert.equal(balance, held[account * ASSETS + place], `shares of account ${account} in asset ${asset}`);
    }
  }
}

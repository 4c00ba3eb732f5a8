import assert from "node:assert/strict";
import { AbiCoder } from "ethers";
import {
  askContracts,
  type BatchInput,
  type BatchResult,
  instructionsOf,
  isAccepted,
  type Receipt,
  receiptsOf,
  runBatch,
  type Snapshot,
} from "../../executor/index.ts";
import { openContractReader } from "../../sdk/contract-reader.ts";
import { readSnapshot } from "../../sdk/snapshot.ts";
import { earlyTrades, stepOf } from "./asked-trades.ts";
import { settleNetted } from "./netted.ts";
import { settleInLists, settleOneByOne } from "./one-by-one.ts";
import { moved, readPositions } from "./positions.ts";
import type { Answer, Step } from "./relay.ts";
import { INTERFACES, type Stage } from "./stage.ts";
import { Dice } from "./worlds/dice.ts";
import { type DrawnBatch, drawBatch } from "./worlds/draw-batch.ts";
import { BATCH_DELAY, drawScene, drawWorld, type Scene, WORLD_DELAY, type World } from "./worlds/draw-world.ts";
import type { AskedTrade, Band } from "./worlds/reasons.ts";

/** What a world showed. */
export interface Findings {
  /** How many instructions got each code of the engine. */
  readonly codes: Map<number, number>;
  /** How often the chain named each error. */
  readonly errors: Map<string, number>;
  /** Accepted instructions of the strict batch, and of the optimised one. */
  readonly accepted: number;
  readonly optimised: number;
  readonly chunks: number;
  /** Trades that settled before the batch, or in part; words with which chunks unlocked shares; holds that were handed over. */
  readonly early: number;
  readonly partly: number;
  readonly unlocks: number;
  readonly handed: number;
}

const coder = AbiCoder.defaultAbiCoder();

/** A chain's state to come back to; coming back uses it up, so that it is taken anew. */
class Bookmark {
  readonly #stage: Stage;
  #id: unknown;

  private constructor(stage: Stage, id: unknown) {
    this.#stage = stage;
    this.#id = id;
  }

  static async set(stage: Stage): Promise<Bookmark> {
    return new Bookmark(stage, await stage.request("evm_snapshot"));
  }

  async goBack(): Promise<void> {
    assert.equal(await this.#stage.request("evm_revert", this.#id), true, "the chain goes back");
    this.#id = await this.#stage.request("evm_snapshot");
  }
}

/** Begins worlds on a stage, one after another; of a world's trades only so many, if that is said. */
export async function openWorlds(stage: Stage): Promise<(seed: number, mostTrades?: number) => Promise<Findings>> {
  const empty = await Bookmark.set(stage);
  return async (seed, mostTrades = Number.POSITIVE_INFINITY) => {
    await empty.goBack();
    return compareWorld(stage, seed, mostTrades);
  };
}

/** Holds engine, trades one by one and netted chunks against each other in the world of `seed`. */
async function compareWorld(empty: Stage, seed: number, mostTrades: number): Promise<Findings> {
  const stage = drawScene(empty, seed);
  const world = drawWorld(stage, seed);
  const [opened, time] = [stage.time + WORLD_DELAY, stage.time + WORLD_DELAY + BATCH_DELAY];
  await setUp(stage, world, opened);
  const whole = await drawBatch(stage, seed, time);
  const drawn = { ...whole, trades: whole.trades.slice(0, mostTrades) };
  const early = await settleEarly(stage, drawn, opened);
  const block = Number(await stage.request("eth_blockNumber"));
  const snapshot = await readSnapshot(stage.suite, {
    ...{ chainId: stage.chainId, block, assets: stage.assets },
    currencies: stage.currencies.map(({ address }) => address),
    accounts: stage.traders.map(({ address }) => address),
  });
  const input = await batchOf(stage, snapshot, drawn, early, seed, time);
  const strict = await runBatch(input, { workers: 0 });
  const optimised = await runBatch({ ...input, mode: "optimised" }, { workers: 0 });

  const start = await Bookmark.set(stage);
  const before = await readPositions(stage);
  const opening = { snapshot, early, bandOf: await readBands(stage) };
  const { asked, executed, ...findings } = await settleOneByOne(stage, world, opening, drawn, strict, time);
  const oneByOne = await readPositions(stage);
  await start.goBack();
  const inLists = { executed: await settleInLists(stage, world, asked, time), after: await readPositions(stage) };
  await start.goBack();
  const netted = { ...(await settleNetted(stage, world, strict, time)), after: await readPositions(stage) };
  await start.goBack();
  const freely = { ...(await settleNetted(stage, world, optimised, time)), after: await readPositions(stage) };

  const engine = (result: BatchResult, holds: readonly boolean[]) => moved(stage, world, before, drawn, result, holds);
  const sure = (holds: readonly boolean[]) => holds.filter((_, place) => !world.holds[place]?.isShort);
  assert.deepEqual(oneByOne, engine(strict, executed), "one by one on chain, everybody ends with what the engine says");
  assert.deepEqual(inLists, { executed, after: oneByOne }, "and in lists");
  assert.deepEqual(sure(netted.executed), sure(executed), "holds come to the same among chunks");
  assert.deepEqual(netted.after, engine(strict, netted.executed), "netted, everybody ends with what the engine says");
  assert.deepEqual(freely.after, engine(optimised, freely.executed), "an optimised batch moves what the engine says");
  const chunks = strict.chunks.length + optimised.chunks.length;
  return {
    ...findings,
    ...{ accepted: countAccepted(strict), optimised: countAccepted(optimised), chunks, early: early.length },
    partly: instructionsOf(strict).filter(({ quantity }, place) => isLess(receiptsOf(strict)[place], quantity)).length,
    unlocks: netted.unlocks + freely.unlocks,
    handed: executed.filter((isDone, place) => isDone && (world.holds[place]?.executed ?? 0n) > 0n).length,
  };
}

/** Makes the world, block by block. */
async function setUp({ relay }: Scene, { issue, acts, steps }: World, opened: bigint): Promise<void> {
  const run = async (all: readonly Step[], time: bigint) => {
    const answers = await relay.run(all, time);
    for (const [place, { succeeded, data }] of answers.entries()) {
      const { data: asked = "" } = all[place] ?? {};
      assert.ok(succeeded, `step ${place} (${asked.slice(0, 10)}) sets up the world, but: ${data}`);
    }
  };
  await run(issue, opened - 3n);
  await relay.mine(acts, opened - 2n);
  await run(steps, opened - 1n);
}

/** Brings some trades to the chain before the batch; those that settle there. */
async function settleEarly(stage: Scene, drawn: DrawnBatch, time: bigint): Promise<AskedTrade[]> {
  const trades = earlyTrades(drawn, stage);
  const answers: Answer[] = await stage.relay.run(
    trades.map((trade) => stepOf(stage, trade, false)),
    time,
  );
  return trades.filter((_, place) => answers[place]?.succeeded);
}

async function batchOf(
  stage: Scene,
  snapshot: Snapshot,
  { orders, bulks, trades }: DrawnBatch,
  early: readonly AskedTrade[],
  seed: number,
  time: bigint,
): Promise<BatchInput> {
  const dice = new Dice(~seed);
  const filled = new Map<string, bigint>();
  for (const { buyId, sellId, quantity } of early) {
    for (const order of [buyId, sellId]) filled.set(order, (filled.get(order) ?? 0n) + quantity);
  }
  const input: BatchInput = {
    ...{ number: 1n, mode: "strict", time, snapshot, bulks, trades },
    orders: orders.map(({ order }) => order),
    alreadyFinal: new Set(early.map(({ id }) => id)),
    filled,
    maxChunkInstructions: dice.pick([3, 8, 64]),
    maxChunkPositions: dice.pick([4, 9, 64]),
  };
  const rpc = { send: (method: string, params: unknown[]) => stage.request(method, ...params) };
  return askContracts(input, await openContractReader(rpc, snapshot.openingBlock));
}

async function readBands({ relay, guard, assets, currencies }: Stage) {
  const pairs = assets.flatMap((asset) => currencies.map(({ address }) => ({ asset, currency: address })));
  const asked = pairs.map(({ asset, currency }) => ({
    to: guard,
    data: INTERFACES.guard.encodeFunctionData("tradeBand", [asset, currency]),
  }));
  const answers = await relay.read(asked, "latest");
  const bands = new Map(
    pairs.map(({ asset, currency }, place): [string, Band] => {
      const [code, low, high] = coder.decode(["uint8", "uint256", "uint256"], answers[place]?.data ?? "0x");
      return [`${asset}/${currency}`, { code: Number(code), low: BigInt(low), high: BigInt(high) }];
    }),
  );
  const none: Band = { code: 0, low: 0n, high: 2n ** 256n - 1n };
  return (asset: bigint, currency: string): Band => bands.get(`${asset}/${currency}`) ?? none;
}

function isLess(receipt: Receipt | undefined, quantity: bigint): boolean {
  return receipt !== undefined && isAccepted(receipt.code) && receipt.quantity < quantity;
}

function countAccepted(result: BatchResult): number {
  return receiptsOf(result).filter(({ code }) => isAccepted(code)).length;
}

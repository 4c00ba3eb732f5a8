import assert from "node:assert/strict";
import { AbiCoder, TypedDataEncoder } from "ethers";
import {
  askContracts,
  type BatchInput,
  type BatchResult,
  chunksToSettle,
  explainCode,
  instructionsOf,
  isAccepted,
  ORDER_TYPES,
  receiptsOf,
  runBatch,
  type Snapshot,
} from "../../executor/index.ts";
import { openContractReader } from "../../sdk/contract-reader.ts";
import { readSettlementRefusal } from "../../sdk/settlement-refusal.ts";
import { readSnapshot } from "../../sdk/snapshot.ts";
import { settlementDomain } from "../helpers/settlement-types.ts";
import type { Answer, Step } from "./relay.ts";
import { INTERFACES, type Stage } from "./stage.ts";
import { Dice } from "./worlds/dice.ts";
import { type DrawnBatch, drawBatch, type ProvedOrder } from "./worlds/draw-batch.ts";
import { BATCH_DELAY, drawScene, drawWorld, type Scene, WORLD_DELAY, type World } from "./worlds/draw-world.ts";
import { type AskedTrade, type Band, PlainWorld } from "./worlds/reasons.ts";

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
}

/** What the chain said of a trade by itself. */
interface AnsweredTrade {
  readonly trade: AskedTrade;
  readonly answer: Answer;
}

/** Shares by account and asset, cash by account and currency in engine units, and what has to stay the same. */
interface Positions {
  readonly shares: readonly bigint[];
  readonly cash: readonly bigint[];
  /** Of each currency the cash of them all at the desk, on leave or not, and what the desk holds. */
  readonly owed: readonly bigint[];
  readonly held: readonly bigint[];
}

const TRADE_GAS = 1_000_000;
/** Trades of a list, and how much of a reason it tells. */
const LIST = 10;
const REASON_BYTES = 256;
const CHUNK_GAS = 500_000;
const POSITION_GAS = 120_000;
const TEMPTED: readonly number[] = [120, 121, 122, 123];
const SHORTAGES: readonly number[] = [20, 21, 22];
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
  const done = await stage.relay.run(world.steps, opened);
  for (const [place, { succeeded, data }] of done.entries()) {
    const { data: asked = "" } = world.steps[place] ?? {};
    assert.ok(succeeded, `step ${place} (${asked.slice(0, 10)}) sets up the world, but: ${data}`);
  }
  const block = Number(await stage.request("eth_blockNumber"));
  const snapshot = await readSnapshot(stage.suite, {
    ...{ chainId: stage.chainId, block, assets: stage.assets },
    currencies: stage.currencies.map(({ address }) => address),
    accounts: stage.traders.map(({ address }) => address),
  });
  const whole = await drawBatch(stage, seed, time);
  const drawn = { ...whole, trades: whole.trades.slice(0, mostTrades) };
  const input = await batchOf(stage, snapshot, drawn, seed, time);
  const strict = await runBatch(input, { workers: 0 });
  const optimised = await runBatch({ ...input, mode: "optimised" }, { workers: 0 });

  const start = await Bookmark.set(stage);
  const before = await readPositions(stage);
  const bandOf = await readBands(stage);
  const findings = await settleOneByOne(stage, world, snapshot, drawn, strict, time, bandOf);
  const oneByOne = await readPositions(stage);
  await start.goBack();
  await settleInLists(stage, findings.asked, time);
  const inLists = await readPositions(stage);
  await start.goBack();
  await settleNetted(stage, strict, time);
  const netted = await readPositions(stage);
  await start.goBack();
  await settleNetted(stage, optimised, time);
  const afterOptimised = await readPositions(stage);

  const engine = moved(before, snapshot, drawn, strict, stage);
  assert.deepEqual(oneByOne, engine, "one by one on chain, everybody ends with what the engine says");
  assert.deepEqual(inLists, engine, "in lists on chain, everybody ends with what the engine says");
  assert.deepEqual(netted, engine, "netted on chain, everybody ends with what the engine says");
  assert.deepEqual(
    afterOptimised,
    moved(before, snapshot, drawn, optimised, stage),
    "an optimised batch moves on chain what the engine says",
  );
  return { ...findings, optimised: countAccepted(optimised), chunks: strict.chunks.length + optimised.chunks.length };
}

async function batchOf(
  stage: Scene,
  snapshot: Snapshot,
  { orders, bulks, trades }: DrawnBatch,
  seed: number,
  time: bigint,
): Promise<BatchInput> {
  const dice = new Dice(~seed);
  const input: BatchInput = {
    ...{ number: 1n, mode: "strict", time, snapshot, bulks, trades },
    orders: orders.map(({ order }) => order),
    maxChunkInstructions: dice.pick([3, 8, 64]),
    maxChunkPositions: dice.pick([4, 9, 64]),
  };
  const rpc = { send: (method: string, params: unknown[]) => stage.request(method, ...params) };
  return askContracts(input, await openContractReader(rpc, snapshot.openingBlock));
}

/** Each instruction in canonical order: what the engine accepted settles, what it refused is tried, for the same reason. */
async function settleOneByOne(
  stage: Scene,
  { ruleOrder }: World,
  snapshot: Snapshot,
  drawn: DrawnBatch,
  result: BatchResult,
  time: bigint,
  bandOf: (asset: bigint, currency: string) => Band,
): Promise<Omit<Findings, "optimised" | "chunks"> & { readonly asked: readonly AnsweredTrade[] }> {
  const receipts = receiptsOf(result);
  const asked = askedTrades(drawn, result, stage);
  const steps = asked.map((trade, place): Step | undefined =>
    trade === undefined
      ? undefined
      : {
          target: stage.desk,
          data: encodeTrade(trade),
          gas: TRADE_GAS,
          isTried: !isAccepted(receipts[place]?.code ?? 0),
        },
  );
  const answers = await stage.relay.run(
    steps.flatMap((step) => step ?? []),
    time,
  );

  const plain = new PlainWorld(snapshot, time, ruleOrder, bandOf);
  const leaving = await readLeaving(stage);
  const codes = new Map<number, number>();
  const errors = new Map<string, number>();
  const answered: AnsweredTrade[] = [];
  let next = 0;
  for (const [place, { code }] of receipts.entries()) {
    count(codes, code);
    const trade = asked[place];
    if (trade === undefined) {
      assert.ok(code === 101 || code === 100, `instruction ${place} names an order that there is not, and got ${code}`);
      continue;
    }
    const answer = answers[next++] ?? { succeeded: false, data: "" };
    const name = `instruction ${place}, ${explainCode(code).name}`;
    const expected = plain.engineReason(trade);
    assert.ok(
      expected === code || (expected === 0 && TEMPTED.includes(code)),
      `${name}: the plain reading of the checks says ${expected}, all: ${JSON.stringify(plain.reasonsOf(trade, new Set()))}`,
    );
    // Cash on leave still covers what is on its way; the engine does not count on it.
    const isCovered = plain.missingCash(trade) > 0n && (leaving.get(leavingKey(trade)) ?? 0n) > 0n;
    if (!isCovered) checkAnswer(name, plain.chainReason(trade), answer, trade);
    // What the engine refuses for reasons of its own, the chain would settle: that stays out of lists.
    if (isAccepted(code) || !answer.succeeded) answered.push({ trade, answer });
    if (!answer.succeeded) count(errors, readSettlementRefusal(answer.data, sideOf(trade)).error);

    plain.see(trade);
    if (isAccepted(code)) plain.settle(trade);
  }
  return { codes, errors, accepted: countAccepted(result), asked: answered };
}

/** The same in lists: each settles or is refused there as it was by itself. */
async function settleInLists(stage: Scene, asked: readonly AnsweredTrade[], time: bigint): Promise<void> {
  const { desk } = INTERFACES;
  const pages = Array.from({ length: Math.ceil(asked.length / LIST) }, (_, page) =>
    asked.slice(page * LIST, (page + 1) * LIST),
  );
  const steps = pages.map((page) => ({
    target: stage.desk,
    data: desk.encodeFunctionData("settleTrades", [page.map(({ trade }) => signedTrade(trade))]),
    gas: TRADE_GAS * (page.length + 2),
  }));
  const { answers, logs } = await stage.relay.runLogged(steps, time);
  const refusals = logs
    .filter(({ address }) => address.toLowerCase() === stage.desk.toLowerCase())
    .flatMap((log) => desk.parseLog(log) ?? [])
    .filter(({ name }) => name === "TradeRefused")
    .map(({ args }) => ({ place: Number(args[1]), reason: String(args[2]) }));
  const expected = pages.flatMap((page) =>
    page.flatMap(({ answer }, place) =>
      answer.succeeded ? [] : [{ place, reason: answer.data.slice(0, 2 + 2 * REASON_BYTES) }],
    ),
  );

  for (const [place, { succeeded, data }] of answers.entries())
    assert.ok(succeeded, `list ${place} settles, but: ${data}`);
  assert.deepEqual(refusals, expected, "lists refuse the same trades as one by one, with the same words");
}

/** The chain says `expected`, the first reason in its own order of checks; or settles where there is none. */
function checkAnswer(name: string, expected: number, { succeeded, data }: Answer, trade: AskedTrade): void {
  if (succeeded) {
    assert.equal(expected, 0, `${name}: the chain settles what it should refuse with ${expected}`);
    return;
  }
  const { error, code } = readSettlementRefusal(data, sideOf(trade));
  // The snapshot does not say what of a position is frozen: lacking shares are one reason to the engine, three to the chain.
  const named = SHORTAGES.includes(code ?? 0) ? 20 : code;
  assert.equal(named, expected, `${name}: the chain refuses with ${error} (${named}) and not with ${expected}`);
}

const sideOf = ({ buy, buyId }: AskedTrade) => ({ buyer: buy.order.trader, buyOrder: buyId });
const leavingKey = ({ buy }: AskedTrade) => `${buy.order.trader}/${buy.order.currency}`.toLowerCase();

/** The batch's chunks on chain, all of which have to settle. */
async function settleNetted(stage: Stage, result: BatchResult, time: bigint): Promise<void> {
  const chunks = await chunksToSettle(result);
  const { desk } = INTERFACES;
  const open: Step = {
    target: stage.desk,
    data: desk.encodeFunctionData("openBatch", [result.header]),
    gas: CHUNK_GAS,
  };
  const settle = chunks.map(({ chunk, proof }): Step => {
    const { net, leaf: _leaf, ...header } = chunk;
    const vector = { ...net, assets: [...net.assets], accounts: [...net.accounts], shares: [...net.shares] };
    return {
      target: stage.desk,
      data: desk.encodeFunctionData("settleChunk", [header, [...proof], vector, []]),
      gas: CHUNK_GAS + POSITION_GAS * (net.accounts.length + net.shares.length),
    };
  });
  const answers = await stage.relay.run([open, ...settle], time);
  for (const [place, { succeeded, data }] of answers.entries()) {
    const what = place === 0 ? "the batch opens" : `chunk ${place - 1} of ${chunks.length} settles`;
    const { error } = readSettlementRefusal(data, { buyer: "", buyOrder: "" });
    assert.ok(succeeded, `${what} (${result.header.mode === 0 ? "strict" : "optimised"}), but: ${error} ${data}`);
  }
}

/**
 * Instructions in canonical order with their orders; nothing where one names an order that does not exist. Ids are what the chain
 * makes of an order: the executor has none for one that is malformed.
 */
function askedTrades(
  { orders, trades }: DrawnBatch,
  result: BatchResult,
  { desk, chainId }: Stage,
): (AskedTrade | undefined)[] {
  const domain = settlementDomain(desk, chainId);
  const ids = orders.map(({ order }) => TypedDataEncoder.hash(domain, ORDER_TYPES, order));
  return instructionsOf(result).map(({ id, sequence, buyOrder, sellOrder, quantity }) => {
    const [buy, sell] = [orders[buyOrder], orders[sellOrder]];
    const { price, matchNumber } = trades[sequence] ?? { price: 0n, matchNumber: 0n };
    if (buy === undefined || sell === undefined) return undefined;
    const named = { buyId: ids[buyOrder] ?? "", sellId: ids[sellOrder] ?? "" };
    return { id, buy, sell, ...named, quantity, price, matchNumber };
  });
}

function signedTrade({ buy, sell, quantity, price, matchNumber }: AskedTrade) {
  return { buy: signedOrder(buy), sell: signedOrder(sell), quantity, price, matchNumber };
}

function signedOrder({ order, signature, place, path }: ProvedOrder) {
  return { order, signature, place: BigInt(place), path: [...path] };
}

function encodeTrade(trade: AskedTrade): string {
  return INTERFACES.desk.encodeFunctionData("settleTrade", [signedTrade(trade)]);
}

/** What everybody has, of everything; and that the desk has the cash that it owes (I-10). */
async function readPositions({ relay, traders, assets, currencies, addresses }: Scene): Promise<Positions> {
  const { shares, desk, money } = INTERFACES;
  const [register, bank] = [addresses["ShareToken"] ?? "", addresses["SettlementDesk"] ?? ""];
  const questions = [
    ...traders.flatMap(({ address }) =>
      assets.map((asset) => ({ to: register, data: shares.encodeFunctionData("balanceOf", [address, asset]) })),
    ),
    ...traders.flatMap(({ address }) =>
      currencies.map((currency) => ({
        to: bank,
        data: desk.encodeFunctionData("cashOf", [address, currency.address]),
      })),
    ),
    ...assets.map((asset) => ({ to: register, data: shares.encodeFunctionData("totalSupply", [asset]) })),
    ...currencies.map(({ address }) => ({ to: address, data: money.encodeFunctionData("balanceOf", [bank]) })),
  ];
  const answers = (await relay.read(questions, "latest")).map(({ data }) => data);
  const pairs = traders.length * assets.length;
  const held = answers.slice(0, pairs).map(BigInt);
  const cash = answers.slice(pairs, 2 * pairs).map((data) => coder.decode(["uint64", "uint64", "uint48"], data));
  const [supplies, balances] = [
    answers.slice(2 * pairs, 2 * pairs + assets.length),
    answers.slice(2 * pairs + assets.length),
  ];

  for (const [place, supply] of supplies.entries()) {
    const sum = held.filter((_, at) => at % assets.length === place).reduce((all, one) => all + one, 0n);
    assert.equal(sum, BigInt(supply), `all shares of asset ${assets[place]} are somebody's`);
  }
  // I-10: nobody else's deposit changes and no cash comes or goes, so what the desk owes to all is what it holds, as before.
  return {
    shares: held,
    cash: cash.map((row) => BigInt(row[0])),
    owed: currencies.map((_, currency) =>
      cash
        .filter((__, place) => place % currencies.length === currency)
        .reduce((all, row) => all + BigInt(row[0]) + BigInt(row[1]), 0n),
    ),
    held: balances.map(BigInt),
  };
}

/** What receipts say of it. */
function moved(before: Positions, snapshot: Snapshot, drawn: DrawnBatch, result: BatchResult, stage: Scene): Positions {
  const shares = [...before.shares];
  const cash = [...before.cash];
  const asked = askedTrades(drawn, result, stage);
  const shift = (amounts: bigint[], place: number, delta: bigint) => {
    amounts[place] = (amounts[place] ?? 0n) + delta;
  };
  const placeOf = (trader: string) => stage.traders.findIndex(({ address }) => address === trader);
  for (const [index, { code, quantity, cash: paid }] of receiptsOf(result).entries()) {
    const trade = asked[index];
    if (!isAccepted(code) || trade === undefined) continue;
    const { asset, currency, trader } = trade.buy.order;
    const [buyer, seller] = [placeOf(trader), placeOf(trade.sell.order.trader)];
    const assetPlace = stage.assets.indexOf(asset);
    const currencyPlace = stage.currencies.findIndex(({ address }) => address === currency);
    shift(shares, buyer * stage.assets.length + assetPlace, quantity);
    shift(shares, seller * stage.assets.length + assetPlace, -quantity);
    shift(cash, buyer * stage.currencies.length + currencyPlace, -paid);
    shift(cash, seller * stage.currencies.length + currencyPlace, paid);
  }
  assert.equal(snapshot.shares.length, shares.length, "the snapshot lists every position");
  return { ...before, shares, cash };
}

/** Cash on leave, by account and currency. */
async function readLeaving({ relay, traders, currencies, desk }: Scene): Promise<Map<string, bigint>> {
  const pairs = traders.flatMap(({ address }) =>
    currencies.map((currency) => ({ address, currency: currency.address })),
  );
  const answers = await relay.read(
    pairs.map(({ address, currency }) => ({
      to: desk,
      data: INTERFACES.desk.encodeFunctionData("cashOf", [address, currency]),
    })),
    "latest",
  );
  return new Map(
    pairs.map(({ address, currency }, place) => {
      const [, leaving] = coder.decode(["uint64", "uint64", "uint48"], answers[place]?.data ?? "0x");
      return [`${address}/${currency}`.toLowerCase(), BigInt(leaving)];
    }),
  );
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

function countAccepted(result: BatchResult): number {
  return receiptsOf(result).filter(({ code }) => isAccepted(code)).length;
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

import assert from "node:assert/strict";
import { AbiCoder } from "ethers";
import { type BatchResult, explainCode, isAccepted, receiptsOf, type Snapshot } from "../../executor/index.ts";
import { readSettlementRefusal } from "../../sdk/settlement-refusal.ts";
import { askedTrades, listOf, stepOf } from "./asked-trades.ts";
import { heldOutcomes, unlockAll, withHolds } from "./held-shares.ts";
import type { Answer } from "./relay.ts";
import { INTERFACES } from "./stage.ts";
import type { DrawnBatch } from "./worlds/draw-batch.ts";
import type { Scene, World } from "./worlds/draw-world.ts";
import { type AskedTrade, type Band, PlainWorld } from "./worlds/reasons.ts";

/** What the chain said of a trade by itself. */
export interface AnsweredTrade {
  readonly trade: AskedTrade;
  readonly answer: Answer;
}

/** What instructions came to one by one. */
export interface OneByOne {
  /** How many got each code of the engine. */
  readonly codes: Map<number, number>;
  /** How often the chain named each error. */
  readonly errors: Map<string, number>;
  readonly asked: readonly AnsweredTrade[];
  readonly executed: readonly boolean[];
}

/** All that a batch opens with. */
export interface Opening {
  readonly snapshot: Snapshot;
  /** Trades that had settled before. */
  readonly early: readonly AskedTrade[];
  readonly bandOf: (asset: bigint, currency: string) => Band;
}

/** Trades of a list, and how much of a reason it tells. */
const LIST = 10;
const REASON_BYTES = 256;
const TEMPTED: readonly number[] = [120, 121, 122, 123];
const SHORTAGES: readonly number[] = [20, 21, 22];
const coder = AbiCoder.defaultAbiCoder();

/** A trade as it is brought to the chain, and what is expected of it there. */
interface Case {
  readonly name: string;
  readonly code: number;
  readonly trade: AskedTrade;
  readonly expected: number;
  /** Cash on leave still covers what is on its way; the engine does not count on it. */
  readonly isCovered: boolean;
}

/** Each instruction in canonical order: what the engine accepted settles, what it refused is tried, for the same reason. */
export async function settleOneByOne(
  stage: Scene,
  world: World,
  opening: Opening,
  drawn: DrawnBatch,
  result: BatchResult,
  time: bigint,
): Promise<OneByOne> {
  const leaving = await readLeaving(stage);
  const codes = new Map<number, number>();
  const errors = new Map<string, number>();
  const asked: AnsweredTrade[] = [];
  for (const { code } of receiptsOf(result)) count(codes, code);
  const cases = readPlainly(world, opening, askedTrades(drawn, result, stage), result, time, leaving);

  const unlocks = unlockAll(stage, world);
  const steps = cases.map(({ trade, code }) => stepOf(stage, trade, !isAccepted(code)));
  const held = withHolds(stage, world, [...unlocks, ...steps]);
  const answers = await stage.relay.run(held.steps, time);
  const own = held.own(answers);
  for (const { succeeded, data } of own.slice(0, unlocks.length))
    assert.ok(succeeded, `what is locked is let go: ${data}`);

  for (const [place, { name, code, trade, expected, isCovered }] of cases.entries()) {
    const answer = own[unlocks.length + place] ?? { succeeded: false, data: "" };
    if (!isCovered) checkAnswer(name, expected, answer, trade);
    // What the engine refuses for reasons of its own, the chain would settle: that stays out of lists.
    if (isAccepted(code) || !answer.succeeded) asked.push({ trade, answer });
    if (!answer.succeeded) count(errors, readSettlementRefusal(answer.data, sideOf(trade)).error);
  }
  return { codes, errors, asked, executed: heldOutcomes(held, answers) };
}

/** The engine's codes held against the plain reading of the checks; and what each trade then is to come to on chain. */
function readPlainly(
  { ruleOrder }: World,
  { snapshot, early, bandOf }: Opening,
  instructions: readonly (AskedTrade | undefined)[],
  result: BatchResult,
  time: bigint,
  leaving: ReadonlyMap<string, bigint>,
): Case[] {
  const plain = new PlainWorld(snapshot, time, ruleOrder, bandOf, early);

  return receiptsOf(result).flatMap(({ code, quantity }, place) => {
    const instruction = instructions[place];
    if (instruction === undefined) {
      assert.ok(code === 101 || code === 100, `instruction ${place} names an order that there is not, and got ${code}`);
      return [];
    }
    const trade = { ...instruction, quantity: plain.boundOf(instruction) };
    const name = `instruction ${place}, ${explainCode(code).name}`;
    const reason = plain.engineReason(trade);
    assert.ok(
      reason === code || (reason === 0 && TEMPTED.includes(code)),
      `${name}: the plain reading of the checks says ${reason}, all: ${JSON.stringify(plain.reasonsOf(trade))}`,
    );
    if (isAccepted(code)) assert.equal(quantity, trade.quantity, `${name}: so much is settled`);
    const isCovered = plain.missingCash(trade) > 0n && (leaving.get(leavingKey(trade)) ?? 0n) > 0n;
    const expected = plain.chainReason(trade);

    plain.see(trade);
    if (isAccepted(code)) plain.settle(trade);
    return [{ name, code, trade, expected, isCovered }];
  });
}

/** The same in lists: each settles or is refused there as it was by itself. */
export async function settleInLists(
  stage: Scene,
  world: World,
  asked: readonly AnsweredTrade[],
  time: bigint,
): Promise<readonly boolean[]> {
  const { desk } = INTERFACES;
  const pages = Array.from({ length: Math.ceil(asked.length / LIST) }, (_, page) =>
    asked.slice(page * LIST, (page + 1) * LIST),
  );
  const lists = pages.map((page) =>
    listOf(
      stage,
      page.map(({ trade }) => trade),
    ),
  );
  const held = withHolds(stage, world, [...unlockAll(stage, world), ...lists]);
  const { answers, logs } = await stage.relay.runLogged(held.steps, time);
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

  for (const { succeeded, data } of held.own(answers)) assert.ok(succeeded, `a list settles, but: ${data}`);
  assert.deepEqual(refusals, expected, "lists refuse the same trades as one by one, with the same words");
  return heldOutcomes(held, answers);
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

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

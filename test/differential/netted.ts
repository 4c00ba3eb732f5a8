import assert from "node:assert/strict";
import { type BatchResult, chunksToSettle } from "../../executor/index.ts";
import { unlocksInTurn } from "../../sdk/locked-shares.ts";
import { readSettlementRefusal } from "../../sdk/settlement-refusal.ts";
import { heldOutcomes, withHolds } from "./held-shares.ts";
import type { Step } from "./relay.ts";
import { INTERFACES } from "./stage.ts";
import type { Scene, World } from "./worlds/draw-world.ts";

const CHUNK_GAS = 500_000;
const POSITION_GAS = 120_000;
const SHORTAGES: readonly number[] = [20, 21, 22];
/** Where a word of `unlocks` has its quantity. */
const QUANTITY_UNIT = 1n << 160n;
const QUANTITY = (1n << 64n) - 1n;

/** The batch's chunks on chain, all of which have to settle; with one share less unlocked than it says, none does. */
export async function settleNetted(
  stage: Scene,
  world: World,
  result: BatchResult,
  time: bigint,
): Promise<{ readonly executed: readonly boolean[]; readonly unlocks: number }> {
  const { desk } = INTERFACES;
  const mode = result.header.mode === 0 ? "strict" : "optimised";
  const block = Number(await stage.request("eth_blockNumber"));
  const chunks = await chunksToSettle(result);
  const nets = chunks.map(({ chunk }) => chunk.net);
  const unlocks = await unlocksInTurn(stage.suite, nets, { block, time });

  const step = ({ chunk, proof }: (typeof chunks)[number], words: readonly bigint[], isTried: boolean): Step => {
    const { net, leaf: _leaf, ...header } = chunk;
    const vector = { ...net, assets: [...net.assets], accounts: [...net.accounts], shares: [...net.shares] };
    const data = desk.encodeFunctionData("settleChunk", [header, [...proof], vector, [...words]]);
    const gas = CHUNK_GAS + POSITION_GAS * (net.accounts.length + net.shares.length + words.length);
    return { target: stage.desk, data, gas, isTried };
  };
  const open = desk.encodeFunctionData("openBatch", [result.header]);
  const steps = [
    { target: stage.desk, data: open, gas: CHUNK_GAS },
    ...chunks.flatMap((chunk, place) => {
      const words = unlocks[place] ?? [];
      const tried = words.length === 0 ? [] : [step(chunk, oneLess(words), true)];
      return [...tried, step(chunk, words, false)];
    }),
  ];
  const held = withHolds(stage, world, steps, true);
  const answers = await stage.relay.run(held.steps, time);

  for (const [place, { succeeded, data }] of held.own(answers).entries()) {
    const what = place === 0 ? "the batch opens" : `step ${place} of ${chunks.length} chunks`;
    const { error, code } = readSettlementRefusal(data, { buyer: "", buyOrder: "" });
    if (steps[place]?.isTried) {
      assert.ok(
        !succeeded && SHORTAGES.includes(code ?? 0),
        `${what} (${mode}) is refused, but: ${succeeded} ${error}`,
      );
    } else assert.ok(succeeded, `${what} (${mode}), but: ${error} ${data}`);
  }
  return { executed: heldOutcomes(held, answers), unlocks: unlocks.flat().length };
}

/** The same with a share less of the first. */
function oneLess([first = 0n, ...others]: readonly bigint[]): bigint[] {
  const left = first - QUANTITY_UNIT;
  return ((left >> 160n) & QUANTITY) === 0n ? others : [left, ...others];
}

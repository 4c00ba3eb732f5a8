import { availableParallelism } from "node:os";
import {
  type BatchInput,
  type BatchResult,
  compareResults,
  packedOf,
  runBatch,
  runSequential,
  type Snapshot,
  settlementFigures,
  snapshotOf,
} from "../../executor/index.ts";
import { createLoad, takeBatch } from "../../executor/load/create-load.ts";
import { amountColumn } from "../../executor/tree/position-table.ts";
import type { Line, Measure } from "./line.ts";
import { measurePairs } from "./pairs.ts";

/** Traders, assets and trades of a batch; the traders are few, so that who buys often has just sold. */
const FULL = { accounts: 32, assets: 5, count: 8_192 } as const;
const SMALL = { accounts: 8, assets: 2, count: 512 } as const;

/** What everybody has deposited where cash is scarce, in average trades. */
const FEW_TRADES = 3n;

/**
 * What it costs to settle what can settle instead of what comes first: the ledger stage of one batch in both modes, where everything is
 * covered, and where cash is so scarce that a batch in order refuses much of it. Both results have to be those of the plain executor.
 */
export const measureModes: Measure = async ({ full, pairs, seed }) => {
  const sizes = full ? FULL : SMALL;
  const load = await createLoad(
    { ...sizes, seed, shape: { name: "dealer", parameter: 0 } },
    { workers: availableParallelism() },
  );
  const { quantity, price } = load.flows;
  const paid = quantity.reduce((sum, each, trade) => sum + each * (price[trade] ?? 0n), 0n);
  const scarce = depositing(load.snapshot, (FEW_TRADES * paid) / BigInt(sizes.count));

  const lines: Line[] = [];
  for (const [what, snapshot] of [
    ["everything covered", load.snapshot],
    ["cash scarce", scarce],
  ] as const) {
    const batch = { ...takeBatch(load, 1n, 0, sizes.count), snapshot };
    const [strict, optimised] = [
      await judged({ ...batch, mode: "strict" }),
      await judged({ ...batch, mode: "optimised" }),
    ];
    const { ours, theirs, ratio } = await measurePairs(pairs, optimised.run, strict.run);

    const each = (ms: number) => `${((1_000 * ms) / sizes.count).toFixed(2)} µs`;
    const settled = `${optimised.settled} of ${sizes.count} trades settled against ${strict.settled}`;
    lines.push({
      measure: `ledger stage, optimised ÷ strict, ${what}`,
      value: ratio,
      unit: "×",
      detail: `${settled}; ${each(ours)} against ${each(theirs)} a trade, ${sizes.accounts} accounts, dealer flow, no threads, seed ${seed}`,
    });
  }
  return lines;
};

/** `snapshot` with the same deposit for everybody. */
function depositing(snapshot: Snapshot, amount: bigint): Snapshot {
  const packed = packedOf(snapshot);
  if (packed === undefined) throw new Error("the opening is not in columns");
  const deposited = amountColumn(packed.cash.deposited.length).fill(amount);
  return snapshotOf({ ...packed, cash: { ...packed.cash, deposited } });
}

/** A batch that was held against the plain executor; `run` tells how long its ledger takes, its signatures known. */
async function judged(input: BatchInput) {
  const result = await runBatch(input, { workers: availableParallelism() });
  const difference = compareResults(await runSequential(input), result);
  if (difference !== undefined)
    throw new Error(`the ${input.mode} batch is not that of the plain executor: ${difference}`);

  const options = { workers: 0, recorded: result.orderStatus };
  const run = async () => requireSame(result, await runBatch(input, options)).run.timings.ledger;
  return { settled: settlementFigures(result).settled, run };
}

function requireSame(expected: BatchResult, found: BatchResult): BatchResult {
  if (found.batchHash !== expected.batchHash)
    throw new Error(`a run came to ${found.batchHash}, not ${expected.batchHash}`);
  return found;
}

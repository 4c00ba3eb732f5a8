import { availableParallelism } from "node:os";
import { WorkerPool } from "../../executor/index.ts";
import { Kernel } from "../../executor/ledger/kernel.ts";
import { shouldSplit } from "../../executor/ledger/split/choose-split.ts";
import { decideSplit } from "../../executor/ledger/split/decide-split.ts";
import {
  createRecords,
  type KernelFlows,
  lowerFlows,
  openLedgerOf,
  type Records,
  reset,
  runKernel,
} from "./kernel-flows.ts";
import type { Extent, Line, Measure } from "./line.ts";
import { measurePairs } from "./pairs.ts";
import { columnsOf, requireSame, runBareLoop, runMapLedger } from "./plain-cells.ts";

const LEAST_OF_BARE = 0.5;
const LEAST_HOT = [
  ["hot:0.3", 0.9],
  ["hot:0.9", 0.8],
] as const;
const LEAST_CHAIN = 0.97;
const WARM_UPS = 4;

/** Threads for which the automatic choice is asked about a chain: with fewer it would not look at the batch at all. */
const MANY_THREADS = 64;

/**
 * The ledger's serial kernel, receipts included, against a bare loop over the same cells, against itself on hot accounts, and
 * against a chain; and what the parallel ledger costs and gains where it is forced. Every run has to end with the balances and codes
 * of a ledger on a `Map`.
 */
export const measureKernel: Measure = async (extent) => {
  const { full, seed } = extent;
  const [count, positions] = full ? [262_144, 1_000_000] : [8_192, 20_000];
  const records = createRecords(count, seed);
  const state = openLedgerOf(positions / 2);
  const uniform = lowerFlows(state, "uniform", count, seed);

  return [
    ...(await measureBare(uniform, records, extent)),
    ...(await measureHot(uniform, records, extent)),
    ...(await measureChain(positions / 2, count, records, extent)),
    ...(await measureForced(uniform, records, extent)),
  ];
};

async function measureBare(flows: KernelFlows, records: Records, { pairs, seed }: Extent): Promise<Line[]> {
  const columns = columnsOf(flows);
  const kernel = () => runKernel(flows, records);
  const bare = () => runBareLoop(flows, columns);
  const map = runMapLedger(flows, columns);
  warmUp(kernel, bare);
  requireSame(flows, map);
  const { ours, theirs, ratio } = await measurePairs(pairs, kernel, bare);
  kernel();
  requireSame(flows, map, records);

  const detail = `${flows.count} instructions, 60 % trades, ${flows.state.lockedAt} positions, ${nanoseconds(ours, flows)} against ${nanoseconds(theirs, flows)}, seed ${seed}`;
  return [
    {
      measure: "kernel with receipts ÷ bare check-and-update loop",
      value: ratio,
      unit: "×",
      atLeast: LEAST_OF_BARE,
      detail,
    },
    {
      measure: "kernel with receipts ÷ Map<string, bigint> without",
      value: map.ms / ours,
      unit: "×",
      detail: `${nanoseconds(map.ms, flows)} on the map, once`,
    },
  ];
}

async function measureHot(uniform: KernelFlows, records: Records, { pairs, seed }: Extent): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [shape, atLeast] of LEAST_HOT) {
    reset(uniform);
    const hot = lowerFlows(uniform.state, shape, uniform.count, seed);
    const map = runMapLedger(hot, columnsOf(hot));
    const { ours, theirs, ratio } = await measurePairs(
      pairs,
      () => runKernel(hot, records),
      () => runKernel(uniform, records),
    );
    runKernel(hot, records);
    requireSame(hot, map, records);
    const detail = `one account in as many; ${nanoseconds(ours, hot)} against ${nanoseconds(theirs, hot)}, pre-authenticated, seed ${seed}`;
    lines.push({ measure: `kernel: ${shape} ÷ uniform`, value: ratio, unit: "×", atLeast, detail });
  }
  return lines;
}

/** Nobody but the first has a share, and each hands on what he got: nothing can run beside anything. */
async function measureChain(
  accounts: number,
  count: number,
  records: Records,
  { pairs, seed }: Extent,
): Promise<Line[]> {
  const state = openLedgerOf(accounts, (account) => (account === 0 ? 50n : 0n));
  const chain = lowerFlows(state, "chain", count, seed, 0);
  for (let index = 0; index < count; index++) chain.rows.amounts[8 * index + 6] = 50n;
  const map = runMapLedger(chain, columnsOf(chain));

  const choose = (): number => {
    reset(chain);
    const started = performance.now();
    if (shouldSplit(chain, MANY_THREADS)) throw new Error("a chain was taken for parallel");
    return performance.now() - started + runKernel(chain, records);
  };
  const serial = () => runKernel(chain, records);
  warmUp(choose, serial);
  const { ours, theirs, ratio } = await measurePairs(pairs, choose, serial);
  requireSame(chain, map, records);

  const detail = `${count} transfers, each of what the one before brought; choice for ${MANY_THREADS} threads and pass, ${nanoseconds(ours, chain)} against ${nanoseconds(theirs, chain)}`;
  return [{ measure: "kernel: chain, automatic ÷ serial", value: ratio, unit: "×", atLeast: LEAST_CHAIN, detail }];
}

/** What the parallel ledger does here when it is forced; with few cores it has nothing to win. */
async function measureForced(uniform: KernelFlows, records: Records, { pairs, seed }: Extent): Promise<Line[]> {
  const lines: Line[] = [];
  const { instructions, receipts } = records;
  for (const workers of [...new Set([1, availableParallelism()])]) {
    const pool = await WorkerPool.open(workers);
    for (const shape of ["uniform", "hot:0.9"]) {
      reset(uniform);
      const flows = shape === "uniform" ? uniform : lowerFlows(uniform.state, shape, uniform.count, seed);
      const map = runMapLedger(flows, columnsOf(flows));
      let residue = 0;
      const split = async (): Promise<number> => {
        reset(flows);
        const kernel = new Kernel(flows.state, flows.rows, flows.fills);
        const started = performance.now();
        ({ residue } = await decideSplit({ ...flows, kernel }, instructions, receipts, pool));
        return performance.now() - started;
      };
      await split();
      const { ours, theirs, ratio } = await measurePairs(Math.min(pairs, 5), split, () => runKernel(flows, records));
      await split();
      requireSame(flows, map, records);
      const detail = `${residue} of ${flows.count} in their order, ${nanoseconds(ours, flows)} against ${nanoseconds(theirs, flows)}`;
      lines.push({ measure: `parallel ledger, forced, ${shape} ÷ serial`, workers, value: ratio, unit: "×", detail });
    }
    await pool.close();
  }
  return lines;
}

function warmUp(...runs: readonly (() => number)[]): void {
  for (let time = 0; time < WARM_UPS; time++) for (const run of runs) run();
}

const nanoseconds = (ms: number, { count }: KernelFlows): string => `${((ms * 1e6) / count).toFixed(0)} ns`;

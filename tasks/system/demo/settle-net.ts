import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BatchInput, type BatchResult, DEFAULT_MAX_CHUNK_INSTRUCTIONS } from "../../../executor/index.ts";
import { openDeskLog } from "../../../sdk/settler/desk-log.ts";
import { LOCAL_PACE } from "../../../sdk/settler/pace.ts";
import { Settler } from "../../../sdk/settler/settler.ts";
import { SettlerJournal } from "../../../sdk/settler/settler-journal.ts";
import type { Progress } from "../../lib/progress.ts";
import type { NetSettlement } from "./summary.ts";
import type { DemoWorld } from "./world.ts";

/** What the settler says while it works. */
interface Listener {
  progress: Progress | undefined;
  /** Transactions that it will take. */
  expected: number;
  transactions: number;
  gas: bigint;
  lastAt: number;
}

/** A day's batch on its way through the settler, as `settle run` takes it: decided in the desk's log, posted, reconciled. */
export interface DemoSettlement {
  decide(input: BatchInput, progress: Progress): Promise<BatchResult>;
  settle(result: BatchResult, progress: Progress): Promise<NetSettlement>;
}

/** Does `work` with a settler whose log lasts as long; the chain of a demo lasts no longer either. */
export async function withSettler<T>(
  world: DemoWorld,
  workers: number,
  work: (settlement: DemoSettlement) => Promise<T>,
): Promise<T> {
  const { suite, chainId } = world;
  const root = await mkdtemp(join(tmpdir(), "moiety-demo-"));
  try {
    const desk = await suite.settlementDesk.getAddress();
    const log = await openDeskLog({ root, chainId, desk, instance: null }, suite);
    const journal = await SettlerJournal.open(root);
    try {
      const heard: Listener = { progress: undefined, expected: 0, transactions: 0, gas: 0n, lastAt: 0 };
      return await work(settlementOf(new Settler({ ...toolsOf(world, workers, heard), log, journal }), heard));
    } finally {
      await journal.close();
      await log.journal.close();
    }
  } finally {
    await rm(root, { recursive: true });
  }
}

function settlementOf(settler: Settler, heard: Listener): DemoSettlement {
  return {
    async decide(input, progress) {
      heard.progress = progress;
      return settler.decide(input, 1);
    },
    async settle(result, progress) {
      Object.assign(heard, { progress, expected: 1 + result.chunks.length });
      const started = performance.now();
      const ended = await settler.settle(result);
      const { transactions, gas, lastAt } = heard;
      const isWhole = ended.length === 1 && ended[0]?.settled.size === result.chunks.length;
      const mismatches = ended.flatMap((end) => end.mismatches).length;
      return { transactions, gas, milliseconds: lastAt - started, mismatches, isWhole };
    },
  };
}

function toolsOf({ suite, connection, operator, chainId, firstBlock }: DemoWorld, workers: number, heard: Listener) {
  return {
    ...{ suite, provider: connection.ethers.provider, signer: operator, chainId, fromBlock: firstBlock },
    ...{ workers, pace: LOCAL_PACE, maxChunkInstructions: DEFAULT_MAX_CHUNK_INSTRUCTIONS },
    onDecided: (done: number, total: number) => heard.progress?.update(done, total),
    onPosted: ({ gas }: { readonly gas: bigint }) => {
      heard.transactions += 1;
      heard.gas += gas;
      heard.lastAt = performance.now();
      heard.progress?.update(heard.transactions, heard.expected);
    },
    keep: async () => {},
    note: () => {},
  };
}

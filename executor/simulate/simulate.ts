import { join } from "node:path";
import { LogDamagedError } from "../log/errors.ts";
import { FrameReader } from "../log/frame-reader.ts";
import { decodeLogHeader, LOG_HEADER_BYTES } from "../log/log-header.ts";
import { logPath, replayLog } from "../replay/replay-log.ts";
import { requireSameState } from "./check-state.ts";
import { DeskWorld, FOLDER } from "./desk-world.ts";
import { ExecutorLife, RestartNeeded } from "./executor-life.ts";
import type { FaultCounts } from "./faults.ts";
import { insist } from "./insist.ts";
import { IDENTITY } from "./order-book.ts";
import type { Ending } from "./scheduler.ts";
import type { PlantedBug } from "./simulated-runner.ts";

export interface SimulationOptions {
  /** Everything that happens follows from it. */
  readonly seed: number;
  /** Batches that are settled. */
  readonly batches: number;
  /** A mistake to be found. */
  readonly bug?: PlantedBug | undefined;
}

/** One log in so many is replayed from its first batch by the judge, which takes as long as all before. */
const JUDGED_FROM_START = 3;

/** What a simulation came to in which everything held. */
export interface Simulation {
  readonly seed: number;
  readonly batches: number;
  readonly steps: number;
  /** SHA-256 of all steps: the same for the same seed and program. */
  readonly traceHash: string;
  /** Lives of the process. */
  readonly lives: number;
  /** Comparisons with the judge. */
  readonly judged: number;
  /** Results of workers that had changed, and were noticed. */
  readonly mended: number;
  readonly faults: FaultCounts;
  /** Reason codes that receipts had, ascending. */
  readonly codes: readonly number[];
}

/** Something did not hold. The same seed finds it again at the same step. */
export class SimulationError extends Error {
  override readonly name = "SimulationError";
  readonly seed: number;
  readonly step: number;
  readonly traceHash: string;
  /** What happened last, oldest first. */
  readonly last: readonly string[];

  constructor(seed: number, { trace }: DeskWorld, cause: unknown) {
    super(`seed ${seed}, step ${trace.steps}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.seed = seed;
    this.step = trace.steps;
    this.traceHash = trace.hash();
    this.last = trace.last;
  }
}

/**
 * Runs the executor's own code through `batches` batches in a world in which everything goes wrong that can, in an order
 * that only the seed decides, and holds it after every step to what it promises: receipts and roots are the judge's,
 * nothing is lost or created, nobody is short, nothing settles twice, what was acknowledged stays, and every replay comes
 * to the same. Throws a {@link SimulationError} at the first step where it does not.
 */
export async function simulate({ seed, batches, bug }: SimulationOptions): Promise<Simulation> {
  const world = await DeskWorld.create(seed, bug);
  try {
    const lives = await liveUntil(world, BigInt(batches));
    await replayEverything(world);
    const { trace, faults, runner, judged } = world;
    const codes = [...world.codes].sort((a, b) => a - b);
    return {
      seed,
      batches,
      steps: trace.steps,
      traceHash: trace.hash(),
      lives,
      judged,
      mended: runner.mended,
      faults: faults.counts,
      codes,
    };
  } catch (error) {
    throw new SimulationError(seed, world, error);
  }
}

/** Life after life, until all batches are closed. */
async function liveUntil(world: DeskWorld, last: bigint): Promise<number> {
  const { scheduler, disk, trace } = world;
  let isSnapshotDamaged = false;

  for (let lives = 1; ; lives++) {
    const ending = await scheduler
      .run(() => ExecutorLife.live(world, last, isSnapshotDamaged))
      .catch((error: unknown): Ending<void> => {
        if (error instanceof RestartNeeded) return { kind: "kill" };
        throw error;
      });
    if (ending.kind === "finished") return lives;

    trace.add(ending.kind);
    if (ending.kind === "powerFailure") disk.powerFailure();
    else disk.kill();
    disk.capacity = Number.POSITIVE_INFINITY;
    disk.failingSyncs = 0;
    isSnapshotDamaged = await damageSnapshot(world);
    await damageLog(world);
  }
}

/** Perhaps changes a byte of the newest state file. */
async function damageSnapshot({ disk, faults, dice }: DeskWorld): Promise<boolean> {
  const newest = (await disk.list(FOLDER))
    .filter((name) => name.startsWith("state-"))
    .sort()
    .at(-1);
  if (newest === undefined || !faults.strikes("damagedSnapshot")) return false;

  const path = join(FOLDER, newest);
  disk.damage(path, dice.below(disk.bytesOf(path).length));
  return true;
}

/** Perhaps changes a byte of the log that was on the disk before later ones were written: that must not pass for a torn tail. */
async function damageLog({ disk, faults, dice, logSizes }: DeskWorld): Promise<void> {
  const old = logSizes.at(-3) ?? 0;
  if (old === 0 || !faults.strikes("damagedLog")) return;

  const path = logPath(FOLDER);
  const offset = dice.below(old);
  disk.damage(path, offset);
  const error = await readToEnd(disk).catch((reason: unknown) => reason);
  insist(error instanceof LogDamagedError, `byte ${offset} of the log has changed, and nobody noticed`);
  disk.damage(path, offset);
}

async function readToEnd(disk: DeskWorld["disk"]): Promise<void> {
  const path = logPath(FOLDER);
  const file = await disk.open(path);
  insist(file !== undefined, "the log is gone");
  const header = decodeLogHeader(await file.read(0, LOG_HEADER_BYTES), path);
  const reader = await FrameReader.open(file, path, header);
  while ((await reader.next()) !== undefined);
}

/** The log comes to what the chain holds: always from the newest snapshot, and at times from its start by the judge. */
async function replayEverything({ disk, chain, dice }: DeskWorld): Promise<void> {
  const fromStart = dice.oneIn(JUDGED_FROM_START) ? [{ from: "start", run: "judge" } as const] : [];
  for (const options of [{ from: "snapshot" } as const, ...fromStart]) {
    const { state, open } = await replayLog(FOLDER, IDENTITY, { ...options, files: disk });
    insist(open.length === 0, `${open.length} batches are open in the end`);
    requireSameState(state, chain.closed, `replayed from its ${options.from}`);
  }
}

import { damageLog, damageSnapshot } from "./damage.ts";
import type { FaultCounts } from "./faults.ts";
import { insist } from "./insist.ts";
import type { PlantedBug } from "./planted-bug.ts";
import { rememberRecoveries } from "./remember-recoveries.ts";
import type { Ending } from "./scheduler.ts";
import { createSubject, type Subject, type SubjectName } from "./subjects.ts";
import { beginWorld, type Surroundings } from "./surroundings.ts";
import { RestartNeeded } from "./trying.ts";

/** A process that is killed as often as any seed wants gets on faster than this. */
const MAX_LIVES_PER_BATCH = 50;

export interface SimulationOptions {
  /** Everything that happens follows from it. */
  readonly seed: number;
  /** Batches that are settled. */
  readonly batches: number;
  /** A mistake to be found. */
  readonly bug?: PlantedBug | undefined;
}

/** What a simulation came to in which everything held. */
export interface Simulation {
  readonly seed: number;
  readonly subject: SubjectName;
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

  constructor(seed: number, { trace }: Surroundings, cause: unknown) {
    super(`seed ${seed}, step ${trace.steps}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.seed = seed;
    this.step = trace.steps;
    this.traceHash = trace.hash();
    this.last = trace.last;
  }
}

/**
 * Runs the executor's own code through `batches` batches in a world in which everything goes wrong that can, in an order
 * that only the seed decides, and holds it after every step to what it promises. Throws a {@link SimulationError} at the
 * first step where it does not. Checked is
 * - of every result, and in every life of the process again, that it is the plain executor's, byte for byte: receipts, ids, roots, file;
 * - of every chunk that settles, by code of its own, that nothing is lost or created, nobody short, no mandate overdrawn and
 *   nothing settled twice;
 * - after every opening and every closing, that the log comes to what the chain holds, position by position, and that what was
 *   acknowledged is there; of an engine's log, frame by frame, also that it holds nothing that was not sent;
 * - in the end, that a replay of the whole log does so, too: from the newest snapshot, and for one journal in three from its first
 *   batch by the plain executor.
 *
 * The plain executor runs each batch once, and the curve recovers each signature once ({@link rememberRecoveries}).
 */
export async function simulate(options: SimulationOptions): Promise<Simulation> {
  return rememberRecoveries(() => simulateSeed(options));
}

async function simulateSeed({ seed, batches, bug }: SimulationOptions): Promise<Simulation> {
  const subject = createSubject(await beginWorld(seed, bug), BigInt(batches));
  const { world } = subject;
  try {
    const lives = await liveUntilDone(subject, batches);
    await subject.conclude();
    const { trace, faults, runner, judged } = world;
    return {
      seed,
      subject: subject.name,
      batches,
      steps: trace.steps,
      traceHash: trace.hash(),
      lives,
      judged,
      mended: runner.mended,
      faults: faults.counts,
      codes: [...world.codes].sort((a, b) => a - b),
    };
  } catch (error) {
    throw new SimulationError(seed, world, error);
  }
}

/** Life after life, until all batches are done. */
async function liveUntilDone({ world, live }: Subject, batches: number): Promise<number> {
  const { scheduler, disk, trace } = world;
  let isSnapshotDamaged = false;

  for (let lives = 1; ; lives++) {
    const ending = await scheduler
      .run(() => live(isSnapshotDamaged))
      .catch((error: unknown): Ending<void> => {
        if (error instanceof RestartNeeded) return { kind: "kill" };
        throw error;
      });
    if (ending.kind === "finished") return lives;
    insist(lives < MAX_LIVES_PER_BATCH * (batches + 1), `after ${lives} lives the batches are not done`);

    trace.add(ending.kind);
    if (ending.kind === "powerFailure") disk.powerFailure();
    else disk.kill();
    world.relieveDisk();
    isSnapshotDamaged = await damageSnapshot(world);
    await damageLog(world);
  }
}

import { type BatchResult, receiptsOf } from "../batch-result.ts";
import { type Engine, MAX_ENGINE_BATCHES } from "../engine/engine.ts";
import { EngineFullError, EngineStoppedError } from "../engine/errors.ts";
import { openLoggedEngine } from "../engine/open-logged-engine.ts";
import { ExecutorInputError } from "../errors.ts";
import { LogWriteError } from "../log/errors.ts";
import { checkEngineLog } from "./check-engine-log.ts";
import type { Sent } from "./client.ts";
import type { EngineWorld } from "./engine-world.ts";
import { InvariantError, insist } from "./insist.ts";
import { slowFiles } from "./slow-files.ts";
import { FOLDER } from "./surroundings.ts";
import { RestartNeeded, STOPPED } from "./trying.ts";

/** One life of a process that runs batches overlapped: batch after batch is submitted, mostly without waiting for the last. */
export class EngineLife {
  readonly #world: EngineWorld;
  readonly #engine: Engine;
  readonly #inHand = new Set<Promise<void>>();
  /** Results are judged one after another. */
  #judging: Promise<void> = Promise.resolve();
  /** The first thing that went wrong. */
  #failure: { readonly error: unknown } | undefined;

  private constructor(world: EngineWorld, engine: Engine) {
    this.#world = world;
    this.#engine = engine;
  }

  /** Goes on from whatever the disk has until batch `last` is done. */
  static async live(world: EngineWorld, last: bigint): Promise<void> {
    const { line, opening, dice, disk, scheduler, runner, bug } = world;
    world.tempt();
    const engine = await openLoggedEngine(
      FOLDER,
      { snapshot: opening },
      {
        files: slowFiles(disk, scheduler, dice, bug),
        pool: runner,
        maxBatches: dice.pick([1, 2, 4, MAX_ENGINE_BATCHES]),
        whenFull: dice.pick(["wait", "refuse"]),
      },
    ).catch(throwUnlessDisk);
    await checkEngineLog(world);
    // All that is in the log has its end there now, whether anybody was told of it or not.
    world.acknowledged = line.last;
    insist(
      engine.nextNumber === line.last + 1n,
      `after batch ${line.last} the engine expects batch ${engine.nextNumber}`,
    );

    const life = new EngineLife(world, engine);
    await life.#sendUntil(last);
    await engine.close();
    await life.#conclude();
    if (world.line.last < last) throw new RestartNeeded("the engine was stopped");
  }

  async #sendUntil(last: bigint): Promise<void> {
    const { faults, scheduler, dice } = this.#world;

    for (let number = this.#engine.nextNumber; number <= last && this.#failure === undefined; ) {
      this.#world.tempt();
      this.#world.troubleDisk(6_000);
      await scheduler.wait("client: the next batch", dice.pick([1, 20, 80]));
      if (faults.strikes("abort")) return this.#engine.abort(STOPPED);
      if (await this.#send(number)) number += 1n;
      if (dice.oneIn(4)) await this.#engine.drain();
    }
    await this.#engine.drain();
  }

  /** Submits a batch; whether the engine took it. One that is refused for want of room comes again later. */
  async #send(number: bigint): Promise<boolean> {
    const { faults, client, opening, sent } = this.#world;
    const isRepeated = faults.strikes("duplicateBatch");
    const batch = isRepeated ? client.repeat(number, opening) : client.draw(number, opening);
    sent.set(number, batch);
    let isRefused = false;

    const run = this.#engine.submit(batch).then(
      (result) => this.#take(batch, result),
      (error: unknown) => {
        if (error instanceof EngineFullError) isRefused = true;
        else this.#failure ??= { error };
      },
    );
    this.#inHand.add(run);
    if (this.#engine.inHand === 0 || this.#engine.nextNumber <= number) await Promise.race([run, this.#pause()]);
    if (isRepeated && !isRefused && this.#failure === undefined) await this.#expectRefused(number);
    return !isRefused;
  }

  /** The same batch once more under a number that is taken. */
  async #expectRefused(number: bigint): Promise<void> {
    if (this.#engine.nextNumber <= number) return; // it still waits for its place
    const batch = this.#world.sent.get(number);
    if (batch === undefined) return;
    const outcome = await this.#engine.submit(batch).catch((error: unknown) => error);
    const isRefused =
      outcome instanceof ExecutorInputError ||
      outcome instanceof EngineFullError ||
      outcome instanceof EngineStoppedError;
    insist(isRefused, `batch ${number} was taken twice`);
  }

  #pause(): Promise<void> {
    return this.#world.scheduler.wait("client: looks whether it was taken", 40);
  }

  /** Results come in order, and each is what the judge makes of its batch after those before. */
  #take(batch: Sent, result: BatchResult): Promise<void> {
    const world = this.#world;
    const { number } = result.header;
    insist(
      number === world.acknowledged + 1n,
      `the result of batch ${number} came after that of ${world.acknowledged}`,
    );
    world.acknowledged = number;
    const judge = async () => {
      await world.line.advance(batch, result);
      world.judged += 1;
      for (const { code } of receiptsOf(result)) world.codes.add(code);
    };
    this.#judging = this.#judging.then(judge).catch((error: unknown) => {
      this.#failure ??= { error };
    });
    return this.#judging;
  }

  /** Everything that was submitted has come to an end; one that the world is to blame for asks for another life. */
  async #conclude(): Promise<void> {
    await Promise.allSettled(this.#inHand);
    await this.#judging;
    if (this.#failure !== undefined) throwUnlessDisk(this.#failure.error);
  }
}

/** A disk that failed, or somebody who stopped the engine, ends a life; everything else is a mistake. */
function throwUnlessDisk(error: unknown): never {
  const causes = [error];
  for (let cause = error; cause instanceof Error && cause.cause !== undefined; cause = cause.cause)
    causes.push(cause.cause);
  if (causes.some((cause) => cause instanceof InvariantError)) throw error;
  const isFull = (cause: unknown) => cause instanceof Error && cause.message.startsWith("ENOSPC");
  const isWorlds = causes.some((cause) => cause instanceof LogWriteError || cause === STOPPED || isFull(cause));
  throw isWorlds ? new RestartNeeded("the log has to be opened again", { cause: error }) : error;
}

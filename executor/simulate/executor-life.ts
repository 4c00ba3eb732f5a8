import type { BatchInput } from "../batch-input.ts";
import type { BatchResult } from "../batch-result.ts";
import { receiptsOf } from "../batch-result.ts";
import { ExecutorInputError } from "../errors.ts";
import { BatchJournal } from "../replay/batch-journal.ts";
import type { OpenBatch } from "../replay/replayer.ts";
import { runBatch } from "../run-batch.ts";
import { requireSameState } from "./check-state.ts";
import type { DeskWorld } from "./desk-world.ts";
import { insist } from "./insist.ts";
import { IDENTITY } from "./order-book.ts";
import { slowFiles } from "./slow-files.ts";
import { FOLDER } from "./surroundings.ts";
import { RestartNeeded, STOPPED, trying } from "./trying.ts";

/**
 * One life of the process that runs batches, from opening its journal to closing it: what an operator's program does,
 * with everything held against what was promised. `expectSkipped` says that the newest snapshot is damaged.
 */
export class ExecutorLife {
  readonly #world: DeskWorld;
  readonly #journal: BatchJournal;
  /** Number of the open batch that was held against the judge in this life. */
  #judged = 0n;

  private constructor(world: DeskWorld, journal: BatchJournal) {
    this.#world = world;
    this.#journal = journal;
  }

  /** Goes on from whatever the disk has until batch `last` is closed. */
  static async live(world: DeskWorld, last: bigint, expectSkipped: boolean): Promise<void> {
    const { dice, disk, scheduler, runner, ledger } = world;
    world.tempt();
    const from = dice.oneIn(10) ? "start" : "snapshot";
    const unfinished = dice.oneIn(3) ? "abandon" : "run";
    const journal = await trying(world, () =>
      BatchJournal.open(FOLDER, IDENTITY, {
        files: slowFiles(disk, scheduler, dice, world.bug),
        run: (input) => runBatch(input, { pool: runner, ledger }),
        from,
        unfinished,
      }),
    );
    if (journal === undefined) throw new RestartNeeded("the disk was full");
    if (expectSkipped && from === "snapshot") {
      insist(journal.skippedSnapshots.length > 0, "a damaged snapshot was believed");
    }

    const life = new ExecutorLife(world, journal);
    life.#checkOpening();
    await life.#carryOn(last);
    await journal.close();
  }

  async #carryOn(last: bigint): Promise<void> {
    for (;;) {
      const [open] = this.#journal.open;
      if (open !== undefined) await this.#settleRest(open);
      else if (this.#journal.nextNumber > last) return;
      else await this.#send();
    }
  }

  /** What was acknowledged before is there, and nothing else than what may be. */
  #checkOpening(): void {
    const { acknowledged, chain } = this.#world;
    const { state, open } = this.#journal;
    const [batch] = open;

    insist(state.lastBatch >= acknowledged.closed, `batch ${acknowledged.closed} was closed and is not any more`);
    insist(open.length <= 1, `${open.length} batches are open`);
    if (acknowledged.decided > state.lastBatch) {
      insist(batch?.number === acknowledged.decided, `batch ${acknowledged.decided} was decided and is gone`);
      insist(batch.isDecided, `the outcome of batch ${batch.number} was in the log and is not any more`);
      insist(batch.result?.batchHash === acknowledged.batchHash, `batch ${batch.number} has another hash than before`);
    }
    if (state.lastBatch === chain.closed.lastBatch) requireSameState(state, chain.closed, "opened again");
    else insist(state.lastBatch + 1n === chain.closed.lastBatch, `batch ${chain.closed.lastBatch} is closed on chain`);
  }

  /** Sends a batch, perhaps one that was sent before. */
  async #send(): Promise<void> {
    const { world } = this;
    const { faults, chain, client, dice, scheduler, runner, ledger } = world;
    world.tempt();
    if (dice.oneIn(3)) chain.moveOn(dice);
    const number = this.#journal.nextNumber;
    const isRepeated = faults.strikes("duplicateBatch");
    const snapshot = chain.snapshot();
    const batch = isRepeated ? client.repeat(number, snapshot) : client.draw(number, snapshot);
    const input = { ...batch, ...this.#drawMode(batch.time), snapshot };
    this.world.troubleDisk(6_000);
    const stop = new AbortController();
    if (faults.strikes("abort")) void scheduler.wait("somebody stops the batch", 120).then(() => stop.abort(STOPPED));
    world.sent = input;

    const result = await trying(world, () => this.#journal.run(input, { pool: runner, ledger, signal: stop.signal }));
    if (result === undefined) return;
    world.acknowledged = { ...world.acknowledged, decided: number, batchHash: result.batchHash };
    await this.#judge(result);
    if (isRepeated) await this.#expectRefused(number);
  }

  /** How the batch decides: in some worlds trades that lack something wait for each other, for a while or not at all. */
  #drawMode(time: bigint): Pick<BatchInput, "mode" | "recycleUntil"> {
    const { dice, isNetting } = this.world;
    if (!isNetting || dice.oneIn(4)) return { mode: "strict" };
    return { mode: "optimised", recycleUntil: time + BigInt(dice.pick([-1, 0, 1, 100])) };
  }

  /** A batch that is open, or closed, is not run a second time. */
  async #expectRefused(number: bigint): Promise<void> {
    const { sent, runner } = this.world;
    if (sent === undefined) return;
    const outcome = await this.#journal.run({ ...sent, number }, { pool: runner }).catch((error: unknown) => error);
    insist(outcome instanceof ExecutorInputError, `batch ${number} was run although it is open or closed`);
  }

  /** Brings a batch that is in the log to its end, from wherever it was left. */
  async #settleRest(open: OpenBatch): Promise<void> {
    const { world } = this;
    const { chain, faults, scheduler, dice } = world;
    const { number, result } = open;
    if (!open.isDecided || result === undefined) {
      await trying(world, () => this.#journal.finish());
      return;
    }
    await this.#judge(result);
    world.tempt();

    await scheduler.wait("chain: open the batch");
    if (chain.closed.lastBatch < number) chain.commit(result);
    for (const chunk of result.chunks) {
      if (!chain.settledOf(number).has(chunk.index)) {
        insist(!open.settled.has(chunk.index), `the log says that chunk ${chunk.index} settled, the chain does not`);
        if (chain.closed.lastBatch === number || faults.strikes("refusedChunk")) break;
        await scheduler.wait("chain: settle a chunk");
        chain.settle(result, chunk);
        await scheduler.wait("chain: a chunk has settled");
      }
      if (!open.settled.has(chunk.index)) {
        if (!(await this.#write(() => this.#journal.settled(number, [chunk.index])))) return;
      }
    }

    await scheduler.wait("chain: close the batch");
    chain.close(result);
    if (!(await this.#write(() => this.#journal.closeBatch(number)))) return;
    world.acknowledged = { ...world.acknowledged, closed: number };
    requireSameState(this.#journal.state, chain.closed, `after batch ${number}`);
    for (const { code } of receiptsOf(result)) world.codes.add(code);
    if (faults.strikes("duplicateBatch")) await this.#expectRefused(number);
    if (!dice.oneIn(2)) return;
    this.world.troubleDisk(2_000);
    await trying(world, () => this.#journal.snapshot());
  }

  /** Whether something was written and acknowledged. */
  async #write(work: () => Promise<void>): Promise<boolean> {
    this.world.troubleDisk(200);
    const done = await trying(this.world, async () => {
      await work();
      return true;
    });
    return done === true;
  }

  /** Holds a batch against the judge, once in each life. */
  async #judge(result: BatchResult): Promise<void> {
    const { chain, sent } = this.world;
    const { number } = result.header;
    if (this.#judged === number || sent?.number !== number || chain.closed.lastBatch >= number) return;

    await this.world.judge.hold(sent, chain.closed, result);
    this.#judged = number;
    this.world.judged += 1;
  }

  get world(): DeskWorld {
    return this.#world;
  }
}

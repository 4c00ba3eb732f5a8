import type { BatchInput } from "../batch-input.ts";
import { encodeLogHeader } from "../log/log-header.ts";
import { logPath } from "../replay/replay-log.ts";
import { Client } from "./client.ts";
import { Dice } from "./dice.ts";
import { Faults } from "./faults.ts";
import { FragileDisk } from "./fragile-disk.ts";
import { openingSnapshot } from "./opening.ts";
import { IDENTITY, openOrderBook } from "./order-book.ts";
import { Scheduler } from "./scheduler.ts";
import { SimulatedChain } from "./simulated-chain.ts";
import { type PlantedBug, SimulatedRunner } from "./simulated-runner.ts";
import { Trace } from "./trace.ts";

export const FOLDER = "/desk";

/** A kill comes within so many steps of when it was decided. */
const DOOM_STEPS = 200;

/** Everything around the executor that outlives it: disk, chain, client, clock and chance. */
export class DeskWorld {
  readonly trace = new Trace();
  readonly dice: Dice;
  readonly faults: Faults;
  readonly scheduler: Scheduler;
  readonly disk: FragileDisk;
  readonly chain: SimulatedChain;
  readonly client: Client;
  readonly runner: SimulatedRunner;
  /** The batch that was sent and may be in the log. */
  sent: BatchInput | undefined;
  /** What the executor has said: that a batch is decided, with this hash, and up to where batches are closed. */
  acknowledged = { decided: 0n, batchHash: "", closed: 0n };
  /** Of the log, after each acknowledgement. */
  readonly logSizes: number[] = [];
  /** Batches that were held against the judge. */
  judged = 0;
  readonly codes = new Set<number>();

  private constructor(seed: number, book: Awaited<ReturnType<typeof openOrderBook>>, bug: PlantedBug | undefined) {
    this.dice = new Dice(seed);
    this.faults = new Faults(this.dice.fork(), this.trace);
    this.scheduler = new Scheduler(this.dice.fork(), this.trace);
    this.disk = new FragileDisk(this.dice.fork());
    this.chain = new SimulatedChain(openingSnapshot(this.dice.fork(), book.addresses));
    this.client = new Client(this.dice.fork(), book);
    const { scheduler, faults } = this;
    const size = this.dice.pick([0, 1, 2, 3, 5]);
    this.runner = new SimulatedRunner({ size, scheduler, faults, dice: this.dice.fork(), bug });
  }

  /** The world of a seed, on its first day. */
  static async create(seed: number, bug?: PlantedBug): Promise<DeskWorld> {
    const world = new DeskWorld(seed, await openOrderBook(), bug);
    // The log draws its salt from the machine; here it is the seed's, or no two runs would write the same bytes.
    const header = encodeLogHeader({ ...IDENTITY, salt: world.dice.below(2 ** 32) });
    await world.disk.writeWhole(logPath(FOLDER), header);
    return world;
  }

  /** Perhaps decides that the process will be gone soon. */
  tempt(): void {
    if (this.faults.strikes("kill")) this.scheduler.doom(this.dice.below(DOOM_STEPS), "kill");
    else if (this.faults.strikes("powerFailure")) this.scheduler.doom(this.dice.below(DOOM_STEPS), "powerFailure");
  }

  /** Notes that everything in the log up to now was acknowledged. */
  acknowledge(): void {
    this.logSizes.push(this.disk.bytesOf(logPath(FOLDER)).length);
  }
}

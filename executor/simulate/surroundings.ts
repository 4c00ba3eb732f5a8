import { hashParts, loadKeccak } from "../formats/keccak.ts";
import type { LedgerMode } from "../ledger/split/choose-split.ts";
import { encodeLogHeader } from "../log/log-header.ts";
import { logPath } from "../replay/replay-log.ts";
import type { Snapshot } from "../snapshot.ts";
import { Client } from "./client.ts";
import { Dice } from "./dice.ts";
import { Faults } from "./faults.ts";
import { FragileDisk } from "./fragile-disk.ts";
import { openingSnapshot } from "./opening.ts";
import { IDENTITY, type OrderBook, openOrderBook } from "./order-book.ts";
import type { PlantedBug } from "./planted-bug.ts";
import { Scheduler } from "./scheduler.ts";
import { SimulatedRunner } from "./simulated-runner.ts";
import { Trace } from "./trace.ts";

export const FOLDER = "/desk";

/** A kill comes within so many steps of when it was decided. */
const DOOM_STEPS = 200;

/** What a seed's world is made of, before anything has happened in it. */
export interface Beginning {
  readonly dice: Dice;
  readonly book: OrderBook;
  readonly bug: PlantedBug | undefined;
}

/** Throws the first numbers of a seed, after everything is loaded that the machine takes its own time for. */
export async function beginWorld(seed: number, bug: PlantedBug | undefined): Promise<Beginning> {
  await loadKeccak();
  await hashParts([]);
  return { dice: new Dice(seed), book: await openOrderBook(), bug };
}

/** Everything around the executor that outlives it: disk, client, clock and chance. */
export class Surroundings {
  readonly trace = new Trace();
  readonly dice: Dice;
  readonly faults: Faults;
  readonly scheduler: Scheduler;
  readonly disk: FragileDisk;
  readonly opening: Snapshot;
  readonly client: Client;
  readonly runner: SimulatedRunner;
  readonly bug: PlantedBug | undefined;
  /** Whether a journal's batches are decided with technical netting. */
  readonly isNetting: boolean;
  /** Whether the ledger runs in parallel wherever it can, or in one pass. */
  readonly ledger: LedgerMode;
  /** Batches that were held against the judge. */
  judged = 0;
  /** Reason codes that receipts had. */
  readonly codes = new Set<number>();

  constructor({ dice, book, bug }: Beginning) {
    this.dice = dice;
    this.bug = bug;
    this.faults = new Faults(dice.fork(), this.trace);
    this.scheduler = new Scheduler(dice.fork(), this.trace);
    this.disk = new FragileDisk(dice.fork());
    this.ledger = dice.pick(["split", "serial"]);
    this.opening = openingSnapshot(dice.fork(), book.addresses);
    this.isNetting = dice.oneIn(3);
    this.client = new Client(dice.fork(), book);
    const { scheduler, faults } = this;
    this.runner = new SimulatedRunner({ size: dice.pick([0, 1, 2, 3, 5]), scheduler, faults, dice: dice.fork(), bug });
    // The log draws its salt from the machine; here it is the seed's, or no two runs would write the same bytes.
    const header = encodeLogHeader({ ...IDENTITY, salt: dice.below(2 ** 32) });
    this.disk.put(logPath(FOLDER), header);
  }

  /** Perhaps decides that the process will be gone soon. */
  tempt(): void {
    if (this.faults.strikes("kill")) this.scheduler.doom(this.dice.below(DOOM_STEPS), "kill");
    else if (this.faults.strikes("powerFailure")) this.scheduler.doom(this.dice.below(DOOM_STEPS), "powerFailure");
  }

  /** Perhaps leaves the disk less than `room` bytes, or makes its next sync fail. */
  troubleDisk(room: number): void {
    const { disk, faults, dice } = this;
    if (faults.strikes("fullDisk")) disk.capacity = disk.used + dice.below(room);
    if (faults.strikes("failedSync")) disk.failingSyncs = 1;
  }

  /** The disk has room and works again. */
  relieveDisk(): void {
    this.disk.capacity = Number.POSITIVE_INFINITY;
    this.disk.failingSyncs = 0;
  }
}

import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import {
  type BatchInput,
  BatchJournal,
  compareResults,
  ExecutorInputError,
  LogLockedError,
  LogWriteError,
  logPath,
  type OpenBatch,
  receiptsOf,
  replayLog,
} from "../../executor/index.ts";
import { FragileDisk } from "../../executor/simulate/fragile-disk.ts";
import { expectRejected } from "../helpers/expect-rejected.ts";
import { seededRandom } from "../helpers/seeded-random.ts";
import { batchOf, bytesOf, carryOn } from "./worlds/journal-world.ts";
import { IDENTITY, inFolder, read } from "./worlds/log-world.ts";
import { batch, buys, idOf, sells, trade } from "./worlds/trading-world.ts";

const BATCHES = 6n;
const ALONE = { workers: 0 };

describe("Replay", function () {
  this.timeout(120_000);

  /** A journal in which {@link BATCHES} batches are closed; what its state is. */
  async function writeJournal(folder: string): Promise<string> {
    const journal = await BatchJournal.open(folder, IDENTITY);
    await carryOn(journal, BATCHES);
    await journal.close();
    return bytesOf(journal.state);
  }

  it("comes to the same bytes, fast or by the judge, from the start or a snapshot, as often as one likes", () =>
    inFolder(async (folder) => {
      const expected = await writeJournal(folder);
      const before = await readFile(logPath(folder));

      for (const run of ["fast", "judge", "fast"] as const) {
        for (const from of ["start", "snapshot"] as const) {
          const { state, open, batches, identity } = await replayLog(folder, IDENTITY, { run, from });
          expect(bytesOf(state), `${run} from ${from}`).to.equal(expected);
          expect(state.lastBatch).to.equal(BATCHES);
          expect(open).to.deep.equal([]);
          expect(identity).to.include(IDENTITY);
          expect(batches).to.equal(from === "start" ? Number(BATCHES) : 0);
        }
      }
      expect((await readFile(logPath(folder))).equals(before)).to.equal(true);
    }));

  it("finishes what was begun, wherever the log ends: between two frames and within one", () =>
    inFolder(async (folder) => {
      const random = seededRandom("ends of a log");
      const whole = join(folder, "whole");
      const expected = await writeJournal(whole);
      const bytes = await readFile(logPath(whole));
      const { frames } = await read(logPath(whole));
      const ends = frames.flatMap(({ position: { offset, end } }) => [
        offset,
        offset + 1 + random.below(end - offset - 1),
      ]);

      for (const end of ends) {
        if (random.below(16) > 0) continue;
        const torn = join(folder, `${end} bytes`);
        await mkdir(torn);
        await writeFile(logPath(torn), bytes.subarray(0, end));
        const seen = await replayLog(torn, IDENTITY, { run: "judge" });
        const journal = await BatchJournal.open(torn, IDENTITY);
        expect(bytesOf(journal.state), `${random.seed}, ${end} bytes`).to.equal(bytesOf(seen.state));
        expect(journal.cut?.bytes, `${random.seed}, ${end} bytes`).to.equal(seen.torn?.bytes);
        expect(journal.open.every(({ isDecided }) => isDecided)).to.equal(true);
        expect(differences(journal.open, seen.open), `${random.seed}, ${end} bytes`).to.deep.equal(
          seen.open.map(() => undefined),
        );

        await carryOn(journal, BATCHES);
        expect(bytesOf(journal.state), `${random.seed}, ${end} bytes`).to.equal(expected);
        await journal.close();
      }
    }));

  function differences(left: readonly OpenBatch[], right: readonly OpenBatch[]): (string | undefined)[] {
    return right.map(({ result }, place) => {
      const other = left[place]?.result;
      return result && other ? compareResults(result, other) : "one was not run";
    });
  }

  it("carries what is through and what is filled into the next batch, and only of chunks that settled", () =>
    inFolder(async (folder) => {
      const journal = await BatchJournal.open(folder, IDENTITY);
      const orders = [buys("alice"), sells("bob")];
      const trades = [1n, 2n, 3n].map((matchNumber) => trade({ matchNumber, quantity: 30n }));
      const input = (number: bigint): BatchInput => batch({ number, orders, trades, maxChunkInstructions: 1 });

      await journal.run(input(1n), ALONE);
      await journal.settled(1n, [0]);
      await journal.closeBatch(1n);
      expect([journal.state.final.size, journal.state.filled.get(idOf(orders[0] ?? buys("alice")))]).to.deep.equal([
        1,
        30n,
      ]);

      const again = await journal.run(input(2n), ALONE);
      expect(receiptsOf(again).map(({ code }) => code)).to.deep.equal([110, 0, 0]);
      await journal.settled(2n, [2, 0]);
      await journal.closeBatch(2n);
      const last = await journal.run({ ...input(3n), trades: [...trades, trade({ quantity: 41n })] }, ALONE);
      expect(receiptsOf(last).map(({ code }) => code)).to.deep.equal([110, 0, 110, 115]);
      await journal.close();
      expect((await replayLog(folder, IDENTITY, { run: "judge" })).open).to.have.lengthOf(1);
    }));

  it("adds what the caller knows from elsewhere to what the log knows", () =>
    inFolder(async (folder) => {
      const journal = await BatchJournal.open(folder, IDENTITY);
      const orders = [buys("alice"), sells("bob")];
      const id = idOf(orders[0] ?? buys("alice"));
      await journal.run(batch({ orders, trades: [trade({ quantity: 50n })] }), {
        ...ALONE,
        settle: async () => undefined,
      });

      const trades = [trade({ quantity: 21n, matchNumber: 2n }), trade({ quantity: 20n, matchNumber: 3n })];
      const filled = new Map([[id.toUpperCase().replace("0X", "0x"), 30n]]);
      const result = await journal.run(batch({ number: 2n, orders, trades, filled }), ALONE);
      expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([115, 0]);
      await journal.close();
    }));

  it("settles through the journal: a chunk is written down when the chain has it, and the batch closed after the last", () =>
    inFolder(async (folder) => {
      const journal = await BatchJournal.open(folder, IDENTITY);
      const refusal = new Error("out of gas");
      const trades = [1n, 2n, 3n].map((matchNumber) => trade({ matchNumber }));
      const input = batch({ trades, maxChunkInstructions: 1 });
      const settle = async ({ chunk }: { chunk: { index: number } }) => {
        if (chunk.index === 1) throw refusal;
      };

      await expectRejected(journal.run(input, { ...ALONE, settle }), Error, "chunk 1 did not settle");
      expect(journal.open.map(({ settled }) => [...settled])).to.deep.equal([[0]]);
      await expectRejected(journal.run({ ...input, number: 2n }, ALONE), ExecutorInputError, "batch 1 is still open");
      await journal.close();

      const again = await BatchJournal.open(folder, IDENTITY);
      expect(again.open.map(({ settled }) => [...settled])).to.deep.equal([[0]]);
      await again.closeBatch(1n);
      await again.run({ ...input, number: 2n }, { ...ALONE, settle: async () => undefined });
      expect([again.open.length, again.state.lastBatch, again.state.final.size]).to.deep.equal([0, 2n, 3]);
      await again.close();
    }));

  it("gives a batch up that was never opened on chain; its number is used again", () =>
    inFolder(async (folder) => {
      const journal = await BatchJournal.open(folder, IDENTITY);
      await journal.run(batch({ trades: [trade({ quantity: 7n })] }), ALONE);
      await journal.abandon(1n);
      const result = await journal.run(batch(), { ...ALONE, settle: async () => undefined });
      await journal.close();

      const { state, batches } = await replayLog(folder, IDENTITY);
      expect([...state.final]).to.deep.equal(receiptsOf(result).map(({ id }) => id));
      expect([state.lastBatch, batches]).to.deep.equal([1n, 2]);
    }));

  it("gives a batch up that stops while it runs, and never runs it again", () =>
    inFolder(async (folder) => {
      const journal = await BatchJournal.open(folder, IDENTITY);
      const stop = new Error("enough");
      const onSequenced = async () => {
        throw stop;
      };
      expect(await expectRejected(journal.run(batch(), { ...ALONE, onSequenced }), Error)).to.equal(stop);
      expect([journal.open.length, journal.nextNumber]).to.deep.equal([0, 1n]);
      await journal.close();

      const poison = async () => expect.fail("it was run");
      expect((await replayLog(folder, IDENTITY, { run: poison })).batches).to.equal(0);
    }));

  it("can give up what a crash left undecided, if it cannot be run", () =>
    inFolder(async (folder) => {
      const journal = await BatchJournal.open(folder, IDENTITY);
      await copyFile(logPath(folder), join(folder, "empty"));
      await journal.run(batch(), ALONE);
      await journal.close();
      const { frames } = await read(logPath(folder));
      const bytes = await readFile(logPath(folder));
      await writeFile(logPath(folder), bytes.subarray(0, frames[0]?.position.end));

      const broken = async () => {
        throw new Error("it cannot be run");
      };
      await expectRejected(BatchJournal.open(folder, IDENTITY, { run: broken }), Error, "it cannot be run");
      const again = await BatchJournal.open(folder, IDENTITY, { run: broken, unfinished: "abandon" });
      expect([again.open.length, again.nextNumber]).to.deep.equal([0, 1n]);
      await again.run(batch(), ALONE);
      await again.close();
    }));

  it("has its batch in the log before anything of it is decided, and has it once", () =>
    inFolder(async (folder) => {
      const journal = await BatchJournal.open(folder, IDENTITY);
      const stages: string[] = [];
      let logged: Uint8Array | undefined;
      const result = await journal.run(batch(), {
        ...ALONE,
        onProgress: (stage) => stages.push(stage),
        onSequenced: async (file) => {
          stages.push("logged");
          logged = file;
          const { frames } = await read(logPath(folder));
          expect(Buffer.from(frames[0]?.payload.subarray(8) ?? []).equals(file)).to.equal(true);
          expect(frames).to.have.lengthOf(1);
        },
      });

      expect([...new Set(stages)]).to.deep.equal(["verify", "sequence", "logged", "commit"]);
      expect(logged).to.equal(result.file);
      await journal.close();
    }));

  it("does one thing after another, has one writer, and keeps to its chain and desk", () =>
    inFolder(async (folder) => {
      const journal = await BatchJournal.open(folder, IDENTITY);
      await expectRejected(BatchJournal.open(folder, IDENTITY), LogLockedError);
      const foreign = { ...batch(), snapshot: { ...batch().snapshot, chainId: 1n } };
      await expectRejected(journal.run(foreign, ALONE), ExecutorInputError, "batch 1 is of chain 1");
      await expectRejected(journal.run(batch({ number: 2n }), ALONE), ExecutorInputError, "where batch 1 belongs");

      const [first, second] = [journal.run(batch(), ALONE), journal.run(batch({ number: 2n }), ALONE)];
      await first;
      await expectRejected(second, ExecutorInputError, "batch 1 is still open");
      await journal.close();
      const elsewhere = { ...IDENTITY, chainId: 1n };
      await expectRejected(BatchJournal.open(folder, elsewhere), ExecutorInputError, "is of chain 31337");
      await expectRejected(replayLog(folder, elsewhere), ExecutorInputError, "is of chain 31337");
      await expectRejected(replayLog(join(folder, "none"), IDENTITY), ExecutorInputError, "there is no log");
    }));

  it("on a full disk refuses a batch and nothing else, and goes on when there is room", async () => {
    const disk = new FragileDisk(seededRandom("a journal on a full disk"));
    const journal = await BatchJournal.open("/journal", IDENTITY, { files: disk });
    const used = disk.bytesOf(logPath("/journal")).length;

    disk.capacity = used + 300;
    const error = await expectRejected(journal.run(batch(), ALONE), LogWriteError, "ENOSPC");
    expect([error.isUsable, journal.open.length, journal.nextNumber]).to.deep.equal([true, 0, 1n]);

    // Room for the batch, and none for its outcome: that is written later.
    const input = batch();
    const full = async () => {
      disk.capacity = disk.bytesOf(logPath("/journal")).length + 100;
    };
    disk.capacity = Number.POSITIVE_INFINITY;
    await expectRejected(journal.run(input, { ...ALONE, onSequenced: full }), LogWriteError, "ENOSPC");
    expect(journal.open.map(({ isDecided }) => isDecided)).to.deep.equal([false]);
    await expectRejected(journal.settled(1n, [0]), ExecutorInputError, "has no outcome");
    disk.capacity = Number.POSITIVE_INFINITY;
    await journal.finish();
    await journal.settled(1n, [0]);
    await journal.closeBatch(1n);

    disk.capacity = disk.bytesOf(logPath("/journal")).length;
    await expectRejected(journal.snapshot(), Error, "ENOSPC");
    disk.capacity = Number.POSITIVE_INFINITY;
    await journal.snapshot();
    const state = bytesOf(journal.state);
    disk.powerFailure();
    expect(bytesOf((await replayLog("/journal", IDENTITY, { files: disk, from: "start" })).state)).to.equal(state);
  });

  it("survives power failures at any operation", async () => {
    const random = seededRandom("power failures of a journal");
    const last = 4n;
    const undisturbed = await BatchJournal.open("/journal", IDENTITY, { files: new FragileDisk(random) });
    await carryOn(undisturbed, last);
    let failures = 0;

    for (let run = 0; run < 4; run++) {
      const disk = new FragileDisk(random);
      for (let done = false; !done; ) {
        disk.operationsLeft = 5 + random.below(40);
        try {
          const journal = await BatchJournal.open("/journal", IDENTITY, { files: disk });
          await carryOn(journal, last);
          done = true;
        } catch (error) {
          if (!/the power is off|opened again/.test(String(error))) throw error;
          failures += 1;
        }
        disk.powerFailure();
      }
      for (const from of ["start", "snapshot"] as const) {
        const { state } = await replayLog("/journal", IDENTITY, { files: disk, from });
        expect(bytesOf(state), random.seed).to.equal(bytesOf(undisturbed.state));
      }
    }
    console.log(`      ${failures} power failures`);
  });

  it("begins with the number that its first batch has", () =>
    inFolder(async (folder) => {
      const journal = await BatchJournal.open(folder, { ...IDENTITY, firstBatch: 12n });
      expect([journal.nextNumber, journal.state.lastBatch]).to.deep.equal([12n, 11n]);
      await expectRejected(journal.run(batch(), ALONE), ExecutorInputError, "batch 1 stands where batch 12 belongs");
      await journal.run(batch({ number: 12n }), { ...ALONE, settle: async () => undefined });
      await journal.close();

      const { identity, state } = await replayLog(folder, IDENTITY);
      expect([identity.firstBatch, state.lastBatch]).to.deep.equal([12n, 12n]);
      const none = BatchJournal.open(join(folder, "none"), { ...IDENTITY, firstBatch: 0n });
      await expectRejected(none, ExecutorInputError, "batches count from 1");
    }));

  it("opens each batch with what the one before left", () =>
    inFolder(async (folder) => {
      const journal = await BatchJournal.open(folder, IDENTITY);
      await carryOn(journal, 2n);
      const positions = journal.state.positions;
      const { snapshot } = batchOf(3n, positions);
      expect({ ...snapshot, openingBlock: positions?.openingBlock }).to.deep.equal(positions);
      await journal.close();
    }));
});

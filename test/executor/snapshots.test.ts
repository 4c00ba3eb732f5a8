import { readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import {
  AppendLog,
  BatchJournal,
  ExecutorInputError,
  encodeEntry,
  encodeState,
  LogDamagedError,
  type LogEntry,
  logPath,
  nodeFiles,
  ReplayDifferenceError,
  replayLog,
  runSequential,
  startOf,
} from "../../executor/index.ts";
import { outcomeOf } from "../../executor/replay/outcome.ts";
import { Replayer } from "../../executor/replay/replayer.ts";
import { writeSnapshot } from "../../executor/replay/snapshot-folder.ts";
import { decodeState } from "../../executor/replay/state-file.ts";
import { expectRejected } from "../helpers/expect-rejected.ts";
import { seededRandom } from "../helpers/seeded-random.ts";
import { bytesOf, carryOn } from "./worlds/journal-world.ts";
import { IDENTITY, inFolder, read } from "./worlds/log-world.ts";
import { batch, trade } from "./worlds/trading-world.ts";

const ALONE = { workers: 0 };

describe("Snapshots of a journal", function () {
  this.timeout(60_000);

  const snapshotsIn = async (folder: string) =>
    (await readdir(folder)).filter((name) => name.startsWith("state-")).sort();

  /** A journal of seven batches with a snapshot after every second one, closed. */
  async function writeJournal(folder: string): Promise<string> {
    const journal = await BatchJournal.open(folder, IDENTITY);
    await carryOn(journal, 7n);
    await journal.close();
    return bytesOf(journal.state);
  }

  it("are named by the last frame in them; the newest three stay, and nothing half-written", () =>
    inFolder(async (folder) => {
      await writeJournal(folder);
      const { frames } = await read(logPath(folder));
      const closings = frames.filter(({ kind }) => kind === 5).map(({ position }) => position.sequence);

      const names = [closings[1], closings[3], closings[5]].map(
        (frame) => `state-${String(frame).padStart(16, "0")}.bin`,
      );
      expect(await snapshotsIn(folder)).to.deep.equal(names);
      expect((await readdir(folder)).sort()).to.deep.equal(["batches.log", ...names]);

      const journal = await BatchJournal.open(folder, IDENTITY);
      const path = await journal.snapshot();
      await journal.close();
      expect((await snapshotsIn(folder)).map((name) => join(folder, name)).at(-1)).to.equal(path);
      expect(await snapshotsIn(folder))
        .to.have.lengthOf(3)
        .and.not.include(names[0]);
    }));

  it("spare the replay of what is in them, and nothing else", () =>
    inFolder(async (folder) => {
      const expected = await writeJournal(folder);
      const { batches, state, skippedSnapshots } = await replayLog(folder, IDENTITY);

      expect([batches, skippedSnapshots]).to.deep.equal([1, []]);
      expect(bytesOf(state)).to.equal(expected);
      expect((await replayLog(folder, IDENTITY, { from: "start" })).batches).to.equal(7);
    }));

  it("that are damaged are passed over with a word, down to the first frame", () =>
    inFolder(async (folder) => {
      const expected = await writeJournal(folder);
      const random = seededRandom("damaged snapshots");
      const paths = (await snapshotsIn(folder)).reverse().map((name) => join(folder, name));

      for (const [damaged, path] of paths.entries()) {
        const bytes = await readFile(path);
        const place = random.below(bytes.length);
        bytes[place] = (bytes[place] ?? 0) ^ 1;
        await (damaged === 1 ? truncate(path, place) : writeFile(path, bytes));

        const { state, batches, skippedSnapshots } = await replayLog(folder, IDENTITY);
        expect(bytesOf(state), random.seed).to.equal(expected);
        expect(skippedSnapshots.map((skipped) => skipped.path)).to.deep.equal(paths.slice(0, damaged + 1));
        expect(skippedSnapshots.at(-1)?.why).to.match(/checksum|MOIETYST|has only/);
        expect(batches).to.equal([3, 5, 7][damaged]);
      }
      const journal = await BatchJournal.open(folder, IDENTITY);
      expect(journal.skippedSnapshots).to.have.lengthOf(3);
      await journal.close();
    }));

  it("are not believed with a single byte changed", async () => {
    const random = seededRandom("one changed byte of a snapshot");
    const id = `0x${"ab".repeat(32)}`;
    const state = { lastBatch: 3n, positions: batch().snapshot, final: new Set([id]), filled: new Map([[id, 7n]]) };
    const place = { identity: IDENTITY, after: startOf({ ...IDENTITY, salt: 5 }), seen: 12 };
    const bytes = encodeState(state, place);
    expect(decodeState(bytes, IDENTITY)).to.deep.equal({ after: place.after, seen: 12, state });

    for (const at of bytes.keys()) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
      expect(() => decodeState(changed, IDENTITY), `byte ${at}, ${random.seed}`).to.throw(ExecutorInputError);
    }
    for (const length of [0, 100, bytes.length - 1]) {
      expect(() => decodeState(bytes.subarray(0, length), IDENTITY)).to.throw(ExecutorInputError);
    }
    expect(() => decodeState(bytes, { ...IDENTITY, chainId: 1n })).to.throw(ExecutorInputError, "of chain 31337");
  });

  it("that know more than the log prove that the log has lost something", () =>
    inFolder(async (folder) => {
      await writeJournal(folder);
      const { frames } = await read(logPath(folder));
      await truncate(logPath(folder), frames[4]?.position.end);

      await expectRejected(replayLog(folder, IDENTITY), LogDamagedError, "was in it once");
      await expectRejected(BatchJournal.open(folder, IDENTITY), LogDamagedError, "was in it once");
      await rm(logPath(folder));
      await expectRejected(BatchJournal.open(folder, IDENTITY), LogDamagedError, "was in it once");
    }));

  it("are held against the log when it is replayed from the start", () =>
    inFolder(async (folder) => {
      await writeJournal(folder);
      const [name = ""] = await snapshotsIn(folder);
      const path = join(folder, name);
      const { state, ...place } = decodeState(await readFile(path), IDENTITY);
      state.filled.set(`0x${"ab".repeat(32)}`, 1n);
      await writeFile(path, encodeState(state, { identity: IDENTITY, ...place }));

      const error = await expectRejected(replayLog(folder, IDENTITY, { from: "start" }), ReplayDifferenceError, path);
      expect(error).to.include({ batch: state.lastBatch, field: `the state after frame ${place.seen}` });
      const rest = await snapshotsIn(folder);
      await writeFile(path, "damaged");
      const { skippedSnapshots } = await replayLog(folder, IDENTITY, { from: "start" });
      expect(skippedSnapshots.map((skipped) => skipped.path)).to.deep.equal([join(folder, rest[0] ?? "")]);
    }));

  it("can be made while a batch is open, of which they hold nothing", () =>
    inFolder(async (folder) => {
      const journal = await BatchJournal.open(folder, IDENTITY);
      await journal.snapshot();
      await journal.run(batch(), { ...ALONE, settle: async () => undefined });
      await journal.run(batch({ number: 2n, trades: [trade({ matchNumber: 5n })] }), ALONE);
      await journal.settled(2n, [0]);
      await journal.snapshot();
      const before = bytesOf(journal.state);
      await journal.close();

      const seen = await replayLog(folder, IDENTITY);
      expect([seen.batches, bytesOf(seen.state)]).to.deep.equal([1, before]);
      expect(seen.open.map(({ number, settled }) => [number, [...settled]])).to.deep.equal([[2n, [0]]]);
      const again = await BatchJournal.open(folder, IDENTITY);
      await again.closeBatch(2n);
      await again.close();
      const whole = await replayLog(folder, IDENTITY, { from: "start", run: "judge" });
      expect(bytesOf((await replayLog(folder, IDENTITY)).state)).to.equal(bytesOf(whole.state));
    }));

  it("hold what was closed while others were open already, and the log's words about it are not taken twice", () =>
    inFolder(async (folder) => {
      const log = await AppendLog.open(logPath(folder), IDENTITY);
      const write = async (entry: LogEntry) => {
        const { kind, payload } = encodeEntry(entry);
        return log.append(kind, payload);
      };
      const one = await runSequential(batch());
      const two = await runSequential(batch({ number: 2n, trades: [] }));
      await write({ kind: "input", number: 1n, file: one.file });
      await write({ kind: "input", number: 2n, file: two.file });
      await write(await outcomeOf(one));
      await write({ kind: "settled", number: 1n, chunks: [0] });
      await write({ kind: "closed", number: 1n });
      const { frames } = await read(logPath(folder));
      const replayer = Replayer.fromStart(log.header, { run: runSequential }, startOf(log.header));
      for (const frame of frames) await replayer.apply(frame);
      const { state, resumeAfter: after, seen } = replayer;
      await writeSnapshot(nodeFiles, folder, state, { identity: IDENTITY, after, seen });
      await write(await outcomeOf(two));
      await write({ kind: "closed", number: 2n });
      await log.close();

      expect([after.sequence, seen]).to.deep.equal([1, 5]);
      const [late, whole] = [await replayLog(folder, IDENTITY), await replayLog(folder, IDENTITY, { from: "start" })];
      expect([late.batches, whole.batches]).to.deep.equal([1, 2]);
      expect([late.state.lastBatch, bytesOf(late.state)]).to.deep.equal([2n, bytesOf(whole.state)]);
    }));
});

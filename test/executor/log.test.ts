import { copyFile, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { AppendLog, ExecutorInputError, LogDamagedError, LogLockedError, LogWriteError } from "../../executor/index.ts";
import { expectRejected } from "../helpers/expect-rejected.ts";
import { seededRandom } from "../helpers/seeded-random.ts";
import {
  CUT,
  firstNotes,
  IDENTITY,
  inFolder,
  NOTE,
  note,
  read,
  recover,
  SEALED,
  writeNotes,
} from "./worlds/log-world.ts";

describe("Log", function () {
  this.timeout(60_000);

  it("gives back what was appended, in order, each frame in its place", () =>
    inFolder(async (folder) => {
      const path = join(folder, "a", "log");
      const log = await AppendLog.open(path, IDENTITY);
      const positions = await Promise.all([0, 1, 2].map((number) => log.append(NOTE, note(number))));
      positions.push(await log.append(NOTE, note(3)));

      expect(positions.map(({ sequence }) => sequence)).to.deep.equal([1, 2, 3, 4]);
      expect(log.position).to.deep.equal(positions[3]);
      await log.close();
      const { frames, notes, torn } = await read(path);
      expect(notes).to.deep.equal(firstNotes(4));
      expect(frames.slice(0, 4).map(({ position }) => position)).to.deep.equal(positions);
      expect(frames.map(({ groupFirst }) => groupFirst)).to.deep.equal([1, 1, 1, 4, 5]);
      expect(frames.map(({ kind }) => kind)).to.deep.equal([NOTE, NOTE, NOTE, NOTE, SEALED]);
      expect(torn).to.equal(undefined);
    }));

  it("goes on where it ended, as often as it is opened, and is sealed once per writing", () =>
    inFolder(async (folder) => {
      const path = join(folder, "log");
      for (let number = 0; number < 4; number++) {
        const { log, notes } = await recover(path);
        expect(notes).to.deep.equal(firstNotes(number));
        await log.append(NOTE, note(number));
        await log.close();
        await (await recover(path)).log.close();
      }

      const kinds = (await read(path)).frames.map(({ kind }) => kind);
      expect(kinds).to.deep.equal([NOTE, SEALED, NOTE, SEALED, NOTE, SEALED, NOTE, SEALED]);
    }));

  it("can be read from any frame on, and only if that frame is there", () =>
    inFolder(async (folder) => {
      const path = join(folder, "log");
      const frames = await writeNotes(path, [2, 3]);

      for (const { position } of frames) {
        const { log, frames: rest } = await recover(path, { after: position });
        expect(rest.map((frame) => frame.position.sequence)).to.deep.equal(
          frames.slice(position.sequence).map((frame) => frame.position.sequence),
        );
        await log.close();
      }
      const [first, second] = frames.map(({ position }) => position);
      if (first === undefined || second === undefined) return expect.fail("the log is empty");
      const size = (await stat(path)).size;
      for (const after of [
        { ...first, link: second.link },
        { ...first, sequence: 2 },
        { ...first, end: first.end + 1 },
        { ...first, offset: size, end: size + 1 },
      ]) {
        await expectRejected(recover(path, { after }), LogDamagedError, "once");
      }
    }));

  it("takes empty frames and large ones", () =>
    inFolder(async (folder) => {
      const path = join(folder, "log");
      const { log } = await recover(path);
      const large = Buffer.alloc(9 * 2 ** 20, "large");
      await Promise.all([large, Buffer.alloc(0), large, Buffer.from("small")].map((each) => log.append(NOTE, each)));
      await log.close();

      const { frames } = await read(path);
      expect(frames.map(({ payload }) => payload.length)).to.deep.equal([large.length, 0, large.length, 5, 0]);
      expect(large.equals(frames[2]?.payload ?? Buffer.alloc(0))).to.equal(true);
    }));

  it("makes appends that wait for the disk durable together", () =>
    inFolder(async (folder) => {
      const { log } = await recover(join(folder, "log"));
      await Promise.all(Array.from({ length: 100 }, (_, number) => log.append(NOTE, note(number))));
      await log.close();

      const groups = new Set((await read(join(folder, "log"))).frames.map(({ groupFirst }) => groupFirst));
      expect([...groups]).to.deep.equal([1, 101]);
    }));

  it("refuses kinds that are its own and none, frames beyond all bounds, and appends after it was closed", () =>
    inFolder(async (folder) => {
      const { log } = await recover(join(folder, "log"));
      for (const kind of [0, CUT, SEALED, 256, 1.5]) {
        expect(() => log.append(kind, note(0))).to.throw(ExecutorInputError, `${kind} is no kind of frame`);
      }
      const tooLong = { length: 2 ** 30 + 1 } as Uint8Array;
      await expectRejected(log.append(NOTE, tooLong), LogWriteError, "are too many");
      await log.append(NOTE, note(0));
      await log.close();
      await expectRejected(log.append(NOTE, note(1)), LogWriteError, "was closed");
    }));

  it("is of one chain and desk", () =>
    inFolder(async (folder) => {
      const path = join(folder, "log");
      await writeNotes(path, [1]);

      const foreign = { ...IDENTITY, chainId: 1n };
      await expectRejected(AppendLog.open(path, foreign), ExecutorInputError, "is of chain 31337");
      const other = { ...IDENTITY, desk: `0x${"12".repeat(20)}` };
      await expectRejected(AppendLog.open(path, other), ExecutorInputError, `not of chain 31337, desk ${other.desk}`);
      const shouted = { ...IDENTITY, desk: `0x${IDENTITY.desk.slice(2).toUpperCase()}` };
      await (await AppendLog.open(path, shouted)).close();
    }));

  it("has one writer: a second one is refused, in this process, too, until the first has closed it", () =>
    inFolder(async (folder) => {
      const path = join(folder, "log");
      const { log } = await recover(path);

      await expectRejected(recover(path), LogLockedError, `process ${process.pid}`);
      await log.append(NOTE, note(0));
      await log.close();
      const again = await recover(path);
      expect(again.notes).to.deep.equal(firstNotes(1));
      await again.log.close();
    }));

  it("is not kept from anybody by a lock of a process that is gone, and by one of another machine is", () =>
    inFolder(async (folder) => {
      const path = join(folder, "log");
      const gone = {
        pid: process.pid,
        host: (await import("node:os")).hostname(),
        began: "another boot/1",
        token: "x",
      };

      for (const text of [JSON.stringify(gone), "not a lock"]) {
        await writeFile(`${path}.lock`, text);
        await (await recover(path)).log.close();
      }
      await writeFile(`${path}.lock`, JSON.stringify({ ...gone, host: "elsewhere" }));
      await expectRejected(recover(path), LogLockedError, "on elsewhere is at work");
    }));

  it("cut off at any byte has every frame before the cut, says what it cut, and goes on", () =>
    inFolder(async (folder) => {
      const [whole, path] = [join(folder, "whole"), join(folder, "log")];
      const random = seededRandom("cut off at any byte");
      const frames = await writeNotes(whole, [1, 3, 2]);
      const bytes = await readFile(whole);
      const headerEnd = frames[0]?.position.offset ?? 0;
      const isEdge = (length: number) => frames.some(({ position }) => Math.abs(position.end - length) <= 1);

      for (let length = headerEnd; length <= bytes.length; length++) {
        await writeFile(path, bytes.subarray(0, length));
        const left = frames.filter(({ position }) => position.end <= length);
        const end = left.at(-1)?.position.end ?? headerEnd;
        const seen = await read(path);
        expect(seen.frames, `${length} bytes`).to.deep.equal(left);
        expect(seen.torn?.bytes ?? 0, `${length} bytes`).to.equal(length - end);
        if (!isEdge(length) && random.below(12) > 0) continue;

        const { log, frames: found, cut } = await recover(path);
        expect(found, `${length} bytes`).to.deep.equal(left);
        expect(cut?.bytes ?? 0, `${length} bytes`).to.equal(length - end);
        if (cut !== undefined) expect(cut).to.include({ offset: end });
        await log.append(NOTE, note(99));
        await log.close();

        const after = (await read(path)).frames.slice(left.length);
        expect(after.map(({ kind }) => kind)).to.deep.equal([...(cut === undefined ? [] : [CUT]), NOTE, SEALED]);
        const record = Buffer.from(after[0]?.payload ?? []);
        if (cut !== undefined) expect(record.readBigUInt64LE(0)).to.equal(BigInt(end));
        if (cut !== undefined) expect(record.readBigUInt64LE(8)).to.equal(BigInt(cut.bytes));
      }
      for (let length = 0; length < headerEnd; length++) {
        await writeFile(path, bytes.subarray(0, length));
        await expectRejected(recover(path), LogDamagedError, `byte ${length}: the header ends here`);
      }
    }));

  it("leaves nothing behind of a tail that it cuts off, not even frames that were whole", () =>
    inFolder(async (folder) => {
      const path = join(folder, "log");
      const frames = await writeNotes(path, [2, 12], { sealed: false });
      const bytes = await readFile(path);
      const third = frames[2]?.position.offset ?? 0;
      bytes[third] = 0;
      await writeFile(path, bytes);

      const { log, notes, cut } = await recover(path);
      expect(notes).to.deep.equal(firstNotes(2));
      expect(cut).to.deep.include({ offset: third, bytes: bytes.length - third });
      await log.append(NOTE, note(2));
      await log.close();
      const after = await read(path);
      expect([after.notes, after.torn]).to.deep.equal([firstNotes(3), undefined]);
    }));

  it("left unsealed with any byte changed is refused, unless the byte is in the last group, of which nobody knows that it was safe", () =>
    inFolder(async (folder) => {
      const random = seededRandom("one changed byte");
      const [whole, path] = [join(folder, "whole"), join(folder, "log")];
      await writeNotes(whole, [2, 1, 3], { sealed: false });
      const { frames } = await read(whole);
      const bytes = await readFile(whole);
      const lastGroup = frames.find(({ groupFirst }) => groupFirst === 4)?.position.offset ?? 0;

      for (const at of bytes.keys()) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
        await writeFile(path, changed);
        const where = `byte ${at}, ${random.seed}`;
        if (at < lastGroup) {
          const error = await read(path).catch((reason: unknown) => reason);
          expect(error, where).to.be.instanceOf(Error);
          expect(String(error), where).to.match(/damaged at byte \d+: |log of version/);
          if (error instanceof LogDamagedError) expect(error.path).to.equal(path);
          continue;
        }
        const { frames: left, torn } = await read(path);
        expect(left, where).to.deep.equal(frames.slice(0, left.length));
        expect(torn?.offset, where).to.equal(frames[left.length]?.position.offset);
        expect(left.at(-1)?.position.end, where).to.be.within(lastGroup, at);
      }
    }));

  it("once sealed, with any byte changed, loses no frame without being refused", () =>
    inFolder(async (folder) => {
      const random = seededRandom("one changed byte of a sealed log");
      const [whole, path] = [join(folder, "whole"), join(folder, "log")];
      const frames = await writeNotes(whole, [2, 1, 3]);
      const bytes = await readFile(whole);
      const seal = frames.at(-1)?.position.offset ?? 0;

      for (const at of bytes.keys()) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 + random.below(255));
        await writeFile(path, changed);
        const result = await read(path).catch((reason: unknown) => reason);
        if (at < seal) expect(result, `byte ${at}, ${random.seed}`).to.be.instanceOf(Error);
        else
          expect(result, `byte ${at}`)
            .to.deep.include({ notes: firstNotes(6) })
            .and.have.nested.property("torn.offset", seal);
      }
    }));

  it("with a frame doubled, missing, moved or of another log is refused, even at the end", () =>
    inFolder(async (folder) => {
      const [whole, path] = [join(folder, "whole"), join(folder, "log")];
      const frames = await writeNotes(whole, [1, 1, 1, 1], { sealed: false });
      const bytes = await readFile(whole);
      const header = bytes.subarray(0, frames[0]?.position.offset);
      const [one, two, three, four] = frames.map(({ position }) => bytes.subarray(position.offset, position.end));
      if (!one || !two || !three || !four) return expect.fail("the log is empty");
      const build = (...parts: Uint8Array[]) => writeFile(path, Buffer.concat([header, ...parts]));

      await build(one, two, two, three, four);
      await expectRejected(read(path), LogDamagedError, "frame 2 stands where frame 3 belongs");
      await build(one, two, three, four, four);
      await expectRejected(read(path), LogDamagedError, "frame 4 stands where frame 5 belongs");
      await build(one, three, four);
      await expectRejected(read(path), LogDamagedError, "frame 3 stands where frame 2 belongs");
      await build(two, three, four);
      await expectRejected(read(path), LogDamagedError, "frame 2 stands where frame 1 belongs");
      await build(one, three, two, four);
      await expectRejected(read(path), LogDamagedError, "frame 3 stands where frame 2 belongs");

      const foreign = await writeNotes(join(folder, "foreign"), [1, 1, 1, 1]);
      const other = await readFile(join(folder, "foreign"));
      const stranger = other.subarray(foreign[1]?.position.offset, foreign[1]?.position.end);
      await build(one, stranger, three, four);
      await expectRejected(read(path), LogDamagedError, "but it was on the disk when frame 3 was written");
    }));

  it("is not fooled by what looks like its frames within a payload", () =>
    inFolder(async (folder) => {
      const [foreign, path] = [join(folder, "foreign"), join(folder, "log")];
      await writeNotes(foreign, [1, 1, 1]);
      const { log } = await recover(path);
      await log.append(NOTE, note(0));
      await log.append(NOTE, await readFile(foreign));
      await copyFile(path, join(folder, "copy"));
      await log.close();

      const bytes = await readFile(join(folder, "copy"));
      const begin = (await read(join(folder, "copy"))).frames[1]?.position.offset ?? 0;
      bytes[begin + 8] = (bytes[begin + 8] ?? 0) ^ 1;
      await writeFile(path, bytes);
      expect(await read(path))
        .to.deep.include({ notes: firstNotes(1) })
        .and.have.nested.property("torn.offset", begin);
    }));
});

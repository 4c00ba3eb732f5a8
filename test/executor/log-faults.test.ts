import { expect } from "chai";
import { AppendLog, type LogPosition, LogWriteError } from "../../executor/index.ts";
import { FragileDisk } from "../../executor/simulate/fragile-disk.ts";
import { expectRejected } from "../helpers/expect-rejected.ts";
import { seededRandom } from "../helpers/seeded-random.ts";
import { CUT, firstNotes, IDENTITY, NOTE, note, notesIn, read, recover, SEALED } from "./worlds/log-world.ts";

const PATH = "/logs/log";

/** How often the power fails or the process is killed; `npm run soak` asks for more. */
const LIVES = Number(process.env["LOG_LIVES"] ?? 500);
/** Lives of one log. */
const LIVES_EACH = 20;

describe("Log on a failing disk", function () {
  this.timeout(Math.max(60_000, LIVES * 100));

  it("that loses power at any operation keeps what was acknowledged, in order, and nothing that was not asked for", async () => {
    const random = seededRandom("power failures");
    let disk = new FragileDisk(random);
    /** All that may be there, in order, and how much of it has to be. */
    let line: string[] = [];
    let sure = 0;
    let cuts = 0;
    let frames = 0;

    for (let life = 0; life < LIVES; life++) {
      const where = `${random.seed}, life ${life}`;
      if (life % LIVES_EACH === 0) {
        disk = new FragileDisk(random);
        line = [];
        frames += sure;
        sure = 0;
      }
      disk.operationsLeft = 1 + random.below(30);
      try {
        const { log, notes, cut } = await recover(PATH, { files: disk });
        expectBeginning(notes, line, sure, where);
        line = notes;
        sure = notes.length;
        cuts += Number(cut !== undefined);
        for (let round = 0; round < 6; round++) {
          const group = Array.from({ length: 1 + random.below(5) }, () => {
            const count = line.push(`life ${life}, note ${line.length} ${"·".repeat(random.below(60))}`);
            const appended = log.append(NOTE, Buffer.from(line[count - 1] ?? ""));
            return appended.then(() => (sure = Math.max(sure, count)));
          });
          await Promise.all(group);
        }
        await log.close();
      } catch (error) {
        if (!/the power is off|opened again|not written/.test(String(error))) throw error;
      }
      if (random.below(2) === 0) disk.powerFailure();
      else disk.kill();
      if (disk.has(PATH)) expectBeginning((await read(PATH, disk)).notes, line, sure, where);
    }
    expect(cuts, random.seed).to.be.greaterThan(0);
    console.log(`      ${frames} frames in ${LIVES} lives, ${cuts} torn tails`);
  });

  function expectBeginning(notes: readonly string[], line: readonly string[], sure: number, where: string): void {
    expect(notes, where).to.deep.equal(line.slice(0, notes.length));
    expect(notes.length, where).to.be.within(sure, line.length);
  }

  it("that is full refuses, keeps what was acknowledged, and takes appends again when there is room", async () => {
    const disk = new FragileDisk(seededRandom("full disk"));
    const { log } = await recover(PATH, { files: disk });
    await log.append(NOTE, note(0));

    disk.capacity = disk.bytesOf(PATH).length + 100;
    const full = await expectRejected(log.append(NOTE, Buffer.alloc(200)), LogWriteError, "ENOSPC");
    expect(full.isUsable).to.equal(true);
    disk.powerFailure();
    disk.capacity = Number.POSITIVE_INFINITY;
    const again = await recover(PATH, { files: disk });
    expect(again.notes).to.deep.equal(firstNotes(1));
    expect(again.cut).to.equal(undefined);

    for (let number = 1; number < 20; number++) {
      disk.capacity = disk.bytesOf(PATH).length + 250 + number * 5;
      const group = [1, 2, 3].map(() => again.log.append(NOTE, Buffer.alloc(100, "refused")));
      for (const refused of group) {
        const error = await expectRejected(refused, LogWriteError, "what was acknowledged before is safe");
        expect(error.isUsable).to.equal(true);
      }
      disk.capacity = Number.POSITIVE_INFINITY;
      await again.log.append(NOTE, note(number));
    }
    await again.log.close();
    expect((await read(PATH, disk)).notes).to.deep.equal(firstNotes(20));
  });

  it("that is full never brings back what it refused, not even after a power failure", async () => {
    const random = seededRandom("refused for good");
    for (let round = 0; round < 60; round++) {
      const disk = new FragileDisk(random);
      const { log } = await recover(PATH, { files: disk });
      await log.append(NOTE, note(0));
      disk.capacity = disk.bytesOf(PATH).length + 100 + random.below(200);
      const group = [1, 2, 3].map((number) => log.append(NOTE, note(number)));
      for (const refused of group) expect((await expectRejected(refused, LogWriteError)).isUsable).to.equal(true);

      disk.powerFailure();
      disk.capacity = Number.POSITIVE_INFINITY;
      const again = await recover(PATH, { files: disk });
      expect(again.notes, `${random.seed}, round ${round}`).to.deep.equal(firstNotes(1));
      expect(again.cut, `${random.seed}, round ${round}`).to.equal(undefined);
    }
  });

  it("that is full and cannot even take back what it began has to be opened again", async () => {
    const disk = new FragileDisk(seededRandom("full and stuck"));
    const { log } = await recover(PATH, { files: disk });
    await log.append(NOTE, note(0));
    disk.capacity = disk.bytesOf(PATH).length + 80;
    disk.failingTruncates = 1;

    const error = await expectRejected(
      log.append(NOTE, Buffer.alloc(200)),
      LogWriteError,
      "nothing more can be written",
    );
    expect(error.isUsable).to.equal(false);
    disk.capacity = Number.POSITIVE_INFINITY;
    expect(await expectRejected(log.append(NOTE, note(1)), LogWriteError)).to.equal(error);
    await log.close();

    const again = await recover(PATH, { files: disk });
    expect(again.notes).to.deep.equal(firstNotes(1));
    expect(again.cut?.bytes).to.equal(80);
  });

  it("whose sync failed is not trusted: it has to be opened again, and then everything in it is written anew", async () => {
    const disk = new FragileDisk(seededRandom("failed sync"));
    const { log } = await recover(PATH, { files: disk });
    await log.append(NOTE, note(0));
    disk.failingSyncs = 1;

    const group = [log.append(NOTE, note(1)), log.append(NOTE, note(2))];
    const errors = await Promise.all(group.map((each) => expectRejected(each, LogWriteError, "opened again")));
    expect(errors.map(({ isUsable }) => isUsable)).to.deep.equal([false, false]);
    // The disk works again, and the system takes the pages for written. The log does not.
    await expectRejected(log.append(NOTE, note(3)), LogWriteError, "opened again");
    await log.close();

    const again = await recover(PATH, { files: disk });
    expect(again.notes).to.deep.equal(firstNotes(3));
    disk.powerFailure();
    expect((await read(PATH, disk)).notes).to.deep.equal(firstNotes(3));
  });

  it("on which nothing was synced before a kill is written anew before anything in it is believed", async () => {
    const disk = new FragileDisk(seededRandom("killed before the sync"));
    const { log } = await recover(PATH, { files: disk });
    await log.append(NOTE, note(0));
    disk.operationsLeft = 1;
    disk.failingSyncs = 0;
    const lost = log.append(NOTE, note(1));
    await expectRejected(lost, LogWriteError);
    disk.kill();

    disk.operationsLeft = 100;
    const again = await recover(PATH, { files: disk });
    const found = again.notes.length;
    disk.powerFailure();
    expect((await read(PATH, disk)).notes).to.deep.equal(firstNotes(found));
  });

  it("acknowledges nothing before the sync that makes it durable, and syncs once for a group", async () => {
    const disk = new FragileDisk(seededRandom("order of acknowledgement"));
    const { log } = await recover(PATH, { files: disk });
    const before = disk.syncs;
    const seen: number[] = [];
    const places: LogPosition[] = [];

    const first = Array.from({ length: 50 }, (_, number) =>
      log.append(NOTE, note(number)).then((position) => {
        seen.push(disk.syncs - before);
        places.push(position);
      }),
    );
    await Promise.all(first);
    await log.append(NOTE, note(50)).then(() => seen.push(disk.syncs - before));
    expect(seen).to.deep.equal([...Array.from({ length: 50 }, () => 1), 2]);
    expect(places.map(({ sequence }) => sequence)).to.deep.equal(Array.from({ length: 50 }, (_, i) => i + 1));
    await log.close();
  });

  it("waits for what was appended before it is closed, and writes down a cut only once", async () => {
    const disk = new FragileDisk(seededRandom("closing"));
    const log = await AppendLog.open(PATH, IDENTITY, { files: disk });
    const late = log.append(NOTE, note(0));
    await log.close();
    expect((await late).sequence).to.equal(1);

    await disk.append(PATH, Buffer.from("torn"));
    for (let opening = 0; opening < 3; opening++) {
      const { log: next, cut } = await recover(PATH, { files: disk });
      expect(cut?.bytes).to.equal(opening === 0 ? 4 : undefined);
      await next.close();
    }
    const { frames } = await read(PATH, disk);
    expect(frames.map(({ kind }) => kind)).to.deep.equal([NOTE, SEALED, CUT, SEALED]);
    expect(notesIn(frames)).to.deep.equal(firstNotes(1));
  });
});

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { JournalFile, readJournal } from "../../../sdk/journal/journal-file.ts";
import type { NewEvent } from "../../../sdk/journal/run-event.ts";
import { failureOf } from "../../helpers/task-world.ts";

const HASH = `0x${"ab".repeat(32)}`;
const EVENTS: readonly NewEvent[] = [
  { event: "begun", plan: "a plan" },
  { event: "intent", step: 0, from: "0x01", nonce: 7, to: "0x02", dataHash: HASH, block: 12 },
  { event: "sent", step: 0, nonce: 7, hash: HASH },
  { event: "confirmed", step: 0, nonce: 7, hash: HASH, block: 13, gasUsed: "21000", notDone: [] },
];

describe("JournalFile", () => {
  let folder: string;
  let path: string;
  let whole: Buffer;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "moiety-journal-"));
    path = join(folder, "journal.jsonl");
    const { journal } = await JournalFile.open(path);
    for (const event of EVENTS) await journal.append(event);
    await journal.close();
    whole = await readFile(path);
  });
  after(() => rm(folder, { recursive: true }));

  const namesIn = async () => (await readJournal(path)).events.map(({ event }) => event);

  it("reads what was written, in order, and leaves it as it is", async () => {
    const { journal, cutBytes } = await JournalFile.open(path);
    await journal.close();

    expect(journal.events.map(({ time: _time, ...event }) => event)).to.deep.equal(EVENTS);
    expect(cutBytes).to.equal(0);
    expect(await readFile(path)).to.deep.equal(whole);
  });

  it("keeps every whole line and cuts a torn one off, wherever it was torn, and can be written on", async () => {
    const lines = whole.toString("utf8").split("\n");

    for (let length = 0; length < whole.length; length += 1) {
      await writeFile(path, whole.subarray(0, length));
      const kept = whole.subarray(0, length).toString("utf8").split("\n").length - 1;
      const keptBytes = Buffer.byteLength(lines.slice(0, kept).join("\n")) + (kept === 0 ? 0 : 1);

      const { journal, cutBytes } = await JournalFile.open(path);
      await journal.append({ event: "sent", step: 1, nonce: 8, hash: HASH });
      await journal.close();

      expect(cutBytes, `at byte ${length}`).to.equal(length - keptBytes);
      const cut = cutBytes > 0 && kept > 0 ? ["cut"] : [];
      const expected = [...EVENTS.slice(0, kept).map(({ event }) => event), ...cut, "sent"];
      expect(await namesIn(), `at byte ${length}`).to.deep.equal(expected);
    }
  });

  it("believes nothing if any bit before the last line is another", async () => {
    const lastLine = whole.subarray(0, -1).lastIndexOf(0x0a) + 1;

    for (let place = 0; place < lastLine; place += 7) {
      const damaged = Buffer.from(whole);
      damaged[place] = (damaged[place] ?? 0) ^ 1;
      await writeFile(path, damaged);

      const error = await failureOf(JournalFile.open(path));

      expect(error, `at byte ${place}`)
        .to.have.property("message")
        .that.matches(/^the journal is damaged in line [123]$/);
      expect(await readFile(path), "nothing was repaired").to.deep.equal(damaged);
    }
  });

  it("believes nothing if a line is missing, repeated or in another place", async () => {
    const [first, second, third, fourth] = whole.toString("utf8").split("\n");

    for (const lines of [
      [first, third, fourth],
      [first, second, second, third],
      [first, third, second, fourth],
      [second, third, fourth],
    ]) {
      await writeFile(path, `${lines.join("\n")}\n`);
      expect(await failureOf(JournalFile.open(path)))
        .to.have.property("message")
        .that.contains("the journal is damaged in line");
    }
  });

  it("takes a damaged last line for a torn one", async () => {
    const damaged = Buffer.from(whole);
    damaged[whole.length - 50] = 0;
    await writeFile(path, damaged);

    expect(await namesIn()).to.deep.equal(["begun", "intent", "sent"]);
  });
});

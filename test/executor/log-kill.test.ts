import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { AppendLog, BatchJournal, LogLockedError, replayLog } from "../../executor/index.ts";
import { expectRejected } from "../helpers/expect-rejected.ts";
import { type SeededRandom, seededRandom } from "../helpers/seeded-random.ts";
import { bytesOf, carryOn } from "./worlds/journal-world.ts";
import { firstNotes, IDENTITY, inFolder, read } from "./worlds/log-world.ts";

const KILLS = Math.ceil(Number(process.env["KILLS"] ?? 16) / 2);
const BATCHES = 12n;

const WRITER = fileURLToPath(new URL("../helpers/doomed-writer.ts", import.meta.url));

describe("Log of a process that is killed", function () {
  this.timeout(Math.max(180_000, KILLS * 20_000));

  it("has every frame that was acknowledged, whenever the kill comes", () =>
    inFolder(async (folder) => {
      const random = seededRandom("kills among group commits");
      const path = join(folder, "log");
      let frames = 0;

      for (let kill = 0; kill < KILLS; kill++) {
        const { said } = await runAndKill(["notes", path], 1 + random.below(150));
        const acknowledged = said.filter((word) => /^\d+$/.test(word)).map(Number);
        const { notes, torn } = await read(path);

        expect(notes, `${random.seed}, kill ${kill}`).to.deep.equal(firstNotes(notes.length));
        expect(notes.length, `${random.seed}, kill ${kill}`).to.be.greaterThan(Math.max(frames - 1, ...acknowledged));
        if (torn !== undefined) console.log(`      kill ${kill}: ${torn.bytes} bytes torn`);
        frames = notes.length;
      }
      console.log(`      ${frames} frames, ${KILLS} kills`);
    }));

  it("keeps every other process out while it lives, and none afterwards", () =>
    inFolder(async (folder) => {
      const path = join(folder, "log");
      await runAndKill(["notes", path], 500, async (pid) => {
        await expectRejected(AppendLog.open(path, IDENTITY), LogLockedError, `process ${pid} on`);
      });
      await (await AppendLog.open(path, IDENTITY)).close();
    }));

  it("comes to the same state as one that is not, batch for batch and byte for byte", () =>
    inFolder(async (folder) => {
      const random = seededRandom("kills among batches");
      const undisturbed = await BatchJournal.open(join(folder, "undisturbed"), IDENTITY);
      await carryOn(undisturbed, BATCHES);
      const expected = bytesOf(undisturbed.state);
      await undisturbed.close();

      let kills = 0;
      for (let run = 0; kills < KILLS; run++) {
        const path = join(folder, `run ${run}`);
        kills += await killUntilDone(path, random, KILLS - kills);
        for (const options of [{ from: "start" }, { from: "snapshot" }, { from: "start", run: "judge" }] as const) {
          const { state, open, torn } = await replayLog(path, IDENTITY, options);
          expect(bytesOf(state), `${random.seed}, run ${run}`).to.equal(expected);
          expect([open.length, torn], `${random.seed}, run ${run}`).to.deep.equal([0, undefined]);
        }
      }
      console.log(`      ${kills} kills`);
    }));

  async function killUntilDone(path: string, random: SeededRandom, most: number): Promise<number> {
    for (let kills = 0; ; kills++) {
      const lifetime = kills < most ? 1 + random.below(250) : 120_000;
      const { said } = await runAndKill(["batches", path, String(BATCHES)], lifetime);
      if (said.includes("done")) return kills;
      expect(kills, `${random.seed}: it was not killed and not done (${said.join(" ")})`).to.be.lessThan(most);
    }
  }
});

/**
 * Runs the doomed writer, kills it so many milliseconds after it is ready and `whileAlive` is done, and returns what it said
 * until then.
 */
async function runAndKill(
  words: readonly string[],
  lifetimeMs: number,
  whileAlive: (pid: number) => Promise<void> = async () => undefined,
): Promise<{ said: string[] }> {
  const child = spawn(process.execPath, [WRITER, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let complaint = "";
  let timer: NodeJS.Timeout | undefined;
  let visit: Promise<void> | undefined;
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (output.includes("ready")) visit ??= whileAlive(child.pid ?? 0).finally(startTimer);
  });
  const startTimer = () => {
    timer = setTimeout(() => child.kill("SIGKILL"), lifetimeMs);
  };

  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once("error", reject).once("close", (...end) => resolve(end));
  });
  clearTimeout(timer);
  await visit;
  if (signal !== "SIGKILL" && code !== 0) throw new Error(`the writer failed: ${complaint}`);
  // A last line without its end may have been cut in a number.
  return { said: output.split("\n").slice(0, -1) };
}

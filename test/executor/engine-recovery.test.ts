import { expect } from "chai";
import {
  AppendEngineLog,
  AppendLog,
  BatchJournal,
  compareResults,
  Engine,
  type EngineLog,
  ExecutorInputError,
  logPath,
  MAX_ENGINE_BATCHES,
  recoverEngine,
} from "../../executor/index.ts";
import { expectRejected } from "../helpers/expect-rejected.ts";
import { judgeEngineWorld, randomEngineWorld } from "./worlds/engine-world.ts";
import { IDENTITY, inFolder } from "./worlds/log-world.ts";

const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 30));

describe("An engine's log", function () {
  this.timeout(120_000);

  /** A log with the inputs of batches, none of which has an outcome: as a kill leaves the fullest engine there can be. */
  async function logInputs(folder: string, world: ReturnType<typeof randomEngineWorld>): Promise<void> {
    const written = await AppendEngineLog.over(await AppendLog.open(logPath(folder), IDENTITY));
    const log: EngineLog = {
      input: (number, file) => written.input(number, file),
      // Late enough for all inputs to be there before.
      outcome: () => new Promise((_, reject) => setTimeout(reject, 300, new Error("killed"))),
      close: () => written.close(),
    };
    const engine = await Engine.open(world, { log, maxBatches: MAX_ENGINE_BATCHES });
    await Promise.allSettled(world.inputs.map((input) => engine.submit(input)));
    await engine.close();
  }

  it(`is gone on with where a kill has left it, however many batches were in hand (SEED=${SEED})`, () =>
    inFolder(async (folder) => {
      const drawn = randomEngineWorld(SEED, MAX_ENGINE_BATCHES + 1);
      // Some have no trades, and so no chunks that could settle.
      const inputs = drawn.inputs.map((input, place) => (place % 4 >= 2 ? input : { ...input, trades: [] }));
      const world = { ...drawn, inputs };
      const { results } = await judgeEngineWorld(world);
      const next = world.inputs[MAX_ENGINE_BATCHES];
      const expected = results[MAX_ENGINE_BATCHES];
      if (next === undefined || expected === undefined) throw new Error("one more than the most");
      await logInputs(folder, { ...world, inputs: world.inputs.slice(0, MAX_ENGINE_BATCHES) });

      const { log, opening } = await recoverEngine(folder, IDENTITY);
      expect(opening?.firstNumber).to.equal(BigInt(MAX_ENGINE_BATCHES + 1));
      const engine = await Engine.open(opening ?? world, { log });
      expect(compareResults(expected, await engine.submit(next))).to.equal(undefined);
      await engine.close();

      const again = await recoverEngine(folder, IDENTITY, { from: "start", run: "judge" });
      expect(again.opening?.firstNumber).to.equal(BigInt(MAX_ENGINE_BATCHES + 2));
      expect(again.opening?.follows).to.equal(expected.header.fileHash);
      await again.log.close();
    }));

  it("comes to nothing if nothing is in it, and to an opening without the last file's hash behind a snapshot", () =>
    inFolder(async (folder) => {
      const empty = await recoverEngine(folder, IDENTITY);
      expect(empty.opening).to.equal(undefined);
      const world = randomEngineWorld(SEED, 1);
      const engine = await Engine.open(world, { log: empty.log });
      for (const input of world.inputs) await engine.submit(input);
      await engine.close();

      const journal = await BatchJournal.open(folder, IDENTITY);
      await journal.snapshot();
      await journal.close();
      const { log, opening } = await recoverEngine(folder, IDENTITY);
      expect(opening).to.include({ firstNumber: 2n }).and.not.have.property("follows");
      await log.close();
    }));

  it("is written by nobody else once it was handed over", () =>
    inFolder(async (folder) => {
      const journal = await BatchJournal.open(folder, IDENTITY);
      const log = await journal.handOver();
      await expectRejected(journal.abandon(1n), ExecutorInputError, "handed over");
      await journal.close();
      expect((await log.append(9, Buffer.from("still open"))).sequence).to.equal(1);
      await log.close();
    }));
});

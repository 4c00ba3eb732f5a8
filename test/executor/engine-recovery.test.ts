import { expect } from "chai";
import {
  AppendEngineLog,
  AppendLog,
  BatchJournal,
  compareResults,
  Engine,
  type EngineLog,
  type FileLayer,
  LogWriteError,
  logPath,
  MAX_ENGINE_BATCHES,
  nodeFiles,
  openLoggedEngine,
  replayLog,
} from "../../executor/index.ts";
import { expectRejected } from "../helpers/expect-rejected.ts";
import { judgeEngineWorld, randomEngineWorld } from "./worlds/engine-world.ts";
import { IDENTITY, inFolder } from "./worlds/log-world.ts";

const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 30));

type World = ReturnType<typeof randomEngineWorld>;

describe("An engine's log", function () {
  this.timeout(120_000);

  /** A log with the inputs of batches, none of which has an outcome: as a kill leaves the fullest engine there can be. */
  async function logInputs(folder: string, world: World): Promise<void> {
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

  /** A world with one batch more than an engine has in hand; some have no trades, and so no chunks that could settle. */
  function fullWorld(): World {
    const drawn = randomEngineWorld(SEED, MAX_ENGINE_BATCHES + 1);
    return {
      ...drawn,
      inputs: drawn.inputs.map((input, place) => (place % 4 >= 2 ? input : { ...input, trades: [] })),
    };
  }

  const WAYS = [
    { way: "with fewer in hand", options: {} },
    { way: "with one in hand, and refusing more", options: { maxBatches: 1, whenFull: "refuse" } },
    { way: "with as many", options: { maxBatches: MAX_ENGINE_BATCHES } },
  ] as const;
  for (const { way, options } of WAYS) {
    it(`is gone on with where a kill has left it, however many batches were in hand: ${way} (SEED=${SEED})`, () =>
      inFolder(async (folder) => {
        const world = fullWorld();
        const { results } = await judgeEngineWorld(world);
        const next = world.inputs[MAX_ENGINE_BATCHES];
        const expected = results[MAX_ENGINE_BATCHES];
        if (next === undefined || expected === undefined) throw new Error("one more than the most");
        await logInputs(folder, { ...world, inputs: world.inputs.slice(0, MAX_ENGINE_BATCHES) });

        const engine = await openLoggedEngine(folder, world, options);
        expect(engine.nextNumber).to.equal(next.number);
        const { batches, open } = await replayLog(folder, IDENTITY);
        expect([batches, open.length]).to.deep.equal([MAX_ENGINE_BATCHES, 0]);
        expect(compareResults(expected, await engine.submit(next))).to.equal(undefined);
        await engine.close();

        const { state } = await replayLog(folder, IDENTITY, { from: "start", run: "judge" });
        expect(state.lastBatch).to.equal(next.number);
        const again = await openLoggedEngine(folder, world, options);
        expect(again.nextNumber).to.equal(next.number + 1n);
        await again.close();
      }));
  }

  it("says nothing of what is opened while no batch is in it, and is read whole although there are snapshots", () =>
    inFolder(async (folder) => {
      const world = randomEngineWorld(SEED, 2);
      const { results } = await judgeEngineWorld(world);
      for (let time = 0; time < 2; time++) {
        const empty = await openLoggedEngine(folder, world);
        expect(empty.nextNumber).to.equal(1n);
        await empty.close();
      }
      for (const [place, input] of world.inputs.entries()) {
        const engine = await openLoggedEngine(folder, world);
        const result = await engine.submit(input);
        expect(compareResults(results[place] ?? result, result), `SEED=${SEED}`).to.equal(undefined);
        await engine.close();

        const journal = await BatchJournal.open(folder, IDENTITY);
        await journal.snapshot();
        await journal.close();
      }
    }));

  it("stays as it is, and is let go, if its ends cannot be written; the next opening writes them", () =>
    inFolder(async (folder) => {
      const world = fullWorld();
      await logInputs(folder, { ...world, inputs: world.inputs.slice(0, 5) });
      let writes = 0;
      const files: FileLayer = {
        ...nodeFiles,
        open: async (path, access) => {
          const file = await nodeFiles.open(path, access);
          if (file === undefined) return undefined;
          // The first write is of the last group, once more; the second of the first missing end.
          const write: typeof file.write = async (parts, offset) => {
            writes += 1;
            if (writes > 2) throw new Error("ENOSPC: no space left on device");
            await file.write(parts, offset);
          };
          return { ...file, write };
        },
      };

      await expectRejected(openLoggedEngine(folder, world, { files }), LogWriteError, "not written");
      expect((await replayLog(folder, IDENTITY)).open).to.have.lengthOf(4);
      const engine = await openLoggedEngine(folder, world);
      expect(engine.nextNumber).to.equal(6n);
      await engine.close();
      expect((await replayLog(folder, IDENTITY)).open).to.deep.equal([]);
    }));
});

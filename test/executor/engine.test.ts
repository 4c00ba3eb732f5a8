import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import {
  AppendEngineLog,
  AppendLog,
  BatchJournal,
  compareResults,
  createBulkSigner,
  Engine,
  EngineFullError,
  type EngineLog,
  EngineStoppedError,
  ExecutorInputError,
  encodeEntry,
  type LogEntry,
  logPath,
  openLoggedEngine,
  packSnapshot,
  ReplayDifferenceError,
  readBatchFile,
  receiptsOf,
  replayLog,
  runBatch,
  runSequential,
  snapshotOf,
  WorkerPool,
} from "../../executor/index.ts";
import { outcomeOf } from "../../executor/replay/outcome.ts";
import { expectRejected } from "../helpers/expect-rejected.ts";
import { judgeEngineWorld, randomEngineWorld } from "./worlds/engine-world.ts";
import { bytesOf } from "./worlds/journal-world.ts";
import { IDENTITY, inFolder, read } from "./worlds/log-world.ts";
import { batch, buys, CHAIN_ID, DESK, keyOf, sells, trade } from "./worlds/trading-world.ts";

const WORLDS = 24;
const BATCHES = 6;

describe("Engine", function () {
  this.timeout(300_000);
  const firstSeed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 30));

  it(`comes to what batch after batch comes to in one pass, with 0, 1 and 2 workers (SEED=${firstSeed})`, async () => {
    for (let seed = firstSeed; seed < firstSeed + WORLDS; seed++) {
      const world = randomEngineWorld(seed, BATCHES);
      const { results } = await judgeEngineWorld(world);
      const engine = await Engine.open(world, { workers: seed % 3, maxBatches: 1 + (seed % 4) });

      const found = await Promise.all(world.inputs.map((input) => engine.submit(input)));
      const differences = found.map((result, place) => compareResults(results[place] ?? result, result));
      expect(differences, `SEED=${seed}`).to.deep.equal(Array(BATCHES).fill(undefined));
      await engine.close();
    }
  });

  it(`comes to the same while its workers die (SEED=${firstSeed})`, async () => {
    for (let seed = firstSeed; seed < firstSeed + 4; seed++) {
      const world = randomEngineWorld(seed, BATCHES);
      const { results } = await judgeEngineWorld(world);
      const pool = await WorkerPool.open(2);
      const engine = await Engine.open(world, { pool });

      const runs = world.inputs.map((input) => engine.submit(input));
      const doomed = new Set<unknown>();
      const killing = setInterval(() => {
        const thread = pool.threads.find((each) => !doomed.has(each));
        doomed.add(thread);
        void thread?.terminate();
      }, 5);
      const found = await Promise.all(runs);
      clearInterval(killing);
      const differences = found.map((result, place) => compareResults(results[place] ?? result, result));
      expect(differences, `SEED=${seed}`).to.deep.equal(Array(BATCHES).fill(undefined));
      await engine.close();
      await pool.close();
    }
  });

  it("opens with columns as it does with objects", async () => {
    const world = randomEngineWorld(firstSeed, 3);
    const packed = { ...world, snapshot: snapshotOf(packSnapshot(world.snapshot)) };
    const { results } = await judgeEngineWorld(packed);
    const engine = await Engine.open(packed);

    for (const [place, input] of world.inputs.entries()) {
      const result = await engine.submit(input);
      expect(compareResults(results[place] ?? result, result), `SEED=${firstSeed}`).to.equal(undefined);
    }
    await engine.close();
  });

  it("writes files from which each batch can be run again, given what it follows", async () => {
    const world = randomEngineWorld(firstSeed, 3);
    const { results, whole } = await judgeEngineWorld(world);
    const [first, second, third] = results;
    if (first === undefined || second === undefined || third === undefined)
      throw new Error("three batches, three results");
    const openingAfter = (fileHash: string) => {
      const place = results.findIndex(({ header }) => header.fileHash === fileHash);
      const opening = whole[place + 1];
      if (opening === undefined) throw new ExecutorInputError(`nothing follows ${fileHash}`);
      return opening;
    };

    const magics = results.map(({ file }) => Buffer.from(file.subarray(0, 8)).toString());
    expect(magics).to.deep.equal(["MOIETYB1", "MOIETYB3", "MOIETYB3"]);
    for (const result of results) {
      const input = readBatchFile(result.file, openingAfter);
      expect(compareResults(result, await runSequential(input))).to.equal(undefined);
      expect(compareResults(result, await runBatch(input, { workers: 0 }))).to.equal(undefined);
    }
    expect(() => readBatchFile(second.file)).to.throw(ExecutorInputError, first.header.fileHash);
    const elsewhere = () => ({ snapshot: { ...world.snapshot, chainId: 1n } });
    expect(() => readBatchFile(second.file, elsewhere)).to.throw(ExecutorInputError, "unlike the one that it follows");
    const later = () => ({ snapshot: { ...world.snapshot, openingBlock: 99n } });
    expect(() => readBatchFile(third.file, later)).to.throw(ExecutorInputError, "opens at block");
  });

  it("goes on from an end that it did not see, if it is told of it", async () => {
    const world = randomEngineWorld(firstSeed, 4);
    const { results, whole } = await judgeEngineWorld(world);
    const third = whole[2];
    if (third === undefined) throw new Error("four batches, four openings");
    const engine = await Engine.open({ ...third, firstNumber: 3n });

    for (const place of [2, 3]) {
      const [input, expected] = [world.inputs[place], results[place]];
      if (input === undefined || expected === undefined) throw new Error("four batches");
      expect(compareResults(expected, await engine.submit(input)), `SEED=${firstSeed}`).to.equal(undefined);
    }
    await engine.close();
  });

  const { snapshot, orders, trades, time } = batch();
  const next = (number: bigint) => ({ number, mode: "strict", time, orders, trades }) as const;

  it("refuses a batch out of turn or malformed, and keeps its number free", async () => {
    const engine = await Engine.open({ snapshot });
    await expectRejected(engine.submit(next(2n)), ExecutorInputError, "batch 2 stands where batch 1 belongs");
    await expectRejected(engine.submit({ ...next(1n), time: -1n }), ExecutorInputError, "batch time");
    await expectRejected(engine.submit({ ...next(1n), orders: new Uint8Array(7) }), ExecutorInputError, "7 bytes");
    expect((await engine.submit(next(1n))).header.number).to.equal(1n);
    expect(engine.nextNumber).to.equal(2n);
    await expectRejected(Engine.open({ snapshot }, { maxBatches: 17 }), ExecutorInputError, "maxBatches 17");
    await engine.close();
  });

  it("lets callers wait for a place, or refuses them, as it is told", async () => {
    const patient = await Engine.open({ snapshot }, { maxBatches: 1 });
    const numbers = (await Promise.all([1n, 2n, 3n].map((number) => patient.submit(next(number))))).map(
      ({ header }) => header.number,
    );
    expect(numbers).to.deep.equal([1n, 2n, 3n]);
    await patient.close();

    const strict = await Engine.open({ snapshot }, { maxBatches: 1, whenFull: "refuse" });
    const first = strict.submit(next(1n));
    await expectRejected(strict.submit(next(2n)), EngineFullError, "1 batches in hand");
    await first;
    await strict.submit(next(2n));
    await strict.close();
    await expectRejected(strict.submit(next(3n)), EngineStoppedError, "it was closed");
  });

  /** A log that keeps the order of what happens, and fails at one batch's input or outcome. */
  function memoryLog(failing?: { readonly kind: "input" | "outcome"; readonly number: bigint }) {
    const entries: string[] = [];
    let hasFailed = false;
    const write = async (kind: "input" | "outcome", number: bigint) => {
      await new Promise((resolve) => setTimeout(resolve, 3));
      hasFailed ||= failing?.kind === kind && failing.number === number;
      if (hasFailed) throw new Error("the disk is full");
      entries.push(`${kind} ${number}`);
    };
    const log: EngineLog = {
      input: (number) => write("input", number),
      outcome: ({ header }) => write("outcome", header.number),
      close: async () => void entries.push("close"),
    };
    return { log, entries };
  }

  it("has each batch in the log before its outcome, both in the order of the batches, and closes the log last", async () => {
    const { log, entries } = memoryLog();
    const engine = await Engine.open({ snapshot }, { log });
    const runs = [1n, 2n, 3n, 4n].map((number) => engine.submit(next(number)));
    await engine.close();
    await Promise.all(runs);

    for (const kind of ["input", "outcome"]) {
      const own = entries.filter((entry) => entry.startsWith(kind));
      expect(own).to.deep.equal([1, 2, 3, 4].map((number) => `${kind} ${number}`));
    }
    for (const number of [1, 2, 3, 4]) {
      expect(entries.indexOf(`input ${number}`)).to.be.lessThan(entries.indexOf(`outcome ${number}`));
    }
    expect(entries.at(-1)).to.equal("close");
  });

  for (const kind of ["input", "outcome"] as const) {
    it(`stops when the log does not take an ${kind}: the batch ends with that error, and nothing follows it`, async () => {
      const { log, entries } = memoryLog({ kind, number: 2n });
      const engine = await Engine.open({ snapshot }, { log });
      const runs = await Promise.allSettled([1n, 2n, 3n].map((number) => engine.submit(next(number))));

      expect(runs.slice(1).map(({ status }) => status)).to.deep.equal(["rejected", "rejected"]);
      expect(String(runs[1]?.status === "rejected" && runs[1].reason)).to.include("the disk is full");
      expect(String(runs[2]?.status === "rejected" && runs[2].reason)).to.match(/has stopped|the disk is full/);
      expect(entries).not.to.include("outcome 2").and.not.include("outcome 3");
      await expectRejected(engine.submit(next(4n)), EngineStoppedError, "failed or was aborted");
      await engine.close();
    });
  }

  it("leaves a log that replays to what the judge comes to, fast or by the judge", () =>
    inFolder(async (folder) => {
      const world = randomEngineWorld(firstSeed, BATCHES);
      const { results, state } = await judgeEngineWorld(world);
      const log = await AppendEngineLog.over(await AppendLog.open(logPath(folder), IDENTITY));
      const engine = await Engine.open(world, { log });
      await Promise.all(world.inputs.map((input) => engine.submit(input)));
      await engine.close();

      for (const run of ["fast", "judge"] as const) {
        const replay = await replayLog(folder, IDENTITY, { run });
        expect([replay.batches, replay.open.length], `SEED=${firstSeed}`).to.deep.equal([BATCHES, 0]);
        expect(bytesOf(replay.state), `SEED=${firstSeed}`).to.equal(bytesOf(state));
        expect(replay.state.lastBatch).to.equal(results.at(-1)?.header.number);
      }
    }));

  it("opens again from its log, wherever that ends, and goes on to the same results", () =>
    inFolder(async (folder) => {
      const world = randomEngineWorld(firstSeed, BATCHES);
      const { results } = await judgeEngineWorld(world);
      const whole = join(folder, "whole");
      const engine = await openLoggedEngine(whole, { snapshot: world.snapshot });
      await Promise.all(world.inputs.map((input) => engine.submit(input)));
      await engine.close();
      const bytes = await readFile(logPath(whole));
      const { frames } = await read(logPath(whole));

      for (const [place, { position }] of frames.entries()) {
        const cut = join(folder, `cut-${place}`);
        await mkdir(cut);
        await writeFile(logPath(cut), bytes.subarray(0, position.end + (place % 2) * 9)); // some tails are torn
        const again = await openLoggedEngine(cut, { snapshot: world.snapshot });
        const rest = world.inputs.slice(Number(again.nextNumber - 1n));
        const found = await Promise.all(rest.map((input) => again.submit(input)));
        await again.close();

        const differences = found.map((result, index) =>
          compareResults(results[BATCHES - rest.length + index] ?? result, result),
        );
        expect(differences, `SEED=${firstSeed}, frame ${place}`).to.deep.equal(rest.map(() => undefined));
        expect((await replayLog(cut, IDENTITY)).state.lastBatch, `SEED=${firstSeed}, frame ${place}`).to.equal(6n);
      }
    }));

  it("opens again from a log with orders that were signed in bulk", () =>
    inFolder(async (folder) => {
      const bulkSigner = await createBulkSigner(CHAIN_ID, DESK);
      const asked = [1n, 2n, 3n].map((salt) => ({ ...sells("bob", { quantity: 10n }), salt }));
      const { orders: sold, bulk } = bulkSigner.sign(asked, keyOf("bob"), 1);
      const matches = sold.map((_, place) => trade({ sellOrder: 1 + place, matchNumber: BigInt(place) }));
      const first = { ...next(1n), orders: [buys("alice"), ...sold], bulks: [bulk], trades: matches };
      const engine = await openLoggedEngine(folder, { snapshot });
      const result = await engine.submit(first);
      await engine.close();

      expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([0, 0, 0]);
      const again = await openLoggedEngine(folder, { snapshot });
      expect((await again.submit(next(2n))).header.number).to.equal(2n);
      await again.close();
    }));

  it("does not open a log that comes to something else, or that no engine wrote", () =>
    inFolder(async (folder) => {
      const engine = await openLoggedEngine(folder, { snapshot });
      const { file, header } = await engine.submit(next(1n));
      await engine.close();
      const other = join(folder, "other");
      const log = await AppendLog.open(logPath(other), IDENTITY);
      const append = async (entry: LogEntry) => {
        const { kind, payload } = encodeEntry(entry);
        await log.append(kind, payload);
      };
      await append({ kind: "input", number: 1n, file });
      await append({ ...(await outcomeOf(await runSequential(readBatchFile(file)))), receiptsHash: header.fileHash });
      await log.close();
      await expectRejected(openLoggedEngine(other, { snapshot }), ReplayDifferenceError, "receiptsHash");

      const journal = await BatchJournal.open(join(folder, "journal"), IDENTITY);
      await journal.run(batch(), { workers: 0 });
      await journal.abandon(1n);
      await journal.close();
      await expectRejected(
        openLoggedEngine(join(folder, "journal"), { snapshot }),
        ExecutorInputError,
        "no engine wrote",
      );
    }));

  it("ends a batch in hand, too, whose number was sent a second time and refused", async () => {
    const { log, entries } = memoryLog();
    const engine = await Engine.open({ snapshot }, { log });
    const runs = Promise.allSettled([1n, 2n].map((number) => engine.submit(next(number))));
    for (const number of [1n, 2n]) await expectRejected(engine.submit(next(number)), ExecutorInputError, "belongs");
    await engine.abort("enough");

    for (const run of await runs) expect(run.status === "rejected" && run.reason).to.equal("enough");
    expect(entries.filter((entry) => entry.startsWith("outcome"))).to.deep.equal([]);
  });

  it("ends what is in hand when it is aborted", async () => {
    const engine = await Engine.open({ snapshot });
    const runs = Promise.allSettled([1n, 2n].map((number) => engine.submit(next(number))));
    await engine.abort("enough");

    for (const run of await runs) expect(run.status === "rejected" && run.reason).to.equal("enough");
    await expectRejected(engine.submit(next(3n)), EngineStoppedError);
  });
});

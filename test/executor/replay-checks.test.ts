import { join } from "node:path";
import { expect } from "chai";
import {
  AppendLog,
  BatchJournal,
  type BatchResult,
  CHECK_LEVELS,
  type CheckLevel,
  compareResults,
  ExecutorInputError,
  encodeEntry,
  type LogEntry,
  logPath,
  openLoggedEngine,
  ReplayDifferenceError,
  replayLog,
  runBatch,
} from "../../executor/index.ts";
import { outcomeOf, trustOf } from "../../executor/replay/outcome.ts";
import { expectRejected } from "../helpers/expect-rejected.ts";
import { judgeEngineWorld, randomEngineWorld } from "./worlds/engine-world.ts";
import { bytesOf, carryOn } from "./worlds/journal-world.ts";
import { IDENTITY, inFolder } from "./worlds/log-world.ts";
import { batch, buys, sells, trade } from "./worlds/trading-world.ts";

const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 30));
const HASH = `0x${"ab".repeat(32)}`;
const BATCHES = 5;

describe("Replay that believes a part of its log", function () {
  this.timeout(120_000);
  const orders = [buys("alice"), sells("bob")];
  const trades = [1n, 2n].map((matchNumber) => trade({ matchNumber, quantity: 30n }));
  const input = batch({ orders, trades, maxChunkInstructions: 1 });

  let result: BatchResult;
  let outcome: Awaited<ReturnType<typeof outcomeOf>>;

  before(async () => {
    result = await runBatch(input, { workers: 0 });
    outcome = await outcomeOf(result);
  });

  /** A log of one closed batch. */
  async function write(folder: string, { file }: BatchResult, said: typeof outcome): Promise<void> {
    const log = await AppendLog.open(logPath(folder), IDENTITY);
    const entries: LogEntry[] = [
      { kind: "input", number: 1n, file },
      said,
      { kind: "settled", number: 1n, chunks: [0, 1] },
      { kind: "closed", number: 1n },
    ];
    for (const entry of entries) {
      const { kind, payload } = encodeEntry(entry);
      await log.append(kind, payload);
    }
    await log.close();
  }

  /** In which field a replay of a log with this outcome differs, if it does. */
  async function differenceOf(said: typeof outcome, check: CheckLevel, from = result): Promise<string | undefined> {
    let field: string | undefined;
    await inFolder(async (folder) => {
      await write(folder, from, said);
      try {
        await replayLog(folder, IDENTITY, { check });
      } catch (error) {
        if (!(error instanceof ReplayDifferenceError)) throw error;
        field = error.field;
      }
    });
    return field;
  }

  it("comes to the same state at every level, of a journal's log and of an engine's", () =>
    inFolder(async (folder) => {
      const journal = await BatchJournal.open(folder, IDENTITY);
      await carryOn(journal, BigInt(BATCHES));
      const expected = bytesOf(journal.state);
      await journal.close();

      const world = randomEngineWorld(SEED, BATCHES);
      const engine = await openLoggedEngine(join(folder, "engine"), world);
      await Promise.all(world.inputs.map((each) => engine.submit(each)));
      await engine.close();
      const { state } = await judgeEngineWorld(world);

      for (const check of CHECK_LEVELS) {
        const ofJournal = await replayLog(folder, IDENTITY, { check, from: "start" });
        const ofEngine = await replayLog(join(folder, "engine"), IDENTITY, { check });
        expect(bytesOf(ofJournal.state), check).to.equal(expected);
        expect(bytesOf(ofEngine.state), `${check}, SEED=${SEED}`).to.equal(bytesOf(state));
        expect([ofJournal.batches, ofEngine.batches]).to.deep.equal([BATCHES, BATCHES]);
      }
    }));

  it("opens an engine at every level that goes on to the same results", () =>
    inFolder(async (folder) => {
      const world = randomEngineWorld(SEED, BATCHES);
      const { results } = await judgeEngineWorld(world);
      const [last, expected] = [world.inputs.at(-1), results.at(-1)];
      if (last === undefined || expected === undefined) throw new Error("five batches");

      for (const check of CHECK_LEVELS) {
        const own = join(folder, check);
        const engine = await openLoggedEngine(own, world);
        await Promise.all(world.inputs.slice(0, -1).map((each) => engine.submit(each)));
        await engine.close();
        const again = await openLoggedEngine(own, world, { check });
        expect(compareResults(expected, await again.submit(last)), `${check}, SEED=${SEED}`).to.equal(undefined);
        await again.close();
        expect((await replayLog(own, IDENTITY)).batches, check).to.equal(BATCHES);
      }
    }));

  it("notices at each level what that level promises to notice, and no more", async () => {
    const trust = trustOf(outcome);
    const { header } = outcome;
    const ids = new Uint8Array(trust.orderIds).fill(7, 0, 1);
    // What was said, and the field that differs at each level.
    const said: [typeof outcome, all?: string, roots?: string, ledger?: string][] = [
      [outcome],
      [{ ...outcome, trust: { ...trust, receiptsSum: HASH } }, "receiptsSum", "receiptsSum", "receiptsSum"],
      [{ ...outcome, header: { ...header, chunkCount: 9 } }, "chunkCount", "chunkCount", "chunkCount"],
      [{ ...outcome, header: { ...header, instructionCount: 3 } }, ...same("instructionCount")],
      [
        { ...outcome, trust: { ...trust, orderStatus: Uint8Array.of(0, 2) } },
        "orders",
        "leaf of chunk 0",
        "receiptsSum",
      ],
      [{ ...outcome, trust: { ...trust, orderIds: ids } }, "orders", "orders"],
      [{ ...outcome, chunkLeaves: [HASH, HASH] }, "leaf of chunk 0", "leaf of chunk 0"],
      [{ ...outcome, header: { ...header, chunksRoot: HASH } }, "chunksRoot", "chunksRoot"],
      [{ ...outcome, header: { ...header, positionsRoot: HASH } }, "positionsRoot", "positionsRoot"],
      [{ ...outcome, header: { ...header, fileHash: HASH } }, "fileHash", "fileHash"],
      [{ ...outcome, receiptsHash: HASH }, "receiptsHash", "receiptsHash"],
      [{ ...outcome, batchHash: HASH }, "batchHash", "batchHash"],
    ];

    for (const [place, [entry, ...fields]] of said.entries()) {
      for (const [level, check] of CHECK_LEVELS.entries()) {
        expect(await differenceOf(entry, check), `${place} by ${check}`).to.equal(fields[level]);
      }
    }
  });

  const same = (field: string): [string, string, string] => [field, field, field];

  it("does not notice a signature that never was one, unless it checks all", async () => {
    const { signature } = sells("bob", { quantity: 1n });
    const forged = { ...input, orders: [buys("alice"), { ...sells("bob"), signature }] };
    const believed = await runBatch(forged, { workers: 0, recorded: Uint8Array.of(0, 0) });
    const said = await outcomeOf(believed);

    expect(await differenceOf(said, "all", believed)).to.not.equal(undefined);
    expect(await differenceOf(said, "roots", believed)).to.equal(undefined);
    expect(await differenceOf(said, "ledger", believed)).to.equal(undefined);
  });

  it("holds an engine's positions against the last root, by the ledger too", () =>
    inFolder(async (folder) => {
      await write(folder, result, { ...outcome, header: { ...outcome.header, positionsRoot: HASH } });
      for (const check of CHECK_LEVELS) {
        const opening = openLoggedEngine(folder, { snapshot: input.snapshot }, { check });
        expect(await expectRejected(opening, ReplayDifferenceError)).to.include({ field: "positionsRoot" });
      }
    }));

  it("refuses what it cannot believe: a log of before, and another runner than the fast one", () =>
    inFolder(async (folder) => {
      await write(folder, result, { ...outcome, trust: undefined });
      await replayLog(folder, IDENTITY);
      for (const check of ["roots", "ledger"] as const) {
        await expectRejected(replayLog(folder, IDENTITY, { check }), ExecutorInputError, "check all");
        await expectRejected(replayLog(folder, IDENTITY, { check, run: "judge" }), ExecutorInputError, "fast runner");
      }
    }));

  it("runs a batch without outcome in whole", () =>
    inFolder(async (folder) => {
      const journal = await BatchJournal.open(folder, IDENTITY);
      await journal.close();
      const log = await AppendLog.open(logPath(folder), IDENTITY);
      const { kind, payload } = encodeEntry({ kind: "input", number: 1n, file: result.file });
      await log.append(kind, payload);
      await log.close();

      const { open } = await replayLog(folder, IDENTITY, { check: "ledger" });
      expect(open.map((each) => each.result && compareResults(result, each.result))).to.deep.equal([undefined]);
      const engine = await openLoggedEngine(folder, { snapshot: input.snapshot }, { check: "ledger" });
      await engine.close();
      expect((await replayLog(folder, IDENTITY)).state.lastBatch).to.equal(1n);
    }));
});

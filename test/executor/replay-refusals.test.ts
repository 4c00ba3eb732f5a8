import { join } from "node:path";
import { expect } from "chai";
import {
  AppendLog,
  type BatchInput,
  BatchJournal,
  type BatchResult,
  decodeEntry,
  ExecutorInputError,
  encodeEntry,
  type LogEntry,
  logPath,
  MAX_OPEN_BATCHES,
  ReplayDifferenceError,
  replayLog,
  runSequential,
  startOf,
} from "../../executor/index.ts";
import { closePositions } from "../../executor/replay/close-positions.ts";
import { outcomeOf } from "../../executor/replay/outcome.ts";
import { expectRejected } from "../helpers/expect-rejected.ts";
import { bytesOf } from "./worlds/journal-world.ts";
import { IDENTITY, inFolder } from "./worlds/log-world.ts";
import { batch, buys, sells, trade } from "./worlds/trading-world.ts";

const HASH = `0x${"ab".repeat(32)}`;

describe("Replay of a log that cannot be right", function () {
  this.timeout(60_000);
  const orders = [buys("alice"), sells("bob")];
  const trades = [1n, 2n].map((matchNumber) => trade({ matchNumber, quantity: 30n }));
  const input = (number: bigint, parts: Partial<BatchInput> = {}) =>
    batch({ number, orders, trades, maxChunkInstructions: 1, ...parts });
  const logged = ({ file, header: { number } }: BatchResult): LogEntry => ({ kind: "input", number, file });

  let one: BatchResult;
  let outcome: Awaited<ReturnType<typeof outcomeOf>>;
  const settled = (...chunks: number[]): LogEntry => ({ kind: "settled", number: 1n, chunks });
  const closed: LogEntry = { kind: "closed", number: 1n };
  const abandoned: LogEntry = { kind: "abandoned", number: 1n };

  before(async () => {
    one = await runSequential(input(1n));
    outcome = await outcomeOf(one);
  });

  /** Replays a log of these entries, whatever sense they make. */
  async function replay(...entries: readonly LogEntry[]) {
    let replayed: Awaited<ReturnType<typeof replayLog>> | undefined;
    await inFolder(async (folder) => {
      const log = await AppendLog.open(logPath(folder), IDENTITY);
      for (const entry of entries) {
        const { kind, payload } = encodeEntry(entry);
        await log.append(kind, payload);
      }
      await log.close();
      replayed = await replayLog(folder, IDENTITY, { run: "judge" });
      const journal = await BatchJournal.open(folder, IDENTITY);
      expect(bytesOf(journal.state)).to.equal(bytesOf(replayed.state));
      await journal.close();
    });
    if (replayed === undefined) throw new Error("nothing was replayed");
    return replayed;
  }

  it("names batch, field, what was expected and what was found when an outcome differs", async () => {
    const { header } = outcome;
    const odd: [string, typeof outcome, string, string][] = [
      ["time", { ...outcome, header: { ...header, time: 5n } }, "5", `${header.time}`],
      ["mode", { ...outcome, header: { ...header, mode: 1 } }, "1", "0"],
      ["openingBlock", { ...outcome, header: { ...header, openingBlock: 7n } }, "7", "42"],
      ["instructionCount", { ...outcome, header: { ...header, instructionCount: 3 } }, "3", "2"],
      ["chunkCount", { ...outcome, header: { ...header, chunkCount: 9 } }, "9", "2"],
      ["fileHash", { ...outcome, header: { ...header, fileHash: HASH } }, HASH, header.fileHash],
      ["chunksRoot", { ...outcome, header: { ...header, chunksRoot: HASH } }, HASH, header.chunksRoot],
      ["positionsRoot", { ...outcome, header: { ...header, positionsRoot: HASH } }, HASH, header.positionsRoot],
      ["receiptsHash", { ...outcome, receiptsHash: HASH }, HASH, outcome.receiptsHash],
      ["batchHash", { ...outcome, batchHash: HASH }, HASH, outcome.batchHash],
      [
        "leaf of chunk 1",
        { ...outcome, chunkLeaves: [outcome.chunkLeaves[0] ?? "", HASH] },
        HASH,
        outcome.chunkLeaves[1] ?? "",
      ],
      ["leaf of chunk 2", { ...outcome, chunkLeaves: [...outcome.chunkLeaves, HASH] }, HASH, "nothing"],
    ];

    for (const [field, entry, expected, found] of odd) {
      const error = await expectRejected(replay(logged(one), entry), ReplayDifferenceError, `batch 1: ${field} is`);
      expect(error, field).to.include({ batch: 1n, field, expected, found });
    }
  });

  it("notices a batch file that is not what its batch comes to", async () => {
    const turned = { ...one, file: one.file.slice() };
    const [first, second] = [turned.file.slice(-160, -80), turned.file.slice(-80)];
    turned.file.set(second, turned.file.length - 160);
    turned.file.set(first, turned.file.length - 80);

    const error = await expectRejected(replay(logged(turned)), ReplayDifferenceError, "batch file");
    expect(error).to.include({ batch: 1n, field: "batch file" });
  });

  it("notices a batch that does not know what an earlier one settled or filled", async () => {
    const begun = [logged(one), outcome, settled(0, 1), closed];
    const forgetful = await runSequential(input(2n));
    const final = await expectRejected(replay(...begun, logged(forgetful)), ReplayDifferenceError);
    expect(final).to.include({ batch: 2n, field: "final", found: "nothing" });

    const fresh = { trades: [trade({ matchNumber: 9n })], filled: new Map([[orderId(0), 59n]]) };
    const filled = await expectRejected(
      replay(...begun, logged(await runSequential(input(2n, fresh)))),
      ReplayDifferenceError,
    );
    expect(filled).to.include({ batch: 2n, field: `filled of ${orderId(0)}`, expected: "60", found: "59" });
  });

  const orderId = (place: number) =>
    `0x${Buffer.from(one.orderIds.subarray(32 * place, 32 * place + 32)).toString("hex")}`;

  it("refuses entries that cannot follow one another, with the reason", async () => {
    const two = await runSequential(input(2n));
    const both = [logged(one), logged(two)];
    const second = await outcomeOf(two);
    const cases: [string, LogEntry[]][] = [
      ["batch 2 stands where batch 1 belongs", [logged(two)]],
      ["batch 1 stands where batch 2 belongs", [logged(one), logged(one)]],
      ['batch 1 is "outcome", but not open', [outcome]],
      ["batch 1 has an outcome already", [logged(one), outcome, outcome]],
      ["batch 1 comes first", [...both, second]],
      ['batch 1 is "settled", but has no outcome', [logged(one), settled(0)]],
      ['batch 1 is "closed", but has no outcome', [logged(one), closed]],
      ["chunk 2 does not exist", [logged(one), outcome, settled(2)]],
      ["chunk 1 does not exist or has settled already", [logged(one), outcome, settled(1), settled(0, 1)]],
      ["chunk 0 does not exist or has settled already", [logged(one), outcome, settled(0, 0)]],
      ['batch 1 is "closed", but not open', [logged(one), outcome, closed, closed]],
      ['batch 2 is "closed" before batch 1 is closed', [...both, outcome, second, { kind: "closed", number: 2n }]],
      ["because batch 2 follows", [...both, abandoned]],
      ["because chunks of it have settled", [logged(one), outcome, settled(0), abandoned]],
      ["the file of batch 1 says that it is batch 2", [{ kind: "input", number: 1n, file: two.file }]],
    ];

    for (const [why, entries] of cases) await expectRejected(replay(...entries), ExecutorInputError, why);
  });

  it("refuses the file of another desk, and more batches at a time than it can hold", async () => {
    const { snapshot } = input(1n);
    const foreign = await runSequential(input(1n, { snapshot: { ...snapshot, desk: `0x${"12".repeat(20)}` } }));
    await expectRejected(replay(logged(foreign)), ExecutorInputError, "unlike its log");

    const many: LogEntry[] = [];
    for (let number = 1n; number <= MAX_OPEN_BATCHES + 1; number++) {
      many.push(logged(await runSequential(input(number, { trades: [] }))));
    }
    expect((await replay(...many.slice(0, -1))).open).to.have.lengthOf(MAX_OPEN_BATCHES);
    await expectRejected(replay(...many), ExecutorInputError, `${MAX_OPEN_BATCHES} batches are open already`);
  });

  it("takes batches that run ahead of settlement, each judged by what it could know", async () => {
    const next = {
      trades: [trade({ matchNumber: 9n })],
      filled: new Map([
        [orderId(0), 60n],
        [orderId(1), 60n],
      ]),
    };
    const two = await runSequential(input(2n, next));
    const entries = [logged(one), logged(two), outcome, settled(0), await outcomeOf(two), settled(1), closed];

    const { state, open } = await replay(...entries);
    expect([state.lastBatch, state.final.size]).to.deep.equal([1n, 2]);
    expect(open.map(({ number }) => number)).to.deep.equal([2n]);
    expect(state.positions).to.deep.equal(closePositions(input(1n).snapshot, one.chunks));

    const early = await runSequential(input(2n));
    await replay(logged(one), logged(early), outcome, settled(0, 1), closed, { kind: "abandoned", number: 2n });
  });

  describe("with answers of contract accounts", () => {
    const trader = orders[0]?.trader ?? "";
    const contracts = {
      block: 2n ** 40n,
      blockHash: HASH,
      accounts: [trader],
      answers: [{ order: 0, account: trader, digest: HASH, isValid: true }],
    };
    const { accounts: _, ...said } = contracts;
    const answers: LogEntry = { kind: "answers", number: 1n, ...said };

    it("gives back what was written", () => {
      const position = startOf({ ...IDENTITY, salt: 1 });
      const encoded = encodeEntry(answers);

      expect(encoded.payload).to.have.lengthOf(48 + 57);
      expect(decodeEntry({ ...encoded, position })).to.deep.equal(answers);
    });

    it("takes them before the batch that was decided by them, the last ones if they were asked again", async () => {
      const asked = logged(await runSequential(input(1n, { contracts })));
      const early: LogEntry = { ...answers, block: 7n };

      expect((await replay(answers, asked)).open).to.have.lengthOf(1);
      expect((await replay(early, answers, asked)).open).to.have.lengthOf(1);
      expect((await replay(answers)).open).to.have.lengthOf(0);
    });

    it("takes a batch that asked nobody, whatever was asked for one that never came", async () => {
      expect((await replay(answers, logged(one))).open).to.have.lengthOf(1);
    });

    it("refuses other answers than the batch's, none, and those for another batch", async () => {
      const asked = logged(await runSequential(input(1n, { contracts })));
      const others: LogEntry[] = [
        { ...answers, block: 7n },
        { ...answers, blockHash: `0x${"cd".repeat(32)}` },
        { ...answers, answers: [] },
        { ...answers, answers: said.answers.map((answer) => ({ ...answer, isValid: false })) },
        { ...answers, answers: said.answers.map((answer) => ({ ...answer, digest: `0x${"cd".repeat(32)}` })) },
        { ...answers, answers: said.answers.map((answer) => ({ ...answer, order: 1 })) },
      ];
      const why = "batch 1 has other answers of contract accounts than the log has before it";
      for (const other of others) await expectRejected(replay(other, asked), ExecutorInputError, why);
      await expectRejected(replay(asked), ExecutorInputError, why);
      await expectRejected(
        replay({ ...answers, number: 2n }),
        ExecutorInputError,
        "answers for batch 2 stand where batch 1 belongs",
      );
    });
  });

  it("refuses frames that it does not know and payloads of odd lengths", async () => {
    const position = startOf({ ...IDENTITY, salt: 1 });
    for (const [kind, length, why] of [
      [9, 8, "is of kind 9, which this version does not know"],
      [1, 7, "has only 7 bytes"],
      [2, 49, "no whole number of answers"],
      [3, 169, "no whole number of chunk leaves"],
      [3, 160, "no whole number of chunk leaves"],
      [4, 13, "no whole number of chunks"],
      [5, 9, "has 9 bytes"],
      [6, 16, "has 16 bytes"],
    ] as const) {
      expect(() => decodeEntry({ kind, payload: new Uint8Array(length), position })).to.throw(ExecutorInputError, why);
    }
    await inFolder(async (folder) => {
      const log = await AppendLog.open(logPath(folder), IDENTITY);
      await log.append(9, new Uint8Array(8));
      await log.close();
      await expectRejected(replayLog(folder, IDENTITY), ExecutorInputError, "frame 1 is of kind 9");
      await expectRejected(BatchJournal.open(join(folder), IDENTITY), ExecutorInputError, "frame 1 is of kind 9");
    });
  });
});

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { BatchJournal, runSequential } from "../../executor/index.ts";
import { ExitCode } from "../../sdk/errors.ts";
import type { Outcome } from "../../tasks/lib/outcome.ts";
import { explainAt } from "../../tasks/settle/explain.ts";
import { importTrades } from "../../tasks/settle/import.ts";
import { replayFolder } from "../../tasks/settle/replay.ts";
import { writeBatch } from "../../tasks/settle/run-folder.ts";
import { verifyBatch } from "../../tasks/settle/verify.ts";
import { twoOrders } from "../executor/worlds/trade-file-world.ts";
import { BOB, batch, CHAIN_ID, DESK, trade, withShares } from "../executor/worlds/trading-world.ts";
import { failureOf } from "../helpers/task-world.ts";

const TWO = batch({
  trades: [trade(), trade({ matchNumber: 2n })],
  ...withShares(BOB, { spendable: 15n }),
});
const failed = ({ exitCode, error }: Outcome) => ({ exitCode, what: error?.what, details: error?.details });

describe("settle, without a chain", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "moiety-settle-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** A run's folder, as `settle run` leaves it. */
  async function runFolder(): Promise<string> {
    await writeBatch(folder, await runSequential(TWO), 1);
    return folder;
  }

  describe("import", () => {
    const lineOf = (order: Awaited<ReturnType<typeof twoOrders>>[number], ref: string) =>
      JSON.stringify({
        ...order,
        type: "order",
        ref,
        side: order.side === 0 ? "buy" : "sell",
        asset: `${order.asset}`,
        quantity: `${order.quantity}`,
        limitPrice: `${order.limitPrice}`,
        expiry: `${order.expiry}`,
        salt: `${order.salt}`,
      });

    it("writes what is good in one form, and what is not beside it", async () => {
      const orders = await twoOrders();
      const good = `{"type":"trade","buy":"b","sell":"s","quantity":"5","price":"100","matchNumber":"1"}`;
      const file = join(folder, "day.ndjson");
      await writeFile(
        file,
        [...orders.map((order, i) => lineOf(order, i === 0 ? "b" : "s")), good, good.replace('"s"', '"x"')].join("\n"),
      );

      const outcome = await importTrades({ file, format: "", to: "csv", out: "" });

      expect(failed(outcome)).to.deep.include({ exitCode: ExitCode.checkFailed, what: "1 lines were not taken" });
      expect(outcome.data).to.deep.include({ orders: 2, trades: 1, rejectedLines: 1 });
      const rejects = await readFile(join(folder, "day.imported.rejects.csv"), "utf8");
      expect(rejects).to.contain('4,sell,"the file has no order ""x"""');
      const again = await importTrades({
        file: join(folder, "day.imported.csv"),
        format: "csv",
        to: "binary",
        out: join(folder, "again"),
      });
      expect(again).to.not.have.property("exitCode");
      expect(again.data).to.deep.include({ orders: 2, trades: 1, rejectedLines: 0 });
    });

    it("refuses a form that it does not know, a file that is not there, and to overwrite its input", async () => {
      const file = join(folder, "x.ndjson");
      const args = { file, format: "", to: "", out: "" };

      expect(await failureOf(importTrades(args))).to.have.nested.property("problem.where", file);
      await writeFile(file, "");
      expect(await failureOf(importTrades({ ...args, to: "xml" }))).to.have.property(
        "message",
        '--to "xml" is no format',
      );
      const onto = importTrades({ ...args, out: join(folder, "x") });
      expect(await failureOf(onto)).to.have.property("message", "the file would be overwritten");
    });
  });

  describe("verify", () => {
    it("finds everything right in what a run has left", async () => {
      const outcome = await verifyBatch(await runFolder());

      expect(outcome).to.not.have.property("exitCode");
      expect(outcome.text).to.contain("1 of 2 instructions accepted in 1 chunks");
    });

    it("notices a receipt that was changed, and a hash that the chain does not know", async () => {
      const path = join(await runFolder(), "receipts.csv");
      await writeFile(path, (await readFile(path, "utf8")).replace("BalanceTooSmall", "Accepted"));

      const outcome = await verifyBatch(folder, {
        hash: async () => `0x${"00".repeat(32)}`,
        posted: async () => undefined,
      });

      expect(failed(outcome)).to.deep.equal({
        exitCode: ExitCode.checkFailed,
        what: "the batch is not what it claims to be",
        details: [
          "receipts.csv is what the batch comes to: line 3 differs",
          "the chain knows it by its hash: the desk has no such batch",
        ],
      });
    });

    it("refuses a file that is cut or is none", async () => {
      const { file } = await runSequential(TWO);
      const path = join(folder, "half.bin");
      await writeFile(path, file.subarray(0, file.length - 1));

      expect(await failureOf(verifyBatch(path))).to.have.property("message", "this is no whole batch file");
      expect(await failureOf(verifyBatch(join(folder, "none")))).to.have.property("exitCode", ExitCode.badInput);
    });
  });

  describe("replay", () => {
    const identity = { chainId: CHAIN_ID, desk: DESK, firstBatch: 1n };

    async function logged(): Promise<void> {
      const journal = await BatchJournal.open(folder, identity);
      await journal.run(TWO, { workers: 0 });
      await journal.settled(1n, [0]);
      await journal.closeBatch(1n);
      await journal.close();
    }

    for (const plain of [false, true]) {
      it(`comes to what the log says, ${plain ? "plain" : "fast"}`, async () => {
        await logged();

        const { data, text } = await replayFolder({ folder, plain, fromStart: true, check: "all" });

        expect(data).to.deep.include({
          chainId: CHAIN_ID,
          lastBatch: 1n,
          batchesRun: 1,
          instructionsFinal: 2,
          torn: null,
        });
        expect(text).to.contain("each came to what the log says");
      });
    }

    it("believes what it is told to believe, and says so", async () => {
      await logged();
      const replayed = { folder, plain: false, fromStart: true };

      const { data, text } = await replayFolder({ ...replayed, check: "ledger" });

      expect(data).to.deep.include({ batchesRun: 1, check: "ledger", instructionsFinal: 2 });
      expect(text).to.contain("came to the receipts in the log").and.contain("none was verified");
      const odd = await failureOf(replayFolder({ ...replayed, check: "nothing" }));
      expect(odd).to.have.property("exitCode", ExitCode.badInput);
      const both = await failureOf(replayFolder({ ...replayed, plain: true, check: "roots" }));
      expect(both).to.have.property("message", "the plain executor checks all");
    });

    it("says where a log is damaged", async () => {
      await logged();
      const path = join(folder, "batches.log");
      const bytes = await readFile(path);
      bytes[200] = (bytes[200] ?? 0) ^ 1;
      await writeFile(path, bytes);

      const outcome = await replayFolder({ folder, plain: false, fromStart: true, check: "all" });

      expect(failed(outcome)).to.deep.include({ exitCode: ExitCode.checkFailed, what: "the log does not replay" });
    });

    it("refuses a folder without a log", async () => {
      const error = await failureOf(replayFolder({ folder, plain: false, fromStart: false, check: "all" }));

      expect(error).to.have.property("message", "there is no log");
    });
  });

  describe("explain", () => {
    it("says what was compared and who came first", async () => {
      const { text } = await explainAt(await runFolder(), "2");

      expect(text).to.contain("match 2");
      expect(text).to.contain("refused with 20 BalanceTooSmall, in chunk 0");
      expect(text).to.contain("may move: 10 needed, 5 there, 15 to begin with");
      expect(text).to.match(/#0 .* 1 .* -10 /);
    });

    it("names some of the refused where it cannot find the one", async () => {
      const error = await failureOf(explainAt(await runFolder(), "77"));

      expect(error).to.have.property("message", 'the batch has no instruction "77"');
      expect(error).to.have.nested.property("problem.details").deep.equal(["refused are, among others: #1 (match 2)"]);
    });
  });
});

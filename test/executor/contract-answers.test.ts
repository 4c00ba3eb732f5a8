import { expect } from "chai";
import {
  AppendEngineLog,
  AppendLog,
  askContracts,
  BatchJournal,
  CODE,
  type ContractAnswers,
  type ContractQuestion,
  type ContractReader,
  compareResults,
  createBulkSigner,
  decodeAnswers,
  Engine,
  ExecutorInputError,
  encodeAnswers,
  logPath,
  readBatchFile,
  receiptsOf,
  replayLog,
  runBatch,
  runSequential,
  type SignedOrder,
} from "../../executor/index.ts";
import { expectRejected } from "../helpers/expect-rejected.ts";
import { IDENTITY, inFolder } from "./worlds/log-world.ts";
import {
  ADDRESS,
  batch,
  buys,
  CHAIN_ID,
  codes,
  DESK,
  idOf,
  keyOf,
  sells,
  settle,
  trade,
} from "./worlds/trading-world.ts";

const HASH = `0x${"ab".repeat(32)}`;
const LONG = `0x${"5e".repeat(200)}`;

/** What alice's contract said: `parts` says otherwise. */
function aliceSaid(order: SignedOrder, parts: Partial<ContractAnswers> = {}): ContractAnswers {
  return {
    block: 42n,
    blockHash: HASH,
    accounts: [ADDRESS.alice],
    answers: [{ order: 0, account: ADDRESS.alice, digest: idOf(order), isValid: true }],
    ...parts,
  };
}

/** A chain on which alice's account is a contract that says yes to what `accepts` says; notes what it was asked. */
function chainOf(accepts: (question: ContractQuestion) => boolean, asked: ContractQuestion[] = []): ContractReader {
  return {
    block: 42n,
    blockHash: HASH,
    hasCode: async (account) => account === ADDRESS.alice,
    isValidSignature: async (question) => {
      asked.push(question);
      return accepts(question);
    },
  };
}

describe("Contract accounts", () => {
  const unsigned = { ...buys("alice"), signature: LONG };

  describe("in a batch", () => {
    it("have signed what they say they have signed, whatever the signature", async () => {
      const orders = [unsigned, sells("bob")];

      expect(await codes({ orders, contracts: aliceSaid(unsigned) })).to.deep.equal([CODE.accepted]);
    });

    it("have not signed what they deny, what they were not asked, or something else that they signed", async () => {
      const orders = [unsigned, sells("bob")];
      const [answer] = aliceSaid(unsigned).answers;
      if (answer === undefined) throw new Error("no answer");

      for (const answers of [[{ ...answer, isValid: false }], [], [{ ...answer, digest: HASH }]]) {
        expect(await codes({ orders, contracts: aliceSaid(unsigned, { answers }) })).to.deep.equal([
          CODE.buySignatureInvalid,
        ]);
      }
    });

    it("never sign by a key, though it be the key that their address once came from", async () => {
      const signed = buys("alice");
      const orders = [signed, sells("bob")];

      expect(await codes({ orders })).to.deep.equal([CODE.accepted]);
      expect(await codes({ orders, contracts: aliceSaid(signed, { answers: [] }) })).to.deep.equal([
        CODE.buySignatureInvalid,
      ]);
    });

    it("leave everybody else to his key", async () => {
      const contracts = aliceSaid(unsigned);
      const forged = { ...sells("bob"), signature: LONG };

      expect(await codes({ orders: [unsigned, forged], contracts })).to.deep.equal([CODE.sellSignatureInvalid]);
    });

    it("sign in bulk as by one", async () => {
      const signer = await createBulkSigner(CHAIN_ID, DESK);
      const asked = [1n, 2n, 3n].map((salt) => {
        const { signature: _, ...order } = buys("alice", { salt });
        return order;
      });
      const { orders, bulk } = signer.sign(asked, keyOf("carol"), 1);
      const contracts = (digest: string): ContractAnswers => ({
        ...aliceSaid(unsigned),
        answers: [{ order: 1, account: ADDRESS.alice, digest, isValid: true }],
      });
      const world = {
        orders: [sells("bob"), ...orders],
        bulks: [bulk],
        trades: orders.map((_, place) => trade({ buyOrder: 1 + place, sellOrder: 0, matchNumber: BigInt(place) })),
      };

      expect(await codes({ ...world, contracts: contracts(signer.digest(asked)) })).to.deep.equal([0, 0, 0]);
      expect(await codes({ ...world, contracts: contracts(idOf(unsigned)) })).to.deep.equal(
        Array(3).fill(CODE.buySignatureInvalid),
      );
    });

    it("are refused as input when their answers are about other orders", async () => {
      const other = { order: 1, account: ADDRESS.bob, digest: HASH, isValid: true };
      for (const [parts, why] of [
        [{ answers: [{ ...other, account: ADDRESS.alice }] }, `order 1 is not of ${ADDRESS.alice}, who answered`],
        [{ answers: [{ ...other, order: 2 }] }, `order 2 is not of ${ADDRESS.bob}, who answered`],
        [{ answers: [other] }, `${ADDRESS.bob} answered, but is not among the contract accounts`],
        [{ answers: [other, other], accounts: [ADDRESS.bob] }, "answer about order 1 is listed twice"],
        [{ accounts: [ADDRESS.bob, ADDRESS.bob] }, `contract account ${ADDRESS.bob} is listed twice`],
        [{ answers: [{ ...other, order: 0.5 }] }, "0.5 is no place of an order"],
      ] as const) {
        const input = batch({ orders: [unsigned, sells("bob")], contracts: aliceSaid(unsigned, parts) });
        for (const run of [runBatch, runSequential]) await expectRejected(run(input), ExecutorInputError, why);
      }
    });

    it("are in the batch file with what they said, and nobody is asked again", async () => {
      const contracts = aliceSaid(unsigned, { signatures: [{ order: 0, signature: LONG }] });
      const result = await settle({ orders: [unsigned, sells("bob")], contracts });
      const read = readBatchFile(result.file);

      expect(read.contracts).to.deep.equal(contracts);
      expect(compareResults(result, await runSequential(read))).to.equal(undefined);
      expect(() => readBatchFile(result.file.subarray(0, -1))).to.throw("ends within its answers of contract accounts");
      expect(() => readBatchFile(new Uint8Array([...result.file, 0]))).to.throw("1 bytes follow the batch");
    });

    it("lose no answer and no signature in bytes, and bytes too few or too many are refused", () => {
      const given = aliceSaid(unsigned, { signatures: [{ order: 0, signature: "0x" }] });
      const bytes = encodeAnswers(given);

      expect(decodeAnswers(bytes)).to.deep.equal(given);
      for (let length = 0; length < bytes.length; length++) {
        expect(() => decodeAnswers(bytes.subarray(0, length))).to.throw(ExecutorInputError);
      }
      expect(() => decodeAnswers(new Uint8Array([...bytes, 0]))).to.throw("1 bytes follow the answers");
    });
  });

  describe("are asked", () => {
    it("once per message of theirs, with its digest and its whole signature", async () => {
      const asked: ContractQuestion[] = [];
      const short = buys("alice");
      const input = batch({ orders: [unsigned, sells("bob"), short], trades: [trade(), trade({ buyOrder: 2 })] });

      const whole = await askContracts(
        input,
        chainOf(({ signature }) => signature === LONG, asked),
      );
      expect(asked).to.deep.equal([
        { account: ADDRESS.alice, digest: idOf(unsigned), signature: LONG },
        { account: ADDRESS.alice, digest: idOf(short), signature: short.signature },
      ]);
      expect(whole.contracts?.signatures).to.deep.equal([{ order: 0, signature: LONG }]);
      const result = await runBatch(whole, { workers: 0 });
      expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([CODE.accepted, CODE.buySignatureInvalid]);
      expect(compareResults(result, await runSequential(whole))).to.equal(undefined);
    });

    it("once per bulk", async () => {
      const signer = await createBulkSigner(CHAIN_ID, DESK);
      const asked: ContractQuestion[] = [];
      const two = [buys("alice"), buys("alice")].map(({ signature: _, ...order }) => order);
      const { orders, bulk } = signer.sign(two, keyOf("carol"), 1);
      const input = batch({ orders: [sells("bob"), ...orders], bulks: [{ ...bulk, signature: LONG }] });

      const { contracts } = await askContracts(
        input,
        chainOf(() => true, asked),
      );
      expect(asked).to.deep.equal([{ account: ADDRESS.alice, digest: signer.digest(two), signature: LONG }]);
      expect(contracts?.answers.map(({ order }) => order)).to.deep.equal([1]);
    });

    it("nothing about messages that are malformed, and of bulks that have no tree", async () => {
      const asked: ContractQuestion[] = [];
      const signer = await createBulkSigner(CHAIN_ID, DESK);
      const two = [buys("alice"), buys("alice")].map(({ signature: _, ...order }) => order);
      const { orders, bulk } = signer.sign(two, keyOf("alice"), 1);
      const input = batch({ orders: [{ ...unsigned, asset: 12_345n }, ...orders], bulks: [{ ...bulk, height: 25 }] });

      await askContracts(
        input,
        chainOf(() => true, asked),
      );
      expect(asked).to.deep.equal([]);
    });

    it("and if they cannot be, the batch does not begin", async () => {
      const broken: ContractReader = {
        ...chainOf(() => true),
        isValidSignature: async () => {
          throw new Error("the node is gone");
        },
      };
      await expectRejected(
        askContracts(batch({ orders: [unsigned, sells("bob")] }), broken),
        Error,
        "the node is gone",
      );
    });
  });

  it("are in the log with what they said before the batch is, and its replay asks nobody", () =>
    inFolder(async (folder) => {
      const input = await askContracts(
        batch({ orders: [unsigned, sells("bob")] }),
        chainOf(() => true),
      );
      const journal = await BatchJournal.open(folder, IDENTITY);
      const result = await journal.run(input, { workers: 0 });
      await journal.settled(1n, [0]);
      await journal.close();

      for (const run of ["fast", "judge"] as const) {
        const { open, frames } = await replayLog(folder, IDENTITY, { run, from: "start" });
        expect(open[0]?.input.contracts).to.deep.equal(input.contracts);
        expect(Buffer.from(open[0]?.result?.receipts ?? [])).to.deep.equal(Buffer.from(result.receipts));
        expect(frames).to.equal(5);
      }
      const again = await BatchJournal.open(folder, IDENTITY);
      await again.closeBatch(1n);
      await again.snapshot();
      await again.close();
      expect((await replayLog(folder, IDENTITY)).state.lastBatch).to.equal(1n);
    }));

  it("are in an engine's log as well, with bulks beside them", () =>
    inFolder(async (folder) => {
      const signer = await createBulkSigner(CHAIN_ID, DESK);
      const { orders, bulk } = signer.sign(
        [1n, 2n].map((salt) => {
          const { signature: _, ...order } = sells("bob", { salt });
          return order;
        }),
        keyOf("bob"),
        1,
      );
      const { snapshot, ...world } = batch({
        orders: [unsigned, ...orders],
        bulks: [bulk],
        trades: [1, 2].map((sellOrder) => trade({ sellOrder, matchNumber: BigInt(sellOrder) })),
      });
      const asked = await askContracts(
        { ...world, snapshot },
        chainOf(() => true),
      );
      const log = await AppendEngineLog.over(await AppendLog.open(logPath(folder), IDENTITY));
      const engine = await Engine.open({ snapshot }, { log, workers: 0 });

      const { snapshot: _, ...input } = asked;
      const result = await engine.submit({ ...input, mode: "strict" });
      await engine.close();
      expect(compareResults(await runSequential(asked), result)).to.equal(undefined);
      expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([CODE.accepted, CODE.accepted]);
      for (const run of ["fast", "judge"] as const) {
        expect((await replayLog(folder, IDENTITY, { run, from: "start" })).state.lastBatch).to.equal(1n);
      }
    }));
});

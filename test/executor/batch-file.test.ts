import { expect } from "chai";
import { keccak256 } from "ethers";
import { canonicalJson } from "../../executor/formats/canonical-json.ts";
import {
  compareResults,
  ExecutorInputError,
  readBatchFile,
  receiptsOf,
  runBatch,
  runSequential,
} from "../../executor/index.ts";
import { batch, buys, everyoneMayTrade, idOf, sells, settle, trade } from "./worlds/trading-world.ts";

describe("Batch file", () => {
  const orders = [buys("alice"), sells("bob", { priority: 1 }), buys("carol", { priority: 2 })];
  const trades = [trade(), trade({ buyOrder: 2 }), trade({ attempt: 3, matchNumber: 5n }), trade({ quantity: 91n })];

  /** A batch with everything that a file has to carry. */
  async function eventful() {
    const [first] = receiptsOf(await settle({ orders, trades }));
    return batch({
      number: 12n,
      orders,
      trades,
      alreadyFinal: new Set([first?.id ?? "", `0x${"ab".repeat(32)}`]),
      filled: new Map([
        [idOf(orders[0] ?? buys("alice")), 5n],
        [`0x${"cd".repeat(32)}`, 1n],
      ]),
      maxChunkInstructions: 2,
      maxChunkPositions: 17,
    });
  }

  it("is all it takes to run the batch again, by either way", async () => {
    const result = await settle(await eventful());
    const input = readBatchFile(result.file);

    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([110, 0, 0, 115]);
    expect(compareResults(result, await runSequential(input))).to.equal(undefined);
    expect(compareResults(result, await runBatch(input, { workers: 0 }))).to.equal(undefined);
  });

  it("keeps of earlier batches only what this one names", async () => {
    const { filled, alreadyFinal } = readBatchFile((await settle(await eventful())).file);

    expect([filled?.size, alreadyFinal?.size]).to.deep.equal([1, 1]);
  });

  it("is what the header's file hash commits to", async () => {
    const { file, header } = await settle();

    expect(header.fileHash).to.equal(keccak256(file));
    expect(Buffer.from(file.subarray(0, 8)).toString()).to.equal("MOIETYB1");
  });

  it("is the same however the caller writes addresses and orders keys", async () => {
    const world = everyoneMayTrade();
    const turned = Object.fromEntries(Object.entries(world).reverse()) as typeof world;
    turned.desk = `0x${world.desk.slice(2).toUpperCase()}`;
    const parts = { orders: orders.slice(0, 2), trades: [trade()] };

    const [plain, odd] = [await settle({ ...parts, snapshot: world }), await settle({ ...parts, snapshot: turned })];
    expect(compareResults(plain, odd)).to.equal(undefined);
  });

  it("writes integers as decimal strings under sorted keys", () => {
    expect(canonicalJson({ b: [1, 2n ** 70n], a: { d: 'x"', c: 0 } })).to.equal(
      '{"a":{"c":"0","d":"x\\""},"b":["1","1180591620717411303424"]}',
    );
  });

  it("is refused when it is cut off, padded, or says something else", async () => {
    const { file } = await settle();
    const foreign = file.slice();
    foreign[0] = 0x6d;
    const negative = Buffer.from(file);
    negative.write("-", negative.indexOf('"balance":"1000"') + 11);

    expect(() => readBatchFile(foreign)).to.throw(ExecutorInputError, "MOIETYB1");
    expect(() => readBatchFile(Buffer.concat([file, Buffer.alloc(1)]))).to.throw(ExecutorInputError, "1 bytes follow");
    expect(() => readBatchFile(negative)).to.throw(ExecutorInputError, "the snapshot is not valid");
    for (const length of [0, 8, 11, 12, 500, file.length - 100, file.length - 1]) {
      expect(() => readBatchFile(file.subarray(0, length)), `${length} bytes`).to.throw(ExecutorInputError);
    }
  });
});

import { expect } from "chai";
import { type BatchResult, chunksToSettle, proveReceipt, receiptsOf, verifyProof } from "../../executor/index.ts";
import { buys, CROWN, CROWN_UNIT, DOLLAR, entry, HOUSE, sells, settle, trade, YACHT } from "./worlds/trading-world.ts";

describe("Chunks", () => {
  const crowns = { currency: CROWN, limitPrice: CROWN_UNIT };
  const orders = [
    buys("alice"),
    sells("bob"),
    buys("carol"),
    sells("the desk"),
    buys("alice", crowns),
    sells("bob", crowns),
    buys("bob"),
    sells("alice"),
    buys("alice", { asset: YACHT }),
    sells("bob", { asset: YACHT }),
  ];
  const houses = (matchNumber = 1n) => trade({ matchNumber });
  const others = (matchNumber = 1n) => trade({ buyOrder: 2, sellOrder: 3, matchNumber });
  const inCrowns = (matchNumber = 1n) => trade({ buyOrder: 4, sellOrder: 5, price: CROWN_UNIT, matchNumber });
  const back = () => trade({ buyOrder: 6, sellOrder: 7 });
  const yachts = () => trade({ buyOrder: 8, sellOrder: 9 });
  const refused = () => trade({ quantity: 0n });
  const shape = ({ chunks }: BatchResult) =>
    chunks.map(({ firstInstruction, instructionCount }) => [firstInstruction, instructionCount]);

  it("do not exist in a batch without instructions", async () => {
    const result = await settle({ orders, trades: [] });

    expect(result.chunks).to.deep.equal([]);
    expect(result.header).to.include({ chunkCount: 0, instructionCount: 0, chunksRoot: `0x${"00".repeat(32)}` });
  });

  it("close at the greatest number of instructions, refused ones included", async () => {
    const trades = [houses(), refused(), houses(2n), houses(3n), houses(4n)];

    expect(shape(await settle({ orders, trades, maxChunkInstructions: 2 }))).to.deep.equal([
      [0, 2],
      [2, 2],
      [4, 1],
    ]);
    expect(shape(await settle({ orders, trades, maxChunkInstructions: 5 }))).to.deep.equal([[0, 5]]);
  });

  it("close when a trade in another currency is about to settle", async () => {
    const trades = [refused(), houses(), houses(2n), inCrowns(), inCrowns(2n), houses(3n)];
    const result = await settle({ orders, trades });

    expect(shape(result)).to.deep.equal([
      [0, 3],
      [3, 2],
      [5, 1],
    ]);
    expect(result.chunks.map(({ net }) => net.currency)).to.deep.equal([DOLLAR, CROWN, DOLLAR]);
  });

  it("do not close for a refused trade in another currency", async () => {
    const trades = [houses(), { ...inCrowns(), quantity: 101n }, houses(2n)];

    expect(shape(await settle({ orders, trades }))).to.deep.equal([[0, 3]]);
  });

  it("close when a trade would touch one position too many", async () => {
    const trades = [houses(), houses(2n), others(), houses(3n)];

    expect(shape(await settle({ orders, trades, maxChunkPositions: 8 }))).to.deep.equal([[0, 4]]);
    expect(shape(await settle({ orders, trades, maxChunkPositions: 7 }))).to.deep.equal([
      [0, 2],
      [2, 1],
      [3, 1],
    ]);
    expect(shape(await settle({ orders, trades: [houses(), yachts()], maxChunkPositions: 6 }))).to.deep.equal([[0, 2]]);
    expect(shape(await settle({ orders, trades: [houses(), yachts()], maxChunkPositions: 5 }))).to.deep.equal([
      [0, 1],
      [1, 1],
    ]);
  });

  it("name the first currency and move nothing when all is refused", async () => {
    const { chunks } = await settle({ orders, trades: [refused()] });

    expect(chunks[0]?.net).to.deep.equal({ currency: DOLLAR, assets: [], accounts: [], shares: [] });
  });

  it("move nothing when everything comes back, and settle all the same", async () => {
    const result = await settle({ orders, trades: [houses(), back()] });

    expect(result.chunks[0]?.net).to.deep.equal({ currency: DOLLAR, assets: [], accounts: [], shares: [] });
    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([0, 0]);
  });

  it("conserve cash and each asset, and list only what moves", async () => {
    const result = await settle({ orders, trades: [houses(), others(), yachts(), inCrowns()] });

    for (const { net } of result.chunks) {
      const cash = net.accounts.map((word) => BigInt.asIntN(64, word >> 32n));
      expect(cash.reduce((sum, delta) => sum + delta, 0n)).to.equal(0n);
      for (const index of net.assets.keys()) {
        const moves = net.shares.filter((word) => word >> 240n === BigInt(index));
        expect(moves.reduce((sum, word) => sum + BigInt.asIntN(64, word >> 160n), 0n)).to.equal(0n);
      }
    }
    expect(result.chunks.map(({ net }) => net.assets)).to.deep.equal([[HOUSE, YACHT], [HOUSE]]);
    expect(result.chunks.map(({ net }) => net.accounts.length)).to.deep.equal([4, 2]);
    expect(result.chunks.map(({ net }) => net.shares.length)).to.deep.equal([6, 2]);
  });

  it("prove every instruction, receipt and chunk against the header", async () => {
    const trades = [houses(), others(), refused(), inCrowns(), inCrowns(2n), houses(4n)];
    const result = await settle({ orders, trades, maxChunkInstructions: 3 });

    for (const index of trades.keys()) {
      const proof = await proveReceipt(result, index);
      const chunk = entry(result.chunks[proof.chunk]);
      const { place } = proof;
      expect(await verifyProof(proof.instruction, place, proof.instructionProof, chunk.instructionsRoot)).to.equal(
        true,
      );
      expect(await verifyProof(proof.receipt, place, proof.receiptProof, chunk.receiptsRoot)).to.equal(true);
      expect(await verifyProof(proof.receipt, place ^ 1, proof.receiptProof, chunk.receiptsRoot)).to.equal(false);
    }
    expect((await chunksToSettle(result)).map(({ proof }) => proof.length)).to.deep.equal([2, 2, 2]);
  });
});

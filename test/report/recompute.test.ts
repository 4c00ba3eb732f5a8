import { expect } from "chai";
import { createWorkload, receiptsOf, runBatch, verifyProof } from "../../executor/index.ts";
import { fromHex } from "../../report/browser/hash.ts";
import { recompute } from "../../report/browser/recompute.ts";
import { makeProofBook, type ProofBook } from "../../report/index.ts";

const CHAIN = 31_337n;
const DESK = `0x${"0d".repeat(20)}`;

/** A batch of several chunks, the last one not full, with a proof of every trade. */
async function provedBatch(): Promise<ProofBook> {
  const input = await createWorkload({ seed: 7, trades: 75, traders: 9, chainId: CHAIN, desk: DESK });
  const result = await runBatch({ ...input, maxChunkInstructions: 16 }, { workers: 0 });
  const trades = receiptsOf(result).map(({ index }) => ({ index, holder: `H-${index}`, bought: true, other: "H" }));
  return makeProofBook(result, { chainId: CHAIN, desk: DESK, batchHash: result.batchHash }, trades);
}

function stepsOf(book: ProofBook, place: number, receipt?: Uint8Array) {
  const trade = book.trades[place];
  const chunk = book.chunks[trade?.chunk ?? -1];
  if (trade === undefined || chunk === undefined) throw new RangeError(`no trade ${place}`);
  return recompute(book, trade, chunk, receipt ?? fromHex(trade.receipt) ?? new Uint8Array());
}

describe("the page's own arithmetic", () => {
  let book: ProofBook;
  before(async () => {
    book = await provedBatch();
  });

  it("agrees with the executor on every step of every trade", async () => {
    expect(book.chunks).to.have.lengthOf(5);
    for (const [place, trade] of book.trades.entries()) {
      const steps = stepsOf(book, place);
      const root = book.chunks[trade.chunk]?.receiptsRoot ?? "";

      expect(steps.map(({ agrees }) => agrees)).to.deep.equal([true, true, true, true, true]);
      expect(await verifyProof(trade.receipt, trade.place, trade.proof, root)).to.equal(true);
    }
  });

  it("disagrees on every step, whichever byte of the receipt was changed", () => {
    for (let byte = 0; byte < 64; byte++) {
      const receipt = fromHex(book.trades[40]?.receipt ?? "") ?? new Uint8Array();
      receipt[byte] = (receipt[byte] ?? 0) ^ 1;
      const steps = stepsOf(book, 40, receipt);

      expect(
        steps.some(({ agrees }) => agrees),
        `byte ${byte}`,
      ).to.equal(false);
    }
  });

  it("disagrees from where a header, a chunk or a proof was forged", () => {
    const wrong = `0x${"ee".repeat(32)}`;
    const agreement = (forged: ProofBook) => stepsOf(forged, 40).map(({ agrees }) => agrees);
    const trades = book.trades.map((trade) => ({ ...trade, proof: [wrong, ...trade.proof.slice(1)] }));
    const places = book.trades.map((trade) => ({ ...trade, place: trade.place + 16 }));
    const chunks = book.chunks.map((chunk) => ({ ...chunk, netHash: wrong }));

    expect(agreement({ ...book, trades })).to.deep.equal([true, false, false, false, false]);
    expect(agreement({ ...book, trades: places })).to.deep.equal([true, false, false, false, false]);
    expect(agreement({ ...book, chunks })).to.deep.equal([true, true, false, false, false]);
    expect(agreement({ ...book, header: { ...book.header, time: "1" } })).to.deep.equal([
      true,
      true,
      true,
      true,
      false,
    ]);
    expect(agreement({ ...book, chainId: "1" })).to.deep.equal([true, true, true, true, false]);
  });
});

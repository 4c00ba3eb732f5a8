import { expect } from "chai";
import {
  type BatchResult,
  type ChunkFields,
  closePositions,
  POSITION_KIND,
  proveInstruction,
  provePosition,
  proveReceipt,
  readBatchFile,
  runBatch,
  verifyPosition,
  verifyRecords,
} from "../../executor/index.ts";
import { provedBatch } from "./worlds/proved-batch.ts";
import { ADDRESS, DOLLAR, entry, HOUSE, YACHT } from "./worlds/trading-world.ts";

const HASH = `0x${"ab".repeat(32)}`;

/** `hex` with another last digit. */
const turned = (hex: string) => hex.slice(0, -1) + (hex.endsWith("0") ? "1" : "0");
const chunkOf = (result: BatchResult, index: number): ChunkFields => entry(result.chunks[index]);

describe("Proofs", () => {
  it("prove every instruction and receipt of every chunk", async () => {
    const result = await provedBatch();

    expect(result.chunks.map(({ instructionCount }) => instructionCount)).to.deep.equal([4, 4, 3]);
    for (let index = 10; index >= 0; index--) {
      const receipt = await proveReceipt(result, index);
      expect(await verifyRecords(result.header, chunkOf(result, receipt.chunk), receipt), `receipt ${index}`).to.equal(
        true,
      );
      const instruction = await proveInstruction(result, index);
      expect(await verifyRecords(result.header, chunkOf(result, receipt.chunk), instruction)).to.equal(true);
      expect(instruction.instruction.slice(-64)).to.equal(receipt.receipt.slice(2, 66));
    }
    for (const index of [-1, 11]) {
      const error = await proveReceipt(result, index).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(RangeError).with.property("message", `the batch has no instruction ${index}`);
    }
  });

  it("fail when any part of them is another", async () => {
    const result = await provedBatch();
    const { header } = result;
    const proof = await proveReceipt(result, 9);
    const chunk = chunkOf(result, 2);
    const longer = (siblings: readonly string[]) => [...siblings, HASH];

    const wrong: [string, typeof header, ChunkFields, typeof proof][] = [
      ["chunks root", { ...header, chunksRoot: HASH }, chunk, proof],
      ["chunk count", { ...header, chunkCount: 2 }, chunk, proof],
      ["chunk", header, chunkOf(result, 1), proof],
      ["chunk's index", header, { ...chunk, index: 1 }, proof],
      ["first instruction", header, { ...chunk, firstInstruction: 7 }, proof],
      ["instruction count", header, { ...chunk, instructionCount: 4 }, proof],
      ["instructions root", header, { ...chunk, instructionsRoot: HASH }, proof],
      ["receipts root", header, { ...chunk, receiptsRoot: HASH }, proof],
      ["net hash", header, { ...chunk, netHash: HASH }, proof],
      ["place", header, chunk, { ...proof, place: 0 }],
      ["place of padding", header, chunk, { ...proof, place: 3 }],
      ["instruction", header, chunk, { ...proof, instruction: turned(proof.instruction) }],
      ["receipt", header, chunk, { ...proof, receipt: turned(proof.receipt) }],
      ["longer receipt", header, chunk, { ...proof, receipt: `${proof.receipt}00` }],
      ["chunk's proof", header, chunk, { ...proof, chunkProof: longer(proof.chunkProof) }],
      ["instruction's proof", header, chunk, { ...proof, instructionProof: proof.instructionProof.toReversed() }],
      ["receipt's proof", header, chunk, { ...proof, receiptProof: longer(proof.receiptProof) }],
    ];
    expect(await verifyRecords(header, chunk, proof)).to.equal(true);
    for (const [name, ...parts] of wrong) expect(await verifyRecords(...parts), name).to.equal(false);
  });

  it("prove every position after the batch, and those of cash that were not there before", async () => {
    const result = await provedBatch();
    const closing = closePositions(readBatchFile(result.file).snapshot, result.chunks);
    const addressOf = (account: number) => entry(closing.accounts[account]).address;

    for (const { account, asset, balance, spendable } of closing.shares) {
      const unit = entry(closing.assets[asset]).id;
      const proof = await provePosition(result, { kind: POSITION_KIND.shares, account: addressOf(account), unit });
      expect(proof.position).to.include({ balance, spendable });
      expect(await verifyPosition(result.header, proof)).to.equal(true);
    }
    for (const { account, currency, deposited } of closing.cash) {
      const unit = BigInt(entry(closing.currencies[currency]).address);
      const proof = await provePosition(result, { kind: POSITION_KIND.cash, account: addressOf(account), unit });
      expect(proof.position).to.include({ balance: deposited, spendable: deposited });
      expect(await verifyPosition(result.header, proof)).to.equal(true);
    }
    const bob = { kind: POSITION_KIND.cash, account: ADDRESS.bob, unit: BigInt(DOLLAR) };
    expect((await provePosition(result, bob)).position.balance).to.equal(3_600n);
  });

  it("fail for a position when any part is another", async () => {
    const result = await provedBatch();
    const { header } = result;
    const alice = await provePosition(result, { kind: POSITION_KIND.shares, account: ADDRESS.alice, unit: HOUSE });
    const { record, path, proof } = alice;

    expect(await verifyPosition(header, alice)).to.equal(true);
    for (const [name, wrong] of [
      ["record", { record: turned(record), path, proof }],
      ["shorter record", { record: record.slice(0, -2), path, proof }],
      ["path", { record, path: path ^ 1n, proof }],
      ["path beyond the root", { record, path: path | (1n << BigInt(proof.length)), proof }],
      ["side", { record, path: path ^ (1n << BigInt(proof.length - 1)), proof }],
      ["shorter proof", { record, path, proof: proof.slice(0, -1) }],
      ["longer proof", { record, path, proof: [...proof, HASH] }],
    ] as const) {
      expect(await verifyPosition(header, wrong), name).to.equal(false);
    }
    expect(await verifyPosition({ positionsRoot: HASH }, alice)).to.equal(false);
  });

  it("are refused for who has no such position, and for a result that is not what its header says", async () => {
    const result = await provedBatch();
    const stranger = { kind: POSITION_KIND.shares, account: ADDRESS["a stranger"], unit: YACHT };
    const reasonOf = async (proving: Promise<unknown>) => String(await proving.catch((reason: unknown) => reason));

    expect(await reasonOf(provePosition(result, stranger))).to.match(/has no position in 9 after batch 1$/);
    const odd = { ...result, header: { ...result.header, positionsRoot: HASH } };
    expect(await reasonOf(provePosition(odd, stranger))).to.match(
      /positions after batch 1 have the root .* not the header's$/,
    );
  });

  it("have a root of zero where there are no positions", async () => {
    const { file } = await provedBatch();
    const input = readBatchFile(file);
    const snapshot = { ...input.snapshot, shares: [], cash: [], mandates: [] };
    const { header } = await runBatch({ ...input, snapshot }, { workers: 0 });

    expect(header.positionsRoot).to.equal(`0x${"00".repeat(32)}`);
  });
});

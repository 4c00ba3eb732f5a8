import { expect } from "chai";
import { network } from "hardhat";
import {
  type BatchResult,
  chunksToSettle,
  POSITION_KIND,
  proveInstruction,
  provePosition,
  proveReceipt,
} from "../../../executor/index.ts";
import { provedBatch } from "../../executor/worlds/proved-batch.ts";
import { ADDRESS, DOLLAR, entry, HOUSE } from "../../executor/worlds/trading-world.ts";
import { deploySettlementSuite } from "../../helpers/settlement-suite.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const HASH = ethers.id("another");
const turned = (hex: string) => hex.slice(0, -1) + (hex.endsWith("0") ? "1" : "0");

/** A desk that was told of the batch. Who moves in it the desk does not know: proving needs no more than the header. */
async function deskWithBatch() {
  const { desk, operator } = await deploySettlementSuite(connection);
  const result = await provedBatch();
  await desk.connect(operator).openBatch(result.header);
  const chunks = await chunksToSettle(result);
  return { desk, result, chunks };
}

/** What `isRecordProved` takes for the receipt at `index`. */
async function receiptCall(result: BatchResult, index: number) {
  const { chunk: place, chunkProof, receipt, receiptProof } = await proveReceipt(result, index);
  return { number: 1n, chunk: entry(result.chunks[place]), chunkProof, record: receipt, index, proof: receiptProof };
}

describe("SettlementDesk: SettlementProofs", () => {
  it("tells the chunks of a batch from others", async () => {
    const { desk, result, chunks } = await networkHelpers.loadFixture(deskWithBatch);

    for (const { chunk, proof } of chunks) {
      expect(await desk.isChunkProved(1n, chunk, [...proof])).to.equal(true);
      for (const number of [0n, 2n]) expect(await desk.isChunkProved(number, chunk, [...proof])).to.equal(false);
    }
    const { chunk, proof } = entry(chunks[2]);
    for (const field of ["index", "firstInstruction", "instructionCount", "movementCount"] as const) {
      expect(await desk.isChunkProved(1n, { ...chunk, [field]: chunk[field] + 1 }, [...proof]), field).to.equal(false);
    }
    for (const field of ["instructionsRoot", "receiptsRoot", "movementsRoot", "netHash"] as const) {
      expect(await desk.isChunkProved(1n, { ...chunk, [field]: HASH }, [...proof]), field).to.equal(false);
    }
    expect(await desk.isChunkProved(1n, chunk, proof.slice(1))).to.equal(false);
    expect(await desk.isChunkProved(1n, { ...chunk, index: 3 }, [...proof])).to.equal(false);
    expect(result.header.chunkCount).to.equal(3);
  });

  it("proves every instruction and receipt, in chunks with and without padding", async () => {
    const { desk, result } = await networkHelpers.loadFixture(deskWithBatch);

    for (let index = 0; index < 11; index++) {
      const { number, chunk, chunkProof, record, proof } = await receiptCall(result, index);
      expect(await desk.isRecordProved(number, chunk, [...chunkProof], record, index, [...proof])).to.equal(true);
      const { instruction, instructionProof } = await proveInstruction(result, index);
      expect(
        await desk.isRecordProved(number, chunk, [...chunkProof], instruction, index, [...instructionProof]),
      ).to.equal(true);
    }
  });

  it("proves no record of which any part is another", async () => {
    const { desk, result } = await networkHelpers.loadFixture(deskWithBatch);
    const call = await receiptCall(result, 10);
    const { instruction } = await proveInstruction(result, 10);
    const { chunk } = call;

    const wrong: [string, Partial<typeof call>][] = [
      ["batch", { number: 2n }],
      ["chunk's receipts", { chunk: { ...chunk, receiptsRoot: chunk.instructionsRoot } }],
      ["chunk's beginning", { chunk: { ...chunk, firstInstruction: 9 } }],
      ["chunk's length", { chunk: { ...chunk, instructionCount: 4 } }],
      ["chunk's proof", { chunkProof: call.chunkProof.toReversed() }],
      ["record", { record: turned(call.record) }],
      ["record that is longer", { record: `${call.record}00` }],
      ["record that is shorter", { record: call.record.slice(0, -2) }],
      ["record of the other tree", { record: instruction }],
      ["index", { index: 9 }],
      ["index of padding", { index: 11 }],
      ["index before the chunk", { index: 2 }],
      ["proof", { proof: call.proof.toReversed() }],
      ["proof that is shorter", { proof: call.proof.slice(1) }],
      ["proof that is longer", { proof: [...call.proof, HASH] }],
    ];
    for (const [name, change] of wrong) {
      const { number, chunk: of, chunkProof, record, index, proof } = { ...call, ...change };
      expect(await desk.isRecordProved(number, of, [...chunkProof], record, index, [...proof]), name).to.equal(false);
    }
  });

  it("proves no node as a record: two hashes are as long as a receipt", async () => {
    const { desk, result } = await networkHelpers.loadFixture(deskWithBatch);
    const { number, chunk, chunkProof, record, proof } = await receiptCall(result, 0);
    const leaf = ethers.keccak256(ethers.concat(["0x00", record]));
    const node = ethers.concat([leaf, entry(proof[0])]);

    expect(ethers.dataLength(node)).to.equal(64);
    for (const siblings of [proof, proof.slice(1)]) {
      expect(await desk.isRecordProved(number, chunk, [...chunkProof], node, 0, [...siblings])).to.equal(false);
    }
  });

  it("proves positions of shares and of cash, and none of which any part is another", async () => {
    const { desk, result } = await networkHelpers.loadFixture(deskWithBatch);
    const { header } = result;
    const shares = { kind: POSITION_KIND.shares, account: ADDRESS.carol, unit: HOUSE };
    const cash = { kind: POSITION_KIND.cash, account: ADDRESS.bob, unit: BigInt(DOLLAR) };

    for (const wanted of [shares, cash]) {
      const { record, path, proof } = await provePosition(result, wanted);
      const isProved = (bytes: string, way = path, siblings: readonly string[] = proof, head = header) =>
        desk.isPositionProved(head, bytes, way, [...siblings]);

      expect(await isProved(record)).to.equal(true);
      for (let byte = 0; byte < 71; byte += 7) {
        const at = 2 + 2 * byte;
        const other = `${record.slice(0, at)}${turned(record.slice(at, at + 2))}${record.slice(at + 2)}`;
        expect(await isProved(other), `byte ${byte}`).to.equal(false);
      }
      expect(await isProved(`${record}00`)).to.equal(false);
      expect(await isProved(record, path ^ 1n)).to.equal(false);
      expect(await isProved(record, path ^ (1n << BigInt(proof.length - 1)))).to.equal(false);
      expect(await isProved(record, path | (1n << BigInt(proof.length)))).to.equal(false);
      expect(await isProved(record, path, proof.slice(0, -1))).to.equal(false);
      expect(await isProved(record, path, [...proof, HASH])).to.equal(false);
      expect(await isProved(record, path, proof, { ...header, number: 2n })).to.equal(false);
      expect(await isProved(record, path, proof, { ...header, time: header.time + 1n })).to.equal(false);
      expect(await isProved(record, path, proof, { ...header, positionsRoot: HASH })).to.equal(false);
    }
  });
});

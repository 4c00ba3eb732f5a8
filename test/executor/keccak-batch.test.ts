import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { toHex } from "../../executor/formats/hex.ts";
import { loadKeccak } from "../../executor/index.ts";
import { createKeccakBatch } from "../../executor/keccak/keccak-batch.ts";
import { createKernelMemory, KERNEL_BYTES, nodeKernel } from "../../executor/keccak/node-kernel.ts";

/** Lengths on both sides of every edge: of a lane, of a block, of two, and where one byte is both ends of the padding. */
const LENGTHS = [0, 1, 7, 8, 9, 31, 32, 33, 64, 134, 135, 136, 137, 160, 271, 272, 273, 500];

describe("Keccak of many messages at once", () => {
  it("is that of the library, whatever their length and number", async () => {
    const keccak = await loadKeccak();

    for (const length of LENGTHS) {
      const batch = createKeccakBatch({ length, capacity: 8 });
      for (const count of [1, 2, 3, 8, 5]) {
        const messages = Array.from({ length: count }, () => new Uint8Array(randomBytes(length)));
        for (const [i, message] of messages.entries()) batch.input.set(message, i * batch.stride);
        batch.hash(count);

        for (const [i, message] of messages.entries()) {
          expect(toHex(batch.output, i * 32, 32), toHex(message)).to.equal(toHex(keccak(message)));
        }
      }
    }
  });

  it("hashes the hash once more", async () => {
    const keccak = await loadKeccak();

    for (const length of [32, 135, 136, 160]) {
      const batch = createKeccakBatch({ length, times: 2, capacity: 4 });
      for (const count of [4, 1, 3]) {
        const messages = Array.from({ length: count }, () => new Uint8Array(randomBytes(length)));
        for (const [i, message] of messages.entries()) batch.input.set(message, i * batch.stride);
        batch.hash(count);

        for (const [i, message] of messages.entries()) {
          expect(toHex(batch.output, i * 32, 32), toHex(message)).to.equal(toHex(keccak(keccak(message))));
        }
      }
    }
  });

  it("rejects more messages than there is room for, and room for half a pair", () => {
    const batch = createKeccakBatch({ length: 64, capacity: 4 });

    expect(() => batch.hash(5)).to.throw("5 messages in a batch of 4");
    expect(() => batch.hash(0)).to.throw("0 messages in a batch of 4");
    expect(() => createKeccakBatch({ length: 64, capacity: 3 })).to.throw(
      "a batch of 3 messages, which are hashed in pairs",
    );
  });

  it("hashes nodes of a heap where they lie, whatever their order, and leaves all others as they are", async () => {
    const keccak = await loadKeccak();
    const nodes = 64;
    const memory = createKernelMemory(32 * nodes + 4 * nodes);
    const heap = new Uint8Array(memory.buffer, KERNEL_BYTES, 32 * nodes);
    const list = new Uint32Array(memory.buffer, KERNEL_BYTES + heap.length, nodes);

    for (const wanted of [
      [1, 1],
      [31, 16, 20, 25],
      [8, 15, 9, 14, 10, 13],
    ]) {
      heap.set(randomBytes(heap.length));
      const before = heap.slice();
      list.set(wanted);
      nodeKernel(memory)(list.byteOffset, KERNEL_BYTES, wanted.length / 2);

      for (let node = 0; node < nodes; node++) {
        const expected = wanted.includes(node)
          ? keccak(before.slice(64 * node, 64 * node + 64))
          : before.slice(32 * node, 32 * node + 32);
        expect(toHex(heap, 32 * node, 32), `node ${node} of ${wanted}`).to.equal(toHex(expected));
      }
    }
  });
});

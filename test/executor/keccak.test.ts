import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { keccak256 } from "ethers";
import { toHex } from "../../executor/formats/hex.ts";
import { hashParts, LONG_MESSAGE_BYTES, loadKeccak } from "../../executor/formats/keccak.ts";

/** Lengths on both sides of the one from which on the machine's own code is used, and of the edges of blocks beyond it. */
const LENGTHS = [0, 1, 135, 136, 137, -1, 0, 1, 135, 136, 7_777].map((length, place) => {
  return place < 5 ? length : LONG_MESSAGE_BYTES + length;
});

describe("Keccak of one message", () => {
  it("is that of another library, however long the message is", async () => {
    const keccak = await loadKeccak();

    for (const length of LENGTHS) {
      const message = new Uint8Array(randomBytes(length));
      expect(toHex(keccak(message)), `${length} bytes`).to.equal(keccak256(message));
    }
  });

  it("is the same of a message in parts, wherever it was cut", async () => {
    for (const length of LENGTHS) {
      const message = new Uint8Array(randomBytes(length));
      for (const cut of [0, 1, length >> 1, length]) {
        const parts = [message.subarray(0, cut), new Uint8Array(), message.subarray(cut)];
        expect(toHex(await hashParts(parts)), `${length} bytes cut at ${cut}`).to.equal(keccak256(message));
      }
    }
  });

  it("gives 32 bytes of their own, which the next hash leaves alone", async () => {
    const keccak = await loadKeccak();

    for (const length of [1, LONG_MESSAGE_BYTES]) {
      const message = new Uint8Array(length);
      const hash = keccak(message);
      keccak(message.fill(1));

      expect(hash.constructor).to.equal(Uint8Array);
      expect([hash.byteOffset, hash.buffer.byteLength]).to.deep.equal([0, 32]);
      expect(toHex(hash)).to.equal(keccak256(new Uint8Array(length)));
    }
  });
});

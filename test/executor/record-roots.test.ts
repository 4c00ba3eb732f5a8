import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { toHex } from "../../executor/formats/hex.ts";
import { loadKeccak } from "../../executor/formats/keccak.ts";
import { leafHash, merkleRoot } from "../../executor/formats/merkle.ts";
import { createRoots, hashRecordLeaves } from "../../executor/tree/record-tree.ts";

/** On both sides of full levels, and of the room that there is at first. */
const COUNTS = [0, 1, 2, 3, 4, 5, 63, 64, 65, 1_000, 4_095, 4_096, 4_097, 9_001, 6, 1, 0];
const HASH = 32;

describe("Roots of records", () => {
  const writeRoot = createRoots();

  it("are those of the plain tree, whatever tree was taken before", async () => {
    const keccak = await loadKeccak();

    for (const count of COUNTS) {
      const leaves = new Uint8Array(randomBytes(HASH * count));
      const target = new Uint8Array(3 * HASH).fill(7);
      writeRoot(count, (level) => level.set(leaves), target, HASH);
      expect(toHex(target, HASH, HASH), `${count} leaves`).to.equal(toHex(merkleRoot(keccak, leaves)));
      expect([target[HASH - 1], target[2 * HASH]], `around the root of ${count} leaves`).to.deep.equal([7, 7]);
    }
  });

  it("are over the same leaves, wherever records lie and however long they are", async () => {
    const keccak = await loadKeccak();

    for (const size of [64, 80, 76]) {
      for (const offset of [0, 8, 4, 1]) {
        const count = 130;
        const records = new Uint8Array(offset + size * (count + 2)).subarray(offset);
        records.set(randomBytes(records.length));
        const level = new Uint8Array(HASH * count);
        hashRecordLeaves({ records, size, first: 2, count }, level);
        for (const record of [0, 1, 127, 128, 129]) {
          const bytes = records.subarray((2 + record) * size, (3 + record) * size);
          const what = `record ${record} of ${size} bytes from ${offset}`;
          expect(toHex(level, record * HASH, HASH), what).to.equal(toHex(leafHash(keccak, bytes)));
        }
      }
    }
  });
});

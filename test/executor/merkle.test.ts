import { readFileSync } from "node:fs";
import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { concat, keccak256, ZeroHash } from "ethers";
import { fromHex, toHex } from "../../executor/formats/hex.ts";
import { leafHash } from "../../executor/formats/merkle.ts";
import { loadKeccak, merkleProof, merkleRoot, verifyProof } from "../../executor/index.ts";
import { plainRoot } from "../../executor/sequential/plain-merkle.ts";

const vectors = JSON.parse(readFileSync(new URL("../vectors/formats.json", import.meta.url), "utf8"));
const keccak = await loadKeccak();
const bytesOf = (hex: string) => fromHex(hex, (hex.length - 2) / 2);

describe("Merkle trees", () => {
  const join = (leaves: string[]) => (leaves.length === 0 ? new Uint8Array(0) : bytesOf(concat(leaves)));

  for (const name of ["none", "one", "three", "five"]) {
    it(`have the root of ${name} of the vectors' leaves`, () => {
      const { leaves, root } = vectors.merkle[name];

      expect(toHex(merkleRoot(keccak, join(leaves)))).to.equal(root);
      expect(toHex(plainRoot(keccak, leaves.map(bytesOf)))).to.equal(root);
    });
  }

  it("prove the vectors' leaves", () => {
    for (const { leaves, index, proof } of [vectors.merkle.three, vectors.merkle.five]) {
      expect(merkleProof(keccak, join(leaves), index)).to.deep.equal(proof);
    }
  });

  it("agree with OpenZeppelin's tree for every size up to 40, and prove every place", async () => {
    const nodeHash = (left: string, right: string) => keccak256(concat([right, left])); // it lays leaves out backwards

    for (let size = 1; size <= 40; size++) {
      const bytes = Array.from({ length: size }, (_, i) => `0x${(size * 64 + i).toString(16).padStart(8, "0")}`);
      const leaves = bytes.map((leaf) => toHex(leafHash(keccak, bytesOf(leaf))));
      const width = 2 ** Math.ceil(Math.log2(size));
      const padded = [...leaves, ...Array<string>(width - size).fill(ZeroHash)];
      const judge = SimpleMerkleTree.of(padded, {
        sortLeaves: false,
        nodeHash: (a, b) => nodeHash(String(a), String(b)),
      });

      expect(toHex(merkleRoot(keccak, join(leaves))), `size ${size}`).to.equal(judge.root);
      for (const [index, leaf] of bytes.entries()) {
        const proof = merkleProof(keccak, join(leaves), index);
        expect(await verifyProof(leaf, index, proof, judge.root), `size ${size}, place ${index}`).to.equal(true);
        expect(await verifyProof(leaf, index ^ 1, proof, judge.root)).to.equal(false);
      }
    }
  });
});

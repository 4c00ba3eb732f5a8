import { expect } from "chai";
import { keccak256, recoverAddress, toUtf8Bytes, ZeroHash } from "ethers";
import { network } from "hardhat";
import { merkleProof, merkleRoot } from "../../helpers/batch.ts";
import { deploySettlementSuite } from "../../helpers/settlement-suite.ts";
import vectors from "../../vectors/formats.json" with { type: "json" };

const connection = await network.create();
const { ethers, networkHelpers } = connection;

/** The desk's code at the address for which the vectors were made: an EIP-712 domain goes by where it stands. */
async function deskAtVectorAddress() {
  const { desk } = await deploySettlementSuite(connection);
  const code = await ethers.provider.getCode(desk.target);
  await networkHelpers.setCode(vectors.settlementDomain.verifyingContract, code);

  return {
    desk: await ethers.getContractAt("SettlementDesk", vectors.settlementDomain.verifyingContract),
    harness: await ethers.deployContract("FormatsHarness"),
  };
}

describe("Formats in Solidity", () => {
  describe("signed types", () => {
    it("stand in the domain of the vectors", async () => {
      const { desk } = await networkHelpers.loadFixture(deskAtVectorAddress);
      const { name, version, chainId, verifyingContract } = await desk.eip712Domain();

      expect([name, version, chainId, verifyingContract.toLowerCase()]).to.deep.equal([
        vectors.settlementDomain.name,
        vectors.settlementDomain.version,
        BigInt(vectors.settlementDomain.chainId),
        vectors.settlementDomain.verifyingContract,
      ]);
    });

    for (const [name, type] of [
      ["buyOrder", "Order"],
      ["sellOrder", "Order"],
      ["trade", "Trade"],
      ["mandate", "Mandate"],
    ] as const) {
      it(`${name} has the id of the vectors`, async () => {
        const { desk } = await networkHelpers.loadFixture(deskAtVectorAddress);

        const id =
          type === "Order"
            ? await desk.hashOrder(name === "buyOrder" ? vectors.buyOrder.value : vectors.sellOrder.value)
            : type === "Trade"
              ? await desk.hashTrade(vectors.trade.value)
              : await desk.hashMandate(vectors.mandate.value);

        expect(id).to.equal(vectors[name].digest);
        expect(keccak256(toUtf8Bytes(vectors[name].encodeType))).to.equal(vectors[name].typeHash);
      });
    }

    it("were signed by whom the vectors say", () => {
      for (const { digest, signature, signer } of [vectors.buyOrder, vectors.sellOrder, vectors.mandate]) {
        expect(recoverAddress(digest, signature).toLowerCase()).to.equal(signer);
      }
    });
  });

  describe("records and leaves", () => {
    it("pack an instruction as the vectors do", async () => {
      const { harness } = await networkHelpers.loadFixture(deskAtVectorAddress);

      expect(await harness.instruction(vectors.instruction.fields)).to.deep.equal([
        vectors.instruction.bytes,
        vectors.instruction.leaf,
      ]);
    });

    it("pack a receipt as the vectors do", async () => {
      const { harness } = await networkHelpers.loadFixture(deskAtVectorAddress);

      expect(await harness.receipt(vectors.receipt.fields)).to.deep.equal([
        vectors.receipt.bytes,
        vectors.receipt.leaf,
      ]);
    });

    it("hash a chunk as the vectors do", async () => {
      const { harness } = await networkHelpers.loadFixture(deskAtVectorAddress);

      expect(await harness.chunkLeaf(vectors.chunk.fields)).to.equal(vectors.chunk.leaf);
    });

    it("hash movements as the vectors do", async () => {
      const { harness } = await networkHelpers.loadFixture(deskAtVectorAddress);

      for (const { fields, leaf } of vectors.movements.list) {
        expect(await harness.movementLeaf(fields)).to.equal(leaf);
      }
    });
  });

  describe("roots and proofs", () => {
    for (const [name, tree] of [
      ["one leaf", vectors.merkle.one],
      ["three leaves", vectors.merkle.three],
      ["five leaves", vectors.merkle.five],
    ] as const) {
      it(`proves every one of ${name} at its place and at no other`, async () => {
        const { harness } = await networkHelpers.loadFixture(deskAtVectorAddress);
        const { root, leaves } = tree;
        expect(merkleRoot(leaves)).to.equal(root);
        expect(merkleProof(leaves, tree.index)).to.deep.equal(tree.proof);
        expect(await harness.isProved(root, leaves.length, tree.leaf, tree.index, tree.proof)).to.equal(true);

        for (const [place, leaf] of leaves.entries()) {
          for (let index = 0; index <= leaves.length; ++index) {
            const proved = await harness.isProved(root, leaves.length, leaf, index, merkleProof(leaves, place));
            expect(proved).to.equal(index === place);
          }
        }
      });
    }

    it("proves neither inner nodes nor padding", async () => {
      const { harness } = await networkHelpers.loadFixture(deskAtVectorAddress);
      const { root, leaves } = vectors.merkle.five;
      const pairs = merkleProof(leaves, 2);

      expect(await harness.isProved(root, 5n, merkleRoot(leaves.slice(0, 2)), 0n, pairs.slice(1))).to.equal(false);
      expect(await harness.isProved(root, 5n, ZeroHash, 5n, merkleProof(leaves, 5))).to.equal(false);
    });

    it("proves nothing under the root of no leaves", async () => {
      const { harness } = await networkHelpers.loadFixture(deskAtVectorAddress);

      expect(vectors.merkle.none.root).to.equal(ZeroHash);
      expect(await harness.isProved(ZeroHash, 0n, ZeroHash, 0n, [])).to.equal(false);
    });
  });

  describe("net vector and batch", () => {
    it("have the hashes of the vectors", async () => {
      const { harness } = await networkHelpers.loadFixture(deskAtVectorAddress);
      const { header, chainId, desk, batchHash } = vectors.batch;

      expect(await harness.netHash(vectors.netVector)).to.equal(vectors.netVector.netHash);
      expect(await harness.netHash(vectors.emptyNetVector)).to.equal(vectors.emptyNetVector.netHash);
      expect(await harness.batchHash(header, chainId, desk)).to.equal(batchHash);
    });
  });
});

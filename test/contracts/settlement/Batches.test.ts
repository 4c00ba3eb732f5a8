import { expect } from "chai";
import { AbiCoder, keccak256 } from "ethers";
import { network } from "hardhat";
import { planBatch } from "../../helpers/batch.ts";
import { deployChunks } from "../../helpers/chunk-world.ts";
import { OPERATOR_ROLE } from "../../helpers/settlement-suite.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const DAY = 86_400n;

async function fourHolders() {
  return deployChunks(connection);
}

describe("SettlementDesk: batches", () => {
  describe("openBatch", () => {
    it("remembers the hash of the header and where its chunks are proved", async () => {
      const { desk, open, vector } = await networkHelpers.loadFixture(fourHolders);
      const { header } = planBatch(1n, [vector, vector]);
      const hash = keccak256(
        AbiCoder.defaultAbiCoder().encode(
          [
            "uint256",
            "address",
            "uint64",
            "uint8",
            "uint64",
            "uint64",
            "uint32",
            "uint32",
            "bytes32",
            "bytes32",
            "bytes32",
          ],
          [31337n, desk.target, ...Object.values(header)],
        ),
      );

      await expect(open(planBatch(1n, [vector, vector])))
        .to.emit(desk, "BatchOpened")
        .withArgs(1n, hash, header.chunksRoot, header.positionsRoot, header.fileHash);

      const now = BigInt(await networkHelpers.time.latest());
      expect(await desk.lastBatch()).to.equal(1n);
      expect(await desk.batchOf(1n)).to.deep.equal([hash, header.chunksRoot, now, 2n, 0n, 0n, 0n, true]);
    });

    it("takes batches one after another by number", async () => {
      const { desk, open, vector } = await networkHelpers.loadFixture(fourHolders);
      const batch = planBatch(1n, [vector]);

      for (const number of [0n, 2n]) {
        await expect(open(batch, { number }))
          .to.be.revertedWithCustomError(desk, "SettlementDeskWrongBatchNumber")
          .withArgs(number, 1n);
      }
      await open(batch);
      await expect(open(batch)).to.be.revertedWithCustomError(desk, "SettlementDeskWrongBatchNumber").withArgs(1n, 2n);
      await expect(open(batch, { number: 2n }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskBatchOpen")
        .withArgs(1n);
    });

    it("rejects a batch without chunks, and modes that nobody knows", async () => {
      const { desk, open, vector } = await networkHelpers.loadFixture(fourHolders);
      const batch = planBatch(1n, [vector]);

      await expect(open(batch, { chunkCount: 0n }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskInvalidBatch")
        .withArgs(1n, 0n, 0n);
      await expect(open(batch, { mode: 2n }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskInvalidBatch")
        .withArgs(1n, 2n, 1n);
      await open(batch, { mode: 1n });
    });
  });

  describe("closeBatch", () => {
    it("lets the operator go on after a chunk that does not settle", async () => {
      const { desk, open, opened, operator, vector } = await networkHelpers.loadFixture(fourHolders);
      const settle = await opened(vector, vector);
      await settle(0);

      await expect(desk.connect(operator).closeBatch()).to.emit(desk, "BatchClosed").withArgs(1n, 1n);

      await expect(settle(1)).to.be.revertedWithCustomError(desk, "SettlementDeskNoBatchOpen");
      expect([await desk.isChunkSettled(1n, 0n), await desk.isChunkSettled(1n, 1n)]).to.deep.equal([true, false]);
      await open(planBatch(2n, [vector]));
    });

    it("is open to anyone a day after opening, not a second earlier", async () => {
      const { desk, opened, outsider, authority, operator, vector } = await networkHelpers.loadFixture(fourHolders);
      await opened(vector);
      const openedAt = BigInt(await networkHelpers.time.latest());
      await authority.revokeRole(OPERATOR_ROLE, operator.address);

      await networkHelpers.time.setNextBlockTimestamp(openedAt + DAY - 1n);
      await expect(desk.connect(outsider).closeBatch())
        .to.be.revertedWithCustomError(desk, "AccessManagedUnauthorized")
        .withArgs(outsider.address);
      await networkHelpers.time.setNextBlockTimestamp(openedAt + DAY);
      await expect(desk.connect(outsider).closeBatch()).to.emit(desk, "BatchClosed").withArgs(1n, 0n);
    });

    it("has nothing to close before the first batch and after the last chunk", async () => {
      const { desk, opened, operator, vector } = await networkHelpers.loadFixture(fourHolders);
      await expect(desk.connect(operator).closeBatch()).to.be.revertedWithCustomError(
        desk,
        "SettlementDeskNoBatchOpen",
      );

      await (await opened(vector))(0);

      await expect(desk.connect(operator).closeBatch()).to.be.revertedWithCustomError(
        desk,
        "SettlementDeskNoBatchOpen",
      );
    });
  });
});

import { expect } from "chai";
import { id, ZeroHash } from "ethers";
import { network } from "hardhat";
import { chunkLeaf, planBatch } from "../../helpers/batch.ts";
import { USA } from "../../helpers/books.ts";
import { deployChunks, TEN } from "../../helpers/chunk-world.ts";
import { netVector } from "../../helpers/net-vector.ts";
import { setRules } from "../../helpers/rules.ts";
import { CASH_EACH, FAR_AWAY, SHARES_EACH, TOWER, VILLA } from "../../helpers/settlement-suite.ts";

const connection = await network.create();
const { networkHelpers } = connection;

async function fourHolders() {
  return deployChunks(connection);
}

describe("SettlementDesk: chunks", () => {
  describe("settleChunk", () => {
    it("moves cash and shares of everybody in it, and closes the batch with the last", async () => {
      const { desk, opened, holdings, vector } = await networkHelpers.loadFixture(fourHolders);
      const settle = await opened(vector, vector);

      await expect(settle(0))
        .to.emit(desk, "ChunkSettled")
        .withArgs(1n, 0n, planBatch(1n, [vector, vector]).chunks[0]?.chunk.netHash);
      await expect(settle(1)).to.emit(desk, "BatchClosed").withArgs(1n, 2n);

      expect(await holdings()).to.deep.equal([
        ...[SHARES_EACH + 20n, SHARES_EACH, CASH_EACH - 20n * TEN],
        ...[SHARES_EACH - 20n, SHARES_EACH, CASH_EACH + 20n * TEN],
        ...[SHARES_EACH, SHARES_EACH + 8n, CASH_EACH - 8n * TEN],
        ...[SHARES_EACH, SHARES_EACH - 8n, CASH_EACH + 8n * TEN],
      ]);
    });

    it("takes what moved from the mandates", async () => {
      const { desk, currency, opened, vector, alice, bob } = await networkHelpers.loadFixture(fourHolders);

      await (await opened(vector))(0);

      expect((await desk.mandateLimit(alice.address, currency, TOWER)).inLeft).to.equal(490n);
      expect((await desk.mandateLimit(bob.address, currency, TOWER)).outLeft).to.equal(490n);
      expect((await desk.mandateCash(alice.address, currency)).cashOutLeft).to.equal(CASH_EACH - 10n * TEN);
      expect((await desk.mandateCash(bob.address, currency)).cashOutLeft).to.equal(CASH_EACH);
    });

    it("settles a chunk in which nothing nets to a movement", async () => {
      const { desk, opened, holdings, currency } = await networkHelpers.loadFixture(fourHolders);
      const before = await holdings();

      await (await opened(netVector(currency, { cash: [], shares: [] })))(0);

      expect(await desk.isChunkSettled(1n, 0n)).to.equal(true);
      expect(await holdings()).to.deep.equal(before);
    });

    it("ignores an asset that is named without moves", async () => {
      const { opened, vector } = await networkHelpers.loadFixture(fourHolders);

      await (await opened({ ...vector, assets: [...vector.assets, 9_999n] }))(0);
    });

    it("proves chunks at their places in batches of any size", async () => {
      const { opened, currency } = await networkHelpers.loadFixture(fourHolders);
      const empty = netVector(currency, { cash: [], shares: [] });

      for (const size of [1, 2, 3, 4, 5, 9]) {
        const settle = await opened(...Array.from({ length: size }, () => empty));
        for (let index = 0; index < size; ++index) await settle(index);
      }
    });

    it("is for the settlement operator", async () => {
      const { desk, open, vector, outsider } = await networkHelpers.loadFixture(fourHolders);
      const batch = planBatch(1n, [vector]);
      await open(batch);
      const [planned] = batch.chunks;

      await expect(planned && desk.connect(outsider).settleChunk(planned.chunk, planned.proof, planned.vector, []))
        .to.be.revertedWithCustomError(desk, "AccessManagedUnauthorized")
        .withArgs(outsider.address);
    });

    it("rejects a chunk before any batch", async () => {
      const { desk, settle, vector } = await networkHelpers.loadFixture(fourHolders);

      await expect(settle(planBatch(1n, [vector]).chunks[0])).to.be.revertedWithCustomError(
        desk,
        "SettlementDeskNoBatchOpen",
      );
    });

    it("settles each chunk once, and none before one that is behind it", async () => {
      const { desk, opened, vector } = await networkHelpers.loadFixture(fourHolders);
      const settle = await opened(vector, vector, vector);
      await settle(1);

      for (const index of [0, 1]) {
        await expect(settle(index))
          .to.be.revertedWithCustomError(desk, "SettlementDeskChunkOutOfOrder")
          .withArgs(index, 2n);
      }
      await expect(settle(2)).to.emit(desk, "BatchClosed").withArgs(1n, 2n);
      expect(await desk.isChunkSettled(1n, 0n)).to.equal(false);
    });

    it("rejects a chunk that is not in the batch, by any of its fields", async () => {
      const { desk, open, settle, vector } = await networkHelpers.loadFixture(fourHolders);
      const batch = planBatch(1n, [vector, vector, vector]);
      await open(batch);
      const [planned, second] = batch.chunks;
      if (planned === undefined || second === undefined) throw new Error("planned with three chunks");

      for (const changes of [
        { index: 1n },
        { firstInstruction: 1n },
        { instructionCount: 3n },
        { movementCount: 9n },
        { instructionsRoot: id("others") },
        { receiptsRoot: id("others") },
        { movementsRoot: id("others") },
      ]) {
        const chunk = { ...planned.chunk, ...changes };
        await expect(settle({ ...planned, chunk }))
          .to.be.revertedWithCustomError(desk, "SettlementDeskChunkNotProved")
          .withArgs(chunk.index, chunkLeaf(chunk));
      }
      for (const proof of [second.proof, [], planned.proof.slice(1), [...planned.proof, ZeroHash]]) {
        await expect(settle({ ...planned, proof })).to.be.revertedWithCustomError(desk, "SettlementDeskChunkNotProved");
      }
      const beyond = { ...planned.chunk, index: 3n };
      await expect(settle({ ...planned, chunk: beyond }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskChunkNotProved")
        .withArgs(3n, chunkLeaf(beyond));
    });

    it("rejects a net vector that is not the chunk's", async () => {
      const { desk, open, settle, vector, currency, aliceAndBob } = await networkHelpers.loadFixture(fourHolders);
      const batch = planBatch(1n, [vector]);
      await open(batch);
      const [planned] = batch.chunks;
      if (planned === undefined) throw new Error("planned with one chunk");
      const other = netVector(currency, aliceAndBob(1n, -TEN));
      const otherHash = planBatch(1n, [other]).chunks[0]?.chunk.netHash;

      await expect(settle({ ...planned, vector: other }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNetHashDiffers")
        .withArgs(otherHash, planned.chunk.netHash);
    });
  });

  describe("what a chunk cannot do", () => {
    it("spend cash that is not there", async () => {
      const { desk, dollar, settled, alice, currency } = await networkHelpers.loadFixture(fourHolders);
      await desk.connect(alice).requestWithdrawal(dollar.target, CASH_EACH - 10n * TEN + 1n);
      await networkHelpers.time.increase(3_600n);

      await expect(settled({}))
        .to.be.revertedWithCustomError(desk, "SettlementDeskCashTooSmall")
        .withArgs(alice.address, currency, 1n);
    });

    const obstacles: [string, string, (suite: Awaited<ReturnType<typeof fourHolders>>) => Promise<unknown>][] = [
      [
        "take shares of a seller that are frozen",
        "ERC7943InsufficientUnfrozenBalance",
        ({ shares, dave }) => shares.setFrozenTokens(dave.address, VILLA, SHARES_EACH - 3n),
      ],
      [
        "give shares to a receiver who is not verified any more",
        "ShareTokenPartyRefused",
        ({ investors, carol }) => investors.setStanding(id(carol.address), 0, 1n),
      ],
      [
        "take shares of a suspended seller",
        "ShareTokenPartyRefused",
        ({ investors, bob }) => investors.setStanding(id(bob.address), 1, FAR_AWAY),
      ],
      ["move shares while the register is paused", "ShareTokenPaused", ({ shares }) => shares.pause()],
      [
        "move shares of an asset that is suspended",
        "ShareTokenStateForbids",
        ({ shares }) => shares.setAssetState(VILLA, 4n),
      ],
    ];
    for (const [name, error, obstruct] of obstacles) {
      it(`${name}: all of it fails, and nothing has changed`, async () => {
        const suite = await networkHelpers.loadFixture(fourHolders);
        const { desk, shares, rules, currency, opened, holdings, vector, alice } = suite;
        const settle = await opened(vector);
        const before = await holdings();
        await obstruct(suite);

        await expect(settle(0)).to.be.revertedWithCustomError(error.startsWith("Transfer") ? rules : shares, error);

        expect(await holdings()).to.deep.equal(before);
        expect(await desk.isChunkSettled(1n, 0n)).to.equal(false);
        expect((await desk.mandateLimit(alice.address, currency, TOWER)).inLeft).to.equal(500n);
        expect((await desk.mandateCash(alice.address, currency)).cashOutLeft).to.equal(CASH_EACH);
      });
    }

    it("take what has only arrived to cover shares frozen beyond the balance, to the share", async () => {
      const { shares, opened, currency, aliceAndBob, bob } = await networkHelpers.loadFixture(fourHolders);
      const [back, forth] = [aliceAndBob(-1n, TEN), aliceAndBob(1n, -TEN)];
      await shares.setFrozenTokens(bob.address, TOWER, SHARES_EACH + 1n);
      const settle = await opened(netVector(currency, back), netVector(currency, forth));
      await settle(0);

      await expect(settle(1))
        .to.be.revertedWithCustomError(shares, "ERC7943InsufficientUnfrozenBalance")
        .withArgs(bob.address, TOWER, 1n, 0n);
      await shares.setFrozenTokens(bob.address, TOWER, SHARES_EACH);
      await settle(1);
    });

    it("break the holder limit in its end state, though it may on the way", async () => {
      const suite = await networkHelpers.loadFixture(fourHolders);
      const { opened, currency, holderCount, rules, giveMandate, verify, holders, alice, bob } = suite;
      const [, , , , newcomer] = holders;
      if (newcomer === undefined) throw new Error("the chain has a fifth account");
      await verify(newcomer.address);
      const limits = [{ asset: TOWER, maxIn: 5_000n, maxOut: 5_000n, maxBuyPrice: 0n, minSellPrice: 0n }];
      for (const [place, holder] of [newcomer, alice, bob].entries()) {
        await giveMandate(holder, { nonce: BigInt(place) + 2n, limits });
      }
      await setRules(suite, TOWER, { countries: [USA], holders: 4n });
      const give = (value: bigint) =>
        netVector(currency, {
          cash: [],
          shares: [
            [TOWER, newcomer.address, value],
            [TOWER, alice.address, -value],
          ],
        });
      const settle = await opened(give(1n), give(SHARES_EACH));

      await expect(settle(0))
        .to.be.revertedWithCustomError(rules, "TransferRulesNetRefused")
        .withArgs(TOWER, holderCount.target, 32n);
      await settle(1);
    });
  });
});

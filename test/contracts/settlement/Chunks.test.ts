import { expect } from "chai";
import { AbiCoder, id, keccak256, ZeroAddress, ZeroHash } from "ethers";
import { network } from "hardhat";
import { chunkLeaf, planBatch } from "../../helpers/batch.ts";
import { USA } from "../../helpers/books.ts";
import { accountWord, type Moves, type NetVector, netVector, sharesWord } from "../../helpers/net-vector.ts";
import { setRules } from "../../helpers/rules.ts";
import {
  CASH_EACH,
  DOLLAR,
  deployFourHolders,
  FAR_AWAY,
  OPERATOR_ROLE,
  SHARES_EACH,
  TOWER,
  VILLA,
} from "../../helpers/settlement-suite.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const DAY = 86_400n;
const TEN = 10n * DOLLAR;

/** Alice buys 10 tower shares at 10 dollars from bob, carol 4 villa shares at 10 dollars from dave. */
async function fourHolders() {
  const suite = await deployFourHolders(connection);
  const { alice, bob, carol, dave, currency, shares, desk, open, settle } = suite;
  const moves: Moves = {
    cash: [
      [alice.address, -10n * TEN],
      [bob.address, 10n * TEN],
      [carol.address, -4n * TEN],
      [dave.address, 4n * TEN],
    ],
    shares: [
      [TOWER, alice.address, 10n],
      [TOWER, bob.address, -10n],
      [VILLA, carol.address, 4n],
      [VILLA, dave.address, -4n],
    ],
  };

  /** Opens a batch of chunks with these vectors and says how to settle each of them. */
  async function opened(...vectors: NetVector[]) {
    const batch = planBatch((await desk.lastBatch()) + 1n, vectors);
    await open(batch);
    return (index: number) => settle(batch.chunks[index]);
  }

  /** The outcome of a batch of one chunk with these moves. */
  async function settled(changes: Partial<Moves>) {
    return (await opened(netVector(currency, { ...moves, ...changes })))(0);
  }

  async function holdings() {
    return Promise.all(
      [alice, bob, carol, dave].flatMap((holder) => [
        shares.balanceOf(holder.address, TOWER),
        shares.balanceOf(holder.address, VILLA),
        desk.cashOf(holder.address, currency).then(([deposited]) => deposited),
      ]),
    );
  }

  /** Moves of one asset between alice and bob alone; negative cash is paid by alice. */
  function aliceAndBob(delta: bigint, cash: bigint): Moves {
    return {
      cash: [
        [alice.address, cash],
        [bob.address, -cash],
      ],
      shares: [
        [TOWER, alice.address, delta],
        [TOWER, bob.address, -delta],
      ],
    };
  }

  return { ...suite, moves, vector: netVector(currency, moves), opened, settled, holdings, aliceAndBob };
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

  describe("the form of a net vector", () => {
    async function refused(change: (vector: NetVector) => Partial<NetVector>) {
      const suite = await networkHelpers.loadFixture(fourHolders);
      const settle = await suite.opened({ ...suite.vector, ...change(suite.vector) });
      return { ...suite, settlement: settle(0) };
    }

    it("has nothing behind the cash of an account", async () => {
      const word = (vector: NetVector) => (vector.accounts[0] ?? 0n) | 1n;
      const { desk, settlement, vector } = await refused((it) => ({ accounts: [word(it), ...it.accounts.slice(1)] }));

      await expect(settlement)
        .to.be.revertedWithCustomError(desk, "SettlementDeskMalformedWord")
        .withArgs(word(vector));
    });

    it("has nothing behind the delta of a share word", async () => {
      const word = (vector: NetVector) => (vector.shares[0] ?? 0n) | (1n << 159n);
      const { desk, settlement, vector } = await refused((it) => ({ shares: [word(it), ...it.shares.slice(1)] }));

      await expect(settlement)
        .to.be.revertedWithCustomError(desk, "SettlementDeskMalformedWord")
        .withArgs(word(vector));
    });

    it("names accounts in ascending order", async () => {
      const { desk, settlement } = await refused(({ accounts: [a = 0n, b = 0n, ...rest] }) => ({
        accounts: [b, a, ...rest],
      }));

      await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskAccountsOutOfOrder").withArgs(1n);
    });

    it("names an account once", async () => {
      const { desk, settlement } = await refused(({ accounts: [a = 0n, ...rest] }) => ({ accounts: [a, a, ...rest] }));

      await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskAccountsOutOfOrder").withArgs(1n);
    });

    it("does not name the zero address", async () => {
      const { desk, settlement } = await refused(({ accounts }) => ({
        accounts: [accountWord(ZeroAddress, 0n), ...accounts],
      }));

      await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskAccountsOutOfOrder").withArgs(0n);
    });

    it("names assets in ascending order, each once", async () => {
      for (const assets of [
        [VILLA, TOWER],
        [TOWER, TOWER],
      ]) {
        const { desk, settlement } = await refused(() => ({ assets }));

        await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskAssetsOutOfOrder").withArgs(1n);
      }
    });

    it("has the debits of an asset before its credits", async () => {
      const { desk, settlement } = await refused(({ shares: [debit = 0n, credit = 0n, ...rest] }) => ({
        shares: [credit, debit, ...rest],
      }));

      await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskSharesOutOfOrder").withArgs(1n);
    });

    it("has debits by account, each once, and credits too", async () => {
      for (const shares of [
        [sharesWord(0, 1, -1n), sharesWord(0, 0, -1n), sharesWord(0, 2, 2n)],
        [sharesWord(0, 1, -1n), sharesWord(0, 1, -1n), sharesWord(0, 2, 2n)],
      ]) {
        const { desk, settlement } = await refused(() => ({ shares }));

        await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskSharesOutOfOrder").withArgs(1n);
      }
      const { desk, settlement } = await refused(() => ({
        shares: [sharesWord(0, 0, -2n), sharesWord(0, 3, 1n), sharesWord(0, 2, 1n)],
      }));
      await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskSharesOutOfOrder").withArgs(2n);
    });

    it("has words by asset", async () => {
      const { desk, settlement } = await refused(({ shares: [a = 0n, b = 0n, c = 0n, d = 0n] }) => ({
        shares: [c, d, a, b],
      }));

      await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskSharesOutOfOrder").withArgs(2n);
    });

    it("points to assets and accounts that are there", async () => {
      const noAsset = await refused(({ shares }) => ({ shares: [...shares, sharesWord(2, 0, 1n)] }));
      await expect(noAsset.settlement)
        .to.be.revertedWithCustomError(noAsset.desk, "SettlementDeskSharesOutOfOrder")
        .withArgs(4n);

      const word = sharesWord(1, 4, 1n);
      const noAccount = await refused(({ shares }) => ({ shares: [...shares, word] }));
      await expect(noAccount.settlement)
        .to.be.revertedWithCustomError(noAccount.desk, "SettlementDeskNoSuchPlace")
        .withArgs(word);
    });

    it("has no zero deltas", async () => {
      const { desk, settlement } = await refused(() => ({ shares: [sharesWord(0, 0, 0n)] }));

      await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskSharesOutOfOrder").withArgs(0n);
    });

    it("has one delta per account and asset, not a debit and a credit", async () => {
      const { desk, settlement, bob } = await refused(() => ({
        shares: [sharesWord(0, 1, -5n), sharesWord(0, 1, 5n)],
      }));

      await expect(settlement)
        .to.be.revertedWithCustomError(desk, "SettlementDeskAccountTwice")
        .withArgs(bob.address, TOWER);
    });

    it("sums to zero in cash", async () => {
      for (const off of [-1n, 1n]) {
        const { desk, settlement } = await refused(({ accounts }) => ({
          accounts: accounts.map((word, i) => (i === 1 ? word + (off << 32n) : word)),
        }));

        await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskCashNotZero").withArgs(off);
      }
    });

    it("sums to zero in every asset", async () => {
      for (const [place, asset] of [
        [1, TOWER],
        [3, VILLA],
      ] as const) {
        const { shares, settlement } = await refused(({ shares }) => ({
          shares: shares.map((word, i) => (i === place ? word + (1n << 160n) : word)),
        }));

        await expect(settlement).to.be.revertedWithCustomError(shares, "ShareTokenNetNotZero").withArgs(asset, 1n);
      }
    });
  });

  describe("what a mandate allows", () => {
    it("ends with its last second", async () => {
      const { desk, opened, vector, giveMandate, carol } = await networkHelpers.loadFixture(fourHolders);
      const expiry = BigInt(await networkHelpers.time.latest()) + 100n;
      await giveMandate(carol, { nonce: 2n, expiry });
      const settle = await opened(vector, vector);

      await networkHelpers.time.setNextBlockTimestamp(expiry);
      await settle(0);
      await networkHelpers.time.setNextBlockTimestamp(expiry + 1n);
      await expect(settle(1))
        .to.be.revertedWithCustomError(desk, "SettlementDeskExpired")
        .withArgs(carol.address, expiry);
    });

    it("is needed by everyone in the chunk, also for cash alone", async () => {
      const { desk, currency, settled, dave } = await networkHelpers.loadFixture(fourHolders);
      await desk.connect(dave).revokeMandates(currency, 1n);

      await expect(settled({ shares: [] }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskMandateMissing")
        .withArgs(dave.address, currency);
    });

    it("does not cover another currency", async () => {
      const { desk, opened, vector, alice } = await networkHelpers.loadFixture(fourHolders);
      const coin = await ethers.deployContract("MockReentrantCurrency");
      const currency = await coin.getAddress();
      await desk.allowCurrency(currency, 1n);

      await expect((await opened({ ...vector, currency }))(0))
        .to.be.revertedWithCustomError(desk, "SettlementDeskMandateMissing")
        .withArgs(alice.address, currency);
    });

    it("lets in as many shares as it says, added up over chunks, and not one more", async () => {
      const { desk, currency, opened, giveMandate, aliceAndBob, alice, mandateOf } =
        await networkHelpers.loadFixture(fourHolders);
      const limits = mandateOf(alice.address).limits.map((limit) => ({ ...limit, maxIn: 19n }));
      await giveMandate(alice, { nonce: 2n, limits });
      const ten = netVector(currency, aliceAndBob(10n, -10n * TEN));
      const nine = netVector(currency, aliceAndBob(9n, -9n * TEN));
      const settle = await opened(ten, ten, nine);
      await settle(0);

      await expect(settle(1))
        .to.be.revertedWithCustomError(desk, "SettlementDeskTooManySharesIn")
        .withArgs(alice.address, TOWER, 10n, 9n);
      await settle(2);
    });

    it("lets out as many shares as it says, and not one more", async () => {
      const { desk, settled, giveMandate, bob, mandateOf } = await networkHelpers.loadFixture(fourHolders);
      const limits = mandateOf(bob.address).limits.map((limit) => ({ ...limit, maxOut: 9n }));
      await giveMandate(bob, { nonce: 2n, limits });

      await expect(settled({}))
        .to.be.revertedWithCustomError(desk, "SettlementDeskTooManySharesOut")
        .withArgs(bob.address, TOWER, 10n, 9n);
    });

    it("lets nothing move of an asset that it does not name", async () => {
      const { desk, settled, giveMandate, carol } = await networkHelpers.loadFixture(fourHolders);
      await giveMandate(carol, { nonce: 2n, limits: [] });

      await expect(settled({}))
        .to.be.revertedWithCustomError(desk, "SettlementDeskTooManySharesIn")
        .withArgs(carol.address, VILLA, 4n, 0n);
    });

    it("lets out as much cash as it says, and not one unit more", async () => {
      const { desk, opened, vector, giveMandate, alice } = await networkHelpers.loadFixture(fourHolders);
      await giveMandate(alice, { nonce: 2n, maxCashOut: 20n * TEN - 1n });
      const settle = await opened(vector, vector);
      await settle(0);

      await expect(settle(1))
        .to.be.revertedWithCustomError(desk, "SettlementDeskTooMuchCashOut")
        .withArgs(alice.address, 10n * TEN, 10n * TEN - 1n);
    });

    it("buys at its highest price and not a unit above", async () => {
      const { desk, opened, currency, aliceAndBob, alice } = await networkHelpers.loadFixture(fourHolders);
      const highest = -110n * DOLLAR;
      const settle = await opened(
        netVector(currency, aliceAndBob(10n, highest)),
        netVector(currency, aliceAndBob(10n, highest - 1n)),
      );

      await settle(0);
      await expect(settle(1))
        .to.be.revertedWithCustomError(desk, "SettlementDeskShortOfPrices")
        .withArgs(alice.address, 1n, 0n);
    });

    it("sells at its lowest price and not a unit below", async () => {
      const { desk, opened, currency, aliceAndBob, alice, giveMandate, bob, mandateOf } =
        await networkHelpers.loadFixture(fourHolders);
      const lowest = 90n * DOLLAR;
      const generous = mandateOf(bob.address).limits.map((limit) => ({ ...limit, maxBuyPrice: 100n * DOLLAR }));
      await giveMandate(bob, { nonce: 2n, limits: generous });
      const settle = await opened(
        netVector(currency, aliceAndBob(-10n, lowest)),
        netVector(currency, aliceAndBob(-10n, lowest - 1n)),
      );

      await settle(0);
      await expect(settle(1))
        .to.be.revertedWithCustomError(desk, "SettlementDeskShortOfPrices")
        .withArgs(alice.address, 1n, 0n);
    });

    it("judges all assets of an account together", async () => {
      const { desk, opened, currency, alice, bob } = await networkHelpers.loadFixture(fourHolders);
      // Alice: 10 tower in at 11 at most, 10 villa out at 9 at least; she may pay 20 dollars for both, and so may bob not.
      const swap = (cash: bigint): Moves => ({
        cash: [
          [alice.address, cash],
          [bob.address, -cash],
        ],
        shares: [
          [TOWER, alice.address, 10n],
          [TOWER, bob.address, -10n],
          [VILLA, alice.address, -10n],
          [VILLA, bob.address, 10n],
        ],
      });
      const settle = await opened(
        netVector(currency, swap(-20n * DOLLAR)),
        netVector(currency, swap(-20n * DOLLAR - 1n)),
        netVector(currency, swap(20n * DOLLAR + 1n)),
      );

      await settle(0);
      await expect(settle(1))
        .to.be.revertedWithCustomError(desk, "SettlementDeskShortOfPrices")
        .withArgs(alice.address, 1n, 0n);
      await expect(settle(2))
        .to.be.revertedWithCustomError(desk, "SettlementDeskShortOfPrices")
        .withArgs(bob.address, 1n, 0n);
    });

    it("covers a shortfall with the fee cap first, then the loss allowance, and then no more", async () => {
      const { desk, currency, opened, aliceAndBob, giveMandate, alice } = await networkHelpers.loadFixture(fourHolders);
      await giveMandate(alice, { nonce: 2n, feeCap: 5n, lossAllowance: 8n });
      const short = (by: bigint) => netVector(currency, aliceAndBob(10n, -110n * DOLLAR - by));
      const left = async () => {
        const { feeLeft, lossLeft } = await desk.mandateCash(alice.address, currency);
        return [feeLeft, lossLeft];
      };
      const settle = await opened(short(4n), short(2n), short(8n), short(7n));

      await settle(0);
      expect(await left()).to.deep.equal([1n, 8n]);
      await settle(1);
      expect(await left()).to.deep.equal([0n, 7n]);
      await expect(settle(2))
        .to.be.revertedWithCustomError(desk, "SettlementDeskShortOfPrices")
        .withArgs(alice.address, 8n, 7n);
      await settle(3);
      expect(await left()).to.deep.equal([0n, 0n]);
    });

    it("counts cash without shares as a loss", async () => {
      const { desk, opened, currency, alice, bob, giveMandate } = await networkHelpers.loadFixture(fourHolders);
      await giveMandate(alice, { nonce: 2n, lossAllowance: 3n });
      const cash = (amount: bigint) =>
        netVector(currency, {
          cash: [
            [alice.address, -amount],
            [bob.address, amount],
          ],
          shares: [],
        });
      const settle = await opened(cash(3n), cash(1n));

      await settle(0);
      await expect(settle(1))
        .to.be.revertedWithCustomError(desk, "SettlementDeskShortOfPrices")
        .withArgs(alice.address, 1n, 0n);
    });

    it("starts afresh with the next mandate", async () => {
      const { desk, currency, opened, vector, giveMandate, alice } = await networkHelpers.loadFixture(fourHolders);
      await (await opened(vector))(0);

      await giveMandate(alice, { nonce: 2n });

      expect((await desk.mandateLimit(alice.address, currency, TOWER)).inLeft).to.equal(500n);
      expect((await desk.mandateCash(alice.address, currency)).cashOutLeft).to.equal(CASH_EACH);
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

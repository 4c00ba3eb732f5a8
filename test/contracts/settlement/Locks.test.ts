import { expect } from "chai";
import { network } from "hardhat";
import { planBatch } from "../../helpers/batch.ts";
import { type Moves, netVector, sharesWord } from "../../helpers/net-vector.ts";
import {
  CASH_EACH,
  DOLLAR,
  deployFourHolders,
  OPERATOR_ROLE,
  SHARES_EACH,
  TOWER,
  VILLA,
} from "../../helpers/settlement-suite.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const HOUR = 3_600n;
const TEN = 10n * DOLLAR;
const TOWER_PLACE = 0;
const [ALICE, BOB, CAROL] = [0, 1, 2];

/** Alice has locked all of her tower shares. In a chunk she sells 100 of them, bob 50, for 10 dollars each, and carol buys them. */
async function aliceHasLocked() {
  const suite = await deployFourHolders(connection);
  const { alice, bob, carol, desk, currency, open, settle } = suite;
  await desk.connect(alice).lockShares(TOWER, SHARES_EACH);

  const moves: Moves = {
    cash: [
      [alice.address, 100n * TEN],
      [bob.address, 50n * TEN],
      [carol.address, -150n * TEN],
    ],
    shares: [
      [TOWER, alice.address, -100n],
      [TOWER, bob.address, -50n],
      [TOWER, carol.address, 150n],
    ],
  };

  /** Posts the chunk in a batch of its own. */
  async function sold(unlocks: bigint[], changes: Partial<Moves> = {}) {
    const batch = planBatch((await desk.lastBatch()) + 1n, [netVector(currency, { ...moves, ...changes })]);
    await open(batch);
    return settle(batch.chunks[0], unlocks);
  }

  const locks = async (account: { address: string } = alice) => {
    const { locked, leaving, held } = await desk.locksOf(account.address, TOWER);
    return [locked, leaving, held];
  };
  return { ...suite, moves, sold, locks };
}

const ofAlice = (quantity: bigint) => sharesWord(TOWER_PLACE, ALICE, quantity);

describe("SettlementDesk: locked shares", () => {
  describe("lockShares", () => {
    it("keeps shares where they are, and from moving", async () => {
      const { desk, shares, alice, bob, locks } = await networkHelpers.loadFixture(aliceHasLocked);

      expect(await locks()).to.deep.equal([SHARES_EACH, 0n, 0n]);
      expect(await shares.balanceOf(alice.address, TOWER)).to.equal(SHARES_EACH);
      expect(await shares.lockedOf(alice.address, TOWER)).to.equal(SHARES_EACH);
      await expect(shares.connect(alice).safeTransferFrom(alice.address, bob.address, TOWER, 1n, "0x"))
        .to.be.revertedWithCustomError(shares, "ShareTokenInsufficientUnlocked")
        .withArgs(alice.address, TOWER, 1n, 0n, SHARES_EACH);
      await expect(desk.connect(alice).lockShares(VILLA, 7n))
        .to.emit(desk, "SharesLocked")
        .withArgs(alice.address, VILLA, 7n);
    });

    it("rejects nothing, and more than the holder could move", async () => {
      const { desk, shares, alice, bob } = await networkHelpers.loadFixture(aliceHasLocked);

      await expect(desk.connect(bob).lockShares(TOWER, 0n)).to.be.revertedWithCustomError(
        desk,
        "SettlementDeskQuantityZero",
      );
      await expect(desk.connect(alice).lockShares(TOWER, 1n))
        .to.be.revertedWithCustomError(shares, "ShareTokenInsufficientUnlocked")
        .withArgs(alice.address, TOWER, 1n, 0n, SHARES_EACH);
      await shares.setFrozenTokens(bob.address, TOWER, 1n);
      await expect(desk.connect(bob).lockShares(TOWER, SHARES_EACH))
        .to.be.revertedWithCustomError(shares, "ERC7943InsufficientUnfrozenBalance")
        .withArgs(bob.address, TOWER, SHARES_EACH, SHARES_EACH - 1n);
      await desk.connect(bob).lockShares(TOWER, SHARES_EACH - 1n);
    });
  });

  describe("unlockShares", () => {
    it("gives shares back after the window, not a second earlier, with the operator gone", async () => {
      const { desk, shares, alice, authority, operator, locks } = await networkHelpers.loadFixture(aliceHasLocked);
      await authority.revokeRole(OPERATOR_ROLE, operator.address);
      await desk.connect(alice).requestUnlock(TOWER, 300n);
      const unlocksAt = BigInt(await networkHelpers.time.latest()) + HOUR;

      expect(await desk.locksOf(alice.address, TOWER)).to.deep.equal([SHARES_EACH - 300n, 300n, unlocksAt, 0n]);
      await networkHelpers.time.setNextBlockTimestamp(unlocksAt - 1n);
      await expect(desk.connect(alice).unlockShares(TOWER))
        .to.be.revertedWithCustomError(desk, "SettlementDeskStillOnLeave")
        .withArgs(alice.address, TOWER, unlocksAt);
      await networkHelpers.time.setNextBlockTimestamp(unlocksAt);
      await expect(desk.connect(alice).unlockShares(TOWER))
        .to.emit(desk, "SharesUnlocked")
        .withArgs(alice.address, TOWER, 300n);

      expect(await locks()).to.deep.equal([SHARES_EACH - 300n, 0n, 0n]);
      expect(await shares.spendableOf(alice.address, TOWER)).to.equal(300n);
    });

    it("starts the wait anew for all that is leaving with a further request", async () => {
      const { desk, alice } = await networkHelpers.loadFixture(aliceHasLocked);
      await desk.connect(alice).requestUnlock(TOWER, 300n);
      await networkHelpers.time.increase(HOUR - 10n);

      await expect(desk.connect(alice).requestUnlock(TOWER, 1n)).to.emit(desk, "UnlockRequested");

      const unlocksAt = BigInt(await networkHelpers.time.latest()) + HOUR;
      expect(await desk.locksOf(alice.address, TOWER)).to.deep.equal([SHARES_EACH - 301n, 301n, unlocksAt, 0n]);
    });

    it("rejects nothing, one more than is locked, and what nobody asked for", async () => {
      const { desk, alice, bob } = await networkHelpers.loadFixture(aliceHasLocked);

      await expect(desk.connect(alice).requestUnlock(TOWER, 0n)).to.be.revertedWithCustomError(
        desk,
        "SettlementDeskQuantityZero",
      );
      await expect(desk.connect(alice).requestUnlock(TOWER, SHARES_EACH + 1n))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNotLocked")
        .withArgs(alice.address, TOWER, 1n);
      for (const holder of [alice, bob]) {
        await expect(desk.connect(holder).unlockShares(TOWER)).to.be.revertedWithCustomError(
          desk,
          "SettlementDeskQuantityZero",
        );
      }
    });
  });

  describe("in a chunk", () => {
    it("are unlocked as far as it says, and go to the buyer", async () => {
      const { shares, sold, alice, carol, locks } = await networkHelpers.loadFixture(aliceHasLocked);

      await sold([ofAlice(100n)]);

      expect(await locks()).to.deep.equal([SHARES_EACH - 100n, 0n, 0n]);
      expect(await shares.balanceOf(alice.address, TOWER)).to.equal(SHARES_EACH - 100n);
      expect(await shares.lockedOf(alice.address, TOWER)).to.equal(SHARES_EACH - 100n);
      expect(await shares.balanceOf(carol.address, TOWER)).to.equal(SHARES_EACH + 150n);
    });

    it("stay locked if it does not say so", async () => {
      const { shares, sold, alice } = await networkHelpers.loadFixture(aliceHasLocked);

      await expect(sold([]))
        .to.be.revertedWithCustomError(shares, "ShareTokenInsufficientUnlocked")
        .withArgs(alice.address, TOWER, 100n, 0n, SHARES_EACH);
    });

    it("I-10: stay locked when it fails, like everything else in it", async () => {
      const { shares, sold, desk, currency, alice, bob, carol, investors, locks } =
        await networkHelpers.loadFixture(aliceHasLocked);
      await investors.setWalletFrozen(carol.address, true);

      await expect(sold([ofAlice(100n)]))
        .to.be.revertedWithCustomError(shares, "ShareTokenPartyRefused")
        .withArgs(TOWER, carol.address, 17n);

      expect(await locks()).to.deep.equal([SHARES_EACH, 0n, 0n]);
      expect(await shares.lockedOf(alice.address, TOWER)).to.equal(SHARES_EACH);
      for (const holder of [alice, bob, carol]) {
        expect((await desk.cashOf(holder.address, currency)).deposited).to.equal(CASH_EACH);
        expect(await shares.balanceOf(holder.address, TOWER)).to.equal(SHARES_EACH);
      }
    });

    it("make up for what the wallet lacks", async () => {
      const { shares, sold, giveShares, alice, locks } = await networkHelpers.loadFixture(aliceHasLocked);
      await giveShares(alice.address, TOWER, 60n);

      await sold([ofAlice(40n)]);

      expect(await locks()).to.deep.equal([SHARES_EACH - 40n, 0n, 0n]);
      expect(await shares.spendableOf(alice.address, TOWER)).to.equal(0n);
    });

    it("still cover it while they are leaving, until the window is over", async () => {
      const { desk, sold, alice, locks } = await networkHelpers.loadFixture(aliceHasLocked);
      await desk.connect(alice).requestUnlock(TOWER, SHARES_EACH - 30n);

      await sold([ofAlice(100n)]);

      expect(await locks()).to.deep.equal([0n, SHARES_EACH - 100n, 0n]);
      await networkHelpers.time.increase(HOUR);
      await expect(sold([ofAlice(100n)]))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNotLocked")
        .withArgs(alice.address, TOWER, 100n);
    });

    it("are unlocked for several debtors and assets in one walk", async () => {
      const { desk, sold, moves, bob, carol, dave, locks } = await networkHelpers.loadFixture(aliceHasLocked);
      await desk.connect(bob).lockShares(TOWER, SHARES_EACH);
      await desk.connect(carol).lockShares(VILLA, SHARES_EACH);

      const villa = [
        [VILLA, carol.address, -8n],
        [VILLA, dave.address, 8n],
      ] as const;
      await sold([ofAlice(100n), sharesWord(TOWER_PLACE, BOB, 50n), sharesWord(1, CAROL, 8n)], {
        shares: [...moves.shares, ...villa],
        cash: [...moves.cash.slice(0, 2), [carol.address, -150n * TEN + 80n * DOLLAR], [dave.address, -80n * DOLLAR]],
      });

      expect(await locks()).to.deep.equal([SHARES_EACH - 100n, 0n, 0n]);
      expect(await locks(bob)).to.deep.equal([SHARES_EACH - 50n, 0n, 0n]);
      expect(await desk.locksOf(carol.address, VILLA)).to.deep.equal([SHARES_EACH - 8n, 0n, 0n, 0n]);
    });

    it("are unlocked for debits only, in their order, each once", async () => {
      const { desk, sold, bob } = await networkHelpers.loadFixture(aliceHasLocked);
      await desk.connect(bob).lockShares(TOWER, SHARES_EACH);
      const ofBob = sharesWord(TOWER_PLACE, BOB, 50n);

      for (const [place, unlocks] of [
        [1n, [ofBob, ofAlice(100n)]],
        [1n, [ofAlice(50n), ofAlice(50n)]],
        [0n, [sharesWord(TOWER_PLACE, CAROL, 1n)]],
        [0n, [sharesWord(TOWER_PLACE, 3, 1n)]],
        [1n, [ofAlice(1n), sharesWord(1, ALICE, 1n)]],
      ] as const) {
        const suite = await networkHelpers.loadFixture(aliceHasLocked);
        await desk.connect(bob).lockShares(TOWER, SHARES_EACH);
        await expect(suite.sold([...unlocks]))
          .to.be.revertedWithCustomError(desk, "SettlementDeskUnlocksOutOfOrder")
          .withArgs(place);
      }
      await networkHelpers.loadFixture(aliceHasLocked);
      await desk.connect(bob).lockShares(TOWER, SHARES_EACH);
      await sold([ofAlice(100n), ofBob]);
    });

    it("are named by words that have zeros where nothing stands, and a quantity", async () => {
      for (const word of [ofAlice(100n) | 1n, ofAlice(100n) | (1n << 159n), ofAlice(0n)]) {
        const { desk, sold } = await networkHelpers.loadFixture(aliceHasLocked);

        await expect(sold([word]))
          .to.be.revertedWithCustomError(desk, "SettlementDeskMalformedWord")
          .withArgs(word);
      }
    });

    it("are not unlocked beyond what it takes", async () => {
      const { desk, sold, alice } = await networkHelpers.loadFixture(aliceHasLocked);

      await expect(sold([ofAlice(101n)]))
        .to.be.revertedWithCustomError(desk, "SettlementDeskUnlockTooLarge")
        .withArgs(alice.address, TOWER, 101n, 100n);
    });

    it("may be unlocked beyond that where frozen shares lie under the lock, so that the debit can pass, and no further", async () => {
      const frozen = 200n;
      for (const more of [frozen - 1n, frozen, frozen + 1n]) {
        const { desk, shares, sold, alice } = await networkHelpers.loadFixture(aliceHasLocked);
        await shares.setFrozenTokens(alice.address, TOWER, frozen);

        if (more === frozen) {
          await sold([ofAlice(100n + more)]);
          continue;
        }
        const [contract, error] =
          more < frozen
            ? ([shares, "ShareTokenInsufficientUnlocked"] as const)
            : ([desk, "SettlementDeskUnlockTooLarge"] as const);
        await expect(sold([ofAlice(100n + more)])).to.be.revertedWithCustomError(contract, error);
      }
    });

    it("are only those that the desk had locked, not what others have", async () => {
      const { desk, shares, sold, bob } = await networkHelpers.loadFixture(aliceHasLocked);
      await shares.lock(bob.address, TOWER, SHARES_EACH - 49n);

      await expect(sold([ofAlice(100n), sharesWord(TOWER_PLACE, BOB, 1n)]))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNotLocked")
        .withArgs(bob.address, TOWER, 1n);
    });
  });

  describe("after enforcement", () => {
    it("count as far as the register still has them locked, once", async () => {
      const { desk, shares, alice, bob, locks, giveShares } = await networkHelpers.loadFixture(aliceHasLocked);
      await desk.connect(alice).requestUnlock(TOWER, 300n);
      await shares.forcedTransfer(alice.address, bob.address, TOWER, 600n);

      expect(await locks()).to.deep.equal([100n, 300n, 0n]);
      await giveShares(alice.address, TOWER, 50n);
      await expect(desk.connect(alice).requestUnlock(TOWER, 101n))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNotLocked")
        .withArgs(alice.address, TOWER, 1n);
      await desk.connect(alice).lockShares(TOWER, 50n);
      expect(await locks()).to.deep.equal([150n, 300n, 0n]);

      await desk.connect(alice).requestUnlock(TOWER, 150n);
      await networkHelpers.time.increase(HOUR);
      await desk.connect(alice).unlockShares(TOWER);
      expect(await shares.lockedOf(alice.address, TOWER)).to.equal(0n);
      expect(await shares.spendableOf(alice.address, TOWER)).to.equal(450n);
    });

    it("are nobody's when it took all", async () => {
      const { desk, shares, alice, bob, locks } = await networkHelpers.loadFixture(aliceHasLocked);
      await desk.connect(alice).requestUnlock(TOWER, 300n);
      await shares.forcedTransfer(alice.address, bob.address, TOWER, SHARES_EACH);

      expect(await locks()).to.deep.equal([0n, 0n, 0n]);
      await networkHelpers.time.increase(HOUR);
      await expect(desk.connect(alice).unlockShares(TOWER))
        .to.emit(desk, "SharesUnlocked")
        .withArgs(alice.address, TOWER, 0n);
    });
  });

  describe("of a lost wallet", () => {
    async function lost() {
      const suite = await aliceHasLocked();
      const { desk, investors, alice } = suite;
      const next = suite.holders[4];
      if (next === undefined) throw new Error("the chain has more accounts");
      await desk.connect(alice).requestUnlock(TOWER, 300n);
      await investors.recover(alice.address, next.address);
      return { ...suite, next };
    }

    it("are its successor's, on leave or not, whoever moved the shares first", async () => {
      for (const isMoved of [false, true]) {
        const { desk, shares, alice, next, outsider, locks } = await networkHelpers.loadFixture(lost);
        if (isMoved) await shares.recoverPositions(alice.address, [TOWER]);

        await expect(desk.connect(outsider).recoverLocks(TOWER, alice.address))
          .to.emit(desk, "LocksRecovered")
          .withArgs(alice.address, next.address, TOWER, SHARES_EACH, 0n);

        expect(await locks()).to.deep.equal([0n, 0n, 0n]);
        expect(await locks(next)).to.deep.equal([SHARES_EACH, 0n, 0n]);
        expect(await shares.lockedOf(next.address, TOWER)).to.equal(SHARES_EACH);
        await desk.recoverLocks(TOWER, alice.address); // again, without effect
        expect(await locks(next)).to.deep.equal([SHARES_EACH, 0n, 0n]);
        await desk.connect(next).requestUnlock(TOWER, SHARES_EACH);
        await networkHelpers.time.increase(HOUR);
        await desk.connect(next).unlockShares(TOWER);
        expect(await shares.spendableOf(next.address, TOWER)).to.equal(SHARES_EACH);
      }
    });

    it("come to what its successor has locked, whose own wait stays as it is", async () => {
      const { desk, shares, alice, next, bob, locks } = await networkHelpers.loadFixture(lost);
      await shares.forcedTransfer(bob.address, next.address, TOWER, 20n);
      await desk.connect(next).lockShares(TOWER, 20n);
      await desk.connect(next).requestUnlock(TOWER, 5n);

      await desk.recoverLocks(TOWER, alice.address);

      expect(await locks(next)).to.deep.equal([SHARES_EACH + 15n, 5n, 0n]);
      expect(await shares.lockedOf(next.address, TOWER)).to.equal(SHARES_EACH + 20n);
    });

    it("are not for who has the old key, nor for chunks", async () => {
      const { desk, shares, alice, next, sold } = await networkHelpers.loadFixture(lost);
      await networkHelpers.time.increase(HOUR);

      for (const attempt of [desk.connect(alice).unlockShares(TOWER), desk.connect(alice).lockShares(TOWER, 1n)]) {
        await expect(attempt)
          .to.be.revertedWithCustomError(desk, "SettlementDeskAccountLost")
          .withArgs(alice.address, next.address);
      }
      await expect(sold([ofAlice(100n)]))
        .to.be.revertedWithCustomError(shares, "ShareTokenPartyRefused")
        .withArgs(TOWER, alice.address, 18n);
    });

    it("are not moved of a wallet that was not lost", async () => {
      const { desk, bob } = await networkHelpers.loadFixture(lost);

      await expect(desk.recoverLocks(TOWER, bob.address))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNotLost")
        .withArgs(bob.address);
    });
  });
});

import { expect } from "chai";
import { network } from "hardhat";
import {
  INCOME_ASSET as ASSET,
  CLAIM_PERIOD,
  heldIncomeAsset,
  openReadableRecord,
  RECORD_STANDING,
  recordedIncomeAsset,
  recordTerms,
} from "../../helpers/income.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const FIRST = 1n; // number of the first distribution
const MANNER = { honest: 0n, reject: 1n, burnGas: 2n, short: 3n, bomb: 4n } as const;

const recordedAsset = () => recordedIncomeAsset(connection);

/** A distribution of 10 a share that ends; the stranger gets what is left. */
async function endingIncome() {
  const world = await recordedAsset();
  const expiresAt = BigInt(await time.latest()) + CLAIM_PERIOD + 1_000n;
  const end = { expiresAt, reclaimTo: world.stranger.address };
  await world.income.declare(recordTerms(ASSET, 0n, world.dollar, 9_990n, end));
  return { ...world, expiresAt };
}

/** At record 0 an escrow held 400 of alice's 500 shares: 250 for her, 150 for dave. 10 a share are declared, looking through it. */
async function escrowedIncome() {
  const world = await heldIncomeAsset(connection);
  const { income, investors, shares, dollar, alice, dave } = world;
  const escrow = await ethers.deployContract("MockEscrow");
  await investors.setProtocolAddress(escrow, true);
  await shares.connect(alice).safeTransferFrom(alice, escrow, ASSET, 400n, "0x");
  await escrow.setShares(alice, ASSET, 0n, 250n);
  await escrow.setShares(dave, ASSET, 0n, 150n);
  await openReadableRecord(connection, world);
  await income.declare(recordTerms(ASSET, 0n, dollar, 9_990n, { escrows: [escrow] }));
  return { ...world, escrow };
}

describe("IncomeDesk terms of a record", () => {
  describe("excluded accounts", () => {
    it("get nothing, and the others more", async () => {
      const { income, dollar, alice, bob, carol } = await loadFixture(recordedAsset);

      const terms = recordTerms(ASSET, 0n, dollar, 9_990n, { excluded: [alice.address] });
      await expect(income.declare(terms))
        .to.emit(income, "RecordTermsFixed")
        .withArgs(FIRST, 0n, 0n, ethers.ZeroAddress, [alice.address], []);

      const { supply, perShare, remainder } = await income.recordIncomeOf(FIRST);
      expect([supply, perShare, remainder]).to.deep.equal([499n, 20n, 10n]);
      expect(await income.standingOf(FIRST, alice)).to.equal(RECORD_STANDING.excluded);
      expect([...(await income.dueTo(FIRST, alice))]).to.deep.equal([0n, 0n]);
      await expect(income.claim(FIRST, alice))
        .to.be.revertedWithCustomError(income, "IncomeDeskNotAHolder")
        .withArgs(FIRST, alice.address, RECORD_STANDING.excluded);
      expect(await income.claimMany.staticCall(FIRST, [alice, bob, carol])).to.equal(2n);
      await income.claimMany(FIRST, [alice, bob, carol]);
      expect(await income.heldOf(FIRST)).to.equal(0n);
    });

    it("are excluded by what they held at the record, and in this distribution only", async () => {
      const { income, shares, dollar, alice, dave } = await loadFixture(recordedAsset);
      await shares.connect(alice).safeTransferFrom(alice, dave, ASSET, 500n, "0x");
      await income.declare(recordTerms(ASSET, 0n, dollar, 9_990n, { excluded: [dave] }));
      await income.declare(recordTerms(ASSET, 0n, dollar, 9_990n));

      expect((await income.recordIncomeOf(FIRST)).supply).to.equal(999n);
      expect(await income.payableTo(2n, alice)).to.equal(5_000n);
      expect(await income.standingOf(2n, dave)).to.equal(RECORD_STANDING.holder);
    });

    it("are at most 32, each once, and not everybody", async () => {
      const { income, dollar, alice, bob, carol } = await loadFixture(recordedAsset);
      const many = Array.from({ length: 33 }, (_, i) => ethers.toBeHex(i + 1, 20));

      await expect(income.declare(recordTerms(ASSET, 0n, dollar, 9_990n, { excluded: many })))
        .to.be.revertedWithCustomError(income, "IncomeDeskTooManyAccounts")
        .withArgs(33n, 32n);
      await expect(income.declare(recordTerms(ASSET, 0n, dollar, 9_990n, { excluded: [alice, bob, alice] })))
        .to.be.revertedWithCustomError(income, "IncomeDeskAccountTwice")
        .withArgs(alice.address);
      await expect(income.declare(recordTerms(ASSET, 0n, dollar, 9_990n, { excluded: [alice, bob, carol] })))
        .to.be.revertedWithCustomError(income, "IncomeDeskNoHolders")
        .withArgs(ASSET, 0n);
      await income.declare(recordTerms(ASSET, 0n, dollar, 9_990n, { excluded: many.slice(1) }));
    });
  });

  describe("claimThrough", () => {
    it("pays the owners of what an escrow holds, and not the escrow (P63)", async () => {
      const { income, dollar, escrow, alice, dave } = await loadFixture(escrowedIncome);
      expect([...(await income.dueThrough(FIRST, escrow, dave))]).to.deep.equal([1_500n, 0n]);

      const claim = income.claimThrough(FIRST, escrow, dave);

      await expect(claim)
        .to.emit(income, "IncomePaidThrough")
        .withArgs(FIRST, await escrow.getAddress(), dave.address, 1_500n, 0n);
      await expect(claim).to.changeTokenBalance(ethers, dollar, dave, 1_500n);
      expect(await income.isPaidThrough(FIRST, escrow, dave)).to.equal(true);
      expect(await income.claimedThrough(FIRST, escrow)).to.equal(150n);
      await expect(income.claimThrough(FIRST, escrow, dave))
        .to.be.revertedWithCustomError(income, "IncomeDeskAlreadyPaid")
        .withArgs(FIRST, dave.address);
      await expect(income.claim(FIRST, escrow))
        .to.be.revertedWithCustomError(income, "IncomeDeskNotAHolder")
        .withArgs(FIRST, await escrow.getAddress(), RECORD_STANDING.escrow);
      await income.claim(FIRST, alice); // her own 100, apart from those in the escrow
      await expect(income.claimThrough(FIRST, escrow, alice)).to.changeTokenBalance(ethers, dollar, alice, 2_500n);
      expect(await income.outstandingOf(FIRST)).to.equal(4_990n);
    });

    it("pays no more than the escrow held, whatever it says", async () => {
      const { income, escrow, alice, bob, dave } = await loadFixture(escrowedIncome);
      await income.claimThrough(FIRST, escrow, dave);
      await escrow.setShares(bob, ASSET, 0n, ethers.MaxUint256);
      await escrow.setShares(alice, ASSET, 0n, 251n);

      for (const [owner, asked] of [
        [bob, ethers.MaxUint256],
        [alice, 251n],
      ] as const) {
        await expect(income.claimThrough(FIRST, escrow, owner))
          .to.be.revertedWithCustomError(income, "IncomeDeskEscrowExceeded")
          .withArgs(FIRST, await escrow.getAddress(), owner.address, asked, 250n);
        expect([...(await income.dueThrough(FIRST, escrow, owner))]).to.deep.equal([0n, 0n]);
      }
      await escrow.setShares(alice, ASSET, 0n, 250n);
      await income.claimThrough(FIRST, escrow, alice);
    });

    for (const manner of ["reject", "burnGas", "short", "bomb"] as const) {
      it(`says that an escrow is silent that answers by ${manner}`, async () => {
        const { income, escrow, dave } = await loadFixture(escrowedIncome);
        await escrow.setManner(MANNER[manner]);

        await expect(income.claimThrough(FIRST, escrow, dave))
          .to.be.revertedWithCustomError(income, "IncomeDeskEscrowSilent")
          .withArgs(await escrow.getAddress(), dave.address);
        expect([...(await income.dueThrough(FIRST, escrow, dave))]).to.deep.equal([0n, 0n]);
        await escrow.setManner(MANNER.honest);
        await income.claimThrough(FIRST, escrow, dave);
      });
    }

    it("rejects who has nothing there, accounts that are not looked through, and owners who are not holders", async () => {
      const { income, escrow, alice, bob, carol } = await loadFixture(escrowedIncome);

      await expect(income.claimThrough(FIRST, escrow, bob))
        .to.be.revertedWithCustomError(income, "IncomeDeskNothingDue")
        .withArgs(FIRST, bob.address);
      await expect(income.claimThrough(FIRST, carol, alice))
        .to.be.revertedWithCustomError(income, "IncomeDeskNotLookedThrough")
        .withArgs(FIRST, carol.address);
      await expect(income.claimThrough(FIRST, escrow, escrow))
        .to.be.revertedWithCustomError(income, "IncomeDeskNotAHolder")
        .withArgs(FIRST, await escrow.getAddress(), RECORD_STANDING.escrow);
      expect([...(await income.dueThrough(FIRST, carol, alice))]).to.deep.equal([0n, 0n]);
    });

    it("withholds the owner's tax, not the escrow's", async () => {
      const { income, dollar, escrow, dave, stranger } = await loadFixture(escrowedIncome);
      await income.addWithholding(stranger, 3_000n, [{ country: 840n, classes: 0n, rateBps: 1_000n }]);
      await income.setDefaultWithholding(1n);
      await income.declare(recordTerms(ASSET, 0n, dollar, 9_990n, { withholding: 1n, escrows: [escrow] }));

      expect([...(await income.dueThrough(2n, escrow, dave))]).to.deep.equal([1_500n, 150n]);
      await expect(income.claimThrough(2n, escrow, dave)).to.changeTokenBalance(ethers, dollar, dave, 1_350n);
    });

    it("rejects escrows that the registry does not know, and more than 32", async () => {
      const { income, dollar, escrow, alice } = await loadFixture(escrowedIncome);

      for (const [escrows, error, args] of [
        [[alice.address], "IncomeDeskNotAnEscrow", [alice.address]],
        [Array.from({ length: 33 }, () => escrow), "IncomeDeskTooManyAccounts", [33n, 32n]],
        [[escrow, escrow], "IncomeDeskAccountTwice", [await escrow.getAddress()]],
      ] as const) {
        await expect(income.declare(recordTerms(ASSET, 0n, dollar, 9_990n, { escrows: [...escrows] })))
          .to.be.revertedWithCustomError(income, error)
          .withArgs(...args);
      }
      const both = { excluded: [escrow], escrows: [escrow] };
      await expect(income.declare(recordTerms(ASSET, 0n, dollar, 9_990n, both)))
        .to.be.revertedWithCustomError(income, "IncomeDeskAccountTwice")
        .withArgs(await escrow.getAddress());
    });
  });

  describe("the end", () => {
    it("leaves at least 30 days, and names who gets the rest exactly if there is one", async () => {
      const { income, dollar, stranger } = await loadFixture(recordedAsset);
      const now = BigInt(await time.latest()) + 1_000n;
      const declare = (expiresAt: bigint, reclaimTo: string) =>
        income.declare(recordTerms(ASSET, 0n, dollar, 9_990n, { expiresAt, reclaimTo }));

      for (const [expiresAt, reclaimTo] of [
        [now + CLAIM_PERIOD - 1n, stranger.address],
        [now + CLAIM_PERIOD, ethers.ZeroAddress],
        [0n, stranger.address],
      ] as const) {
        const snapshot = await networkHelpers.takeSnapshot();
        await time.setNextBlockTimestamp(now);
        await expect(declare(expiresAt, reclaimTo))
          .to.be.revertedWithCustomError(income, "IncomeDeskInvalidExpiry")
          .withArgs(expiresAt, reclaimTo, now + CLAIM_PERIOD);
        await snapshot.restore();
      }
      await time.setNextBlockTimestamp(now);
      await declare(now + CLAIM_PERIOD, stranger.address);
      expect((await income.distributionOf(FIRST)).expiresAt).to.equal(now + CLAIM_PERIOD);
    });

    it("ends claims of every kind, and views say so", async () => {
      const { income, alice, bob, expiresAt } = await loadFixture(endingIncome);
      await time.increaseTo(expiresAt + 1n);

      for (const call of [() => income.claim(FIRST, alice), () => income.claimMany(FIRST, [alice, bob])]) {
        await expect(call()).to.be.revertedWithCustomError(income, "IncomeDeskExpired").withArgs(FIRST, expiresAt);
      }
      await expect(income.claimThrough(FIRST, bob, alice))
        .to.be.revertedWithCustomError(income, "IncomeDeskExpired")
        .withArgs(FIRST, expiresAt);
      expect(await income.payableTo(FIRST, alice)).to.equal(0n);
      expect([...(await income.dueThrough(FIRST, bob, alice))]).to.deep.equal([0n, 0n]);
    });

    it("gives what nobody has claimed to whom the terms name, once", async () => {
      const { income, dollar, alice, dave, stranger, expiresAt } = await loadFixture(endingIncome);
      await income.claim(FIRST, alice);
      await time.increaseTo(expiresAt + 1n);

      const reclaim = income.connect(dave).reclaim(FIRST);

      await expect(reclaim).to.emit(income, "IncomeReclaimed").withArgs(FIRST, stranger.address, 4_990n);
      await expect(reclaim).to.changeTokenBalances(ethers, dollar, [income, stranger], [-4_990n, 4_990n]);
      expect((await income.distributionOf(FIRST)).reclaimed).to.equal(4_990n);
      expect(await income.heldOf(FIRST)).to.equal(0n);
      await expect(income.reclaim(FIRST))
        .to.be.revertedWithCustomError(income, "IncomeDeskNothingLeft")
        .withArgs(FIRST);
    });

    it("leaves the tax to its account", async () => {
      const { income, dollar, alice, stranger, dave } = await loadFixture(recordedAsset);
      await income.addWithholding(dave, 5_000n, []);
      await income.setWithholding(ASSET, 1n);
      const expiresAt = BigInt(await time.latest()) + CLAIM_PERIOD + 10n;
      const changes = { withholding: 1n, expiresAt, reclaimTo: stranger };
      await income.declare(recordTerms(ASSET, 0n, dollar, 9_990n, changes));
      await income.claim(FIRST, alice);
      await time.increaseTo(expiresAt + 1n);

      await expect(income.reclaim(FIRST)).to.changeTokenBalance(ethers, dollar, stranger, 4_990n);
      expect(await income.heldOf(FIRST)).to.equal(2_500n);
      await expect(income.withdrawTax(FIRST)).to.changeTokenBalance(ethers, dollar, dave, 2_500n);
    });

    it("never comes if the terms name none", async () => {
      const { income, dollar } = await loadFixture(recordedAsset);
      await income.declare(recordTerms(ASSET, 0n, dollar, 9_990n));
      await time.increase(1_000n * 365n * 86_400n);

      await expect(income.reclaim(FIRST))
        .to.be.revertedWithCustomError(income, "IncomeDeskNotExpired")
        .withArgs(FIRST, 0n);
    });
  });

  describe("currencies", () => {
    it("are contracts, and are allowed and disallowed once", async () => {
      const { income, dollar, stranger } = await loadFixture(recordedAsset);
      const currency = await dollar.getAddress();

      await expect(income.setCurrency(stranger, true))
        .to.be.revertedWithCustomError(income, "IncomeDeskInvalidCurrency")
        .withArgs(stranger.address);
      await expect(income.setCurrency(currency, true))
        .to.be.revertedWithCustomError(income, "IncomeDeskCurrencyUnchanged")
        .withArgs(currency, true);
      await expect(income.setCurrency(currency, false)).to.emit(income, "CurrencySet").withArgs(currency, false);
      expect(await income.isCurrencyAllowed(currency)).to.equal(false);
    });

    it("that are allowed no more still pay what was declared in them", async () => {
      const { income, dollar, alice } = await loadFixture(recordedAsset);
      await income.declare(recordTerms(ASSET, 0n, dollar, 9_990n));
      await income.setCurrency(dollar, false);

      await expect(income.claim(FIRST, alice)).to.changeTokenBalance(ethers, dollar, alice, 5_000n);
    });
  });
});

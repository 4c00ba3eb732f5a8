import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { network } from "hardhat";
import { type Desks, listBackedAsset } from "../../helpers/desks.ts";
import {
  INCOME_ASSET as ASSET,
  heldIncomeAsset,
  KIND_OF_DISTRIBUTION,
  LIST_PHASE,
  openReadableRecord,
  recordedIncomeAsset,
  recordTerms,
} from "../../helpers/income.ts";
import { seededRandom } from "../../helpers/seeded-random.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const OTHER_ASSET = 8n;
const FIRST = 1n; // number of the first distribution

const heldAsset = () => heldIncomeAsset(connection);
const recordedAsset = () => recordedIncomeAsset(connection);

/** Record 0 can be read, and 10,000 base units declared for record 0: 10 a share, 10 carried. */
async function declaredIncome() {
  const world = await recordedAsset();
  await world.income.declare(recordTerms(ASSET, 0n, world.dollar, 10_000n));
  return world;
}

describe("IncomeDesk", () => {
  describe("declare", () => {
    it("makes the money payable by the share and names what does not divide", async () => {
      const { income, dollar, admin } = await loadFixture(recordedAsset);

      const declaration = income.declare(recordTerms(ASSET, 0n, dollar, 10_000n));

      await expect(declaration)
        .to.emit(income, "DistributionDeclared")
        .withArgs(FIRST, ASSET, 0n, await dollar.getAddress(), 10_000n, 0n, 10n, 10n);
      await expect(declaration).to.changeTokenBalances(ethers, dollar, [admin, income], [-10_000n, 10_000n]);
      const { kind, phase, total, paid, expiresAt, taxAccount } = await income.distributionOf(FIRST);
      expect([kind, phase]).to.deep.equal([KIND_OF_DISTRIBUTION.record, LIST_PHASE.payable]);
      expect([total, paid, expiresAt, taxAccount]).to.deep.equal([9_990n, 0n, 0n, ethers.ZeroAddress]);
      const { supply, received, carriedIn, perShare, remainder } = await income.recordIncomeOf(FIRST);
      expect([supply, received, carriedIn, perShare, remainder]).to.deep.equal([999n, 10_000n, 0n, 10n, 10n]);
      expect(await income.distributionCount()).to.equal(1n);
      expect(await income.outstandingOf(FIRST)).to.equal(9_990n);
      expect(await income.carriedOf(ASSET, dollar)).to.equal(10n);
    });

    it("begins with what the last distribution of the asset and currency left", async () => {
      const { income, dollar } = await loadFixture(declaredIncome);

      await expect(income.declare(recordTerms(ASSET, 0n, dollar, 1_988n)))
        .to.emit(income, "DistributionDeclared")
        .withArgs(2n, ASSET, 0n, await dollar.getAddress(), 1_988n, 10n, 2n, 0n);
      expect(await income.carriedOf(ASSET, dollar)).to.equal(0n);
    });

    it("rejects less than one base unit per share, and takes exactly one", async () => {
      const { income, dollar } = await loadFixture(recordedAsset);

      await expect(income.declare(recordTerms(ASSET, 0n, dollar, 998n)))
        .to.be.revertedWithCustomError(income, "IncomeDeskTooSmall")
        .withArgs(ASSET, 998n, 999n);
      await income.declare(recordTerms(ASSET, 0n, dollar, 999n));
      expect((await income.recordIncomeOf(FIRST)).perShare).to.equal(1n);
    });

    it("rejects a record that is not over, was cancelled or never opened", async () => {
      const { income, dollar, shares } = await loadFixture(recordedAsset);
      const instant = BigInt(await time.latest()) + 1_000n;
      await shares.openRecord(ASSET, instant);
      await shares.openRecord(ASSET, instant + 1n);
      await shares.cancelRecord(ASSET, 2n);

      await time.setNextBlockTimestamp(instant);
      await expect(income.declare(recordTerms(ASSET, 1n, dollar, 10_000n)))
        .to.be.revertedWithCustomError(shares, "ShareTokenRecordNotReadable")
        .withArgs(ASSET, 1n, instant);
      await expect(income.declare(recordTerms(ASSET, 2n, dollar, 10_000n)))
        .to.be.revertedWithCustomError(shares, "ShareTokenRecordIsCancelled")
        .withArgs(ASSET, 2n);
      await expect(income.declare(recordTerms(ASSET, 3n, dollar, 10_000n)))
        .to.be.revertedWithCustomError(shares, "ShareTokenUnknownRecord")
        .withArgs(ASSET, 3n);
      await time.setNextBlockTimestamp(instant + 1n);
      await income.declare(recordTerms(ASSET, 1n, dollar, 10_000n));
    });

    it("rejects a record at which nobody held the asset", async () => {
      const world = await loadFixture(recordedAsset);
      const { income, shares, dollar } = world;
      await listBackedAsset(connection, world, OTHER_ASSET);
      await shares.openRecord(OTHER_ASSET, BigInt(await time.latest()) + 1_000n);
      await time.increase(1_001);

      await expect(income.declare(recordTerms(OTHER_ASSET, 0n, dollar, 10_000n)))
        .to.be.revertedWithCustomError(income, "IncomeDeskNoHolders")
        .withArgs(OTHER_ASSET, 0n);
    });

    it("rejects a currency that compliance has not allowed, or allows no more", async () => {
      const { income, dollar, stranger } = await loadFixture(recordedAsset);
      await income.setCurrency(dollar, false);

      for (const currency of [stranger.address, await dollar.getAddress()]) {
        await expect(income.declare(recordTerms(ASSET, 0n, currency, 10_000n)))
          .to.be.revertedWithCustomError(income, "IncomeDeskCurrencyNotAllowed")
          .withArgs(currency);
      }
    });

    it("is not for strangers", async () => {
      const { income, dollar, stranger } = await loadFixture(recordedAsset);

      await expect(income.connect(stranger).declare(recordTerms(ASSET, 0n, dollar, 10_000n)))
        .to.be.revertedWithCustomError(income, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
    });
  });

  describe("claim", () => {
    it("pays the holder at the record, whoever asks, once", async () => {
      const { income, dollar, alice, stranger } = await loadFixture(declaredIncome);
      expect(await income.payableTo(FIRST, alice)).to.equal(5_000n);

      const claim = income.connect(stranger).claim(FIRST, alice);

      await expect(claim).to.emit(income, "IncomePaid").withArgs(FIRST, alice.address, 5_000n, 0n);
      await expect(claim).to.changeTokenBalances(ethers, dollar, [income, alice], [-5_000n, 5_000n]);
      expect(await income.isPaid(FIRST, alice)).to.equal(true);
      expect(await income.payableTo(FIRST, alice)).to.equal(0n);
      expect(await income.outstandingOf(FIRST)).to.equal(4_990n);
      await expect(income.claim(FIRST, alice))
        .to.be.revertedWithCustomError(income, "IncomeDeskAlreadyPaid")
        .withArgs(FIRST, alice.address);
    });

    it("pays nobody who held nothing then, however much he bought since", async () => {
      const { income, shares, alice, dave } = await loadFixture(declaredIncome);
      await shares.connect(alice).safeTransferFrom(alice, dave, ASSET, 500n, "0x");

      await expect(income.claim(FIRST, dave))
        .to.be.revertedWithCustomError(income, "IncomeDeskNothingDue")
        .withArgs(FIRST, dave.address);
      expect(await income.payableTo(FIRST, alice)).to.equal(5_000n);
    });

    it("rejects a distribution nobody declared", async () => {
      const { income, alice } = await loadFixture(declaredIncome);

      for (const unknown of [0n, 2n]) {
        await expect(income.claim(unknown, alice))
          .to.be.revertedWithCustomError(income, "IncomeDeskUnknownDistribution")
          .withArgs(unknown);
      }
      await expect(income.payableTo(2n, alice)).to.be.revertedWithCustomError(income, "IncomeDeskUnknownDistribution");
    });

    it("pays an owner whose shares were frozen or who was suspended: what was earned is his", async () => {
      const { income, dollar, investors, shares, alice } = await loadFixture(declaredIncome);
      await shares.setFrozenTokens(alice, ASSET, 500n);
      await investors.setStanding(ethers.id(alice.address), 1n, 1n);

      await expect(income.claim(FIRST, alice)).to.changeTokenBalance(ethers, dollar, alice, 5_000n);
    });
  });

  describe("claimMany", () => {
    it("pays a page and passes over those paid before, named twice or owed nothing", async () => {
      const { income, dollar, alice, bob, carol, dave } = await loadFixture(declaredIncome);
      await income.claim(FIRST, bob);
      const page = [alice, bob, dave, carol, alice];

      expect(await income.claimMany.staticCall(FIRST, page)).to.equal(2n);
      await expect(income.claimMany(FIRST, page)).to.changeTokenBalances(
        ethers,
        dollar,
        [alice, bob, carol, dave, income],
        [5_000n, 0n, 1_990n, 0n, -6_990n],
      );
      expect(await income.outstandingOf(FIRST)).to.equal(0n);
      expect(await dollar.balanceOf(income)).to.equal(10n); // what is carried
    });

    it("pays only through the desk itself", async () => {
      const { income, alice, admin } = await loadFixture(declaredIncome);

      await expect(income.payInPage(FIRST, alice, alice))
        .to.be.revertedWithCustomError(income, "IncomeDeskNotSelf")
        .withArgs(admin.address);
    });
  });

  it("keeps I-7 through any sequence: paid + outstanding + carried is what was deposited", async () => {
    const world = await loadFixture(heldAsset);
    const { income, dollar, shares, alice, bob, carol, dave } = world;
    const random = seededRandom("IncomeDesk I-7");
    const holders = [alice, bob, carol, dave];
    const pick = (): HardhatEthersSigner => holders[random.below(holders.length)] ?? alice;
    const expected = new Map<string, bigint>(); // `${distribution} ${holder}`, from balances noted by hand at the record
    let deposited = 0n;

    for (let step = 0; step < 60; step++) {
      const what = random.below(4);
      if (what === 0) {
        const balances = await Promise.all(holders.map((holder) => shares.balanceOf(holder, ASSET)));
        const record = await openReadableRecord(connection, world);
        const amount = BigInt(999 + random.below(1_000_000));
        deposited += amount;
        await income.declare(recordTerms(ASSET, record, dollar, amount));
        const distribution = await income.distributionCount();
        const { perShare } = await income.recordIncomeOf(distribution);
        holders.forEach((holder, i) => {
          expected.set(`${distribution} ${holder.address}`, perShare * (balances[i] ?? 0n));
        });
      } else if (what === 1) {
        const from = pick();
        const balance = Number(await shares.balanceOf(from, ASSET));
        const value = random.below(balance + 1);
        await shares.connect(from).safeTransferFrom(from, pick(), ASSET, value, "0x");
      } else if ((await income.distributionCount()) > 0n) {
        const distribution = BigInt(1 + random.below(Number(await income.distributionCount())));
        if (what === 2) await income.claimMany(distribution, [pick(), pick()]);
        else {
          const holder = pick();
          const due = await income.payableTo(distribution, holder);
          if (due === 0n) await expect(income.claim(distribution, holder)).to.be.revert(ethers);
          else await expect(income.claim(distribution, holder)).to.changeTokenBalance(ethers, dollar, holder, due);
        }
      }
      const { paid, outstanding } = await totals(world);
      const carried = await income.carriedOf(ASSET, dollar);
      expect(paid + outstanding + carried, `I-7, ${random.seed}, step ${step}`).to.equal(deposited);
      expect(await dollar.balanceOf(income), `I-7, ${random.seed}, step ${step}`).to.equal(outstanding + carried);
    }

    const count = await income.distributionCount();
    for (let distribution = 1n; distribution <= count; distribution++) await income.claimMany(distribution, holders);
    expect((await totals(world)).outstanding, `I-7, ${random.seed}, everybody paid`).to.equal(0n);
    for (const holder of holders) {
      let due = 0n;
      for (let distribution = 1n; distribution <= count; distribution++) {
        due += expected.get(`${distribution} ${holder.address}`) ?? 0n;
      }
      expect(await dollar.balanceOf(holder), `I-7, ${random.seed}, ${holder.address}`).to.equal(due);
    }
  }).timeout(60_000);
});

/** What all distributions together have paid and still owe. */
async function totals({ income }: Pick<Desks, "income">) {
  let paid = 0n;
  let outstanding = 0n;
  const count = await income.distributionCount();
  for (let distribution = 1n; distribution <= count; distribution++) {
    paid += (await income.distributionOf(distribution)).paid;
    outstanding += await income.outstandingOf(distribution);
  }
  return { paid, outstanding };
}

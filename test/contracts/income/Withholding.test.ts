import { expect } from "chai";
import { network } from "hardhat";
import { CLASS, FRANCE, USA } from "../../helpers/books.ts";
import {
  INCOME_ASSET as ASSET,
  heldIncomeAsset,
  openReadableRecord,
  recordedIncomeAsset,
  recordTerms,
} from "../../helpers/income.ts";
import { seededRandom } from "../../helpers/seeded-random.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const FIRST = 1n; // number of the first distribution, and of the first table
const FALLBACK = 3_000n;
const ANY = 0n;

/** American institutions pay nothing, other Americans 10 %, professionals anywhere 15.5 %, everybody else the fallback, 30 %. */
const ROWS = [
  { country: USA, classes: CLASS.institutional, rateBps: 0n },
  { country: USA, classes: ANY, rateBps: 1_000n },
  { country: ANY, classes: CLASS.professional, rateBps: 1_550n },
];

/** Table 1 stands for the asset; the stranger is the tax office. Record 0 can be read. Everybody is American and accredited. */
async function taxedAsset() {
  const world = await recordedIncomeAsset(connection);
  await world.income.addWithholding(world.stranger, FALLBACK, ROWS);
  await world.income.setWithholding(ASSET, FIRST);
  return world;
}

/** The same, and 10,099 base units a share were declared. */
async function taxedIncome() {
  const world = await taxedAsset();
  const { income, dollar } = world;
  await income.declare(recordTerms(ASSET, 0n, dollar, 999n * 10_099n, { withholding: FIRST }));
  return world;
}

describe("IncomeDesk withholding", () => {
  describe("addWithholding", () => {
    it("adds a table for good, under the next number", async () => {
      const { income, stranger } = await loadFixture(recordedIncomeWorld);

      await expect(income.addWithholding(stranger, FALLBACK, ROWS))
        .to.emit(income, "WithholdingAdded")
        .withArgs(FIRST, stranger.address, FALLBACK, ROWS.map(Object.values));

      const { taxAccount, fallbackBps, rows } = await income.withholdingTable(FIRST);
      expect([taxAccount, fallbackBps]).to.deep.equal([stranger.address, FALLBACK]);
      expect(rows.map((row) => [...row])).to.deep.equal(ROWS.map(Object.values));
      expect(await income.withholdingCount()).to.equal(1n);
    });

    it("rejects a table without an account, rates above all of it, unknown countries and more than 32 rows", async () => {
      const { income, stranger } = await loadFixture(recordedIncomeWorld);
      const row = { country: 999n, classes: ANY, rateBps: 10_000n };
      const most = Array.from({ length: 32 }, () => row);

      for (const [account, fallback, rows, place] of [
        [ethers.ZeroAddress, FALLBACK, ROWS, 3n],
        [stranger.address, 10_001n, ROWS, 3n],
        [stranger.address, FALLBACK, [...most, row], 33n],
        [stranger.address, FALLBACK, [row, { ...row, rateBps: 10_001n }], 1n],
        [stranger.address, FALLBACK, [{ ...row, country: 1_000n }, row], 0n],
      ] as const) {
        await expect(income.addWithholding(account, fallback, [...rows]))
          .to.be.revertedWithCustomError(income, "IncomeDeskInvalidWithholding")
          .withArgs(place);
      }
      await income.addWithholding(stranger, 10_000n, most);
    });

    it("is compliance's, as is pointing assets to tables and allowing currencies", async () => {
      const { income, dollar, stranger } = await loadFixture(recordedIncomeWorld);
      const asStranger = income.connect(stranger);

      for (const call of [
        () => asStranger.addWithholding(stranger, FALLBACK, ROWS),
        () => asStranger.setWithholding(ASSET, 0n),
        () => asStranger.setDefaultWithholding(0n),
        () => asStranger.setCurrency(dollar, false),
      ]) {
        await expect(call())
          .to.be.revertedWithCustomError(income, "AccessManagedUnauthorized")
          .withArgs(stranger.address);
      }
    });
  });

  describe("setWithholding", () => {
    it("goes before the default, and back to it", async () => {
      const { income, stranger } = await loadFixture(taxedAsset);
      await income.addWithholding(stranger, 0n, []);

      await expect(income.setDefaultWithholding(2n)).to.emit(income, "DefaultWithholdingSet").withArgs(2n);
      expect(await income.withholdingOf(ASSET)).to.equal(FIRST);
      expect(await income.withholdingOf(8n)).to.equal(2n);
      await expect(income.setWithholding(ASSET, 0n)).to.emit(income, "WithholdingSet").withArgs(ASSET, 0n);
      expect(await income.withholdingOf(ASSET)).to.equal(2n);
      await income.setDefaultWithholding(0n);
      expect(await income.withholdingOf(ASSET)).to.equal(0n);
    });

    it("rejects a table that nobody added", async () => {
      const { income } = await loadFixture(taxedAsset);

      for (const call of [
        () => income.setWithholding(ASSET, 2n),
        () => income.setDefaultWithholding(2n),
        () => income.withholdingTable(2n),
        () => income.rateOf(2n, ethers.ZeroAddress),
        () => income.withholdingTable(0n),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(income, "IncomeDeskUnknownWithholding");
      }
    });
  });

  describe("rateOf", () => {
    it("is the first row's that fits, or the fallback", async () => {
      const { income, investors, alice } = await loadFixture(taxedAsset);

      for (const [country, classes, rate] of [
        [USA, CLASS.institutional, 0n],
        [USA, CLASS.institutional | CLASS.professional, 0n],
        [USA, CLASS.retail, 1_000n],
        [USA, CLASS.professional, 1_000n],
        [FRANCE, CLASS.professional, 1_550n],
        [FRANCE, CLASS.professional | CLASS.retail, 1_550n],
        [FRANCE, CLASS.institutional, FALLBACK],
      ] as const) {
        await investors.setKind(ethers.id(alice.address), country, classes);
        expect([...(await income.rateOf(FIRST, alice))], `${country} ${classes}`).to.deep.equal([rate, rate]);
      }
      expect([...(await income.rateOf(0n, alice))]).to.deep.equal([0n, 0n]);
    });

    it("is the fallback of those who are unknown, of this suite, or whose verification has expired, to the second", async () => {
      const { income, investors, offering, alice } = await loadFixture(taxedAsset);
      const unknown = ethers.Wallet.createRandom().address;
      await investors.setProtocolAddress(offering, true);
      const until = BigInt(await time.latest()) + 100n;
      await investors.setStanding(ethers.id(alice.address), 0n, until);

      await time.increaseTo(until);
      expect([...(await income.rateOf(FIRST, alice))]).to.deep.equal([1_000n, 1_000n]);
      await time.increaseTo(until + 1n);
      expect([...(await income.rateOf(FIRST, alice))]).to.deep.equal([FALLBACK, 1_000n]);
      for (const account of [unknown, await offering.getAddress()]) {
        expect([...(await income.rateOf(FIRST, account))]).to.deep.equal([FALLBACK, FALLBACK]);
      }
    });
  });

  describe("a distribution", () => {
    it("fixes its table, whatever stands for the asset later", async () => {
      const { income, dollar, alice, stranger } = await loadFixture(taxedIncome);
      await income.addWithholding(stranger, 10_000n, []);
      await income.setWithholding(ASSET, 2n);

      expect([...(await income.dueTo(FIRST, alice))]).to.deep.equal([5_049_500n, 504_950n]);
      await expect(income.claim(FIRST, alice)).to.changeTokenBalance(ethers, dollar, alice, 4_544_550n);
      expect((await income.recordIncomeOf(FIRST)).withholding).to.equal(FIRST);
    });

    it("is not declared by another table than the asset's: a change in between is said, not swallowed", async () => {
      const { income, dollar } = await loadFixture(taxedAsset);

      for (const withholding of [0n, 2n]) {
        await expect(income.declare(recordTerms(ASSET, 0n, dollar, 999n, { withholding })))
          .to.be.revertedWithCustomError(income, "IncomeDeskWithholdingChanged")
          .withArgs(ASSET, withholding, FIRST);
      }
    });

    it("pays each net by what is known of him when he is paid, and keeps the tax apart", async () => {
      const { income, dollar, investors, alice, bob, stranger } = await loadFixture(taxedIncome);
      await investors.setKind(ethers.id(bob.address), FRANCE, CLASS.professional);

      await expect(income.claim(FIRST, alice))
        .to.emit(income, "IncomePaid")
        .withArgs(FIRST, alice.address, 5_049_500n, 504_950n);
      // 300 × 10,099 × 15.5 % = 469,603.5: the half is bob's
      await expect(income.claim(FIRST, bob)).to.changeTokenBalance(ethers, dollar, bob, 3_029_700n - 469_603n);

      const { paid, withheld } = await income.distributionOf(FIRST);
      expect([paid, withheld]).to.deep.equal([8_079_200n, 974_553n]);
      expect(await income.outstandingOf(FIRST)).to.equal(199n * 10_099n);
      expect(await income.heldOf(FIRST)).to.equal(199n * 10_099n + 974_553n);
      const withdrawal = income.withdrawTax(FIRST);
      await expect(withdrawal).to.emit(income, "TaxWithdrawn").withArgs(FIRST, stranger.address, 974_553n);
      await expect(withdrawal).to.changeTokenBalance(ethers, dollar, stranger, 974_553n);
      await expect(income.withdrawTax(FIRST))
        .to.be.revertedWithCustomError(income, "IncomeDeskNoTaxDue")
        .withArgs(FIRST);
    });

    it("is paid to an expired holder at the fallback only if he asks himself", async () => {
      const { income, dollar, investors, alice, bob } = await loadFixture(taxedIncome);
      await investors.setStanding(ethers.id(alice.address), 0n, 1n);
      const refusal = income.interface.encodeErrorResult("IncomeDeskVerificationExpired", [
        FIRST,
        alice.address,
        FALLBACK,
        1_000n,
      ]);

      await expect(income.connect(bob).claim(FIRST, alice))
        .to.be.revertedWithCustomError(income, "IncomeDeskVerificationExpired")
        .withArgs(FIRST, alice.address, FALLBACK, 1_000n);
      const page = income.connect(bob).claimMany(FIRST, [alice, bob]);
      await expect(page).to.emit(income, "PaymentFailed").withArgs(FIRST, alice.address, refusal);
      await expect(page).to.emit(income, "IncomePaid").withArgs(FIRST, bob.address, 3_029_700n, 302_970n);

      expect(await income.payableTo(FIRST, alice)).to.equal(3_534_650n);
      await expect(income.connect(alice).claim(FIRST, alice)).to.changeTokenBalance(ethers, dollar, alice, 3_534_650n);
    });

    it("is paid in full to an expired holder in his own page, or to his successor who asks", async () => {
      const { income, dollar, investors, alice, bob, dave, others } = await loadFixture(taxedIncome);
      const successor = others.at(-1);
      if (successor === undefined) throw new Error("too few accounts");
      for (const holder of [alice, bob]) await investors.setStanding(ethers.id(holder.address), 0n, 1n);
      await investors.recover(bob, successor);

      expect(await income.connect(dave).claimMany.staticCall(FIRST, [alice, bob])).to.equal(0n);
      await income.connect(alice).claimMany(FIRST, [alice, bob]);
      expect(await dollar.balanceOf(alice)).to.equal(3_534_650n);
      expect(await income.isPaid(FIRST, bob)).to.equal(false);
      await expect(income.connect(successor).claim(FIRST, bob)).to.changeTokenBalance(
        ethers,
        dollar,
        successor,
        2_120_790n,
      );
    });

    it("moves nothing to who pays all of it as tax, and has paid him", async () => {
      const { income, dollar, alice, stranger } = await loadFixture(taxedAsset);
      await income.addWithholding(stranger, 10_000n, []);
      await income.setWithholding(ASSET, 2n);
      await income.declare(recordTerms(ASSET, 0n, dollar, 9_990n, { withholding: 2n }));

      await expect(income.claim(FIRST, alice)).not.to.emit(dollar, "Transfer");
      expect(await income.isPaid(FIRST, alice)).to.equal(true);
      expect(await income.heldOf(FIRST)).to.equal(9_990n);
    });
  });

  it("P61: gross is net plus tax to the unit, for any rates and amounts", async () => {
    const world = await heldIncomeAsset(connection);
    const { income, dollar, investors, alice, bob, carol, stranger } = world;
    const random = seededRandom("IncomeDesk P61");
    const holders = [alice, bob, carol];
    const shares = [500n, 300n, 199n];
    const record = await openReadableRecord(connection, world);

    for (let round = 1n; round <= 12n; round++) {
      const rows = [USA, FRANCE].map((country) => ({ country, classes: ANY, rateBps: BigInt(random.below(10_001)) }));
      await income.addWithholding(stranger, random.below(10_001), rows);
      await income.setWithholding(ASSET, round);
      for (const holder of holders) {
        const country = [USA, FRANCE, 276n][random.below(3)] ?? USA;
        await investors.setKind(ethers.id(holder.address), country, CLASS.retail);
      }
      const amount = BigInt(999 + random.below(1_000_000_000));
      await income.declare(recordTerms(ASSET, record, dollar, amount, { withholding: round }));

      const before = await Promise.all([stranger, ...holders].map((each) => dollar.balanceOf(each)));
      await income.claimMany(round, holders);
      const { withheld } = await income.distributionOf(round);
      if (withheld !== 0n) await income.withdrawTax(round);
      const after = await Promise.all([stranger, ...holders].map((each) => dollar.balanceOf(each)));
      const [tax = 0n, ...net] = after.map((balance, i) => balance - (before[i] ?? 0n));

      const { perShare, received, carriedIn, remainder } = await income.recordIncomeOf(round);
      const sum = net.reduce((total, each) => total + each, 0n);
      expect(sum + tax, `P61, ${random.seed}, round ${round}`).to.equal(999n * perShare);
      expect(sum + tax + remainder, `P61, ${random.seed}, round ${round}`).to.equal(received + carriedIn);
      const rates = await Promise.all(holders.map(async (each) => (await income.rateOf(round, each)).rateBps));
      const wanted = shares.map((held, i) => (held * perShare * (rates[i] ?? 0n)) / 10_000n);
      expect(tax, `P61, ${random.seed}, round ${round}`).to.equal(wanted.reduce((total, each) => total + each, 0n));
      expect(await income.heldOf(round)).to.equal(0n);
    }
  }).timeout(60_000);
});

async function recordedIncomeWorld() {
  return recordedIncomeAsset(connection);
}

import { expect } from "chai";
import { network } from "hardhat";
import { FAR_FUTURE } from "../../helpers/books.ts";
import {
  DAY,
  demandPrice,
  E18,
  HEARTBEAT,
  interfaceIdOf,
  MOST_AGE,
  PRICE,
  TOWER,
  valuationWorld,
} from "../../helpers/valuation.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;
const { empty, appointed, priced, publish, now, codeOf } = valuationWorld(connection);

const UNKNOWN_ASSET = 99n;

describe("NavOracle: values as prices", () => {
  describe("as a price", () => {
    it("is not usable, and says why, one reason after another", async () => {
      const world = await loadFixture(appointed);
      const { oracle, subject, usd, ann, ben } = world;
      const instant = (await now()) - 70n * DAY;
      const isNow = async (code: bigint, words: RegExp) => {
        const said = await oracle.isPriceUsable(TOWER);
        expect([said.usable, said.code]).to.deep.equal([code === 0n, code]);
        expect(said.reason).to.match(words);
      };

      await isNow(PRICE.noTerms, /how this asset is priced/);
      await demandPrice(world, 2n);
      await isNow(PRICE.noQuorum, /too few providers/i);
      await publish(world, ann, -1n, { instant });
      await publish(world, ben, 100n, { instant });
      await isNow(PRICE.notPositive, /zero or negative/);
      await publish(world, ann, 50n, { instant, corrects: 0n });
      await isNow(PRICE.providersDisagree, /too far apart/);
      await publish(world, ann, 99n, { instant, corrects: 2n });
      await isNow(PRICE.jumpUnconfirmed, /has jumped/);
      await oracle.confirmPrice(TOWER, 99n * E18);
      await isNow(PRICE.usable, /can be used/);
      await time.increaseTo(instant + MOST_AGE + 1n);
      await isNow(PRICE.valuationStale, /too long ago; ask the providers to value/);
      await time.increase(HEARTBEAT);
      await isNow(PRICE.publicationStale, /published too long ago/);
      expect(await oracle.isSnapshotCurrent(subject, usd, 3n)).to.equal(true);
    });

    it("is not usable while nobody has said how old it may be", async () => {
      const world = await loadFixture(empty);
      const { oracle, subject, usd, total, ann } = world;
      await oracle.setProvider(TOWER, ann.address, true);
      await oracle.setNAVBasis(subject, usd, total);
      await demandPrice(world);
      await publish(world, ann, 5n);

      expect(await codeOf(world)).to.equal(PRICE.publicationStale);
    });

    it("is narrowed to whole base units around the value of a share", async () => {
      const world = await loadFixture(priced);
      const { oracle, shares, dollar, admin, investors, ann } = world;
      await publish(world, ann, 1_000n);
      const before = await oracle.bandOf(TOWER, dollar);
      expect([before.low, before.high, before.code]).to.deep.equal([0n, 0n, PRICE.noSharePrice]);
      expect(before.reason).to.match(/cannot be divided among shares/);

      await investors.register(
        { investor: ethers.id("Ann"), country: 840n, classes: 4n, flags: 0n, verifiedUntil: FAR_FUTURE },
        ann.address,
      );
      await shares.connect(admin).setAssetState(TOWER, 3n);
      await shares.connect(admin).mint(ann.address, TOWER, 3_000n, "0x");
      const after = await oracle.bandOf(TOWER, dollar);
      // 1,000 / 3,000 = 0.333333…; 5 % below and above, 316,666.6… and 350,000 base units.
      expect([after.low, after.high, after.code]).to.deep.equal([316_667n, 350_000n, PRICE.usable]);
      for (const [price, within] of [
        [316_666n, false],
        [316_667n, true],
        [350_000n, true],
        [350_001n, false],
      ] as const) {
        expect(await oracle.isWithinBand(TOWER, dollar, price)).to.equal(within);
      }
    });

    it("needs no shares where it is per share, and cannot be had where it is per unit of the thing", async () => {
      const world = await loadFixture(empty);
      const { oracle, subject, dollar, ann } = world;
      await oracle.setProvider(TOWER, ann.address, true);
      await oracle.setPriceToken(TOWER, dollar, true);
      for (const [name, code, low] of [
        ["PER_SHARE", PRICE.usable, 1_900_000n],
        ["PER_UNIT", PRICE.noSharePrice, 0n],
      ] as const) {
        const [currency, basis] = [ethers.id(name), ethers.id(`ERC-8330:NAV_BASIS:${name}`)];
        await oracle.setNAVBasis(subject, currency, basis);
        await oracle.setStalenessConfig(subject, currency, HEARTBEAT, MOST_AGE);
        await oracle.setAggregationConfig(subject, currency, 1n, 0n);
        await oracle.setPriceTerms(TOWER, { currency, required: false, bandBps: 500n, jumpBps: 0n });
        await publish(world, ann, 2n, { currency, basis });

        const band = await oracle.bandOf(TOWER, dollar);
        expect([band.code, band.low]).to.deep.equal([code, low]);
      }
    });

    it("has no limits where nobody demands any, and only has to be usable where no band is set", async () => {
      const world = await loadFixture(appointed);
      const { oracle, subject, usd, dollar, ann } = world;
      const widest = [0n, 0n, ethers.MaxUint256];
      expect(await oracle.offerCode(TOWER)).to.equal(0n);
      expect([...(await oracle.tradeBand(TOWER, dollar))]).to.deep.equal(widest);

      await oracle.setPriceTerms(TOWER, { currency: usd, required: true, bandBps: 0n, jumpBps: 0n });
      expect(await oracle.offerCode(TOWER)).to.equal(PRICE.noQuorum);
      expect((await oracle.tradeBand(TOWER, dollar)).code).to.equal(PRICE.noQuorum);
      expect(await oracle.isWithinBand(TOWER, dollar, 1n)).to.equal(false);
      await oracle.setAggregationConfig(subject, usd, 1n, 0n);
      await publish(world, ann, 5n);
      expect(await oracle.offerCode(TOWER)).to.equal(0n);
      expect([...(await oracle.tradeBand(TOWER, dollar))]).to.deep.equal(widest);
    });

    it("is not held to a currency that nobody has accepted", async () => {
      const world = await loadFixture(priced);
      const { oracle, dollar, ann } = world;
      await publish(world, ann, 5n);

      await expect(oracle.setPriceToken(TOWER, dollar, false))
        .to.emit(oracle, "PriceTokenSet")
        .withArgs(TOWER, await dollar.getAddress(), false, 6n);
      expect([...(await oracle.priceTokenOf(TOWER, dollar))]).to.deep.equal([false, 6n]);
      const { code, reason } = await oracle.bandOf(TOWER, dollar);
      expect(code).to.equal(PRICE.currencyUnknown);
      expect(reason).to.match(/compliance accepts it/);
    });

    it("takes no band of 100 %, no stream without a name, no currency without code, and no unknown asset", async () => {
      const { oracle, usd, dollar, shares, ann } = await loadFixture(empty);
      const terms = { currency: usd, required: true, bandBps: 9_999n, jumpBps: 0n };

      await expect(oracle.setPriceTerms(TOWER, { ...terms, bandBps: 10_000n }))
        .to.be.revertedWithCustomError(oracle, "NavOracleInvalidPriceTerms")
        .withArgs(TOWER, usd, 10_000n);
      await expect(oracle.setPriceTerms(TOWER, { ...terms, currency: ethers.ZeroHash }))
        .to.be.revertedWithCustomError(oracle, "NavOracleInvalidPriceTerms")
        .withArgs(TOWER, ethers.ZeroHash, 9_999n);
      await expect(oracle.setPriceToken(TOWER, ann.address, true))
        .to.be.revertedWithCustomError(oracle, "NavOracleInvalidToken")
        .withArgs(ann.address);
      for (const attempt of [
        () => oracle.setPriceTerms(UNKNOWN_ASSET, terms),
        () => oracle.setPriceToken(UNKNOWN_ASSET, dollar, true),
        () => oracle.setProvider(UNKNOWN_ASSET, ann.address, true),
      ]) {
        await expect(attempt()).to.be.revertedWithCustomError(shares, "ShareTokenUnknownAsset").withArgs(UNKNOWN_ASSET);
      }
      await oracle.setPriceTerms(TOWER, terms);
      expect([...(await oracle.priceTermsOf(TOWER))]).to.deep.equal([usd, true, 9_999n, 0n]);
    });
  });

  it("says which interfaces it has, and which not", async () => {
    const { oracle } = await loadFixture(empty);
    for (const name of ["INAVSnapshotOracle", "INAVAggregation", "IPriceGuard"]) {
      expect(await oracle.supportsInterface(await interfaceIdOf(connection, name)), name).to.equal(true);
    }
    expect(await oracle.supportsInterface("0x01ffc9a7")).to.equal(true);
    expect(await oracle.supportsInterface("0xffffffff")).to.equal(false);
  });

  it("cannot be initialised again, and only the upgrader's role changes its code", async () => {
    const { oracle, log, implementations, authority, shares, stranger } = await loadFixture(empty);
    for (const book of [oracle, log]) {
      await expect(book.initialize(authority, shares)).to.be.revertedWithCustomError(book, "InvalidInitialization");
      await expect(book.connect(stranger).upgradeToAndCall(stranger.address, "0x"))
        .to.be.revertedWithCustomError(book, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
    }
    const [oracleCode = "", logCode = ""] = implementations;
    const bare = await ethers.getContractAt("NavOracle", oracleCode);
    await expect(bare.initialize(authority, shares)).to.be.revertedWithCustomError(bare, "InvalidInitialization");
    await oracle.upgradeToAndCall(oracleCode, "0x");
    await log.upgradeToAndCall(logCode, "0x");
  });
});

import { expect } from "chai";
import { network } from "hardhat";
import { planBatch } from "../../helpers/batch.ts";
import { onboard } from "../../helpers/books.ts";
import { listBackedAsset } from "../../helpers/desks.ts";
import { netVector } from "../../helpers/net-vector.ts";
import { openOffering } from "../../helpers/offering.ts";
import { DOLLAR, deployFourHolders, TOWER, VILLA } from "../../helpers/settlement-suite.ts";
import {
  deployAssetBook,
  deployValuation,
  HEARTBEAT,
  MOST_AGE,
  NO_CORRECTION,
  PRICE,
} from "../../helpers/valuation.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const USD = ethers.id("ERC-8330:CURRENCY:USD");
const ON_OFFER = 9n;
const COST = 100_000_000n;

/** The tower is worth 40,000 dollars in 4,000 shares, so a share is worth 10; trades may be 5 % off. Nobody demands a price for the villa. */
async function guardedTower() {
  const suite = await deployFourHolders(connection);
  const { desk, shares, authority, dollar, alice } = suite;
  const { proxy } = await deployAssetBook(connection, "NavOracle", [
    await authority.getAddress(),
    await shares.getAddress(),
  ]);
  const oracle = await ethers.getContractAt("NavOracle", proxy);
  const subject = await shares.anchorIdOf(TOWER);
  const total = ethers.id("ERC-8330:NAV_BASIS:TOTAL");
  await oracle.setProvider(TOWER, alice.address, true);
  await oracle.setNAVBasis(subject, USD, total);
  await oracle.setStalenessConfig(subject, USD, HEARTBEAT, MOST_AGE);
  await oracle.setAggregationConfig(subject, USD, 1n, 0n);
  await oracle.setPriceTerms(TOWER, { currency: USD, required: true, bandBps: 500n, jumpBps: 0n });
  await oracle.setPriceToken(TOWER, dollar, true);
  const instant = BigInt(await time.latest());
  await oracle
    .connect(alice)
    .publishNAV(subject, USD, total, 40_000n, 0n, instant, USD, "ipfs://methodology", NO_CORRECTION);
  await desk.setPriceGuard(proxy);

  async function trade(price: bigint, asset = TOWER) {
    const { operator, bob, orderOf, signedTrade } = suite;
    const buy = orderOf(alice.address, 0n, { asset, limitPrice: 20n * DOLLAR });
    const sell = orderOf(bob.address, 1n, { asset, limitPrice: 1n });
    const terms = { quantity: 1n, price, matchNumber: 1n };
    const trade = await signedTrade({ order: buy, signer: alice }, { order: sell, signer: bob }, terms);
    return desk.connect(operator).settleTrade(trade);
  }

  /** Alice buys ten shares from bob for so much. */
  async function chunk(cash: bigint, asset = TOWER) {
    const { bob, currency, open, settle } = suite;
    const vector = netVector(currency, {
      cash: [
        [alice.address, -cash],
        [bob.address, cash],
      ],
      shares: [
        [asset, alice.address, 10n],
        [asset, bob.address, -10n],
      ],
    });
    const batch = planBatch((await desk.lastBatch()) + 1n, [vector]);
    await open(batch);
    return settle(batch.chunks[0]);
  }
  return { ...suite, oracle, subject, instant, trade, chunk };
}

/** An offering of an asset that demands a price, and nobody has valued it. Alice has money. */
async function offeredWithoutValue() {
  const world = await deployValuation(connection);
  const { oracle, offering, dollar, ann } = world;
  await listBackedAsset(connection, world, ON_OFFER);
  const subject = await world.shares.anchorIdOf(ON_OFFER);
  await openOffering(connection, world, ON_OFFER);
  await onboard(connection, world, ann);
  await dollar.mint(ann, COST);
  await dollar.connect(ann).approve(offering, COST);
  await oracle.setPriceTerms(ON_OFFER, { currency: USD, required: true, bandBps: 0n, jumpBps: 0n });
  const subscribe = () => offering.connect(ann).subscribe(1n, 100n, 100n, COST);
  return { ...world, subject, subscribe };
}

describe("Price guard", () => {
  describe("of the offering desk", () => {
    it("is nobody at first, and is named by whom the authority lets", async () => {
      const { offering, oracle, subscribe, stranger } = await loadFixture(offeredWithoutValue);

      expect(await offering.priceGuard()).to.equal(ethers.ZeroAddress);
      await subscribe();
      await expect(offering.connect(stranger).setPriceGuard(oracle))
        .to.be.revertedWithCustomError(offering, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
      await expect(offering.setPriceGuard(oracle))
        .to.emit(offering, "PriceGuardSet")
        .withArgs(await oracle.getAddress());
    });

    it("stops subscriptions while a price is demanded and not usable, to the second", async () => {
      const { offering, oracle, subject, usd, total, subscribe, ann } = await loadFixture(offeredWithoutValue);
      await offering.setPriceGuard(oracle);
      await expect(subscribe())
        .to.be.revertedWithCustomError(offering, "OfferingDeskPriceNotUsable")
        .withArgs(ON_OFFER, PRICE.noQuorum);

      await oracle.setProvider(ON_OFFER, ann.address, true);
      await oracle.setNAVBasis(subject, usd, total);
      await oracle.setStalenessConfig(subject, usd, 50n, 50n);
      await oracle.setAggregationConfig(subject, usd, 1n, 0n);
      const instant = BigInt(await time.latest());
      await oracle
        .connect(ann)
        .publishNAV(subject, usd, total, 1_000n, 0n, instant, USD, "ipfs://methodology", NO_CORRECTION);
      await time.setNextBlockTimestamp(instant + 51n);
      await expect(subscribe())
        .to.be.revertedWithCustomError(offering, "OfferingDeskPriceNotUsable")
        .withArgs(ON_OFFER, PRICE.valuationStale);
      await oracle.setStalenessConfig(subject, usd, 500n, 60n);
      await time.setNextBlockTimestamp(instant + 60n);
      await subscribe();
    });
  });

  describe("of the settlement desk", () => {
    it("is nobody at first, and is named by whom the authority lets", async () => {
      const { desk, outsider, oracle } = await loadFixture(guardedTower);

      await expect(desk.connect(outsider).setPriceGuard(oracle))
        .to.be.revertedWithCustomError(desk, "AccessManagedUnauthorized")
        .withArgs(outsider.address);
      await expect(desk.setPriceGuard(ethers.ZeroAddress)).to.emit(desk, "PriceGuardSet").withArgs(ethers.ZeroAddress);
      expect(await desk.priceGuard()).to.equal(ethers.ZeroAddress);
    });

    it("holds a trade's own price to the band, to the base unit", async () => {
      const { desk, trade } = await loadFixture(guardedTower);
      const [low, high] = [9_500_000n, 10_500_000n];

      for (const price of [low - 1n, high + 1n]) {
        await expect(trade(price))
          .to.be.revertedWithCustomError(desk, "SettlementDeskPriceOutsideBand")
          .withArgs(TOWER, price, low, high);
      }
      await trade(low);
      await trade(high);
    });

    it("stops trades and chunks when the value is too old, and does not ask where nobody demands a price", async () => {
      const { desk, instant, trade, chunk } = await loadFixture(guardedTower);
      await time.increaseTo(instant + HEARTBEAT + 10n);

      for (const attempt of [() => trade(10n * DOLLAR), () => chunk(100n * DOLLAR)]) {
        await expect(attempt())
          .to.be.revertedWithCustomError(desk, "SettlementDeskPriceNotUsable")
          .withArgs(TOWER, PRICE.publicationStale);
      }
      await trade(20n * DOLLAR, VILLA);
    });

    it("narrows the mandates of a chunk: net, nobody pays more or gets less than the band, beyond his allowance", async () => {
      const { desk, chunk, alice, bob, giveMandate } = await loadFixture(guardedTower);
      const lastBatchOpen = () => time.increase(86_400);

      await expect(chunk(109n * DOLLAR))
        .to.be.revertedWithCustomError(desk, "SettlementDeskShortOfPrices")
        .withArgs(alice.address, 4n * DOLLAR, 0n);
      await lastBatchOpen();
      await desk.closeBatch();
      await expect(chunk(92n * DOLLAR))
        .to.be.revertedWithCustomError(desk, "SettlementDeskShortOfPrices")
        .withArgs(bob.address, 3n * DOLLAR, 0n);
      await lastBatchOpen();
      await desk.closeBatch();

      await giveMandate(bob, { nonce: 2n, lossAllowance: 3n * DOLLAR });
      await chunk(92n * DOLLAR);
      await chunk(100n * DOLLAR);
      await chunk(105n * DOLLAR);
      await chunk(109n * DOLLAR, VILLA);
    });

    it("tells the executor the narrowed limits, and none while the price is not usable", async () => {
      const { desk, alice, currency, instant } = await loadFixture(guardedTower);
      const limit = async (asset: bigint) => [...(await desk.mandateLimit(alice.address, currency, asset))];

      expect(await limit(TOWER)).to.deep.equal([500n, 500n, 10_500_000n, 9_500_000n]);
      expect(await limit(VILLA)).to.deep.equal([500n, 500n, 11n * DOLLAR, 9n * DOLLAR]);
      await time.increaseTo(instant + HEARTBEAT + 10n);
      expect(await limit(TOWER)).to.deep.equal([0n, 0n, 0n, 0n]);
    });

    it("keeps signed limits that are narrower than the band, and rounds the band into whole engine units", async () => {
      const { desk, oracle, alice, dollar, giveMandate } = await loadFixture(guardedTower);
      const coarse = await ethers.deployContract("TestDollar", [alice.address]);
      const currency = await coarse.getAddress();
      await desk.allowCurrency(currency, 1_000_000n);
      await oracle.setPriceToken(TOWER, currency, true);
      const limits = (maxBuyPrice: bigint, minSellPrice: bigint) => [
        { asset: TOWER, maxIn: 1n, maxOut: 1n, maxBuyPrice, minSellPrice },
      ];
      await giveMandate(alice, { nonce: 2n, limits: limits(10_100_000n, 9_900_000n) });
      await giveMandate(alice, { currency, limits: limits(20n * DOLLAR, DOLLAR) });

      expect([...(await desk.mandateLimit(alice.address, dollar, TOWER))]).to.deep.equal([
        1n,
        1n,
        10_100_000n,
        9_900_000n,
      ]);
      expect([...(await desk.mandateLimit(alice.address, currency, TOWER))]).to.deep.equal([1n, 1n, 10n, 10n]);
    });

    it("has nothing against a chunk in which nothing moves", async () => {
      const { desk, open, settle, outsider } = await loadFixture(guardedTower);
      const vector = { ...netVector(outsider.address, { cash: [], shares: [] }), assets: [VILLA] };
      const batch = planBatch((await desk.lastBatch()) + 1n, [vector]);
      await open(batch);

      await expect(settle(batch.chunks[0])).to.emit(desk, "BatchClosed");
    });
  });
});

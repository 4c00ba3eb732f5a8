import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { network } from "hardhat";
import { CLASS, FAR_FUTURE, FLAG, onboard, STATE } from "../../helpers/books.ts";
import {
  appointCustodian,
  attestationOf,
  type Desks,
  deployDesks,
  listBackedAsset,
  PHASE,
  signAttestation,
} from "../../helpers/desks.ts";
import { BUYER_MONEY, openOffering, type Terms, termsOf } from "../../helpers/offering.ts";
import { setRules } from "../../helpers/rules.ts";
import { seededRandom } from "../../helpers/seeded-random.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const ASSET = 7n;
const PRICE = 2_500_000n; // 2.50 dollars
const FIRST = 1n; // number of the first offering
const MONTH = 2_592_000n;

/** A listed and backed asset, and five verified buyers with money and an allowance. */
async function assetToOffer() {
  const desks = await deployDesks(connection);
  await listBackedAsset(connection, desks, ASSET, 1_000n);
  const [alice, bob, carol, dave, erin] = desks.people;
  if (!alice || !bob || !carol || !dave || !erin) throw new Error("too few accounts");
  for (const buyer of [alice, bob, carol, dave, erin]) {
    await onboard(connection, desks, buyer);
    await desks.dollar.mint(buyer, BUYER_MONEY);
    await desks.dollar.connect(buyer).approve(desks.offering, ethers.MaxUint256);
  }
  return { ...desks, alice, bob, carol, dave, erin };
}

/** 1,000 shares at 2.50 dollars, soft cap 400, tickets from 10, 5 % fee; open for 1,000 seconds from now. */
async function openAsset() {
  const world = await assetToOffer();
  const terms = await openOffering(connection, world, ASSET, { price: PRICE });
  return { ...world, terms };
}

/** Alice has 300 shares, bob 100, carol 50; the window is over and the offering has succeeded. */
async function succeededOffering() {
  const world = await openAsset();
  await buy(world, world.alice, 300n);
  await buy(world, world.bob, 100n);
  await buy(world, world.carol, 50n);
  await time.increaseTo(world.terms.closesAt + 1n);
  await world.offering.close(FIRST);
  return world;
}

/** Alice has 300 of the 400 shares that were needed; the offering has failed. */
async function failedOffering() {
  const world = await openAsset();
  await buy(world, world.alice, 300n);
  await time.increaseTo(world.terms.closesAt + 1n);
  await world.offering.close(FIRST);
  return world;
}

async function buy({ offering }: Pick<Desks, "offering">, buyer: HardhatEthersSigner, shares: bigint) {
  return offering.connect(buyer).subscribe(FIRST, shares, shares, shares * PRICE);
}

describe("OfferingDesk", () => {
  describe("open", () => {
    it("offers a listed and backed asset", async () => {
      const world = await loadFixture(assetToOffer);
      const { offering, shares } = world;
      const terms = await termsOf(connection, world, ASSET, { price: PRICE });

      await expect(offering.open(terms))
        .to.emit(offering, "OfferingOpened")
        .withArgs(FIRST, ASSET, Object.values(terms));

      expect(await offering.offeringCount()).to.equal(FIRST);
      expect(await shares.stateOf(ASSET)).to.equal(STATE.offered);
      const opened = await offering.offeringOf(FIRST);
      expect([opened.phase, opened.sold, opened.allotted, opened.closedAt]).to.deep.equal([PHASE.open, 0n, 0n, 0n]);
      expect([...opened.terms]).to.deep.equal(Object.values(terms));
      expect(await offering.costOf(FIRST, 3n)).to.equal(3n * PRICE);
    });

    it("is not for strangers, nor is closing early", async () => {
      const world = await loadFixture(openAsset);
      const { offering, stranger, terms } = world;

      for (const attempt of [offering.connect(stranger).open(terms), offering.connect(stranger).closeSoldOut(FIRST)]) {
        await expect(attempt)
          .to.be.revertedWithCustomError(offering, "AccessManagedUnauthorized")
          .withArgs(stranger.address);
      }
    });

    it("rejects terms that make no sense", async () => {
      const world = await loadFixture(assetToOffer);
      const { offering, treasury, feeRecipient, stranger } = world;
      const dollar = await world.dollar.getAddress();
      const now = BigInt(await time.latest()) + 10n;

      const cases: readonly [Partial<Terms>, string, readonly unknown[]][] = [
        [{ price: 0n }, "OfferingDeskInvalidPrice", [dollar, 0n]],
        [{ price: 2n ** 128n }, "OfferingDeskInvalidPrice", [dollar, 2n ** 128n]],
        [{ currency: stranger.address }, "OfferingDeskInvalidPrice", [stranger.address, PRICE]],
        [{ softCap: 0n }, "OfferingDeskInvalidCaps", [0n, 1_000n, 10n, 0n]],
        [{ softCap: 1_001n }, "OfferingDeskInvalidCaps", [1_001n, 1_000n, 10n, 0n]],
        [{ minTicket: 1_001n }, "OfferingDeskInvalidCaps", [400n, 1_000n, 1_001n, 0n]],
        [{ maxPerInvestor: 9n }, "OfferingDeskInvalidCaps", [400n, 1_000n, 10n, 9n]],
        [{ opensAt: now + 5n, closesAt: now + 5n }, "OfferingDeskInvalidWindow", [now + 5n, now + 5n, now]],
        [{ opensAt: now - 5n, closesAt: now }, "OfferingDeskInvalidWindow", [now - 5n, now, now]],
        [
          { treasury: ethers.ZeroAddress },
          "OfferingDeskInvalidPayees",
          [ethers.ZeroAddress, feeRecipient.address, 500n],
        ],
        [
          { feeRecipient: ethers.ZeroAddress },
          "OfferingDeskInvalidPayees",
          [treasury.address, ethers.ZeroAddress, 500n],
        ],
        [{ feeBps: 10_001n }, "OfferingDeskInvalidPayees", [treasury.address, feeRecipient.address, 10_001n]],
      ];

      for (const [changes, error, values] of cases) {
        const terms = await termsOf(connection, world, ASSET, { price: PRICE, ...changes });
        const snapshot = await networkHelpers.takeSnapshot();
        await time.setNextBlockTimestamp(now);
        await expect(offering.open(terms))
          .to.be.revertedWithCustomError(offering, error)
          .withArgs(...values);
        await snapshot.restore();
      }
    });

    it("rejects an asset that is not listed, or on offer already", async () => {
      const world = await loadFixture(openAsset);
      const { offering, terms } = world;

      await expect(offering.open({ ...terms, id: 99n }))
        .to.be.revertedWithCustomError(offering, "OfferingDeskAssetNotListed")
        .withArgs(99n, STATE.unlisted);
      await expect(offering.open(terms))
        .to.be.revertedWithCustomError(offering, "OfferingDeskAssetNotListed")
        .withArgs(ASSET, STATE.offered);
    });

    it("rejects an asset that nobody keeps", async () => {
      const world = await loadFixture(assetToOffer);
      const { offering, custody } = world;
      const terms = await termsOf(connection, world, ASSET, { price: PRICE });
      await custody.endMandate(ASSET, ethers.id("notice"));

      await expect(offering.open(terms))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNotBacked")
        .withArgs(ASSET);
    });

    it("rejects more shares than may still be issued", async () => {
      const world = await loadFixture(assetToOffer);
      const { offering } = world;
      const terms = await termsOf(connection, world, ASSET, { price: PRICE, hardCap: 1_001n });

      await expect(offering.open(terms))
        .to.be.revertedWithCustomError(offering, "OfferingDeskCapExceeded")
        .withArgs(ASSET, 1_001n, 1_000n);
    });

    it("rejects a second offering while the first is open, whatever state the issuer has put the asset in", async () => {
      const world = await loadFixture(openAsset);
      const { offering, shares, terms } = world;
      await shares.setAssetState(ASSET, STATE.listed);

      await expect(offering.open(terms))
        .to.be.revertedWithCustomError(offering, "OfferingDeskUnfinished")
        .withArgs(ASSET, FIRST);
    });
  });

  describe("subscribe", () => {
    it("takes exactly the price into escrow and gives an entitlement", async () => {
      const world = await loadFixture(openAsset);
      const { offering, dollar, shares, alice } = world;

      const purchase = buy(world, alice, 300n);

      await expect(purchase).to.emit(offering, "Subscribed").withArgs(FIRST, alice.address, 300n, 750_000_000n);
      await expect(purchase).to.changeTokenBalances(ethers, dollar, [alice, offering], [-750_000_000n, 750_000_000n]);
      expect(await offering.entitlementOf(FIRST, alice)).to.equal(300n);
      expect(await offering.escrowOf(FIRST)).to.equal(750_000_000n);
      expect((await offering.offeringOf(FIRST)).sold).to.equal(300n);
      expect(await shares.balanceOf(alice, ASSET)).to.equal(0n);
    });

    it("gives what is left to a buyer who wants more, if he accepts that", async () => {
      const world = await loadFixture(openAsset);
      const { offering, alice, bob } = world;
      await buy(world, alice, 950n);

      await expect(offering.connect(bob).subscribe(FIRST, 100n, 51n, ethers.MaxUint256))
        .to.be.revertedWithCustomError(offering, "OfferingDeskTooFewLeft")
        .withArgs(FIRST, 51n, 50n);

      expect(await offering.connect(bob).subscribe.staticCall(FIRST, 100n, 50n, ethers.MaxUint256)).to.equal(50n);
      await offering.connect(bob).subscribe(FIRST, 100n, 50n, ethers.MaxUint256);
      expect(await offering.entitlementOf(FIRST, bob)).to.equal(50n);

      await expect(offering.connect(bob).subscribe(FIRST, 1n, 0n, ethers.MaxUint256))
        .to.be.revertedWithCustomError(offering, "OfferingDeskTooFewLeft")
        .withArgs(FIRST, 0n, 0n);
    });

    it("rejects tickets below the smallest, unless they are the rest", async () => {
      const world = await loadFixture(openAsset);
      const { offering, alice, bob } = world;

      await expect(buy(world, alice, 9n))
        .to.be.revertedWithCustomError(offering, "OfferingDeskBelowTicket")
        .withArgs(FIRST, 9n, 10n);
      await buy(world, alice, 995n);
      await expect(buy(world, bob, 4n))
        .to.be.revertedWithCustomError(offering, "OfferingDeskBelowTicket")
        .withArgs(FIRST, 4n, 10n);
      await buy(world, bob, 5n);
    });

    it("rejects nothing for nothing", async () => {
      const world = await loadFixture(openAsset);
      const { offering, alice } = world;

      await expect(buy(world, alice, 0n))
        .to.be.revertedWithCustomError(offering, "OfferingDeskTooFewLeft")
        .withArgs(FIRST, 0n, 1_000n);
    });

    it("costs no more than the buyer said", async () => {
      const world = await loadFixture(openAsset);
      const { offering, alice } = world;

      await expect(offering.connect(alice).subscribe(FIRST, 10n, 10n, 10n * PRICE - 1n))
        .to.be.revertedWithCustomError(offering, "OfferingDeskCostTooHigh")
        .withArgs(FIRST, 10n * PRICE, 10n * PRICE - 1n);
    });

    it("sells from the first to the last second of the window", async () => {
      const world = await loadFixture(assetToOffer);
      const { offering, alice } = world;
      const opensAt = BigInt(await time.latest()) + 100n;
      const closesAt = opensAt + 50n;
      await openOffering(connection, world, ASSET, { price: PRICE, opensAt, closesAt });

      await time.setNextBlockTimestamp(opensAt - 1n);
      await expect(buy(world, alice, 10n))
        .to.be.revertedWithCustomError(offering, "OfferingDeskOutsideWindow")
        .withArgs(FIRST, opensAt, closesAt, opensAt - 1n);
      await time.setNextBlockTimestamp(opensAt);
      await buy(world, alice, 10n);
      await time.setNextBlockTimestamp(closesAt);
      await buy(world, alice, 10n);
      await expect(buy(world, alice, 10n))
        .to.be.revertedWithCustomError(offering, "OfferingDeskOutsideWindow")
        .withArgs(FIRST, opensAt, closesAt, closesAt + 1n);
    });

    it("says with the register's code why a buyer is refused", async () => {
      const world = await loadFixture(openAsset);
      const { offering, investors, shares, stranger, people } = world;
      const [, , , , , french, retail, expired, suspended, leaving] = people;
      if (!french || !retail || !expired || !suspended || !leaving) throw new Error("too few accounts");
      await setRules(world, ASSET, { countries: [840n], classes: CLASS.accredited });
      await onboard(connection, world, french, { country: 250n });
      await onboard(connection, world, retail, { classes: CLASS.retail });
      await onboard(connection, world, expired, { verifiedUntil: 1n });
      await onboard(connection, world, suspended, { flags: FLAG.suspended });
      await onboard(connection, world, leaving, { flags: FLAG.liquidateOnly });

      for (const [buyer, code] of [
        [stranger, 12n],
        [suspended, 13n],
        [expired, 14n],
        [leaving, 15n],
        [french, 30n],
        [retail, 31n],
      ] as const) {
        await expect(buy(world, buyer, 10n))
          .to.be.revertedWithCustomError(offering, "OfferingDeskRefused")
          .withArgs(FIRST, buyer.address, code);
      }

      await shares.pause();
      await expect(buy(world, world.alice, 10n))
        .to.be.revertedWithCustomError(offering, "OfferingDeskRefused")
        .withArgs(FIRST, world.alice.address, 3n);
      expect(await investors.receiveCode(world.alice)).to.equal(0n);
    });

    it("limits an investor over all his wallets", async () => {
      const world = await loadFixture(assetToOffer);
      const { offering, investors, dollar, alice, bob, people } = world;
      const second = people[5];
      if (!second) throw new Error("too few accounts");
      await openOffering(connection, world, ASSET, { price: PRICE, maxPerInvestor: 100n });
      const investor = ethers.id(alice.address);
      await investors.addWallet(investor, second);
      await dollar.mint(second, BUYER_MONEY);
      await dollar.connect(second).approve(offering, ethers.MaxUint256);
      await buy(world, alice, 60n);

      await expect(buy(world, second, 41n))
        .to.be.revertedWithCustomError(offering, "OfferingDeskInvestorLimit")
        .withArgs(FIRST, investor, 101n, 100n);
      await buy(world, second, 40n);
      await buy(world, bob, 100n);
      expect(await offering.subscribedBy(FIRST, investor)).to.equal(100n);
    });

    it("rejects offerings that do not exist or are closed", async () => {
      const world = await loadFixture(succeededOffering);
      const { offering, alice } = world;

      await expect(offering.connect(alice).subscribe(2n, 10n, 10n, PRICE))
        .to.be.revertedWithCustomError(offering, "OfferingDeskUnknownOffering")
        .withArgs(2n);
      await expect(buy(world, alice, 10n))
        .to.be.revertedWithCustomError(offering, "OfferingDeskWrongPhase")
        .withArgs(FIRST, PHASE.succeeded);
    });
  });

  describe("close", () => {
    it("succeeds from the soft cap on, and the asset becomes active", async () => {
      const world = await loadFixture(openAsset);
      const { offering, shares, alice, stranger, terms } = world;
      await buy(world, alice, 400n);

      await time.setNextBlockTimestamp(terms.closesAt);
      await expect(offering.close(FIRST))
        .to.be.revertedWithCustomError(offering, "OfferingDeskStillOpen")
        .withArgs(FIRST, terms.closesAt, terms.closesAt);
      await time.setNextBlockTimestamp(terms.closesAt + 1n);
      await expect(offering.connect(stranger).close(FIRST))
        .to.emit(offering, "OfferingClosed")
        .withArgs(FIRST, PHASE.succeeded, 400n);

      expect(await shares.stateOf(ASSET)).to.equal(STATE.active);
      await expect(offering.close(FIRST))
        .to.be.revertedWithCustomError(offering, "OfferingDeskWrongPhase")
        .withArgs(FIRST, PHASE.succeeded);
    });

    it("fails one share below the soft cap, and the asset is listed again", async () => {
      const world = await loadFixture(openAsset);
      const { offering, shares, alice, terms } = world;
      await buy(world, alice, 399n);

      await time.setNextBlockTimestamp(terms.closesAt + 1n);
      await expect(offering.close(FIRST)).to.emit(offering, "OfferingClosed").withArgs(FIRST, PHASE.failed, 399n);

      expect(await shares.stateOf(ASSET)).to.equal(STATE.listed);
    });

    it("may be done by the issuer before the end when everything is sold, and not a share earlier", async () => {
      const world = await loadFixture(openAsset);
      const { offering, alice, bob } = world;
      await buy(world, alice, 990n);

      await expect(offering.closeSoldOut(FIRST))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNotSoldOut")
        .withArgs(FIRST, 990n, 1_000n);
      await buy(world, bob, 10n);
      await expect(offering.closeSoldOut(FIRST))
        .to.emit(offering, "OfferingClosed")
        .withArgs(FIRST, PHASE.succeeded, 1_000n);
    });

    it("closes even if the register does not follow, so that refunds are never locked in", async () => {
      const world = await loadFixture(openAsset);
      const { offering, shares, dollar, alice, terms } = world;
      await buy(world, alice, 300n);
      await shares.setAssetState(ASSET, STATE.active);
      await time.increaseTo(terms.closesAt + 1n);

      const refused = shares.interface.encodeErrorResult("ShareTokenNoSuchTransition", [
        ASSET,
        STATE.active,
        STATE.listed,
      ]);
      await expect(offering.close(FIRST)).to.emit(offering, "AssetStateKept").withArgs(FIRST, ASSET, refused);
      await expect(offering.refund(FIRST, alice)).to.changeTokenBalance(ethers, dollar, alice, 300n * PRICE);
    });
  });

  describe("allot", () => {
    it("issues to every buyer, page by page, whoever asks", async () => {
      const world = await loadFixture(succeededOffering);
      const { offering, shares, alice, bob, carol, stranger } = world;

      await expect(offering.connect(stranger).allot(FIRST, [alice, bob]))
        .to.emit(offering, "Allotted")
        .withArgs(FIRST, alice.address, 300n, 300n * PRICE)
        .and.to.emit(offering, "Allotted")
        .withArgs(FIRST, bob.address, 100n, 100n * PRICE);
      await offering.allot(FIRST, [carol]);

      for (const [buyer, value] of [
        [alice, 300n],
        [bob, 100n],
        [carol, 50n],
      ] as const) {
        expect(await shares.balanceOf(buyer, ASSET)).to.equal(value);
        expect(await offering.entitlementOf(FIRST, buyer)).to.equal(0n);
      }
      expect(await shares.totalSupply(ASSET)).to.equal(450n); // what was not sold is not issued
      expect((await offering.offeringOf(FIRST)).allotted).to.equal(450n);
    });

    it("passes over repeated names and people who bought nothing", async () => {
      const world = await loadFixture(succeededOffering);
      const { offering, shares, alice, erin } = world;

      await offering.allot(FIRST, [alice, erin, alice]);
      await offering.allot(FIRST, [alice]);

      expect(await shares.totalSupply(ASSET)).to.equal(300n);
      expect(await shares.balanceOf(alice, ASSET)).to.equal(300n);
    });

    it("waits for an offering to succeed", async () => {
      const open = await loadFixture(openAsset);
      await expect(open.offering.allot(FIRST, [open.alice]))
        .to.be.revertedWithCustomError(open.offering, "OfferingDeskWrongPhase")
        .withArgs(FIRST, PHASE.open);

      const failed = await loadFixture(failedOffering);
      await expect(failed.offering.allot(FIRST, [failed.alice]))
        .to.be.revertedWithCustomError(failed.offering, "OfferingDeskWrongPhase")
        .withArgs(FIRST, PHASE.failed);
    });

    it("leaves entitlement and money of a refused buyer in escrow and serves the others", async () => {
      const world = await loadFixture(succeededOffering);
      const { offering, investors, shares, alice, bob, carol } = world;
      await investors.setStanding(ethers.id(bob.address), FLAG.suspended, FAR_FUTURE);

      const reason = shares.interface.encodeErrorResult("ERC7943CannotReceive", [bob.address]);
      await expect(offering.allot(FIRST, [alice, bob, carol]))
        .to.emit(offering, "AllotmentRefused")
        .withArgs(FIRST, bob.address, reason);

      expect(await shares.totalSupply(ASSET)).to.equal(350n);
      expect(await offering.entitlementOf(FIRST, bob)).to.equal(100n);
      expect(await offering.proceedsDue(FIRST)).to.deep.equal([831_250_000n, 43_750_000n]);

      await investors.setStanding(ethers.id(bob.address), 0n, FAR_FUTURE);
      await offering.allot(FIRST, [bob]);
      expect(await shares.balanceOf(bob, ASSET)).to.equal(100n);
    });

    it("stops at a holder limit that subscriptions could not know", async () => {
      const world = await loadFixture(assetToOffer);
      const { offering, shares, alice, bob, carol } = world;
      await setRules(world, ASSET, { holders: 2n });
      const terms = await openOffering(connection, world, ASSET, { price: PRICE, softCap: 30n });
      for (const buyer of [alice, bob, carol]) await buy(world, buyer, 10n);
      await time.increaseTo(terms.closesAt + 1n);
      await offering.close(FIRST);

      await offering.allot(FIRST, [alice, bob, carol]);

      expect(await shares.totalSupply(ASSET)).to.equal(20n);
      expect(await offering.entitlementOf(FIRST, carol)).to.equal(10n);
      await expect(offering.connect(carol).refund(FIRST, carol))
        .to.emit(offering, "Refunded")
        .withArgs(FIRST, carol.address, 10n, 10n * PRICE);
    });

    it("waits while nobody's word backs the asset", async () => {
      const world = await loadFixture(succeededOffering);
      const { offering, custody, custodian, alice } = world;
      await custody.endMandate(ASSET, ethers.id("notice"));

      await expect(offering.allot(FIRST, [alice]))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNotBacked")
        .withArgs(ASSET);

      await appointCustodian(connection, world, ASSET, custodian);
      const word = await attestationOf(connection, world, ASSET);
      await custody.attest(ASSET, word, await signAttestation(connection, world, custodian, word));
      await offering.allot(FIRST, [alice]);
    });
  });

  describe("refund", () => {
    it("gives back exactly what was paid when the offering failed, whoever asks, once", async () => {
      const world = await loadFixture(failedOffering);
      const { offering, dollar, alice, stranger } = world;

      const refund = offering.connect(stranger).refund(FIRST, alice);

      await expect(refund)
        .to.emit(offering, "Refunded")
        .withArgs(FIRST, alice.address, 300n, 300n * PRICE);
      await expect(refund).to.changeTokenBalances(ethers, dollar, [offering, alice], [-300n * PRICE, 300n * PRICE]);
      expect(await dollar.balanceOf(alice)).to.equal(BUYER_MONEY);
      expect(await offering.escrowOf(FIRST)).to.equal(0n);
      await expect(offering.refund(FIRST, alice))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNoEntitlement")
        .withArgs(FIRST, alice.address);
    });

    it("is not for open offerings, nor for somebody who bought nothing", async () => {
      const world = await loadFixture(openAsset);
      const { offering, alice, erin } = world;
      await buy(world, alice, 10n);

      await expect(offering.refund(FIRST, alice))
        .to.be.revertedWithCustomError(offering, "OfferingDeskWrongPhase")
        .withArgs(FIRST, PHASE.open);
      await expect(offering.refund(FIRST, erin))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNoEntitlement")
        .withArgs(FIRST, erin.address);
    });

    it("is for the buyer himself as soon as the register refuses him", async () => {
      const world = await loadFixture(succeededOffering);
      const { offering, investors, dollar, bob, stranger } = world;
      const refundableFrom = (await offering.offeringOf(FIRST)).closedAt + MONTH;

      await expect(offering.connect(bob).refund(FIRST, bob))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNotRefundable")
        .withArgs(FIRST, bob.address, refundableFrom);
      await investors.setStanding(ethers.id(bob.address), FLAG.suspended, FAR_FUTURE);
      await expect(offering.connect(stranger).refund(FIRST, bob))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNotRefundable")
        .withArgs(FIRST, bob.address, refundableFrom);

      await expect(offering.connect(bob).refund(FIRST, bob)).to.changeTokenBalance(ethers, dollar, bob, 100n * PRICE);
      expect((await offering.offeringOf(FIRST)).sold).to.equal(350n);
    });

    it("is no way out because the register is paused", async () => {
      const world = await loadFixture(succeededOffering);
      const { offering, shares, bob } = world;
      await shares.pause();

      await expect(offering.connect(bob).refund(FIRST, bob)).to.be.revertedWithCustomError(
        offering,
        "OfferingDeskNotRefundable",
      );
    });

    it("is for everybody 30 days after the close, to the second", async () => {
      const world = await loadFixture(succeededOffering);
      const { offering, dollar, bob, stranger } = world;
      const refundableFrom = (await offering.offeringOf(FIRST)).closedAt + MONTH;

      await time.setNextBlockTimestamp(refundableFrom - 1n);
      await expect(offering.connect(stranger).refund(FIRST, bob))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNotRefundable")
        .withArgs(FIRST, bob.address, refundableFrom);
      await time.setNextBlockTimestamp(refundableFrom);
      await expect(offering.connect(stranger).refund(FIRST, bob)).to.changeTokenBalance(
        ethers,
        dollar,
        bob,
        100n * PRICE,
      );
    });
  });

  describe("withdrawProceeds and withdrawFee", () => {
    it("pay the treasury and the fee recipient what was allotted, and nothing before", async () => {
      const world = await loadFixture(succeededOffering);
      const { offering, dollar, treasury, feeRecipient, alice } = world;

      await expect(offering.withdrawProceeds(FIRST))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNothingDue")
        .withArgs(FIRST, treasury.address);
      await expect(offering.withdrawFee(FIRST))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNothingDue")
        .withArgs(FIRST, feeRecipient.address);
      await offering.allot(FIRST, [alice]);
      await expect(offering.withdrawProceeds(FIRST))
        .to.emit(offering, "ProceedsWithdrawn")
        .withArgs(FIRST, treasury.address, 712_500_000n);
      await expect(offering.withdrawFee(FIRST))
        .to.emit(offering, "FeeWithdrawn")
        .withArgs(FIRST, feeRecipient.address, 37_500_000n);

      expect(await dollar.balanceOf(treasury)).to.equal(712_500_000n);
      expect(await dollar.balanceOf(feeRecipient)).to.equal(37_500_000n);
      expect(await offering.escrowOf(FIRST)).to.equal(150n * PRICE); // bob's and carol's
      expect(await dollar.balanceOf(offering)).to.equal(150n * PRICE);
    });

    it("take the same fee in many parts as in one", async () => {
      const world = await loadFixture(assetToOffer);
      const { offering, dollar, treasury, feeRecipient, alice, bob, carol } = world;
      const changes = { price: 7n, feeBps: 333n, softCap: 1n, minTicket: 1n };
      const terms = await openOffering(connection, world, ASSET, changes);
      for (const [buyer, value] of [
        [alice, 13n],
        [bob, 17n],
        [carol, 19n],
      ] as const) {
        await offering.connect(buyer).subscribe(FIRST, value, value, ethers.MaxUint256);
      }
      await time.increaseTo(terms.closesAt + 1n);
      await offering.close(FIRST);

      for (const buyer of [alice, bob, carol]) {
        await offering.allot(FIRST, [buyer]);
        await offering.withdrawFee(FIRST);
        await offering.withdrawProceeds(FIRST);
      }

      const proceeds = 49n * 7n;
      const fee = (proceeds * 333n) / 10_000n;
      expect(await dollar.balanceOf(feeRecipient)).to.equal(fee);
      expect(await dollar.balanceOf(treasury)).to.equal(proceeds - fee);
      expect(await dollar.balanceOf(offering)).to.equal(0n);
    });
  });

  it("keeps I-8 through any sequence: the escrow covers every refund, and nothing is left over in the end", async () => {
    const world = await loadFixture(assetToOffer);
    const { offering, dollar, shares, investors, treasury, feeRecipient } = world;
    const buyers = [world.alice, world.bob, world.carol, world.dave, world.erin];
    const random = seededRandom("OfferingDesk I-8");
    const pick = (): HardhatEthersSigner => buyers[random.below(buyers.length)] ?? world.alice;
    const price = BigInt(1 + random.below(10_000_000));
    const open = async (hardCap: bigint): Promise<void> => {
      const softCap = 1n + BigInt(random.below(Number(hardCap)));
      const feeBps = BigInt(random.below(10_001));
      await openOffering(connection, world, ASSET, { price, hardCap, softCap, minTicket: 1n, feeBps });
    };
    await open(1n + BigInt(random.below(1_000)));

    for (let step = 0; step < 120; step++) {
      const latest = await offering.offeringCount();
      const { phase, terms } = await offering.offeringOf(latest);
      const buyer = pick();
      const acts: readonly (() => Promise<unknown>)[] = [
        () => offering.connect(buyer).subscribe(latest, 1 + random.below(300), 1n, ethers.MaxUint256),
        () => offering.connect(buyer).subscribe(latest, 1 + random.below(300), 1n, ethers.MaxUint256),
        () => investors.setStanding(ethers.id(buyer.address), random.below(2), FAR_FUTURE),
        () => offering.allot(latest, [buyer, pick()]),
        () => offering.connect(buyer).refund(1 + random.below(Number(latest)), buyer),
        () => offering.withdrawProceeds(latest),
        () => offering.withdrawFee(latest),
        async () => {
          if (random.below(4) > 0) return;
          if (phase === PHASE.open) {
            await time.increaseTo(terms.closesAt + 1n);
            await offering.close(latest);
          } else if (phase === PHASE.failed) await open(1n + BigInt(random.below(1_000)));
        },
      ];
      await acts[random.below(acts.length)]?.().catch((problem: unknown) => {
        expect(String(problem)).to.contain("reverted with custom error"); // a refusal is an outcome like any other
      });
      await expectCovered(world, buyers, price, `I-8, ${random.seed}, step ${step}`);
    }

    // However it went: whoever is owed something gets it, and then the desk is empty.
    const latest = await offering.offeringCount();
    await time.increase(MONTH);
    if ((await offering.offeringOf(latest)).phase === PHASE.open) await offering.close(latest);
    await time.increase(MONTH);
    for (let number = 1n; number <= latest; number++) {
      for (const buyer of buyers) {
        if ((await offering.entitlementOf(number, buyer)) > 0n) await offering.refund(number, buyer);
      }
      const [toTreasury, toFeeRecipient] = await offering.proceedsDue(number);
      if (toTreasury > 0n) await offering.withdrawProceeds(number);
      if (toFeeRecipient > 0n) await offering.withdrawFee(number);
    }
    await expectCovered(world, buyers, price, `I-8, ${random.seed}, end`);
    expect(await dollar.balanceOf(offering), `I-8, ${random.seed}, nothing left`).to.equal(0n);
    let issued = 0n;
    for (const buyer of buyers) {
      const balance = await shares.balanceOf(buyer, ASSET);
      expect(await dollar.balanceOf(buyer), `I-8, ${random.seed}, ${buyer.address}`).to.equal(
        BUYER_MONEY - balance * price,
      );
      issued += balance;
    }
    expect(await shares.totalSupply(ASSET)).to.equal(issued);
    expect((await dollar.balanceOf(treasury)) + (await dollar.balanceOf(feeRecipient))).to.equal(issued * price);
  }).timeout(60_000);
});

/** The desk holds what its offerings' books say, and that is entitlements and unpaid proceeds, to the base unit. */
async function expectCovered(
  { offering, dollar }: Pick<Desks, "offering" | "dollar">,
  buyers: readonly HardhatEthersSigner[],
  price: bigint,
  where: string,
) {
  let escrow = 0n;
  const count = await offering.offeringCount();
  for (let number = 1n; number <= count; number++) {
    const entitlements = await Promise.all(buyers.map((buyer) => offering.entitlementOf(number, buyer)));
    const owed = entitlements.reduce((sum, entitlement) => sum + entitlement, 0n);
    const { sold, allotted, terms } = await offering.offeringOf(number);
    const [toTreasury, toFeeRecipient] = await offering.proceedsDue(number);
    expect(sold, `${where}: sold is what is owed or allotted`).to.equal(owed + allotted);
    expect(sold <= terms.hardCap, `${where}: hard cap`).to.equal(true);
    expect(await offering.escrowOf(number), `${where}: escrow`).to.equal(owed * price + toTreasury + toFeeRecipient);
    escrow += await offering.escrowOf(number);
  }
  expect(await dollar.balanceOf(offering), `${where}: balance`).to.equal(escrow);
}

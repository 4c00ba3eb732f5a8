import { expect } from "chai";
import { network } from "hardhat";
import { FAR_FUTURE, FLAG } from "../../helpers/books.ts";
import { appointCustodian, attestationOf, PHASE, signAttestation } from "../../helpers/desks.ts";
import { BUYER_MONEY, openOffering } from "../../helpers/offering.ts";
import { ASSET, FIRST, MONTH, offeringWorlds, PRICE } from "../../helpers/offering-world.ts";
import { setRules } from "../../helpers/rules.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;
const { assetToOffer, openAsset, succeededOffering, failedOffering, closeAfterwards, buy } = offeringWorlds(connection);

describe("OfferingDesk: allotment and refund", () => {
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

  describe("refundMany", () => {
    it("pays everybody back in pages and passes over who has nothing", async () => {
      const world = await loadFixture(failedOffering);
      const { offering, dollar, stranger, alice, bob } = world;

      await offering.connect(stranger).refundMany(FIRST, [bob, alice, alice]);

      expect(await dollar.balanceOf(alice)).to.equal(BUYER_MONEY);
      expect(await offering.escrowOf(FIRST)).to.equal(0n);
    });

    it("P57: is not stopped by a buyer who cannot be paid (I-14)", async () => {
      const world = await loadFixture(openAsset);
      const { offering, dollar, alice, bob } = world;
      for (const buyer of [alice, bob]) await buy(world, buyer, 100n);
      await closeAfterwards(world);
      await dollar.blacklist(alice, true);

      await expect(offering.refundMany(FIRST, [alice, bob]))
        .to.emit(offering, "RefundRefused")
        .withArgs(FIRST, alice.address, dollar.interface.encodeErrorResult("TestDollarBlacklisted", [alice.address]));

      expect(await dollar.balanceOf(bob)).to.equal(BUYER_MONEY);
      expect(await offering.entitlementOf(FIRST, alice)).to.equal(100n);
    });

    it("takes nobody's shares from him: who can be allotted stays entitled", async () => {
      const { offering, bob } = await loadFixture(succeededOffering);
      const { closedAt } = await offering.offeringOf(FIRST);

      const reason = offering.interface.encodeErrorResult("OfferingDeskNotRefundable", [
        FIRST,
        bob.address,
        closedAt + MONTH,
      ]);
      await expect(offering.connect(bob).refundMany(FIRST, [bob]))
        .to.emit(offering, "RefundRefused")
        .withArgs(FIRST, bob.address, reason);
      await expect(offering.connect(bob).refundInPage(FIRST, bob))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNotDesk")
        .withArgs(bob.address);
    });
  });
});

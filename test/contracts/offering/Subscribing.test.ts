import { expect } from "chai";
import { network } from "hardhat";
import { CLASS, FLAG, onboard } from "../../helpers/books.ts";
import { PHASE } from "../../helpers/desks.ts";
import { BUYER_MONEY, openOffering } from "../../helpers/offering.ts";
import { ASSET, FIRST, offeringWorlds, PRICE } from "../../helpers/offering-world.ts";
import { setRules } from "../../helpers/rules.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;
const { assetToOffer, openAsset, succeededOffering, buy } = offeringWorlds(connection);

describe("OfferingDesk: subscriptions", () => {
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
});

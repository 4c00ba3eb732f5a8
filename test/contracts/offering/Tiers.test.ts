import { expect } from "chai";
import { network } from "hardhat";
import { CLASS, onboard } from "../../helpers/books.ts";
import { BUYER_MONEY, KIND_OF_SALE } from "../../helpers/offering.ts";
import { FIRST, offeringWorlds, PRICE } from "../../helpers/offering-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;
const { offerWith, closeAfterwards, buy } = offeringWorlds(connection);

const MOST = ethers.MaxUint256;

/** 100 shares at 3 units each, then 200 at 5, then 700 at 7. */
const tiered = () =>
  offerWith({
    tiers: [
      { upTo: 100n, price: 3n },
      { upTo: 300n, price: 5n },
      { upTo: 1_000n, price: 7n },
    ],
  });

const failingTiers = () =>
  offerWith({
    softCap: 900n,
    tiers: [
      { upTo: 100n, price: 3n },
      { upTo: 1_000n, price: 5n },
    ],
  });

/** At most 100 shares for retail, at most 150 for retail and professional together. */
const cappedByClass = async () => {
  const world = await offerWith({
    classCaps: [
      { classes: CLASS.retail, most: 100n },
      { classes: CLASS.retail | CLASS.professional, most: 150n },
    ],
  });
  const [, , , , , retail, other, professional] = world.people;
  if (!retail || !other || !professional) throw new Error("too few accounts");
  for (const [buyer, classes] of [
    [retail, CLASS.retail],
    [other, CLASS.retail],
    [professional, CLASS.professional],
  ] as const) {
    await onboard(connection, world, buyer, { classes });
    await world.dollar.mint(buyer, BUYER_MONEY);
    await world.dollar.connect(buyer).approve(world.offering, MOST);
  }
  return { ...world, retail, other, professional };
};

/** What is subscribed may be cancelled for 500 of the 1,000 seconds. */
const cancellable = async () => {
  await networkHelpers.mine(); // the first block of this chain is as old as the whole run of tests
  const cancelUntil = BigInt(await time.latest()) + 500n;
  return offerWith({ cancelUntil });
};

const neverCancellable = () => offerWith({});
const reservation = () => offerWith({ kind: KIND_OF_SALE.reservation });

describe("OfferingDesk: tiers, class caps, cancelling", () => {
  describe("tiers", () => {
    it("are sold one after the other, each share at its own price, to the unit", async () => {
      const { offering, alice, bob, carol } = await loadFixture(tiered);

      const costs: bigint[] = [];
      for (const [buyer, shares] of [
        [alice, 60n],
        [bob, 260n],
        [carol, 680n],
      ] as const) {
        costs.push(await offering.costOf(FIRST, shares));
        await expect(offering.connect(buyer).subscribe(FIRST, shares, shares, costs.at(-1) ?? 0n))
          .to.emit(offering, "Subscribed")
          .withArgs(FIRST, buyer.address, shares, costs.at(-1));
      }

      expect(costs).to.deep.equal([60n * 3n, 40n * 3n + 200n * 5n + 20n * 7n, 680n * 7n]);
    });

    it("cost what they cost when the subscription arrives, within what the buyer allows", async () => {
      const { offering, alice, bob } = await loadFixture(tiered);
      const expected = await offering.costOf(FIRST, 100n);
      await offering.connect(bob).subscribe(FIRST, 50n, 50n, MOST);

      await expect(offering.connect(alice).subscribe(FIRST, 100n, 100n, expected))
        .to.be.revertedWithCustomError(offering, "OfferingDeskCostTooHigh")
        .withArgs(FIRST, 50n * 3n + 50n * 5n, expected);
    });

    it("P66: refund to each what he paid, whatever the price was", async () => {
      const world = await loadFixture(failingTiers);
      const { offering, dollar, alice, bob } = world;
      await offering.connect(alice).subscribe(FIRST, 60n, 60n, MOST);
      await offering.connect(bob).subscribe(FIRST, 100n, 100n, MOST);
      await offering.connect(alice).subscribe(FIRST, 20n, 20n, MOST);
      await closeAfterwards(world);

      await expect(offering.refund(FIRST, alice))
        .to.emit(offering, "Refunded")
        .withArgs(FIRST, alice.address, 80n, 60n * 3n + 20n * 5n);
      await offering.refund(FIRST, bob);

      for (const buyer of [alice, bob]) expect(await dollar.balanceOf(buyer)).to.equal(BUYER_MONEY);
    });
  });

  describe("class caps", () => {
    it("count all investors of a class together, in every cap that names it", async () => {
      const world = await loadFixture(cappedByClass);
      const { offering, alice, retail, other, professional } = world;
      await buy(world, retail, 60n);
      await buy(world, professional, 70n);

      await expect(buy(world, other, 41n))
        .to.be.revertedWithCustomError(offering, "OfferingDeskClassLimit")
        .withArgs(FIRST, CLASS.retail, 101n, 100n);
      await expect(buy(world, other, 21n))
        .to.be.revertedWithCustomError(offering, "OfferingDeskClassLimit")
        .withArgs(FIRST, CLASS.retail | CLASS.professional, 151n, 150n);
      await buy(world, other, 20n);
      await buy(world, alice, 850n); // an accredited investor is in no cap

      expect(await offering.classCountsOf(FIRST)).to.deep.equal([
        [CLASS.retail, 100n, 80n],
        [CLASS.retail | CLASS.professional, 150n, 150n],
      ]);
    });

    it("go by what the register knows of the investor when he subscribes last", async () => {
      const world = await loadFixture(cappedByClass);
      const { offering, investors, retail } = world;
      await buy(world, retail, 90n);
      await investors.setKind(ethers.id(retail.address), 840n, CLASS.accredited);

      await buy(world, retail, 500n);
      expect((await offering.classCountsOf(FIRST)).map(({ used }) => used)).to.deep.equal([0n, 0n]);

      await investors.setKind(ethers.id(retail.address), 840n, CLASS.retail);
      await expect(buy(world, retail, 10n))
        .to.be.revertedWithCustomError(offering, "OfferingDeskClassLimit")
        .withArgs(FIRST, CLASS.retail, 600n, 100n);
    });
  });

  describe("cancel", () => {
    it("P65: gives everything back and puts the shares on sale again, in every count", async () => {
      const world = await loadFixture(cancellable);
      const { offering, dollar, terms, alice, bob } = world;
      await buy(world, alice, 600n);
      await buy(world, bob, 400n);

      await expect(offering.connect(alice).cancel(FIRST, alice))
        .to.emit(offering, "SubscriptionCancelled")
        .withArgs(FIRST, alice.address, alice.address, 600n, 600n * PRICE);

      expect(await dollar.balanceOf(alice)).to.equal(BUYER_MONEY);
      expect(await offering.subscribedBy(FIRST, ethers.id(alice.address))).to.equal(0n);
      expect(await offering.escrowOf(FIRST)).to.equal(400n * PRICE);
      expect([...(await offering.buyersPage(FIRST, 0n, 9n))]).to.deep.equal([ethers.ZeroAddress, bob.address]);
      await expect(offering.connect(alice).cancel(FIRST, alice))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNoEntitlement")
        .withArgs(FIRST, alice.address);

      await buy(world, alice, 600n);
      expect([...(await offering.buyersPage(FIRST, 1n, 9n))]).to.deep.equal([bob.address, alice.address]);
      expect((await offering.offeringOf(FIRST)).sold).to.equal(terms.hardCap);
    });

    it("P74: is open to the last second that the terms name, and never without one", async () => {
      const world = await loadFixture(cancellable);
      const { offering, terms, alice, bob } = world;
      for (const buyer of [alice, bob]) await buy(world, buyer, 10n);

      await time.setNextBlockTimestamp(terms.cancelUntil);
      await offering.connect(alice).cancel(FIRST, alice);
      await expect(offering.connect(bob).cancel(FIRST, bob))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNotCancellable")
        .withArgs(FIRST, terms.cancelUntil, terms.cancelUntil + 1n);

      const final = await loadFixture(neverCancellable);
      await buy(final, final.alice, 10n);
      await expect(final.offering.connect(final.alice).cancel(FIRST, final.alice))
        .to.be.revertedWithCustomError(final.offering, "OfferingDeskNotCancellable")
        .withArgs(FIRST, 0n, BigInt(await time.latest()) + 1n);
    });

    it("is for the buyer alone, and for the wallet that stands for him", async () => {
      const world = await loadFixture(cancellable);
      const { offering, investors, dollar, alice, stranger, people } = world;
      const next = people[5];
      if (!next) throw new Error("too few accounts");
      await buy(world, alice, 10n);

      await expect(offering.connect(stranger).cancel(FIRST, alice))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNotBuyer")
        .withArgs(FIRST, alice.address, stranger.address);
      await investors.recover(alice, next);
      await expect(offering.connect(alice).cancel(FIRST, alice))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNotBuyer")
        .withArgs(FIRST, alice.address, alice.address);
      await expect(offering.connect(next).cancel(FIRST, alice)).to.changeTokenBalance(
        ethers,
        dollar,
        next,
        10n * PRICE,
      );
    });

    it("comes before an early close, which a reservation does not have at all", async () => {
      const world = await loadFixture(cancellable);
      const { offering, terms, alice } = world;
      await buy(world, alice, 1_000n);

      await time.setNextBlockTimestamp(terms.cancelUntil);
      await expect(offering.closeSoldOut(FIRST))
        .to.be.revertedWithCustomError(offering, "OfferingDeskEarlyClose")
        .withArgs(FIRST, KIND_OF_SALE.firstCome, terms.cancelUntil, terms.cancelUntil);
      await time.setNextBlockTimestamp(terms.cancelUntil + 1n);
      await offering.closeSoldOut(FIRST);

      const reserved = await loadFixture(reservation);
      await buy(reserved, reserved.alice, 1_000n);
      await expect(reserved.offering.closeSoldOut(FIRST))
        .to.be.revertedWithCustomError(reserved.offering, "OfferingDeskEarlyClose")
        .withArgs(FIRST, KIND_OF_SALE.reservation, 0n, BigInt(await time.latest()) + 1n);
    });
  });
});

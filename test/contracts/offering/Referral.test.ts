import { expect } from "chai";
import { network } from "hardhat";
import { FIRST, offeringWorlds, PRICE } from "../../helpers/offering-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { loadFixture } = networkHelpers;
const { offerWith, closeAfterwards, buy } = offeringWorlds(connection);

/** Two per cent for referrers: a broker whom the register does not know, and dave, an investor. */
async function referring() {
  const world = await offerWith({ commissionBps: 200n });
  const { offering, stranger: broker, dave } = world;
  for (const referrer of [broker, dave]) await offering.setReferrer(FIRST, referrer, true);
  const subscribeVia = (buyer: typeof broker, shares: bigint, referrer: string) =>
    offering.connect(buyer).subscribeReferred(FIRST, shares, shares, shares * PRICE, referrer);
  return { ...world, broker, subscribeVia };
}

describe("OfferingDesk: referral", () => {
  it("pays the referrer for what is allotted, out of the treasury's part", async () => {
    const world = await loadFixture(referring);
    const { offering, dollar, treasury, feeRecipient, broker, alice, bob, subscribeVia } = world;
    await expect(subscribeVia(alice, 400n, broker.address))
      .to.emit(offering, "Referred")
      .withArgs(FIRST, alice.address, broker.address);
    await buy(world, bob, 100n);
    await closeAfterwards(world);
    await expect(offering.withdrawCommission(FIRST, broker))
      .to.be.revertedWithCustomError(offering, "OfferingDeskNothingDue")
      .withArgs(FIRST, broker.address);

    await expect(offering.allot(FIRST, [alice, bob]))
      .to.emit(offering, "CommissionEarned")
      .withArgs(FIRST, broker.address, alice.address, 20_000_000n); // 2 % of 1,000 dollars

    expect(await offering.commissionDue(FIRST, broker)).to.equal(20_000_000n);
    await expect(offering.connect(alice).withdrawCommission(FIRST, broker))
      .to.emit(offering, "CommissionWithdrawn")
      .withArgs(FIRST, broker.address, broker.address, 20_000_000n);
    await offering.withdrawFee(FIRST);
    await offering.withdrawProceeds(FIRST);
    expect(await dollar.balanceOf(broker)).to.equal(20_000_000n);
    expect(await dollar.balanceOf(feeRecipient)).to.equal(62_500_000n); // 5 % of 1,250 dollars
    expect(await dollar.balanceOf(treasury)).to.equal(1_250_000_000n - 82_500_000n);
    expect(await dollar.balanceOf(offering)).to.equal(0n);
  });

  it("P73: pays a commission once", async () => {
    const world = await loadFixture(referring);
    const { offering, broker, alice, subscribeVia } = world;
    await subscribeVia(alice, 400n, broker.address);
    await closeAfterwards(world);
    await offering.allot(FIRST, [alice]);
    await offering.withdrawCommission(FIRST, broker);

    await expect(offering.withdrawCommission(FIRST, broker))
      .to.be.revertedWithCustomError(offering, "OfferingDeskNothingDue")
      .withArgs(FIRST, broker.address);
  });

  it("pays nobody for himself, for an investor's other wallet, or without having been named", async () => {
    const { offering, investors, broker, dave, erin, people, alice, subscribeVia } = await loadFixture(referring);
    const second = people[5];
    if (!second) throw new Error("too few accounts");
    await investors.addWallet(ethers.id(dave.address), second);
    await offering.setReferrer(FIRST, second, true);

    for (const [buyer, referrer] of [
      [dave, dave],
      [dave, second],
      [alice, erin],
    ] as const) {
      await expect(subscribeVia(buyer, 10n, referrer.address))
        .to.be.revertedWithCustomError(offering, "OfferingDeskInvalidReferrer")
        .withArgs(FIRST, buyer.address, referrer.address);
    }

    await subscribeVia(alice, 10n, broker.address);
    await offering.setReferrer(FIRST, broker, false);
    await subscribeVia(alice, 10n, broker.address); // she is his already
    await expect(subscribeVia(alice, 10n, dave.address))
      .to.be.revertedWithCustomError(offering, "OfferingDeskInvalidReferrer")
      .withArgs(FIRST, alice.address, dave.address);
    await expect(subscribeVia(erin, 10n, broker.address)).to.be.revertedWithCustomError(
      offering,
      "OfferingDeskInvalidReferrer",
    );
  });

  it("has referrers only where the terms have a commission, named by the issuer", async () => {
    const { offering, stranger, broker } = await loadFixture(referring);
    await expect(offering.connect(stranger).setReferrer(FIRST, stranger, true))
      .to.be.revertedWithCustomError(offering, "AccessManagedUnauthorized")
      .withArgs(stranger.address);
    await expect(offering.setReferrer(FIRST, ethers.ZeroAddress, true))
      .to.be.revertedWithCustomError(offering, "OfferingDeskNoCommission")
      .withArgs(FIRST, ethers.ZeroAddress);
    expect(await offering.isReferrer(FIRST, broker)).to.equal(true);

    const without = await loadFixture(withoutCommission);
    await expect(without.offering.setReferrer(FIRST, without.dave, true))
      .to.be.revertedWithCustomError(without.offering, "OfferingDeskNoCommission")
      .withArgs(FIRST, without.dave.address);
  });

  it("leaves the treasury its part at any rounding, to the unit", async () => {
    const world = await loadFixture(greedy);
    const { offering, dollar, treasury, feeRecipient, broker, alice, bob, carol } = world;
    for (const buyer of [alice, bob, carol]) {
      await offering.connect(buyer).subscribeReferred(FIRST, 1n, 1n, 1n, broker);
    }
    await closeAfterwards(world);

    for (const buyer of [alice, bob, carol]) {
      await offering.allot(FIRST, [buyer]);
      await offering.withdrawProceeds(FIRST).catch(() => undefined);
      await offering.withdrawFee(FIRST).catch(() => undefined);
      await offering.withdrawCommission(FIRST, broker).catch(() => undefined);
    }

    // Of single units the commission is always rounded to nothing, the fee of all three to one.
    expect(await dollar.balanceOf(feeRecipient)).to.equal(1n);
    expect(await dollar.balanceOf(treasury)).to.equal(2n);
    expect(await dollar.balanceOf(offering)).to.equal(0n);
  });

  it("goes to the wallet that stands for a lost one", async () => {
    const world = await loadFixture(referring);
    const { offering, dollar, investors, alice, dave, people, subscribeVia } = world;
    const next = people[5];
    if (!next) throw new Error("too few accounts");
    await subscribeVia(alice, 400n, dave.address);
    await closeAfterwards(world);
    await offering.allot(FIRST, [alice]);
    await investors.recover(dave, next);

    await expect(offering.withdrawCommission(FIRST, dave)).to.changeTokenBalance(ethers, dollar, next, 20_000_000n);
  });

  async function withoutCommission() {
    return offerWith({});
  }

  /** Half for the fee and half for referrers, at a price of one unit. */
  async function greedy() {
    const world = await offerWith({
      ...{ price: 1n, minTicket: 1n, softCap: 1n, feeBps: 5_000n, commissionBps: 5_000n },
    });
    await world.offering.setReferrer(FIRST, world.stranger, true);
    return { ...world, broker: world.stranger };
  }
});

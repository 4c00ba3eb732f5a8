import { expect } from "chai";
import { network } from "hardhat";
import { STATE } from "../../helpers/books.ts";
import { offerOf, openOffering } from "../../helpers/offering.ts";
import { ASSET, FIRST, offeringWorlds, PRICE } from "../../helpers/offering-world.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;
const { assetToOffer, offerWith, closeAfterwards, buy } = offeringWorlds(connection);

/** Free after 1,000 seconds of which the first 400 give nothing; the sale ends with the 100th second. */
async function lockUp() {
  await networkHelpers.mine(); // the first block of this chain is as old as the whole run of tests
  const from = BigInt(await time.latest()) + 100n;
  return { closesAt: from, lockUp: { from, cliff: from + 400n, until: from + 1_000n } };
}

/** Alice has 300 shares and bob 101, all of them locked; carol paid for 50 and has not got them. */
async function allotted() {
  const world = await offerWith(await lockUp());
  await buy(world, world.alice, 300n);
  await buy(world, world.bob, 101n);
  await buy(world, world.carol, 50n);
  await closeAfterwards(world);
  await world.offering.allot(FIRST, [world.alice, world.bob]);
  return { ...world, ...world.terms.lockUp };
}

describe("OfferingDesk: lock-ups", () => {
  it("lock what is allotted, so that it is held and does not move", async () => {
    const { offering, shares, alice, bob } = await loadFixture(allotted);

    expect(await shares.lockedOf(alice, ASSET)).to.equal(300n);
    await expect(shares.connect(alice).safeTransferFrom(alice, bob, ASSET, 1n, "0x"))
      .to.be.revertedWithCustomError(shares, "ShareTokenInsufficientUnlocked")
      .withArgs(alice.address, ASSET, 1n, 0n, 300n);
    expect(await offering.lockOf(FIRST, alice)).to.deep.equal([[300n, 300n], 0n]);
    await expect(offering.release(FIRST, alice))
      .to.be.revertedWithCustomError(offering, "OfferingDeskNothingReleased")
      .withArgs(FIRST, alice.address);
  });

  it("P74: let go of nothing before the cliff, and from its second on of the part of the time that has passed", async () => {
    const { offering, shares, stranger, bob, cliff, until } = await loadFixture(allotted);

    await time.setNextBlockTimestamp(cliff - 1n);
    await expect(offering.release(FIRST, bob)).to.be.revertedWithCustomError(offering, "OfferingDeskNothingReleased");
    await time.setNextBlockTimestamp(cliff);
    await expect(offering.connect(stranger).release(FIRST, bob))
      .to.emit(offering, "Released")
      .withArgs(FIRST, bob.address, 40n); // 400/1,000 of 101, rounded down
    await time.setNextBlockTimestamp(until - 1n);
    await offering.release(FIRST, bob);
    expect(await shares.lockedOf(bob, ASSET)).to.equal(1n);
    await time.setNextBlockTimestamp(until);
    await offering.release(FIRST, bob);

    expect(await shares.spendableOf(bob, ASSET)).to.equal(101n);
    await expect(offering.release(FIRST, bob)).to.be.revertedWithCustomError(offering, "OfferingDeskNothingReleased");
  });

  it("lock less of what is allotted late, and nothing once they are over", async () => {
    const { offering, shares, alice, carol, from, until } = await loadFixture(allotted);

    const snapshot = await networkHelpers.takeSnapshot();
    await time.setNextBlockTimestamp(from + 500n);
    await expect(offering.allot(FIRST, [carol]))
      .to.emit(offering, "LockedUp")
      .withArgs(FIRST, carol.address, 25n);
    expect(await shares.lockedOf(carol, ASSET)).to.equal(25n);
    expect(await offering.lockOf(FIRST, carol)).to.deep.equal([[50n, 25n], 0n]);

    await snapshot.restore();
    await time.setNextBlockTimestamp(until);
    await offering.allot(FIRST, [carol]);
    expect(await shares.lockedOf(carol, ASSET)).to.equal(0n);
    expect(await offering.lockOf(FIRST, carol)).to.deep.equal([[0n, 0n], 0n]);
    expect(await offering.lockOf(FIRST, alice)).to.deep.equal([[300n, 300n], 300n]);
  });

  it("P27: hold of what enforcement left as much as the time demands, whenever somebody asks", async () => {
    const { offering, shares, alice, dave, from, until } = await loadFixture(allotted);
    await time.setNextBlockTimestamp(from + 500n); // 150 are free
    await shares.forcedTransfer(alice, dave, ASSET, 200n);

    // As if they had been released before: the 150 free ones were taken, and 50 of the locked ones.
    await expect(offering.release(FIRST, alice)).to.be.revertedWithCustomError(offering, "OfferingDeskNothingReleased");
    await time.setNextBlockTimestamp(from + 800n); // 60 of 300 are still to be held
    await expect(offering.release(FIRST, alice)).to.emit(offering, "Released").withArgs(FIRST, alice.address, 40n);
    await time.setNextBlockTimestamp(until);
    await offering.release(FIRST, alice);
    expect(await shares.spendableOf(alice, ASSET)).to.equal(100n);
  });

  it("P27: leave a holder from whom everything was taken alone", async () => {
    const { offering, shares, alice, dave, until } = await loadFixture(allotted);
    await shares.forcedTransfer(alice, dave, ASSET, 300n);

    await time.increaseTo(until);
    await expect(offering.release(FIRST, alice))
      .to.be.revertedWithCustomError(offering, "OfferingDeskNothingReleased")
      .withArgs(FIRST, alice.address);
  });

  it("follow a lost wallet to the one that stands for it (I-12)", async () => {
    const { offering, investors, shares, alice, carol, people, cliff, until } = await loadFixture(allotted);
    const [, , , , , next, last, third] = people;
    if (!next || !last || !third) throw new Error("too few accounts");
    await investors.recover(alice, next);
    await shares.recoverPositions(alice, [ASSET]);
    expect(await shares.lockedOf(next, ASSET)).to.equal(300n);

    await time.setNextBlockTimestamp(cliff);
    await offering.release(FIRST, alice);
    expect(await shares.lockedOf(next, ASSET)).to.equal(180n);

    // Lost again, and what it has has not been moved yet: nothing can be let go, and nothing is forgotten.
    await investors.recover(next, last);
    await time.increaseTo(until);
    await expect(offering.release(FIRST, alice)).to.be.revertedWithCustomError(offering, "OfferingDeskNothingReleased");
    await shares.recoverPositions(next, [ASSET]);
    await offering.release(FIRST, alice);
    expect(await shares.spendableOf(last, ASSET)).to.equal(300n);

    // What a lost wallet had paid for is issued to its successor, and is his to release.
    await investors.recover(carol, third);
    await offering.allot(FIRST, [carol]);
    expect(await shares.balanceOf(third, ASSET)).to.equal(50n);
  });

  it("come with the issue or not at all: a wallet whose shares cannot be locked gets none yet", async () => {
    const { offering, shares, carol } = await loadFixture(allotted);
    await shares.setFrozenTokens(carol, ASSET, 10n); // an absolute number: of 50 new shares 40 could be locked

    await expect(offering.allot(FIRST, [carol])).to.emit(offering, "AllotmentRefused");
    expect(await shares.balanceOf(carol, ASSET)).to.equal(0n);
    expect(await offering.entitlementOf(FIRST, carol)).to.equal(50n);
    expect(await offering.lockOf(FIRST, carol)).to.deep.equal([[0n, 0n], 0n]);

    await shares.setFrozenTokens(carol, ASSET, 0n);
    await offering.allot(FIRST, [carol]);
    expect(await shares.lockedOf(carol, ASSET)).to.equal(50n);
  });

  it("are put on by the desk alone", async () => {
    const { offering, stranger } = await loadFixture(allotted);

    await expect(offering.connect(stranger).issueLocked(FIRST, stranger, 1n))
      .to.be.revertedWithCustomError(offering, "OfferingDeskNotDesk")
      .withArgs(stranger.address);
  });
});

describe("OfferingDesk: retained shares", () => {
  /** 900 of the asset's 1,000 shares are on offer, and alice keeps the rest, locked up like the buyers'. */
  async function retaining() {
    const world = await assetToOffer();
    const changes = {
      ...(await lockUp()),
      price: PRICE,
      hardCap: 900n,
      retained: 100n,
      retainedBy: world.alice.address,
    };
    const terms = await openOffering(connection, world, ASSET, changes);
    return { ...world, terms, keeper: world.alice };
  }

  it("are issued on success, once, whoever asks, and are locked up as well", async () => {
    const world = await loadFixture(retaining);
    const { offering, shares, keeper, stranger, bob } = world;
    await buy(world, bob, 400n);
    await expect(offering.issueRetained(FIRST)).to.be.revertedWithCustomError(offering, "OfferingDeskWrongPhase");
    await closeAfterwards(world);

    await expect(offering.connect(stranger).issueRetained(FIRST))
      .to.emit(offering, "RetainedIssued")
      .withArgs(FIRST, keeper.address, 100n);

    expect(await shares.balanceOf(keeper, ASSET)).to.equal(100n);
    expect(await shares.lockedOf(keeper, ASSET)).to.equal(100n);
    await expect(offering.issueRetained(FIRST))
      .to.be.revertedWithCustomError(offering, "OfferingDeskNothingRetained")
      .withArgs(FIRST);
  });

  it("are not issued when the offering fails", async () => {
    const world = await loadFixture(retaining);
    await buy(world, world.bob, 10n);
    await closeAfterwards(world);

    await expect(world.offering.issueRetained(FIRST)).to.be.revertedWithCustomError(
      world.offering,
      "OfferingDeskWrongPhase",
    );
    expect(await world.shares.stateOf(ASSET)).to.equal(STATE.listed);
  });

  it("are within the asset's cap", async () => {
    const world = await loadFixture(assetToOffer);
    const changes = { hardCap: 950n, retained: 51n, retainedBy: world.alice.address };
    const [terms, tiers] = await offerOf(connection, world, ASSET, changes);

    await expect(world.offering.open(terms, [...tiers], []))
      .to.be.revertedWithCustomError(world.offering, "OfferingDeskCapExceeded")
      .withArgs(ASSET, 1_001n, 1_000n);
  });
});

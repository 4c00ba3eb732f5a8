import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { network } from "hardhat";
import { divideReservation } from "../../../sdk/divide-reservation.ts";
import { FAR_FUTURE, FLAG, onboard, STATE } from "../../helpers/books.ts";
import { PHASE } from "../../helpers/desks.ts";
import { BUYER_MONEY, KIND_OF_SALE } from "../../helpers/offering.ts";
import { ASSET, FIRST, MONTH, type OfferingWorld, offeringWorlds, PRICE } from "../../helpers/offering-world.ts";
import { type SeededRandom, seededRandom } from "../../helpers/seeded-random.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;
const { offerWith, closeAfterwards, buy } = offeringWorlds(connection);

const reservation = () => offerWith({ kind: KIND_OF_SALE.reservation });

/** 2,100 shares were reserved of 1,000: alice 1,000, bob 600, carol 500. Their remainders are 400, 1,500 and 200 of 2,100. */
async function oversubscribed() {
  const world = await reservation();
  await buy(world, world.alice, 1_000n);
  await buy(world, world.bob, 600n);
  await buy(world, world.carol, 500n);
  await closeAfterwards(world);
  return world;
}

/** The same, divided: alice 476, bob 286, carol 238. */
async function divided() {
  const world = await oversubscribed();
  await world.offering.prorate(FIRST, 1_500n, 2n, 10n);
  return world;
}

/** 2,000 shares were reserved of 1,000: bob, with 999, and carol, with 1, have a remainder of 1,000 each, and one share is left over. */
async function withTie() {
  const world = await offerWith({ kind: KIND_OF_SALE.reservation, minTicket: 1n });
  await buy(world, world.alice, 1_000n);
  await buy(world, world.bob, 999n);
  await buy(world, world.carol, 1n);
  await closeAfterwards(world);
  return world;
}

describe("OfferingDesk: reservations", () => {
  it("take more than there is, from each wallet up to the hard cap", async () => {
    const { offering, alice, bob } = await loadFixture(reservation);

    await offering.connect(alice).subscribe(FIRST, 700n, 700n, ethers.MaxUint256);
    await offering.connect(bob).subscribe(FIRST, 1_001n, 1_000n, ethers.MaxUint256);
    await expect(offering.connect(alice).subscribe(FIRST, 301n, 301n, ethers.MaxUint256))
      .to.be.revertedWithCustomError(offering, "OfferingDeskTooFewLeft")
      .withArgs(FIRST, 301n, 300n);

    expect((await offering.offeringOf(FIRST)).sold).to.equal(1_700n);
    expect(await offering.escrowOf(FIRST)).to.equal(1_700n * PRICE);
  });

  it("are served in full while the hard cap is not exceeded by a share", async () => {
    const world = await loadFixture(reservation);
    const { offering, shares, alice, bob } = world;
    await buy(world, alice, 600n);
    await buy(world, bob, 400n);
    await closeAfterwards(world);

    expect((await offering.offeringOf(FIRST)).phase).to.equal(PHASE.succeeded);
    await offering.allot(FIRST, [alice, bob]);
    expect(await shares.balanceOf(alice, ASSET)).to.equal(600n);
    await expect(offering.refund(FIRST, alice)).to.be.revertedWithCustomError(offering, "OfferingDeskNoEntitlement");
  });

  it("wait for their division with everything else", async () => {
    const { offering, shares, alice } = await loadFixture(oversubscribed);

    const { phase, reserved, sold } = await offering.offeringOf(FIRST);
    expect([phase, reserved, sold]).to.deep.equal([PHASE.prorating, 2_100n, 2_100n]);
    expect(await shares.stateOf(ASSET)).to.equal(STATE.active);
    await expect(offering.allot(FIRST, [alice]))
      .to.be.revertedWithCustomError(offering, "OfferingDeskWrongPhase")
      .withArgs(FIRST, PHASE.prorating);
    await time.increase(MONTH);
    await expect(offering.connect(alice).refund(FIRST, alice))
      .to.be.revertedWithCustomError(offering, "OfferingDeskWrongPhase")
      .withArgs(FIRST, PHASE.prorating);
  });

  it("are divided by largest remainders, exactly, and what was paid too much is paid back", async () => {
    const world = await loadFixture(oversubscribed);
    const { offering, shares, dollar, stranger } = world;
    const buyers = [world.alice, world.bob, world.carol];

    await expect(offering.connect(stranger).prorate(FIRST, 1_500n, 2n, 3n))
      .to.emit(offering, "Prorated")
      .withArgs(FIRST, 2_100n, 1_500n, 2n);

    const parts = [476n, 286n, 238n];
    for (const [place, buyer] of buyers.entries()) {
      expect(await offering.entitlementOf(FIRST, buyer)).to.equal(parts[place]);
    }
    expect((await offering.offeringOf(FIRST)).sold).to.equal(1_000n);
    await offering.allot(FIRST, buyers);
    for (const [place, buyer] of buyers.entries()) {
      const [part = 0n, reserved = 0n] = [parts[place], [1_000n, 600n, 500n][place]];
      expect(await shares.balanceOf(buyer, ASSET)).to.equal(part);
      await expect(offering.connect(stranger).refund(FIRST, buyer))
        .to.emit(offering, "Refunded")
        .withArgs(FIRST, buyer.address, 0n, (reserved - part) * PRICE);
      expect(await dollar.balanceOf(buyer)).to.equal(BUYER_MONEY - part * PRICE);
    }
    expect(await offering.escrowOf(FIRST)).to.equal(1_000n * PRICE);
  });

  it("can be divided page by page, by several people, while others propose nonsense", async () => {
    const { offering, stranger, dave } = await loadFixture(oversubscribed);

    await offering.prorate(FIRST, 1_500n, 2n, 1n);
    await offering.connect(stranger).prorate(FIRST, 0n, 0n, 2n);
    await offering.connect(dave).prorate(FIRST, 1_500n, 2n, 1n);
    await expect(offering.connect(stranger).prorate(FIRST, 0n, 0n, 1n))
      .to.be.revertedWithCustomError(offering, "OfferingDeskWrongDivision")
      .withArgs(FIRST, 0n, 0n, 1_002n, 1_000n);
    await expect(offering.connect(stranger).prorate(FIRST, 1_500n, 1n, 10n))
      .to.be.revertedWithCustomError(offering, "OfferingDeskWrongDivision")
      .withArgs(FIRST, 1_500n, 1n, 999n, 1_000n);
    await offering.prorate(FIRST, 1_500n, 2n, 1n);

    expect((await offering.offeringOf(FIRST)).phase).to.equal(PHASE.succeeded);
    await expect(offering.prorate(FIRST, 1_500n, 2n, 1n))
      .to.be.revertedWithCustomError(offering, "OfferingDeskWrongPhase")
      .withArgs(FIRST, PHASE.succeeded);
  });

  it("pay back the excess before the allotment, or all of it after 30 days, and either once", async () => {
    const { offering, dollar, stranger, alice, bob } = await loadFixture(divided);
    const { closedAt } = await offering.offeringOf(FIRST);

    await expect(offering.connect(stranger).refund(FIRST, alice))
      .to.emit(offering, "Refunded")
      .withArgs(FIRST, alice.address, 0n, 524n * PRICE);
    await expect(offering.connect(stranger).refund(FIRST, alice))
      .to.be.revertedWithCustomError(offering, "OfferingDeskNotRefundable")
      .withArgs(FIRST, alice.address, closedAt + MONTH);
    await offering.allot(FIRST, [alice]);
    await expect(offering.refund(FIRST, alice)).to.be.revertedWithCustomError(offering, "OfferingDeskNoEntitlement");

    await time.increaseTo(closedAt + MONTH);
    await expect(offering.connect(stranger).refund(FIRST, bob))
      .to.emit(offering, "Refunded")
      .withArgs(FIRST, bob.address, 286n, 600n * PRICE);
    expect(await dollar.balanceOf(bob)).to.equal(BUYER_MONEY);
    expect((await offering.offeringOf(FIRST)).sold).to.equal(714n);
  });

  it("keep the excess of a buyer whom the register refuses where he can take it", async () => {
    const world = await loadFixture(divided);
    const { offering, investors, alice, bob } = world;
    await investors.setStanding(ethers.id(bob.address), FLAG.suspended, FAR_FUTURE);

    await offering.allot(FIRST, [alice, bob]);

    const [refused] = await offering.entitlementsOf(FIRST, [bob]);
    expect(refused).to.deep.equal([286n, 600n * PRICE, 314n * PRICE, 1n, ethers.ZeroAddress]);
    await offering.refund(FIRST, bob); // the excess, whoever asks
    await investors.setStanding(ethers.id(bob.address), 0n, FAR_FUTURE);
    await offering.allot(FIRST, [bob]);
    expect(await offering.entitlementOf(FIRST, bob)).to.equal(0n);
  });

  it("go by who came first where remainders are equal; who gets nothing gets everything back", async () => {
    const world = await loadFixture(withTie);
    const { offering, dollar, bob, carol } = world;
    await offering.prorate(FIRST, 1_000n, 2n, 10n);

    await offering.allot(FIRST, [carol]);

    expect(await offering.entitlementOf(FIRST, bob)).to.equal(500n);
    expect(await offering.entitlementOf(FIRST, carol)).to.equal(0n);
    await offering.refund(FIRST, carol);
    expect(await dollar.balanceOf(carol)).to.equal(BUYER_MONEY);
  });

  it("agree with the plain oracle over random reservations, cancellations and pages", async () => {
    const random = seededRandom("reservations");
    for (let round = 0; round < 12; round++) await playReservation(random, round);
  }).timeout(120_000);
});

/** Who gets how much, the plain way: as often as a share is left over, it goes to the largest remainder that has none yet. */
function divideByHand(reservations: readonly bigint[], hardCap: bigint): bigint[] {
  const reserved = reservations.reduce((sum, shares) => sum + shares, 0n);
  const parts = reservations.map((shares) => (shares * hardCap) / reserved);
  const open = reservations.map((shares) => (shares * hardCap) % reserved);
  for (let left = hardCap - parts.reduce((sum, part) => sum + part, 0n); left > 0n; left -= 1n) {
    let best = 0;
    for (const [place, remainder] of open.entries()) if (remainder > (open[best] ?? 0n)) best = place;
    parts[best] = (parts[best] ?? 0n) + 1n;
    open[best] = -1n;
  }
  return parts;
}

/** One offering from the first reservation to the last refund, and the same by hand. */
async function playReservation(random: SeededRandom, round: number) {
  const where = `${random.seed}, round ${round}`;
  const hardCap = BigInt(1 + random.below(1_000));
  const cancelUntil = BigInt(await time.latest()) + 10_000n;
  const world = await offerWith({
    kind: KIND_OF_SALE.reservation,
    ...{ hardCap, softCap: 1n, minTicket: 1n, cancelUntil, closesAt: cancelUntil + 1n },
  });
  const buyers = await reserveAtRandom(world, random, hardCap);
  await closeAfterwards(world);
  const { phase } = await world.offering.offeringOf(FIRST);
  const places = [...(await world.offering.buyersPage(FIRST, 0n, 1_000n))];
  const reservations = await Promise.all(places.map((buyer) => world.offering.entitlementOf(FIRST, buyer)));

  const isOver = reservations.reduce((sum, shares) => sum + shares, 0n) > hardCap;
  expect(phase, where).to.equal(isOver ? PHASE.prorating : PHASE.succeeded);
  const parts = isOver ? divideByHand(reservations, hardCap) : reservations;
  if (isOver) {
    const division = divideReservation(reservations, hardCap);
    expect(division.parts, where).to.deep.equal(parts);
    while ((await world.offering.offeringOf(FIRST)).phase === PHASE.prorating) {
      await world.offering.prorate(FIRST, division.threshold, division.cutoff, 1 + random.below(5));
    }
  }

  for (const buyer of buyers) {
    if (random.below(2) === 0) await world.offering.refund(FIRST, buyer).catch(() => undefined);
    await world.offering.allot(FIRST, [buyer]);
    await world.offering.refund(FIRST, buyer).catch(() => undefined);
  }
  for (const [place, buyer] of places.entries()) {
    if (buyer === ethers.ZeroAddress) continue;
    expect(await world.shares.balanceOf(buyer, ASSET), `${where}, place ${place}`).to.equal(parts[place]);
    expect(await world.dollar.balanceOf(buyer), where).to.equal(BUYER_MONEY - (parts[place] ?? 0n) * PRICE);
  }
  const allotted = parts.reduce((sum, part) => sum + part, 0n);
  expect(await world.shares.totalSupply(ASSET), where).to.equal(allotted);
  expect(await world.offering.escrowOf(FIRST), where).to.equal(allotted * PRICE);
}

/** Reservations, more of them, and cancellations, of up to twelve buyers. */
async function reserveAtRandom(
  world: OfferingWorld,
  random: SeededRandom,
  hardCap: bigint,
): Promise<readonly HardhatEthersSigner[]> {
  const { offering, dollar, people } = world;
  const buyers = people.slice(0, 2 + random.below(11));
  for (const buyer of buyers.slice(5)) {
    await onboard(connection, world, buyer);
    await dollar.mint(buyer, BUYER_MONEY);
    await dollar.connect(buyer).approve(offering, ethers.MaxUint256);
  }
  for (let step = 0; step < 3 * buyers.length; step++) {
    const buyer = buyers[random.below(buyers.length)];
    if (buyer === undefined) continue;
    if (random.below(6) === 0)
      await offering
        .connect(buyer)
        .cancel(FIRST, buyer)
        .catch(() => undefined);
    else {
      const shares = 1 + random.below(Number(hardCap));
      await offering
        .connect(buyer)
        .subscribe(FIRST, shares, 1n, ethers.MaxUint256)
        .catch(() => undefined);
    }
  }
  const { sold } = await offering.offeringOf(FIRST);
  if (sold === 0n) await offering.connect(world.alice).subscribe(FIRST, 1n, 1n, ethers.MaxUint256);
  return buyers;
}

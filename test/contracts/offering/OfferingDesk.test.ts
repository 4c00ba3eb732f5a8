import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { network } from "hardhat";
import { FAR_FUTURE, STATE } from "../../helpers/books.ts";
import { type Desks, PHASE } from "../../helpers/desks.ts";
import { BUYER_MONEY, offerOf, openOffering } from "../../helpers/offering.ts";
import { ASSET, FIRST, fieldsOf, MONTH, offeringWorlds, PRICE } from "../../helpers/offering-world.ts";
import { seededRandom } from "../../helpers/seeded-random.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;
const { assetToOffer, openAsset, succeededOffering, buy } = offeringWorlds(connection);

describe("OfferingDesk", () => {
  describe("open", () => {
    it("offers a listed and backed asset", async () => {
      const world = await loadFixture(assetToOffer);
      const { offering, shares } = world;
      const [terms, tiers] = await offerOf(connection, world, ASSET, { price: PRICE });

      await expect(offering.open(terms, [...tiers], []))
        .to.emit(offering, "OfferingOpened")
        .withArgs(FIRST, ASSET, fieldsOf(terms), tiers.map(fieldsOf), []);

      expect(await offering.offeringCount()).to.equal(FIRST);
      expect(await shares.stateOf(ASSET)).to.equal(STATE.offered);
      const opened = await offering.offeringOf(FIRST);
      expect([opened.phase, opened.sold, opened.allotted, opened.closedAt]).to.deep.equal([PHASE.open, 0n, 0n, 0n]);
      expect(fieldsOf(opened.terms)).to.deep.equal(fieldsOf(terms));
      expect(await offering.costOf(FIRST, 3n)).to.equal(3n * PRICE);
    });

    it("is not for strangers, nor is closing early", async () => {
      const world = await loadFixture(openAsset);
      const { offering, stranger, terms } = world;

      for (const attempt of [
        offering.connect(stranger).open(terms, [], []),
        offering.connect(stranger).closeSoldOut(FIRST),
      ]) {
        await expect(attempt)
          .to.be.revertedWithCustomError(offering, "AccessManagedUnauthorized")
          .withArgs(stranger.address);
      }
    });

    it("rejects an asset that is not listed, or on offer already", async () => {
      const world = await loadFixture(openAsset);
      const { offering, terms } = world;
      const [, tiers] = await offerOf(connection, world, ASSET);

      await expect(offering.open({ ...terms, id: 99n }, [...tiers], []))
        .to.be.revertedWithCustomError(offering, "OfferingDeskAssetNotListed")
        .withArgs(99n, STATE.unlisted);
      await expect(offering.open(terms, [...tiers], []))
        .to.be.revertedWithCustomError(offering, "OfferingDeskAssetNotListed")
        .withArgs(ASSET, STATE.offered);
    });

    it("rejects an asset that nobody keeps", async () => {
      const world = await loadFixture(assetToOffer);
      const { offering, custody } = world;
      const [terms, tiers] = await offerOf(connection, world, ASSET, { price: PRICE });
      await custody.endMandate(ASSET, ethers.id("notice"));

      await expect(offering.open(terms, [...tiers], []))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNotBacked")
        .withArgs(ASSET);
    });

    it("rejects more shares than may still be issued", async () => {
      const world = await loadFixture(assetToOffer);
      const { offering } = world;
      const [terms, tiers] = await offerOf(connection, world, ASSET, { price: PRICE, hardCap: 1_001n });

      await expect(offering.open(terms, [...tiers], []))
        .to.be.revertedWithCustomError(offering, "OfferingDeskCapExceeded")
        .withArgs(ASSET, 1_001n, 1_000n);
    });

    it("rejects a second offering while the first is open, whatever state the issuer has put the asset in", async () => {
      const world = await loadFixture(openAsset);
      const { offering, shares, terms } = world;
      const [, tiers] = await offerOf(connection, world, ASSET);
      await shares.setAssetState(ASSET, STATE.listed);

      await expect(offering.open(terms, [...tiers], []))
        .to.be.revertedWithCustomError(offering, "OfferingDeskUnfinished")
        .withArgs(ASSET, FIRST);
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

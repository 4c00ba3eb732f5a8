import { expect } from "chai";
import { network } from "hardhat";
import { type Changes, KIND_OF_SALE, offerOf } from "../../helpers/offering.ts";
import { ASSET, offeringWorlds, PRICE } from "../../helpers/offering-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;
const { assetToOffer } = offeringWorlds(connection);

const NOBODY = ethers.ZeroAddress;
const LATE = 4_000_000_000n;

type Refusal = readonly [Changes, string, readonly unknown[]];

describe("OfferingDesk: terms", () => {
  async function refuses(cases: (world: Awaited<ReturnType<typeof assetToOffer>>, now: bigint) => readonly Refusal[]) {
    const world = await loadFixture(assetToOffer);
    const now = BigInt(await time.latest()) + 10n;

    for (const [changes, error, values] of cases(world, now)) {
      const offer = await offerOf(connection, world, ASSET, { price: PRICE, ...changes });
      const snapshot = await networkHelpers.takeSnapshot();
      await time.setNextBlockTimestamp(now);
      await expect(world.offering.open(offer[0], [...offer[1]], [...offer[2]]))
        .to.be.revertedWithCustomError(world.offering, error)
        .withArgs(...values);
      await snapshot.restore();
    }
  }

  it("rejects caps that contradict each other", async () => {
    await refuses(() => [
      [{ softCap: 0n }, "OfferingDeskInvalidCaps", [0n, 1_000n, 10n, 0n]],
      [{ softCap: 1_001n }, "OfferingDeskInvalidCaps", [1_001n, 1_000n, 10n, 0n]],
      [{ minTicket: 1_001n }, "OfferingDeskInvalidCaps", [400n, 1_000n, 1_001n, 0n]],
      [{ maxPerInvestor: 9n }, "OfferingDeskInvalidCaps", [400n, 1_000n, 10n, 9n]],
    ]);
  });

  it("rejects windows that are empty or over, and cancellations after them", async () => {
    await refuses((_world, now) => [
      [{ opensAt: now + 5n, closesAt: now + 5n }, "OfferingDeskInvalidWindow", [now + 5n, now + 5n, 0n, now]],
      [{ opensAt: now - 5n, closesAt: now }, "OfferingDeskInvalidWindow", [now - 5n, now, 0n, now]],
      [
        { opensAt: now, closesAt: now + 9n, cancelUntil: now + 10n },
        "OfferingDeskInvalidWindow",
        [now, now + 9n, now + 10n, now],
      ],
    ]);
  });

  it("rejects payees that are missing, and more than everything for fee and commission", async () => {
    await refuses(({ treasury: { address: treasury }, feeRecipient: { address: fee } }) => [
      [{ treasury: NOBODY }, "OfferingDeskInvalidPayees", [NOBODY, fee, 500n, NOBODY]],
      [{ feeRecipient: NOBODY }, "OfferingDeskInvalidPayees", [treasury, NOBODY, 500n, NOBODY]],
      [{ feeBps: 10_001n }, "OfferingDeskInvalidPayees", [treasury, fee, 10_001n, NOBODY]],
      [{ feeBps: 9_000n, commissionBps: 1_001n }, "OfferingDeskInvalidPayees", [treasury, fee, 10_001n, NOBODY]],
      [{ hardCap: 900n, retained: 1n }, "OfferingDeskInvalidPayees", [treasury, fee, 500n, NOBODY]],
    ]);
  });

  it("P71: rejects tiers that are free, that do not ascend or do not end at the hard cap", async () => {
    const invalid = (place: bigint, count: bigint) => ["OfferingDeskInvalidTiers", [place, count, 1_000n]] as const;
    const many = Array.from({ length: 17 }, (_each, place) => ({
      upTo: place === 16 ? 1_000n : BigInt(place + 1),
      price: BigInt(place + 1),
    }));
    const [half, whole] = [
      { upTo: 500n, price: 2n },
      { upTo: 1_000n, price: 3n },
    ];
    const dearest = 2n ** 128n / 1_000n + 1n;

    await refuses(() => [
      [{ tiers: [] }, ...invalid(16n, 0n)],
      [{ tiers: many }, ...invalid(16n, 17n)],
      [{ price: 0n }, ...invalid(0n, 1n)],
      [{ price: dearest }, ...invalid(0n, 1n)],
      [{ tiers: [half] }, ...invalid(0n, 1n)],
      [{ tiers: [half, { ...half, price: 3n }] }, ...invalid(1n, 2n)],
      [{ tiers: [half, { ...whole, price: 2n }] }, ...invalid(1n, 2n)],
      [{ tiers: [half, { ...whole, upTo: 1_001n }] }, ...invalid(1n, 2n)],
      [{ tiers: [whole, { upTo: 1_001n, price: 4n }] }, ...invalid(0n, 2n)],
      [{ kind: KIND_OF_SALE.reservation, tiers: [half, whole] }, ...invalid(1n, 2n)],
    ]);
  });

  it("takes 16 tiers and 8 class caps", async () => {
    const world = await loadFixture(assetToOffer);
    const tiers = Array.from({ length: 16 }, (_each, place) => ({
      upTo: place === 15 ? 1_000n : BigInt(place + 1),
      price: BigInt(place + 1),
    }));
    const classCaps = Array.from({ length: 8 }, (_each, place) => ({ classes: 4n, most: BigInt(place + 1) }));
    const offer = await offerOf(connection, world, ASSET, { tiers, classCaps });

    await world.offering.open(offer[0], [...offer[1]], [...offer[2]]);

    expect(await world.offering.tiersOf(1n)).to.deep.equal(tiers.map((tier) => Object.values(tier)));
    expect(await world.offering.classCountsOf(1n)).to.deep.equal(classCaps.map((cap) => [...Object.values(cap), 0n]));
  });

  it("rejects class caps without class or shares, and more than 8", async () => {
    const cap = { classes: 1n, most: 1n };
    await refuses(() => [
      [{ classCaps: [cap, { ...cap, classes: 0n }] }, "OfferingDeskInvalidClassCaps", [1n, 2n]],
      [{ classCaps: [{ ...cap, most: 0n }] }, "OfferingDeskInvalidClassCaps", [0n, 1n]],
      [{ classCaps: Array.from({ length: 9 }, () => cap) }, "OfferingDeskInvalidClassCaps", [8n, 9n]],
    ]);
  });

  it("rejects lock-ups that run backwards or are over before the sale is", async () => {
    const invalid = (lockUp: { from: bigint; cliff: bigint; until: bigint }): Refusal => [
      { closesAt: LATE, lockUp },
      "OfferingDeskInvalidLockUp",
      [Object.values(lockUp), LATE],
    ];
    await refuses(() => [
      invalid({ from: 2n, cliff: 1n, until: LATE + 1n }),
      invalid({ from: 0n, cliff: LATE + 2n, until: LATE + 1n }),
      invalid({ from: LATE + 1n, cliff: LATE + 1n, until: LATE + 1n }),
      invalid({ from: 0n, cliff: 0n, until: LATE }),
    ]);
  });

  it("rejects a currency that compliance does not allow", async () => {
    const world = await loadFixture(assetToOffer);
    const { offering, dollar, stranger } = world;
    const [terms, tiers] = await offerOf(connection, world, ASSET);

    await expect(offering.connect(stranger).allowCurrency(dollar, true))
      .to.be.revertedWithCustomError(offering, "AccessManagedUnauthorized")
      .withArgs(stranger.address);
    await expect(offering.allowCurrency(stranger, true))
      .to.be.revertedWithCustomError(offering, "OfferingDeskCurrencyNotAllowed")
      .withArgs(stranger.address);
    await expect(offering.allowCurrency(dollar, false))
      .to.emit(offering, "CurrencyAllowed")
      .withArgs(await dollar.getAddress(), false);
    await expect(offering.open(terms, [...tiers], []))
      .to.be.revertedWithCustomError(offering, "OfferingDeskCurrencyNotAllowed")
      .withArgs(await dollar.getAddress());
  });
});

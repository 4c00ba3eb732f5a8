import { expect } from "chai";
import { network } from "hardhat";
import { seededRandom } from "../helpers/seeded-random.ts";
import {
  appointProviders,
  DAY,
  demandPrice,
  deployValuation,
  E18,
  HEARTBEAT,
  MOST_AGE,
  NO_CORRECTION,
  PRICE,
  publish as publishIn,
  TOWER,
  type Valuation,
  type Value,
  VILLA,
} from "../helpers/valuation.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const REASON = ethers.id("reason");
const ROUNDS = 60;

/** One value makes the tower's price: ±5 % of it, jumps up to 20 %. */
async function priced() {
  const world = await deployValuation(connection);
  await appointProviders(world);
  await demandPrice(world);
  return world;
}

/** Two values do. */
async function pricedByTwo() {
  const world = await deployValuation(connection);
  await appointProviders(world);
  await demandPrice(world, 2n);
  return world;
}

const publish = (world: Valuation, provider: Valuation["ann"], nav: bigint, value: Value = {}) =>
  publishIn(connection, world, provider, nav, value);
const now = async () => BigInt(await time.latest());
const codeOf = async ({ oracle }: Valuation, id = TOWER) => (await oracle.isPriceUsable(id)).code;

describe("Attacks on valuations", () => {
  describe("P75: a price is stale, extreme or negative", () => {
    it("P75: a value that is zero or negative is kept and never traded at, whatever its decimals", async () => {
      const world = await loadFixture(priced);
      const { oracle, ann } = world;
      const random = seededRandom("signs and decimals");

      for (let i = 0; i < ROUNDS; ++i) {
        const decimals = BigInt(random.below(19));
        const size = BigInt(random.below(2 ** 31)) * BigInt(1 + random.below(2 ** 31)) * BigInt(random.below(3) - 1);
        const instant = (await now()) - BigInt(random.below(1_000)) - 1_000n * BigInt(ROUNDS - i);
        await oracle.setPriceTerms(TOWER, { currency: world.usd, required: true, bandBps: 500n, jumpBps: 0n });
        await publish(world, ann, size, { decimals, instant });

        const { nav } = await oracle.navAt(TOWER, instant);
        expect(nav, random.seed).to.equal(size * 10n ** (18n - decimals));
        expect(await codeOf(world), random.seed).to.equal(size > 0n ? PRICE.usable : PRICE.notPositive);
      }
    });

    it("P75: a jump beyond the limit trips the breaker, one on it does not, until compliance confirms exactly that value", async () => {
      const world = await loadFixture(priced);
      const { oracle, subject, usd, ann, stranger } = world;
      const instant = (await now()) - 10n * DAY;
      await publish(world, ann, 10_000n, { instant });

      for (const [nav, code] of [
        [12_000n, PRICE.usable],
        [9_600n, PRICE.usable],
        [11_521n, PRICE.jumpUnconfirmed],
      ] as const) {
        await publish(world, ann, nav, { instant: instant + nav });
        await oracle.invalidateSnapshot(subject, usd, (await oracle.snapshotCount(subject, usd)) - 2n, REASON);
        expect(await codeOf(world), `${nav}`).to.equal(code);
      }

      expect([...(await oracle.unconfirmedPrice(TOWER))]).to.deep.equal([true, 11_521n * E18]);
      await expect(oracle.connect(stranger).confirmPrice(TOWER, 11_521n * E18))
        .to.be.revertedWithCustomError(oracle, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
      await expect(oracle.confirmPrice(TOWER, 11_520n * E18))
        .to.be.revertedWithCustomError(oracle, "NavOracleNothingToConfirm")
        .withArgs(TOWER, 11_520n * E18, 11_521n * E18);
      await expect(oracle.confirmPrice(TOWER, 11_521n * E18))
        .to.emit(oracle, "PriceConfirmed")
        .withArgs(TOWER, subject, 11_521n * E18);
      expect(await codeOf(world)).to.equal(PRICE.usable);
      await expect(oracle.confirmPrice(TOWER, 11_521n * E18)).to.be.revertedWithCustomError(
        oracle,
        "NavOracleNothingToConfirm",
      );
    });

    it("P75: many steps beyond the limit do not wear it down, and the way back needs nobody", async () => {
      const world = await loadFixture(priced);
      const { oracle, subject, usd, ann } = world;
      const instant = (await now()) - 10n * DAY;
      await publish(world, ann, 1_000n, { instant });
      for (const [step, nav] of [1_300n, 1_310n, 1_320n].entries()) {
        await publish(world, ann, nav, { instant: instant + BigInt(step) + 1n });
        expect(await codeOf(world)).to.equal(PRICE.jumpUnconfirmed);
      }

      for (const index of [3n, 2n, 1n]) await oracle.invalidateSnapshot(subject, usd, index, REASON);
      expect(await codeOf(world)).to.equal(PRICE.usable);
      expect([...(await oracle.unconfirmedPrice(TOWER))]).to.deep.equal([false, 1_000n * E18]);
      await oracle.invalidateSnapshot(subject, usd, 0n, REASON);
      expect([...(await oracle.unconfirmedPrice(TOWER))]).to.deep.equal([false, 0n]);
      expect([...(await oracle.navAt(TOWER, instant))]).to.deep.equal([0n, 0n, 0n]);
    });

    it("P75: a correction jumps like any other value", async () => {
      const world = await loadFixture(priced);
      const { oracle, ann } = world;
      const instant = await now();
      await publish(world, ann, 1_000n, { instant });

      await expect(publish(world, ann, -1_000n, { instant, corrects: 0n })).to.emit(oracle, "PriceJumped");
      expect(await codeOf(world)).to.equal(PRICE.notPositive);
    });
  });

  describe("P99: corrections fork or loop", () => {
    it("P99: of values: random publications, corrections and invalidations leave at most one present value per provider and instant", async () => {
      const world = await loadFixture(pricedByTwo);
      const { oracle, subject, usd, ann, ben, cleo } = world;
      const random = seededRandom("corrections of values");
      const base = (await now()) - DAY;
      const people = [ann, ben, cleo];
      const count = async () => Number(await oracle.snapshotCount(subject, usd));

      for (let i = 0; i < ROUNDS; ++i) {
        const who = people[random.below(3)] ?? ann;
        const instant = base + BigInt(random.below(3));
        const index = BigInt(random.below((await count()) + 2));
        const act = random.below(4);
        const corrects = act === 0 ? NO_CORRECTION : index;
        const attempt =
          act === 3
            ? oracle.invalidateSnapshot(subject, usd, index, REASON)
            : publish(world, who, BigInt(random.below(1_000)), { instant, corrects });
        await attempt.then(undefined, () => undefined);
      }

      const length = await count();
      const snapshots = await Promise.all(
        Array.from({ length }, async (_, index) => ({
          index: BigInt(index),
          kept: await oracle.getSnapshot(subject, usd, index),
          invalid: await oracle.isSnapshotInvalidated(subject, usd, index),
          current: await oracle.isSnapshotCurrent(subject, usd, index),
        })),
      );
      const slots = new Map<string, number>();
      for (const { index, kept, invalid, current } of snapshots) {
        const slot = `${kept.provider} ${kept.valuationTimestamp}`;
        if (current) slots.set(slot, (slots.get(slot) ?? 0) + 1);
        expect(kept.correctedByIndex === 0n || kept.correctedByIndex > index, `${random.seed}: loops`).to.equal(true);
        const successors = snapshots.filter((other) => other.kept.correctsIndex === index && !other.invalid);
        expect(successors.length, `${random.seed}: forks`).to.be.at.most(1);
        expect(successors[0]?.index ?? 0n, `${random.seed}: pointers agree`).to.equal(
          invalid ? 0n : kept.correctedByIndex,
        );
      }
      expect(Math.max(...slots.values()), random.seed).to.equal(1);

      const latest = [...snapshots]
        .filter(({ current }) => current)
        .sort((one, other) =>
          Number(other.kept.valuationTimestamp - one.kept.valuationTimestamp || other.index - one.index),
        )[0];
      expect((await oracle.latestNAV(subject, usd)).nav, random.seed).to.equal(latest?.kept.nav);
    });

    it("P99: of footprints: random measurements and corrections leave one present value per period", async () => {
      const world = await loadFixture(priced);
      const { log, subject, ann, ben } = world;
      const random = seededRandom("corrections of footprints");
      const [carbon, unit] = [ethers.id("ERC-8329:INDICATOR:CARBON_EMITTED"), ethers.id("tCO2e")];
      for (const each of [ann, ben]) await log.setReporter(TOWER, each.address, true);
      const count = async () => Number(await log.snapshotCount(subject));

      for (let i = 0; i < ROUNDS; ++i) {
        const start = BigInt(random.below(3));
        const corrects = random.below(3) === 0 ? NO_CORRECTION : BigInt(random.below((await count()) + 2));
        await log
          .connect(random.below(2) === 0 ? ann : ben)
          .recordSnapshot(subject, carbon, BigInt(i), 0n, unit, start, 10n, REASON, "ipfs://method", corrects)
          .then(undefined, () => undefined);
      }

      const snapshots = await Promise.all(Array.from({ length: await count() }, (_, i) => log.getSnapshot(subject, i)));
      const terminal = snapshots.filter(({ correctedByIndex }) => correctedByIndex === 0n);
      expect(new Set(terminal.map(({ periodStart }) => periodStart)).size, random.seed).to.equal(terminal.length);
      for (const [index, { correctsIndex, correctedByIndex, periodStart }] of snapshots.entries()) {
        const successors = snapshots.filter((other) => other.correctsIndex === BigInt(index));
        expect(successors.length, `${random.seed}: forks`).to.be.at.most(1);
        expect(correctsIndex === NO_CORRECTION || correctsIndex < BigInt(index), `${random.seed}: loops`).to.equal(
          true,
        );
        const successor = snapshots.findIndex((other) => other.correctsIndex === BigInt(index));
        expect(BigInt(Math.max(successor, 0)), `${random.seed}: pointers agree`).to.equal(correctedByIndex);
        const present = await log.currentSnapshotForPeriod(subject, carbon, periodStart, 10n);
        expect(snapshots[Number(present)]?.correctedByIndex, random.seed).to.equal(0n);
      }
    });
  });

  describe("P105: a stale value or a single provider still makes prices", () => {
    it("P105: the last second of both ages counts, the next does not", async () => {
      const world = await loadFixture(priced);
      const { ann } = world;
      const instant = (await now()) - 70n * DAY;
      await publish(world, ann, 100n, { instant });
      const published = await now();

      for (const [when, code] of [
        [instant + MOST_AGE - 1n, PRICE.usable],
        [instant + MOST_AGE, PRICE.usable],
        [instant + MOST_AGE + 1n, PRICE.valuationStale],
        [published + HEARTBEAT, PRICE.valuationStale],
        [published + HEARTBEAT + 1n, PRICE.publicationStale],
      ] as const) {
        await time.increaseTo(when);
        expect(await codeOf(world), `${when - instant}`).to.equal(code);
      }
    });

    it("P105: the heartbeat alone stops a price whose instant is not old", async () => {
      const world = await loadFixture(priced);
      await publish(world, world.ann, 100n);
      const published = await now();

      for (const [after, code] of [
        [HEARTBEAT - 1n, PRICE.usable],
        [HEARTBEAT, PRICE.usable],
        [HEARTBEAT + 1n, PRICE.publicationStale],
      ] as const) {
        await time.increaseTo(published + after);
        expect(await codeOf(world), `${after}`).to.equal(code);
      }
    });

    it("P105: where two are asked for, one provider makes no price, neither twice nor of another instant", async () => {
      const world = await loadFixture(pricedByTwo);
      const { ann, ben } = world;
      const instant = (await now()) - DAY;
      await publish(world, ann, 100n, { instant });
      await publish(world, ann, 101n, { instant, corrects: 0n });
      await publish(world, ben, 100n, { instant: instant + 1n });
      expect(await codeOf(world)).to.equal(PRICE.noQuorum);

      await publish(world, ben, 100n, { instant });
      expect(await codeOf(world)).to.equal(PRICE.usable);
    });

    it("P105: two providers further apart than agreed make no price either", async () => {
      const world = await loadFixture(pricedByTwo);
      const { ann, ben } = world;
      const instant = await now();
      await publish(world, ann, 1_000n, { instant });
      await publish(world, ben, 1_101n, { instant });
      expect(await codeOf(world)).to.equal(PRICE.providersDisagree);
      await publish(world, ben, 1_100n, { instant, corrects: 1n });
      expect(await codeOf(world)).to.equal(PRICE.usable);
    });
  });

  it("P106: providers, ages, quorum, limits and currencies of one asset say nothing about another", async () => {
    const world = await loadFixture(priced);
    const { oracle, otherSubject, usd, total, dollar, ann } = world;
    await publish(world, ann, 100n);

    expect(await oracle.isProvider(VILLA, ann.address)).to.equal(false);
    expect(await codeOf(world, VILLA)).to.equal(PRICE.noTerms);
    expect([...(await oracle.tradeBand(VILLA, dollar))]).to.deep.equal([0n, 0n, ethers.MaxUint256]);
    expect(await oracle.heartbeat(otherSubject, usd)).to.equal(0n);
    await oracle.setNAVBasis(otherSubject, usd, total);
    await expect(publish(world, ann, 100n, { subject: otherSubject }))
      .to.be.revertedWithCustomError(oracle, "NavOracleNotProvider")
      .withArgs(otherSubject, ann.address);

    await oracle.setPriceTerms(VILLA, { currency: usd, required: true, bandBps: 1n, jumpBps: 1n });
    await oracle.setStalenessConfig(otherSubject, usd, 1n, 1n);
    expect(await codeOf(world, VILLA)).to.equal(PRICE.noQuorum);
    expect(await codeOf(world)).to.equal(PRICE.usable);
    expect((await oracle.priceTermsOf(TOWER)).jumpBps).to.equal(2_000n);
    expect([...(await oracle.priceTokenOf(VILLA, dollar))]).to.deep.equal([false, 0n]);
  });
});

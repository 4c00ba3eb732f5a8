import { expect } from "chai";
import { network } from "hardhat";
import { FAR_FUTURE } from "../../helpers/books.ts";
import {
  appointProviders,
  DAY,
  demandPrice,
  deployValuation,
  E18,
  HEARTBEAT,
  interfaceIdOf,
  MOST_AGE,
  NO_CORRECTION,
  PRICE,
  publish as publishIn,
  TOWER,
  type Valuation,
  type Value,
  VILLA,
} from "../../helpers/valuation.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const REASON = ethers.id("wrong building");
const UNKNOWN_ASSET = 99n;

const empty = () => deployValuation(connection);

/** Ann, Ben and Cleo may value the tower; nobody has. */
async function appointed() {
  const world = await deployValuation(connection);
  await appointProviders(world);
  return world;
}

/** One value is a price, and the tower demands one. */
async function priced() {
  const world = await appointed();
  await demandPrice(world);
  return world;
}

/** The values of two providers make a price. */
async function pricedByTwo() {
  const world = await appointed();
  await demandPrice(world, 2n);
  return world;
}

const publish = (world: Valuation, provider: Valuation["ann"], nav: bigint, value: Value = {}) =>
  publishIn(connection, world, provider, nav, value);
const now = async () => BigInt(await time.latest());
const codeOf = async ({ oracle }: Valuation, id = TOWER) => (await oracle.isPriceUsable(id)).code;

describe("NavOracle (ERC-8330, draft)", () => {
  describe("stream scope", () => {
    it("snapshot indices MUST be zero-based and scoped to each (subjectId, currency) stream", async () => {
      const world = await loadFixture(appointed);
      const { oracle, subject, otherSubject, usd, total, ann } = world;
      const eur = ethers.id("ERC-8330:CURRENCY:EUR");
      await oracle.setNAVBasis(subject, eur, total);
      await oracle.setProvider(VILLA, ann.address, true);
      await oracle.setNAVBasis(otherSubject, usd, total);

      for (const value of [{}, { currency: eur }, { subject: otherSubject }]) await publish(world, ann, 5n, value);

      expect(await oracle.snapshotCount(subject, usd)).to.equal(1n);
      expect(await oracle.snapshotCount(subject, eur)).to.equal(1n);
      expect((await oracle.getSnapshot(otherSubject, usd, 0n)).nav).to.equal(5n);
    });
  });

  describe("NAV basis", () => {
    it("setNAVBasis MUST accept only PER_UNIT, PER_SHARE or TOTAL", async () => {
      const { oracle, subject, usd } = await loadFixture(empty);

      await expect(oracle.setNAVBasis(subject, usd, REASON))
        .to.be.revertedWithCustomError(oracle, "NavOracleBasisNotSettable")
        .withArgs(subject, usd, REASON, ethers.ZeroHash);
      for (const name of ["PER_UNIT", "PER_SHARE", "TOTAL"]) {
        const basis = ethers.id(`ERC-8330:NAV_BASIS:${name}`);
        const currency = ethers.id(name);
        await expect(oracle.setNAVBasis(subject, currency, basis))
          .to.emit(oracle, "NAVBasisConfigured")
          .withArgs(subject, currency, basis);
        expect(await oracle.streamNAVBasis(subject, currency)).to.equal(basis);
      }
    });

    it("setNAVBasis MUST reject a stream whose basis was already configured, with or without snapshots", async () => {
      const world = await loadFixture(appointed);
      const { oracle, subject, usd, total, ann } = world;
      const again = () => oracle.setNAVBasis(subject, usd, total);

      await expect(again()).to.be.revertedWithCustomError(oracle, "NavOracleBasisNotSettable");
      await publish(world, ann, 5n);
      await expect(again())
        .to.be.revertedWithCustomError(oracle, "NavOracleBasisNotSettable")
        .withArgs(subject, usd, total, total);
    });

    it("streamNAVBasis MUST return bytes32(0) for an unconfigured stream, and publishNAV MUST reject it", async () => {
      const world = await loadFixture(appointed);
      const { oracle, subject, total, ann } = world;
      const eur = ethers.id("ERC-8330:CURRENCY:EUR");

      expect(await oracle.streamNAVBasis(subject, eur)).to.equal(ethers.ZeroHash);
      for (const basis of [total, ethers.ZeroHash]) {
        await expect(publish(world, ann, 5n, { currency: eur, basis }))
          .to.be.revertedWithCustomError(oracle, "NavOracleWrongBasis")
          .withArgs(subject, eur, basis, ethers.ZeroHash);
      }
    });

    it("publishNAV MUST reject a basis that does not equal the configured one", async () => {
      const world = await loadFixture(appointed);
      const { oracle, subject, usd, total, ann } = world;
      const basis = ethers.id("ERC-8330:NAV_BASIS:PER_SHARE");

      await expect(publish(world, ann, 5n, { basis }))
        .to.be.revertedWithCustomError(oracle, "NavOracleWrongBasis")
        .withArgs(subject, usd, basis, total);
    });
  });

  describe("NAV and decimals", () => {
    it("publishNAV MUST reject decimals above 18, int256's minimum and magnitudes that do not fit with 18 decimals", async () => {
      const world = await loadFixture(appointed);
      const { oracle, ann } = world;
      const most = (2n ** 255n - 1n) / 10n ** 12n;

      for (const [nav, decimals] of [
        [1n, 19n],
        [-(2n ** 255n), 18n],
        [most + 1n, 6n],
        [-most - 1n, 6n],
      ] as const) {
        await expect(publish(world, ann, nav, { decimals }))
          .to.be.revertedWithCustomError(oracle, "NavOracleValueTooLarge")
          .withArgs(nav, decimals);
      }
      const instant = await now();
      await publish(world, ann, most, { decimals: 6n, instant });
      await publish(world, ann, -most, { decimals: 6n, instant: instant - 1n });
      await publish(world, ann, 2n ** 255n - 1n, { decimals: 18n, instant: instant - 2n });
    });
  });

  describe("publication", () => {
    it("publishNAV MUST be restricted to authorized providers", async () => {
      const world = await loadFixture(appointed);
      const { oracle, subject, stranger, ann } = world;

      await expect(publish(world, stranger, 5n))
        .to.be.revertedWithCustomError(oracle, "NavOracleNotProvider")
        .withArgs(subject, stranger.address);
      await oracle.setProvider(TOWER, ann.address, false);
      expect(await oracle.isProvider(TOWER, ann.address)).to.equal(false);
      await expect(publish(world, ann, 5n)).to.be.revertedWithCustomError(oracle, "NavOracleNotProvider");
    });

    it("every accepted snapshot MUST be stored with its provider and time, appended to both histories, and told", async () => {
      const world = await loadFixture(appointed);
      const { oracle, subject, usd, total, ann, ben } = world;
      const instant = await now();
      await publish(world, ben, 4n, { instant });

      const hash = ethers.id("methodology");
      await expect(publish(world, ann, -5n, { decimals: 2n, instant }))
        .to.emit(oracle, "NAVPublished")
        .withArgs(subject, usd, ann.address, 1n, -5n, 2n, total, instant, hash, NO_CORRECTION);

      const kept = await oracle.getSnapshot(subject, usd, 1n);
      expect([...kept]).to.deep.equal([
        subject,
        usd,
        total,
        -5n,
        2n,
        instant,
        await now(),
        ann.address,
        hash,
        "ipfs://methodology",
        NO_CORRECTION,
        0n,
      ]);
      expect(await oracle.providerSnapshotCount(subject, usd, ann.address)).to.equal(1n);
      expect(await oracle.providerSnapshotAt(subject, usd, ann.address, 0n)).to.equal(1n);
    });

    it("valuationTimestamp MUST NOT be greater than block.timestamp", async () => {
      const world = await loadFixture(appointed);
      const { oracle, ann } = world;
      const next = (await now()) + 10n;

      await time.setNextBlockTimestamp(next);
      await expect(publish(world, ann, 5n, { instant: next + 1n }))
        .to.be.revertedWithCustomError(oracle, "NavOracleFutureValuation")
        .withArgs(next + 1n, next);
      await time.setNextBlockTimestamp(next + 1n);
      await publish(world, ann, 5n, { instant: next + 1n });
    });

    it("methodologyHash MUST NOT be zero, and here the address may not be empty either", async () => {
      const world = await loadFixture(appointed);
      const { oracle, ann } = world;

      await expect(publish(world, ann, 5n, { hash: ethers.ZeroHash }))
        .to.be.revertedWithCustomError(oracle, "NavOracleNoMethodology")
        .withArgs(ethers.ZeroHash, "ipfs://methodology");
      await expect(publish(world, ann, 5n, { uri: "" }))
        .to.be.revertedWithCustomError(oracle, "NavOracleNoMethodology")
        .withArgs(ethers.id("methodology"), "");
    });

    it("an occupied provider and timestamp MUST be revised by a correction; other providers MAY publish their own", async () => {
      const world = await loadFixture(appointed);
      const { oracle, ann, ben } = world;
      const instant = await now();
      await publish(world, ann, 5n, { instant });

      await expect(publish(world, ann, 6n, { instant }))
        .to.be.revertedWithCustomError(oracle, "NavOracleAlreadyValued")
        .withArgs(ann.address, instant, 0n);
      await publish(world, ben, 6n, { instant });
    });

    it("takes no more providers for an instant than can be walked", async () => {
      const world = await loadFixture(appointed);
      const { oracle } = world;
      const instant = await now();
      const crowd = (await ethers.getSigners()).slice(0, 17);
      for (const each of crowd) await oracle.setProvider(TOWER, each.address, true);
      for (const each of crowd.slice(0, 16)) await publish(world, each, 5n, { instant });
      const last = crowd[16];
      if (last === undefined) throw new Error("too few accounts");

      await expect(publish(world, last, 5n, { instant }))
        .to.be.revertedWithCustomError(oracle, "NavOracleTooManyProviders")
        .withArgs(instant, 16n);
    });
  });

  describe("corrections", () => {
    it("a correction MUST set its target's correctedByIndex and no other field of it; chains are linear", async () => {
      const world = await loadFixture(appointed);
      const { oracle, subject, usd, ann } = world;
      const instant = await now();
      await publish(world, ann, 5n, { instant });
      const before = await oracle.getSnapshot(subject, usd, 0n);

      await publish(world, ann, 60n, { instant, corrects: 0n, decimals: 1n, hash: REASON, uri: "ipfs://better" });
      await publish(world, ann, 7n, { instant, corrects: 1n });

      const after = await oracle.getSnapshot(subject, usd, 0n);
      expect([...after].slice(0, -1)).to.deep.equal([...before].slice(0, -1));
      expect(after.correctedByIndex).to.equal(1n);
      for (const index of [0n, 1n, 2n]) expect(await oracle.currentSnapshotIndex(subject, usd, index)).to.equal(2n);
      expect(await oracle.isSnapshotCurrent(subject, usd, 1n)).to.equal(false);
      expect(await oracle.isSnapshotCurrent(subject, usd, 2n)).to.equal(true);
    });

    it("a correction MUST target the same provider's current, earlier snapshot of the same timestamp", async () => {
      const world = await loadFixture(appointed);
      const { oracle, subject, usd, ann, ben } = world;
      const instant = await now();
      await publish(world, ann, 5n, { instant });
      await publish(world, ann, 6n, { instant, corrects: 0n });
      await publish(world, ben, 6n, { instant });
      const refused = async (who: Valuation["ann"], corrects: bigint, when: bigint) => {
        await expect(publish(world, who, 7n, { instant: when, corrects }))
          .to.be.revertedWithCustomError(oracle, "NavOracleNotCorrectable")
          .withArgs(corrects, who.address, when);
      };

      await refused(ann, 0n, instant); // corrected before
      await refused(ann, 2n, instant); // another provider's
      await refused(ann, 3n, instant); // itself
      await refused(ann, 9n, instant); // nobody's
      await refused(ann, 1n, instant - 1n); // another timestamp
      await oracle.invalidateSnapshot(subject, usd, 2n, REASON);
      await refused(ben, 2n, instant); // invalidated
    });
  });

  describe("invalidation", () => {
    it("invalidateSnapshot MUST reject a zero reason, an unknown, a nonterminal and an invalidated snapshot", async () => {
      const world = await loadFixture(appointed);
      const { oracle, subject, usd, ann } = world;
      const instant = await now();
      await publish(world, ann, 5n, { instant });
      await publish(world, ann, 6n, { instant, corrects: 0n });

      for (const [index, reason] of [
        [1n, ethers.ZeroHash],
        [0n, REASON],
      ] as const) {
        await expect(oracle.invalidateSnapshot(subject, usd, index, reason))
          .to.be.revertedWithCustomError(oracle, "NavOracleNotInvalidable")
          .withArgs(index, reason);
      }
      await expect(oracle.invalidateSnapshot(subject, usd, 2n, REASON))
        .to.be.revertedWithCustomError(oracle, "NavOracleUnknownSnapshot")
        .withArgs(subject, usd, 2n);
      await oracle.invalidateSnapshot(subject, usd, 1n, REASON);
      await expect(oracle.invalidateSnapshot(subject, usd, 1n, REASON)).to.be.revertedWithCustomError(
        oracle,
        "NavOracleNotInvalidable",
      );
    });

    it("an invalidated original MUST free its slot, keep its record and leave every current question", async () => {
      const world = await loadFixture(priced);
      const { oracle, subject, usd, ann, admin } = world;
      const instant = await now();
      await publish(world, ann, 5n, { instant: instant - DAY });
      await publish(world, ann, 6n, { instant });

      await expect(oracle.invalidateSnapshot(subject, usd, 1n, REASON))
        .to.emit(oracle, "NAVSnapshotInvalidated")
        .withArgs(subject, usd, ann.address, 1n, admin.address, REASON);

      expect((await oracle.getSnapshot(subject, usd, 1n)).nav).to.equal(6n);
      expect(await oracle.isSnapshotInvalidated(subject, usd, 1n)).to.equal(true);
      expect(await oracle.isSnapshotCurrent(subject, usd, 1n)).to.equal(false);
      expect((await oracle.latestNAV(subject, usd)).nav).to.equal(5n);
      expect((await oracle.latestNAVByProvider(subject, usd, ann.address)).nav).to.equal(5n);
      expect(await oracle.latestAggregationTimestamp(subject, usd)).to.equal(instant - DAY);
      expect(await oracle.snapshotCount(subject, usd)).to.equal(2n);
      expect(await oracle.providerSnapshotCount(subject, usd, ann.address)).to.equal(2n);
      await publish(world, ann, 7n, { instant });
      expect((await oracle.latestNAV(subject, usd)).nav).to.equal(7n);
    });

    it("an invalidated correction MUST restore its direct predecessor, which can be corrected again", async () => {
      const world = await loadFixture(appointed);
      const { oracle, subject, usd, ann } = world;
      const instant = await now();
      await publish(world, ann, 5n, { instant });
      await publish(world, ann, 6n, { instant, corrects: 0n });
      await publish(world, ann, 7n, { instant, corrects: 1n });

      await oracle.invalidateSnapshot(subject, usd, 2n, REASON);
      expect(await oracle.currentSnapshotIndex(subject, usd, 0n)).to.equal(1n);
      await oracle.invalidateSnapshot(subject, usd, 1n, REASON);
      expect((await oracle.latestNAV(subject, usd)).nav).to.equal(5n);
      await publish(world, ann, 8n, { instant, corrects: 0n });

      expect(await oracle.currentSnapshotIndex(subject, usd, 0n)).to.equal(3n);
      await expect(oracle.currentSnapshotIndex(subject, usd, 2n))
        .to.be.revertedWithCustomError(oracle, "NavOracleNoCurrentSnapshot")
        .withArgs(subject, usd);
    });

    it("finds what counts when the last, the only and the provider's last value fall away", async () => {
      const world = await loadFixture(pricedByTwo);
      const { oracle, subject, usd, ann, ben, cleo } = world;
      const instant = await now();
      for (const [who, when] of [
        [ann, instant - DAY],
        [ben, instant - DAY],
        [ann, instant],
        [ben, instant],
        [cleo, instant],
      ] as const) {
        await publish(world, who, 100n, { instant: when });
      }

      await oracle.invalidateSnapshot(subject, usd, 2n, REASON);
      expect(await oracle.latestAggregationTimestamp(subject, usd)).to.equal(instant);
      await oracle.invalidateSnapshot(subject, usd, 3n, REASON);
      expect(await oracle.latestAggregationTimestamp(subject, usd)).to.equal(instant - DAY);
      expect((await oracle.latestNAV(subject, usd)).provider).to.equal(cleo.address);
      await oracle.invalidateSnapshot(subject, usd, 0n, REASON);
      await expect(oracle.latestNAVByProvider(subject, usd, ann.address))
        .to.be.revertedWithCustomError(oracle, "NavOracleNoCurrentSnapshot")
        .withArgs(subject, usd);
      await oracle.invalidateSnapshot(subject, usd, 1n, REASON);
      await oracle.invalidateSnapshot(subject, usd, 4n, REASON);
      await expect(oracle.latestNAV(subject, usd)).to.be.revertedWithCustomError(oracle, "NavOracleNoCurrentSnapshot");
      await expect(oracle.latestAggregationTimestamp(subject, usd))
        .to.be.revertedWithCustomError(oracle, "NavOracleNoQuorum")
        .withArgs(subject, usd);
    });
  });

  describe("queries", () => {
    it("unknown indices and ordinals MUST revert", async () => {
      const { oracle, subject, usd, ann } = await loadFixture(appointed);

      for (const question of [
        () => oracle.getSnapshot(subject, usd, 0n),
        () => oracle.currentSnapshotIndex(subject, usd, 0n),
        () => oracle.isSnapshotCurrent(subject, usd, 0n),
        () => oracle.isSnapshotInvalidated(subject, usd, 0n),
        () => oracle.providerSnapshotAt(subject, usd, ann.address, 0n),
      ]) {
        await expect(question())
          .to.be.revertedWithCustomError(oracle, "NavOracleUnknownSnapshot")
          .withArgs(subject, usd, 0n);
      }
    });

    it("latestNAV MUST return the greatest valuation timestamp, then the last published, whatever is corrected late", async () => {
      const world = await loadFixture(appointed);
      const { oracle, subject, usd, total, ann, ben } = world;
      const instant = await now();
      await publish(world, ann, 5n, { instant: instant - DAY });
      await publish(world, ann, 6n, { instant });
      await publish(world, ann, 9n, { instant: instant - DAY, corrects: 0n });
      expect((await oracle.latestNAV(subject, usd)).nav).to.equal(6n);

      await publish(world, ben, 7n, { instant });
      expect([...(await oracle.latestNAV(subject, usd))]).to.deep.equal([
        7n,
        0n,
        total,
        instant,
        await now(),
        ben.address,
      ]);
      await publish(world, ann, 8n, { instant, corrects: 1n });
      expect((await oracle.latestNAV(subject, usd)).nav).to.equal(8n);
      expect((await oracle.latestNAVByProvider(subject, usd, ben.address)).nav).to.equal(7n);
    });
  });

  describe("staleness", () => {
    it("ages MUST be zero while unconfigured, are not zero when set, and are told", async () => {
      const { oracle, subject, usd } = await loadFixture(empty);

      expect(await oracle.heartbeat(subject, usd)).to.equal(0n);
      expect(await oracle.maxValuationAge(subject, usd)).to.equal(0n);
      for (const [heartbeat, age] of [
        [0n, 1n],
        [1n, 0n],
      ] as const) {
        await expect(oracle.setStalenessConfig(subject, usd, heartbeat, age))
          .to.be.revertedWithCustomError(oracle, "NavOracleInvalidAges")
          .withArgs(heartbeat, age);
      }
      await expect(oracle.setStalenessConfig(subject, usd, 1n, 2n))
        .to.emit(oracle, "StalenessConfigUpdated")
        .withArgs(subject, usd, 1n, 2n);
      expect(await oracle.heartbeat(subject, usd)).to.equal(1n);
      expect(await oracle.maxValuationAge(subject, usd)).to.equal(2n);
    });

    it("latestNAVStatus MUST revert while the ages are unconfigured or nothing is current", async () => {
      const { oracle, subject, usd } = await loadFixture(empty);
      await expect(oracle.latestNAVStatus(subject, usd))
        .to.be.revertedWithCustomError(oracle, "NavOracleAgesNotSet")
        .withArgs(subject, usd);

      await oracle.setStalenessConfig(subject, usd, 1n, 2n);
      await expect(oracle.latestNAVStatus(subject, usd)).to.be.revertedWithCustomError(
        oracle,
        "NavOracleNoCurrentSnapshot",
      );
    });

    it("a value MUST NOT be stale exactly at its threshold, and each flag stands alone", async () => {
      const world = await loadFixture(appointed);
      const { oracle, subject, usd, ann } = world;
      const instant = (await now()) - 70n * DAY;
      await publish(world, ann, 5n, { instant });
      const published = await now();
      const flagsAt = async (when: bigint) => {
        await time.increaseTo(when);
        const { isPublishStale, isValuationStale } = await oracle.latestNAVStatus(subject, usd);
        return [isPublishStale, isValuationStale];
      };

      expect(await flagsAt(instant + MOST_AGE)).to.deep.equal([false, false]);
      expect(await flagsAt(instant + MOST_AGE + 1n)).to.deep.equal([false, true]);
      expect(await flagsAt(published + HEARTBEAT)).to.deep.equal([false, true]);
      expect(await flagsAt(published + HEARTBEAT + 1n)).to.deep.equal([true, true]);
    });
  });

  describe("aggregation", () => {
    it("setAggregationConfig MUST reject quorum zero, one above the most providers, and thresholds above 10,000", async () => {
      const { oracle, subject, usd } = await loadFixture(empty);

      for (const [quorum, threshold] of [
        [0n, 0n],
        [17n, 0n],
        [1n, 10_001n],
      ] as const) {
        await expect(oracle.setAggregationConfig(subject, usd, quorum, threshold))
          .to.be.revertedWithCustomError(oracle, "NavOracleInvalidAggregation")
          .withArgs(quorum, threshold);
      }
      expect(await oracle.quorum(subject, usd)).to.equal(0n);
      await expect(oracle.setAggregationConfig(subject, usd, 16n, 10_000n))
        .to.emit(oracle, "AggregationConfigUpdated")
        .withArgs(subject, usd, 16n, 10_000n);
      expect(await oracle.quorum(subject, usd)).to.equal(16n);
      expect(await oracle.deviationThreshold(subject, usd)).to.equal(10_000n);
    });

    it("aggregate questions MUST revert without a quorum, or when no instant meets it", async () => {
      const world = await loadFixture(appointed);
      const { oracle, subject, usd, ann } = world;
      await publish(world, ann, 5n);
      const refused = async () => {
        for (const question of [
          () => oracle.latestAggregationTimestamp(subject, usd),
          () => oracle.providerSubmissionCount(subject, usd),
          () => oracle.providerSubmissionAt(subject, usd, 0n),
          () => oracle.aggregatedNAV(subject, usd),
        ]) {
          await expect(question()).to.be.revertedWithCustomError(oracle, "NavOracleNoQuorum").withArgs(subject, usd);
        }
      };

      await refused();
      await oracle.setAggregationConfig(subject, usd, 2n, 0n);
      await refused();
    });

    it("a new quorum MUST account for timestamps that meet it already, and the greatest one is the latest", async () => {
      const world = await loadFixture(appointed);
      const { oracle, subject, usd, ann, ben } = world;
      const instant = await now();
      await publish(world, ann, 5n, { instant });
      await publish(world, ann, 5n, { instant: instant - DAY });
      await publish(world, ben, 5n, { instant: instant - DAY });

      await oracle.setAggregationConfig(subject, usd, 2n, 0n);
      expect(await oracle.latestAggregationTimestamp(subject, usd)).to.equal(instant - DAY);
      await oracle.setAggregationConfig(subject, usd, 1n, 0n);
      expect(await oracle.latestAggregationTimestamp(subject, usd)).to.equal(instant);
      await publish(world, ben, 5n, { instant: instant - 2n * DAY });
      expect(await oracle.latestAggregationTimestamp(subject, usd)).to.equal(instant);
    });

    it("aggregatedNAV MUST be the lower median, normalized to the greatest precision, with the last publication's age", async () => {
      const world = await loadFixture(pricedByTwo);
      const { oracle, subject, usd, total, ann, ben, cleo } = world;
      const instant = await now();
      await publish(world, ann, 103n, { instant });
      await publish(world, ben, 10_150n, { instant, decimals: 2n });
      expect((await oracle.aggregatedNAV(subject, usd)).nav).to.equal(10_150n);
      await publish(world, cleo, 1_020n, { instant, decimals: 1n });

      expect([...(await oracle.aggregatedNAV(subject, usd))]).to.deep.equal([
        10_200n,
        2n,
        total,
        instant,
        3n,
        false,
        false,
      ]);
      await time.increase(MOST_AGE + 1n);
      const { isPublishStale, isValuationStale } = await oracle.aggregatedNAV(subject, usd);
      expect([isPublishStale, isValuationStale]).to.deep.equal([true, true]);
    });

    it("aggregatedNAV MUST revert until both ages are configured", async () => {
      const { oracle, subject, usd } = await loadFixture(empty);

      await expect(oracle.aggregatedNAV(subject, usd))
        .to.be.revertedWithCustomError(oracle, "NavOracleAgesNotSet")
        .withArgs(subject, usd);
    });

    it("providerSubmissionAt MUST return eligible submissions in first-seen order and revert outside", async () => {
      const world = await loadFixture(pricedByTwo);
      const { oracle, subject, usd, total, ann, ben, cleo } = world;
      const instant = await now();
      for (const each of [cleo, ann, ben]) await publish(world, each, 100n, { instant });
      await publish(world, cleo, 101n, { instant, corrects: 0n });
      const published = await now();
      await oracle.invalidateSnapshot(subject, usd, 1n, REASON);

      expect(await oracle.providerSubmissionCount(subject, usd)).to.equal(2n);
      expect([...(await oracle.providerSubmissionAt(subject, usd, 0n))]).to.deep.equal([
        3n,
        cleo.address,
        101n,
        0n,
        total,
        instant,
        published,
      ]);
      expect((await oracle.providerSubmissionAt(subject, usd, 1n)).provider).to.equal(ben.address);
      await expect(oracle.providerSubmissionAt(subject, usd, 2n))
        .to.be.revertedWithCustomError(oracle, "NavOracleUnknownSnapshot")
        .withArgs(subject, usd, 2n);
      await publish(world, ann, 102n, { instant });
      expect((await oracle.providerSubmissionAt(subject, usd, 1n)).provider).to.equal(ann.address);
    });

    it("NAVDeviationDetected MUST be told above the threshold, not at it, from the publication", async () => {
      const world = await loadFixture(pricedByTwo);
      const { oracle, subject, usd, ann, ben, cleo } = world;
      const instant = await now();
      await publish(world, ann, 1_000n, { instant });
      await expect(publish(world, ben, 1_100n, { instant })).not.to.emit(oracle, "NAVDeviationDetected");

      await expect(publish(world, cleo, 99_9n, { instant }))
        .to.emit(oracle, "NAVDeviationDetected")
        .withArgs(subject, usd, instant, 999n, 1_100n, 1_010n);
      expect((await oracle.aggregatedNAV(subject, usd)).nav).to.equal(1_000n);
    });

    it("deviation MUST saturate where the median is zero or the calculation would overflow, and be zero for equal values", async () => {
      const world = await loadFixture(pricedByTwo);
      const { oracle, subject, usd, ann, ben } = world;
      const instant = (await now()) - DAY;
      const huge = 2n ** 255n - 1n;
      await publish(world, ann, 0n, { instant });
      await expect(publish(world, ben, 0n, { instant })).not.to.emit(oracle, "NAVDeviationDetected");
      await expect(publish(world, ben, 1n, { instant, corrects: 1n }))
        .to.emit(oracle, "NAVDeviationDetected")
        .withArgs(subject, usd, instant, 0n, 1n, ethers.MaxUint256);

      await publish(world, ann, -huge, { instant: instant + 1n, decimals: 18n });
      await expect(publish(world, ben, huge, { instant: instant + 1n, decimals: 18n }))
        .to.emit(oracle, "NAVDeviationDetected")
        .withArgs(subject, usd, instant + 1n, -huge, huge, ethers.MaxUint256);
    });
  });

  describe("as a price", () => {
    it("is not usable, and says why, one reason after another", async () => {
      const world = await loadFixture(appointed);
      const { oracle, subject, usd, ann, ben } = world;
      const instant = (await now()) - 70n * DAY;
      const isNow = async (code: bigint, words: RegExp) => {
        const said = await oracle.isPriceUsable(TOWER);
        expect([said.usable, said.code]).to.deep.equal([code === 0n, code]);
        expect(said.reason).to.match(words);
      };

      await isNow(PRICE.noTerms, /how this asset is priced/);
      await demandPrice(world, 2n);
      await isNow(PRICE.noQuorum, /too few providers/i);
      await publish(world, ann, -1n, { instant });
      await publish(world, ben, 100n, { instant });
      await isNow(PRICE.notPositive, /zero or negative/);
      await publish(world, ann, 50n, { instant, corrects: 0n });
      await isNow(PRICE.providersDisagree, /too far apart/);
      await publish(world, ann, 99n, { instant, corrects: 2n });
      await isNow(PRICE.jumpUnconfirmed, /has jumped/);
      await oracle.confirmPrice(TOWER, 99n * E18);
      await isNow(PRICE.usable, /can be used/);
      await time.increaseTo(instant + MOST_AGE + 1n);
      await isNow(PRICE.valuationStale, /too long ago; ask the providers to value/);
      await time.increase(HEARTBEAT);
      await isNow(PRICE.publicationStale, /published too long ago/);
      expect(await oracle.isSnapshotCurrent(subject, usd, 3n)).to.equal(true);
    });

    it("is not usable while nobody has said how old it may be", async () => {
      const world = await loadFixture(empty);
      const { oracle, subject, usd, total, ann } = world;
      await oracle.setProvider(TOWER, ann.address, true);
      await oracle.setNAVBasis(subject, usd, total);
      await demandPrice(world);
      await publish(world, ann, 5n);

      expect(await codeOf(world)).to.equal(PRICE.publicationStale);
    });

    it("is narrowed to whole base units around the value of a share", async () => {
      const world = await loadFixture(priced);
      const { oracle, shares, dollar, admin, investors, ann } = world;
      await publish(world, ann, 1_000n);
      const before = await oracle.bandOf(TOWER, dollar);
      expect([before.low, before.high, before.code]).to.deep.equal([0n, 0n, PRICE.noSharePrice]);
      expect(before.reason).to.match(/cannot be divided among shares/);

      await investors.register(
        { investor: ethers.id("Ann"), country: 840n, classes: 4n, flags: 0n, verifiedUntil: FAR_FUTURE },
        ann.address,
      );
      await shares.connect(admin).setAssetState(TOWER, 3n);
      await shares.connect(admin).mint(ann.address, TOWER, 3_000n, "0x");
      const after = await oracle.bandOf(TOWER, dollar);
      // 1,000 / 3,000 = 0.333333…; 5 % below and above, 316,666.6… and 350,000 base units.
      expect([after.low, after.high, after.code]).to.deep.equal([316_667n, 350_000n, PRICE.usable]);
      for (const [price, within] of [
        [316_666n, false],
        [316_667n, true],
        [350_000n, true],
        [350_001n, false],
      ] as const) {
        expect(await oracle.isWithinBand(TOWER, dollar, price)).to.equal(within);
      }
    });

    it("needs no shares where it is per share, and cannot be had where it is per unit of the thing", async () => {
      const world = await loadFixture(empty);
      const { oracle, subject, dollar, ann } = world;
      await oracle.setProvider(TOWER, ann.address, true);
      await oracle.setPriceToken(TOWER, dollar, true);
      for (const [name, code, low] of [
        ["PER_SHARE", PRICE.usable, 1_900_000n],
        ["PER_UNIT", PRICE.noSharePrice, 0n],
      ] as const) {
        const [currency, basis] = [ethers.id(name), ethers.id(`ERC-8330:NAV_BASIS:${name}`)];
        await oracle.setNAVBasis(subject, currency, basis);
        await oracle.setStalenessConfig(subject, currency, HEARTBEAT, MOST_AGE);
        await oracle.setAggregationConfig(subject, currency, 1n, 0n);
        await oracle.setPriceTerms(TOWER, { currency, required: false, bandBps: 500n, jumpBps: 0n });
        await publish(world, ann, 2n, { currency, basis });

        const band = await oracle.bandOf(TOWER, dollar);
        expect([band.code, band.low]).to.deep.equal([code, low]);
      }
    });

    it("has no limits where nobody demands any, and only has to be usable where no band is set", async () => {
      const world = await loadFixture(appointed);
      const { oracle, subject, usd, dollar, ann } = world;
      const widest = [0n, 0n, ethers.MaxUint256];
      expect(await oracle.offerCode(TOWER)).to.equal(0n);
      expect([...(await oracle.tradeBand(TOWER, dollar))]).to.deep.equal(widest);

      await oracle.setPriceTerms(TOWER, { currency: usd, required: true, bandBps: 0n, jumpBps: 0n });
      expect(await oracle.offerCode(TOWER)).to.equal(PRICE.noQuorum);
      expect((await oracle.tradeBand(TOWER, dollar)).code).to.equal(PRICE.noQuorum);
      expect(await oracle.isWithinBand(TOWER, dollar, 1n)).to.equal(false);
      await oracle.setAggregationConfig(subject, usd, 1n, 0n);
      await publish(world, ann, 5n);
      expect(await oracle.offerCode(TOWER)).to.equal(0n);
      expect([...(await oracle.tradeBand(TOWER, dollar))]).to.deep.equal(widest);
    });

    it("is not held to a currency that nobody has accepted", async () => {
      const world = await loadFixture(priced);
      const { oracle, dollar, ann } = world;
      await publish(world, ann, 5n);

      await expect(oracle.setPriceToken(TOWER, dollar, false))
        .to.emit(oracle, "PriceTokenSet")
        .withArgs(TOWER, await dollar.getAddress(), false, 6n);
      expect([...(await oracle.priceTokenOf(TOWER, dollar))]).to.deep.equal([false, 6n]);
      const { code, reason } = await oracle.bandOf(TOWER, dollar);
      expect(code).to.equal(PRICE.currencyUnknown);
      expect(reason).to.match(/compliance accepts it/);
    });

    it("takes no band of 100 %, no stream without a name, no currency without code, and no unknown asset", async () => {
      const { oracle, usd, dollar, shares, ann } = await loadFixture(empty);
      const terms = { currency: usd, required: true, bandBps: 9_999n, jumpBps: 0n };

      await expect(oracle.setPriceTerms(TOWER, { ...terms, bandBps: 10_000n }))
        .to.be.revertedWithCustomError(oracle, "NavOracleInvalidPriceTerms")
        .withArgs(TOWER, usd, 10_000n);
      await expect(oracle.setPriceTerms(TOWER, { ...terms, currency: ethers.ZeroHash }))
        .to.be.revertedWithCustomError(oracle, "NavOracleInvalidPriceTerms")
        .withArgs(TOWER, ethers.ZeroHash, 9_999n);
      await expect(oracle.setPriceToken(TOWER, ann.address, true))
        .to.be.revertedWithCustomError(oracle, "NavOracleInvalidToken")
        .withArgs(ann.address);
      for (const attempt of [
        () => oracle.setPriceTerms(UNKNOWN_ASSET, terms),
        () => oracle.setPriceToken(UNKNOWN_ASSET, dollar, true),
        () => oracle.setProvider(UNKNOWN_ASSET, ann.address, true),
      ]) {
        await expect(attempt()).to.be.revertedWithCustomError(shares, "ShareTokenUnknownAsset").withArgs(UNKNOWN_ASSET);
      }
      await oracle.setPriceTerms(TOWER, terms);
      expect([...(await oracle.priceTermsOf(TOWER))]).to.deep.equal([usd, true, 9_999n, 0n]);
    });
  });

  it("says which interfaces it has, and which not", async () => {
    const { oracle } = await loadFixture(empty);
    for (const name of ["INAVSnapshotOracle", "INAVAggregation", "IPriceGuard"]) {
      expect(await oracle.supportsInterface(await interfaceIdOf(connection, name)), name).to.equal(true);
    }
    expect(await oracle.supportsInterface("0x01ffc9a7")).to.equal(true);
    expect(await oracle.supportsInterface("0xffffffff")).to.equal(false);
  });

  it("cannot be initialised again, and only the upgrader's role changes its code", async () => {
    const { oracle, log, implementations, authority, shares, stranger } = await loadFixture(empty);
    for (const book of [oracle, log]) {
      await expect(book.initialize(authority, shares)).to.be.revertedWithCustomError(book, "InvalidInitialization");
      await expect(book.connect(stranger).upgradeToAndCall(stranger.address, "0x"))
        .to.be.revertedWithCustomError(book, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
    }
    const [oracleCode = "", logCode = ""] = implementations;
    const bare = await ethers.getContractAt("NavOracle", oracleCode);
    await expect(bare.initialize(authority, shares)).to.be.revertedWithCustomError(bare, "InvalidInitialization");
    await oracle.upgradeToAndCall(oracleCode, "0x");
    await log.upgradeToAndCall(logCode, "0x");
  });
});

import { expect } from "chai";
import { network } from "hardhat";
import { DAY, HEARTBEAT, MOST_AGE, valuationWorld } from "../../helpers/valuation.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;
const { empty, appointed, pricedByTwo, publish, now } = valuationWorld(connection);

const REASON = ethers.id("wrong building");

describe("NavOracle: age and agreement of values (ERC-8330, draft)", () => {
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
});

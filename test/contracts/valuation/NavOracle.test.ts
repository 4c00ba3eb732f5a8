import { expect } from "chai";
import { network } from "hardhat";
import { DAY, NO_CORRECTION, TOWER, type Valuation, VILLA, valuationWorld } from "../../helpers/valuation.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;
const { empty, appointed, priced, pricedByTwo, publish, now } = valuationWorld(connection);

const REASON = ethers.id("wrong building");

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
});

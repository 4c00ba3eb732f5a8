import { expect } from "chai";
import { network } from "hardhat";
import { onboard, STATE } from "../../helpers/books.ts";
import {
  DAY,
  deployValuation,
  interfaceIdOf,
  NO_CORRECTION,
  TOWER,
  type Valuation,
  VILLA,
} from "../../helpers/valuation.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const CARBON = ethers.id("ERC-8329:INDICATOR:CARBON_EMITTED");
const WATER = ethers.id("ERC-8329:INDICATOR:MOIETY:WATER_USED:V1");
const TONNES = ethers.id("tCO2e");
const START = 1_700_000_000n;
const END = START + 30n * DAY;
const METHOD = ethers.id("method");
const NEW_METHOD = ethers.id("new method");
const EVIDENCE = ethers.id("audit");

interface Measure {
  readonly subject?: string;
  readonly indicator?: string;
  readonly decimals?: bigint;
  readonly unit?: string;
  readonly start?: bigint;
  readonly end?: bigint;
  readonly hash?: string;
  readonly uri?: string;
  readonly corrects?: bigint;
}

/** Ann and Ben report about the tower, Cleo attests. */
async function appointed() {
  const world = await deployValuation(connection);
  const { log, ann, ben, cleo } = world;
  await log.setReporter(TOWER, ann.address, true);
  await log.setReporter(TOWER, ben.address, true);
  await log.setAttestor(TOWER, cleo.address, true);
  return world;
}

/** Ann has measured a month's carbon: 12.5 t. */
async function measured() {
  const world = await appointed();
  await record(world, world.ann, 125n);
  return world;
}

/** The tower has three holders: 1, 1 and 5 shares at a record that has passed. */
async function held() {
  const world = await measured();
  const { shares, ann, ben, cleo } = world;
  await shares.setAssetState(TOWER, STATE.active);
  for (const [holder, value] of [
    [ann, 1n],
    [ben, 1n],
    [cleo, 5n],
  ] as const) {
    await onboard(connection, world, holder);
    await shares.mint(holder.address, TOWER, value, "0x");
  }
  await shares.openRecord(TOWER, BigInt(await time.latest()) + 1_000n);
  await time.increase(1_001);
  return world;
}

function record(world: Valuation, reporter: Valuation["ann"], value: bigint, measure: Measure = {}) {
  return world.log
    .connect(reporter)
    .recordSnapshot(
      measure.subject ?? world.subject,
      measure.indicator ?? CARBON,
      value,
      measure.decimals ?? 1n,
      measure.unit ?? TONNES,
      measure.start ?? START,
      measure.end ?? END,
      measure.hash ?? METHOD,
      measure.uri ?? "ipfs://method",
      measure.corrects ?? NO_CORRECTION,
    );
}

describe("ImpactLog (ERC-8329)", () => {
  describe("recordSnapshot", () => {
    it("MUST be restricted to authorized reporters, which are appointed per asset", async () => {
      const world = await loadFixture(appointed);
      const { log, otherSubject, ann } = world;

      await expect(record(world, ann, 1n, { subject: otherSubject }))
        .to.be.revertedWithCustomError(log, "ImpactLogNotReporter")
        .withArgs(otherSubject, ann.address);
      await log.setReporter(VILLA, ann.address, true);
      await record(world, ann, 1n, { subject: otherSubject });
      await expect(log.setReporter(TOWER, ann.address, false)).to.emit(log, "ReporterSet");
      expect(await log.isReporter(TOWER, ann.address)).to.equal(false);
      await expect(record(world, ann, 1n)).to.be.revertedWithCustomError(log, "ImpactLogNotReporter");
    });

    it("MUST number snapshots from zero per subject, keep every field, index it and tell", async () => {
      const world = await loadFixture(appointed);
      const { log, subject, otherSubject, ann } = world;
      await log.setReporter(VILLA, ann.address, true);
      await record(world, ann, 1n, { subject: otherSubject });

      await expect(record(world, ann, -125n))
        .to.emit(log, "SnapshotRecorded")
        .withArgs(subject, CARBON, 0n, -125n, 1n, TONNES, START, END, METHOD, NO_CORRECTION, ann.address);

      expect([...(await log.getSnapshot(subject, 0n))]).to.deep.equal([
        subject,
        CARBON,
        -125n,
        1n,
        TONNES,
        START,
        END,
        METHOD,
        "ipfs://method",
        ann.address,
        BigInt(await time.latest()),
        NO_CORRECTION,
        0n,
      ]);
      expect(await log.snapshotCount(subject)).to.equal(1n);
      expect(await log.indicatorSnapshotCount(subject, CARBON)).to.equal(1n);
      expect(await log.indicatorSnapshotAt(subject, CARBON, 0n)).to.equal(0n);
      expect(await log.latestIndicatorSnapshot(subject, CARBON)).to.equal(0n);
      expect(await log.currentSnapshotForPeriod(subject, CARBON, START, END)).to.equal(0n);
    });

    it("MUST revert unless periodStart < periodEnd <= block.timestamp", async () => {
      const world = await loadFixture(appointed);
      const { log, ann } = world;
      const next = BigInt(await time.latest()) + 10n;

      for (const [start, end] of [
        [START, START],
        [END, START],
        [START, next + 1n],
      ] as const) {
        await time.setNextBlockTimestamp(next);
        await expect(record(world, ann, 1n, { start, end }))
          .to.be.revertedWithCustomError(log, "ImpactLogInvalidPeriod")
          .withArgs(start, end, next);
      }
      await time.setNextBlockTimestamp(next + 1n);
      await record(world, ann, 1n, { end: next + 1n });
    });

    it("MUST accept one original per exact slot; overlapping periods MAY stand beside each other", async () => {
      const world = await loadFixture(measured);
      const { log, ann, ben } = world;

      await expect(record(world, ben, 1n))
        .to.be.revertedWithCustomError(log, "ImpactLogPeriodTaken")
        .withArgs(CARBON, START, END, 0n);
      await record(world, ann, 1n, { start: START + 1n });
      await record(world, ann, 1n, { indicator: WATER });
    });

    it("methodologyHash MUST NOT be zero, and methodologyURI MUST NOT be empty", async () => {
      const world = await loadFixture(appointed);
      const { log, ann } = world;

      await expect(record(world, ann, 1n, { hash: ethers.ZeroHash }))
        .to.be.revertedWithCustomError(log, "ImpactLogNoMethodology")
        .withArgs(ethers.ZeroHash, "ipfs://method");
      await expect(record(world, ann, 1n, { uri: "" }))
        .to.be.revertedWithCustomError(log, "ImpactLogNoMethodology")
        .withArgs(METHOD, "");
    });

    it("names indicator and unit, always", async () => {
      const world = await loadFixture(appointed);
      const { log, ann } = world;

      await expect(record(world, ann, 1n, { indicator: ethers.ZeroHash }))
        .to.be.revertedWithCustomError(log, "ImpactLogUnnamed")
        .withArgs(ethers.ZeroHash, TONNES);
      await expect(record(world, ann, 1n, { unit: ethers.ZeroHash }))
        .to.be.revertedWithCustomError(log, "ImpactLogUnnamed")
        .withArgs(CARBON, ethers.ZeroHash);
    });
  });

  describe("corrections", () => {
    it("MUST set the target's correctedByIndex and change nothing else of it; a chain ends at its period's present value", async () => {
      const world = await loadFixture(measured);
      const { log, subject, ann } = world;
      const before = await log.getSnapshot(subject, 0n);

      await record(world, ann, 13n, { decimals: 0n, unit: WATER, corrects: 0n });
      await record(world, ann, 14n, { corrects: 1n });

      const after = await log.getSnapshot(subject, 0n);
      expect([...after].slice(0, -1)).to.deep.equal([...before].slice(0, -1));
      expect(after.correctedByIndex).to.equal(1n);
      expect(await log.currentSnapshotForPeriod(subject, CARBON, START, END)).to.equal(2n);
      expect(await log.indicatorSnapshotCount(subject, CARBON)).to.equal(3n);
    });

    it("MUST target an earlier, uncorrected snapshot of the same indicator and period", async () => {
      const world = await loadFixture(measured);
      const { log, ann } = world;
      await record(world, ann, 1n, { indicator: WATER });
      await record(world, ann, 13n, { corrects: 0n });

      for (const [corrects, measure] of [
        [0n, {}], // corrected before
        [1n, {}], // another indicator
        [3n, {}], // itself
        [9n, {}], // nobody's
        [2n, { start: START + 1n }], // another period
      ] as const) {
        await expect(record(world, ann, 14n, { ...measure, corrects }))
          .to.be.revertedWithCustomError(log, "ImpactLogNotCorrectable")
          .withArgs(corrects, CARBON, "start" in measure ? measure.start : START, END);
      }
    });

    it("MUST NOT let an ordinary reporter correct another's snapshot; a successor may, when the other has left", async () => {
      const world = await loadFixture(measured);
      const { log, ann, ben } = world;

      await expect(record(world, ben, 1n, { corrects: 0n }))
        .to.be.revertedWithCustomError(log, "ImpactLogNotYours")
        .withArgs(0n, ann.address, ben.address);
      await log.setReporter(TOWER, ann.address, false);
      await record(world, ben, 1n, { corrects: 0n });
    });
  });

  it("questions about what is not there MUST revert", async () => {
    const world = await loadFixture(measured);
    const { log, subject } = world;

    for (const [question, indicator, index] of [
      [() => log.getSnapshot(subject, 1n), ethers.ZeroHash, 1n],
      [() => log.attestationCount(subject, 1n), ethers.ZeroHash, 1n],
      [() => log.indicatorSnapshotAt(subject, CARBON, 1n), CARBON, 1n],
      [() => log.latestIndicatorSnapshot(subject, WATER), WATER, 0n],
      [() => log.currentSnapshotForPeriod(subject, CARBON, START, END + 1n), CARBON, 0n],
    ] as const) {
      await expect(question())
        .to.be.revertedWithCustomError(log, "ImpactLogUnknownSnapshot")
        .withArgs(subject, indicator, index);
    }
    await expect(log.getAttestation(subject, 0n, 0n))
      .to.be.revertedWithCustomError(log, "ImpactLogUnknownAttestation")
      .withArgs(0n, 0n);
  });

  describe("attestSnapshot", () => {
    it("MUST keep who, what and when, number per snapshot, tell, and never change it", async () => {
      const world = await loadFixture(measured);
      const { log, subject, cleo } = world;

      await expect(log.connect(cleo).attestSnapshot(subject, 0n, true, EVIDENCE, ""))
        .to.emit(log, "SnapshotAttested")
        .withArgs(subject, 0n, cleo.address, true, EVIDENCE, 0n);
      const first = [cleo.address, true, EVIDENCE, "", BigInt(await time.latest())];
      await log.connect(cleo).attestSnapshot(subject, 0n, false, METHOD, "ipfs://doubt");

      expect(await log.attestationCount(subject, 0n)).to.equal(2n);
      expect([...(await log.getAttestation(subject, 0n, 0n))]).to.deep.equal(first);
      expect((await log.getAttestation(subject, 0n, 1n)).endorsed).to.equal(false);
    });

    it("MUST reject an unknown snapshot and a zero evidenceHash, MAY be about a corrected one", async () => {
      const world = await loadFixture(measured);
      const { log, subject, ann, cleo } = world;

      await expect(log.connect(cleo).attestSnapshot(subject, 1n, true, EVIDENCE, ""))
        .to.be.revertedWithCustomError(log, "ImpactLogUnknownSnapshot")
        .withArgs(subject, ethers.ZeroHash, 1n);
      await expect(log.connect(cleo).attestSnapshot(subject, 0n, true, ethers.ZeroHash, ""))
        .to.be.revertedWithCustomError(log, "ImpactLogNoEvidence")
        .withArgs(subject, 0n);
      await record(world, ann, 1n, { corrects: 0n });
      await log.connect(cleo).attestSnapshot(subject, 0n, true, EVIDENCE, "");
    });

    it("the reporter MUST NOT attest his own snapshot, nor anybody who is not appointed", async () => {
      const world = await loadFixture(measured);
      const { log, subject, ann, ben } = world;

      await expect(log.connect(ben).attestSnapshot(subject, 0n, true, EVIDENCE, ""))
        .to.be.revertedWithCustomError(log, "ImpactLogNotAttestor")
        .withArgs(subject, ben.address);
      await expect(log.setAttestor(TOWER, ann.address, true))
        .to.emit(log, "AttestorSet")
        .withArgs(TOWER, subject, ann.address, true);
      expect(await log.isAttestor(TOWER, ann.address)).to.equal(true);
      await expect(log.connect(ann).attestSnapshot(subject, 0n, true, EVIDENCE, ""))
        .to.be.revertedWithCustomError(log, "ImpactLogSelfAttestation")
        .withArgs(0n, ann.address);
    });
  });

  describe("methodology", () => {
    const supersede = (
      { log, subject }: Valuation,
      from: bigint,
      changes: { old?: string; hash?: string; uri?: string } = {},
    ) =>
      log.supersedeMethodology(
        subject,
        CARBON,
        changes.old ?? METHOD,
        changes.hash ?? NEW_METHOD,
        changes.uri ?? "ipfs://new",
        from,
      );

    it("the first snapshot MUST initialize it, and each later one MUST use it, at whatever address", async () => {
      const world = await loadFixture(appointed);
      const { log, subject, ann } = world;
      expect([...(await log.activeMethodology(subject, CARBON))]).to.deep.equal([ethers.ZeroHash, ""]);

      await record(world, ann, 1n);
      expect([...(await log.activeMethodology(subject, CARBON))]).to.deep.equal([METHOD, "ipfs://method"]);
      await expect(record(world, ann, 1n, { end: END + 1n, hash: NEW_METHOD }))
        .to.be.revertedWithCustomError(log, "ImpactLogWrongMethodology")
        .withArgs(CARBON, NEW_METHOD, METHOD);
      await record(world, ann, 1n, { end: END + 1n, uri: "ipfs://elsewhere" });
    });

    it("at the present count it MUST be in force for the next snapshot", async () => {
      const world = await loadFixture(measured);
      const { log, subject, ann } = world;

      await expect(supersede(world, 1n))
        .to.emit(log, "MethodologySuperseded")
        .withArgs(subject, CARBON, METHOD, NEW_METHOD, 1n);
      expect([...(await log.activeMethodology(subject, CARBON))]).to.deep.equal([NEW_METHOD, "ipfs://new"]);
      expect([...(await log.pendingMethodology(subject, CARBON))]).to.deep.equal([ethers.ZeroHash, "", 0n, false]);
      await record(world, ann, 1n, { corrects: 0n, hash: NEW_METHOD });
      expect((await log.getSnapshot(subject, 0n)).methodologyHash).to.equal(METHOD);
    });

    it("beyond it MUST be pending until its ordinal is reached, and can then be superseded in turn", async () => {
      const world = await loadFixture(measured);
      const { log, subject, ann } = world;
      await supersede(world, 2n);
      expect([...(await log.pendingMethodology(subject, CARBON))]).to.deep.equal([NEW_METHOD, "ipfs://new", 2n, true]);
      expect((await log.activeMethodology(subject, CARBON)).methodologyHash).to.equal(METHOD);

      await record(world, ann, 1n, { end: END + 1n });
      expect((await log.pendingMethodology(subject, CARBON)).pending).to.equal(false);
      expect((await log.activeMethodology(subject, CARBON)).methodologyHash).to.equal(NEW_METHOD);
      await supersede(world, 3n, { old: NEW_METHOD, hash: METHOD });
      await record(world, ann, 1n, { end: END + 2n, hash: NEW_METHOD });
      expect((await log.activeMethodology(subject, CARBON)).methodologyHash).to.equal(METHOD);
    });

    it("supersedeMethodology MUST revert unless initialized, from the active one, to a named one, alone and from now on", async () => {
      const world = await loadFixture(appointed);
      const { log, ann } = world;
      await expect(supersede(world, 0n, { old: ethers.ZeroHash }))
        .to.be.revertedWithCustomError(log, "ImpactLogMethodologyNotActive")
        .withArgs(CARBON, ethers.ZeroHash, ethers.ZeroHash);
      await record(world, ann, 1n);

      await expect(supersede(world, 1n, { old: NEW_METHOD }))
        .to.be.revertedWithCustomError(log, "ImpactLogMethodologyNotActive")
        .withArgs(CARBON, NEW_METHOD, METHOD);
      await expect(supersede(world, 1n, { hash: ethers.ZeroHash }))
        .to.be.revertedWithCustomError(log, "ImpactLogNoMethodology")
        .withArgs(ethers.ZeroHash, "ipfs://new");
      await expect(supersede(world, 1n, { uri: "" }))
        .to.be.revertedWithCustomError(log, "ImpactLogNoMethodology")
        .withArgs(NEW_METHOD, "");
      for (const from of [0n, 1_002n]) {
        await expect(supersede(world, from))
          .to.be.revertedWithCustomError(log, "ImpactLogInvalidOrdinal")
          .withArgs(from, 1n, 1_001n);
      }
      await supersede(world, 1_001n);
      await expect(supersede(world, 1n))
        .to.be.revertedWithCustomError(log, "ImpactLogMethodologyPending")
        .withArgs(CARBON, 1_001n);
    });
  });

  describe("footprintShare", () => {
    it("is footprint × balance ÷ supply towards zero, and the remainders make it whole again", async () => {
      const world = await loadFixture(held);
      const { log, ann, ben, cleo } = world;

      let [sum, rest] = [0n, 0n];
      for (const [holder, value, remainder] of [
        [ann, 17n, 6n],
        [ben, 17n, 6n],
        [cleo, 89n, 2n],
      ] as const) {
        const share = await log.footprintShare(TOWER, CARBON, START, END, holder.address, 0n);
        expect([...share].slice(0, 4)).to.deep.equal([value, remainder, 1n, TONNES]);
        expect([share.supply, share.snapshotIndex]).to.deep.equal([7n, 0n]);
        sum += share.value;
        rest += share.remainder;
      }
      expect(sum * 7n + rest).to.equal(125n * 7n);
    });

    it("keeps the sign, follows corrections, and has room for the largest numbers", async () => {
      const world = await loadFixture(held);
      const { log, ann, stranger } = world;
      const share = async (holder: string) => {
        const { value, remainder, balance } = await log.footprintShare(TOWER, CARBON, START, END, holder, 0n);
        return [value, remainder, balance];
      };
      await record(world, ann, -125n, { corrects: 0n });
      expect(await share(ann.address)).to.deep.equal([-17n, -6n, 1n]);
      expect(await share(stranger.address)).to.deep.equal([0n, 0n, 0n]);

      const smallest = -(2n ** 255n);
      await record(world, ann, smallest, { corrects: 1n });
      expect(await share(ann.address)).to.deep.equal([smallest / 7n, smallest % 7n, 1n]);
    });

    it("cannot be told where nobody held shares", async () => {
      const world = await loadFixture(measured);
      const { log, shares, ann } = world;
      await shares.openRecord(TOWER, BigInt(await time.latest()) + 1_000n);
      await time.increase(1_001);

      await expect(log.footprintShare(TOWER, CARBON, START, END, ann.address, 0n))
        .to.be.revertedWithCustomError(log, "ImpactLogNoSupply")
        .withArgs(TOWER, 0n);
    });
  });

  it("MUST say which interfaces it has, and which not (ERC-165)", async () => {
    const { log } = await loadFixture(appointed);

    for (const name of ["IImpactSnapshotLog", "IImpactAttestation", "IMethodologyVersioning"]) {
      expect(await log.supportsInterface(await interfaceIdOf(connection, name)), name).to.equal(true);
    }
    expect(await log.supportsInterface("0x01ffc9a7")).to.equal(true);
    expect(await log.supportsInterface("0xffffffff")).to.equal(false);
  });
});

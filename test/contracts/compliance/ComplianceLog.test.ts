import { expect } from "chai";
import { network } from "hardhat";
import { openTo } from "../../helpers/documents.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { loadFixture, time } = networkHelpers;

const { ZeroHash, ZeroAddress, MaxUint256: NO_CORRECTION } = ethers;
const DAY = 86_400n;
const word = (kind: string, name: string): string => ethers.id(`ERC-8328:${kind}:${name}`);
const FREEZE = word("EVENT_TYPE", "FREEZE:V1");
const FORCED = word("EVENT_TYPE", "FORCED_TRANSFER:V1");
const CORRECTION = word("EVENT_TYPE", "CORRECTION:V1");
const SUBJECT = ethers.id("subject");
const OTHER_SUBJECT = ethers.id("another subject");

const ENTRY = {
  subjectId: SUBJECT,
  subjectType: word("SUBJECT_TYPE", "ASSET"),
  eventType: FREEZE,
  outcome: word("OUTCOME", "EXECUTED"),
  authority: word("AUTHORITY", "COURT_ORDER:V1"),
  parties: [{ addr: `0x${"aa".repeat(20)}`, role: word("PARTY_ROLE", "TARGET") }],
  evidenceHash: ethers.id("order 12/2026"),
  evidenceURI: "ipfs://order",
  payloadProfileId: word("PAYLOAD", "FREEZE:V1"),
  payload: "0x1234",
  operationRef: ethers.id("operation"),
  occurredAt: 0n,
  correctsIndex: NO_CORRECTION,
};
type Entry = typeof ENTRY;

/** Two recorders, a compliance officer, a stranger, and nothing recorded. */
async function emptyLog() {
  const [admin, recorder, other, officer, stranger] = await ethers.getSigners();
  if (!admin || !recorder || !other || !officer || !stranger) throw new Error("the network has too few accounts");
  const authority = await ethers.deployContract("AccessManager", [admin]);
  const log = await ethers.deployContract("ComplianceLog", [authority]);
  const at = await log.getAddress();
  const accounts = [recorder.address, other.address, officer.address];
  await openTo({ authority }, at, [log.recordEvent.fragment.selector], 25n, accounts);
  await openTo({ authority }, at, [log.nameCorrector.fragment.selector], 3n, [officer.address]);
  return { authority, log, recorder, other, officer, stranger };
}

type World = Awaited<ReturnType<typeof emptyLog>>;

/** Records an entry that happened now, unless `changes` say otherwise. */
async function record({ log, recorder }: World, changes: Partial<Entry> = {}, by = recorder) {
  const entry = { ...ENTRY, occurredAt: BigInt(await time.latest()), ...changes };
  const {
    subjectId,
    subjectType,
    eventType,
    outcome,
    authority,
    parties,
    evidenceHash,
    evidenceURI,
    payloadProfileId,
    payload,
    operationRef,
    occurredAt,
    correctsIndex,
  } = entry;
  return log
    .connect(by)
    .recordEvent(
      subjectId,
      subjectType,
      eventType,
      outcome,
      authority,
      parties,
      evidenceHash,
      evidenceURI,
      payloadProfileId,
      payload,
      operationRef,
      occurredAt,
      correctsIndex,
    );
}

/** `getEvent` by its other name: every ethers contract has a method of that name already. */
async function eventAt(log: World["log"], subjectId: string, index: bigint | number) {
  const found = await log.getFunction("getEvent").staticCall(subjectId, index);
  const {
    subjectType,
    eventType,
    outcome,
    actor,
    authority,
    evidenceHash,
    evidenceURI,
    payloadProfileId,
    payload,
    operationRef,
    occurredAt,
    recordedAt,
    correctsIndex,
    correctedByIndex,
  } = found;
  return {
    subjectId: found.subjectId,
    subjectType,
    eventType,
    outcome,
    actor,
    authority,
    parties: found.parties.map(({ addr, role }) => ({ addr, role })),
    evidenceHash,
    evidenceURI,
    payloadProfileId,
    payload,
    operationRef,
    occurredAt,
    recordedAt,
    correctsIndex,
    correctedByIndex,
  };
}

const correcting = (index: bigint): Partial<Entry> => ({ eventType: CORRECTION, correctsIndex: index });

/** A freeze (0), corrected by 1, corrected by 2; and a forced transfer (3). */
async function chainOfCorrections() {
  const world = await emptyLog();
  await record(world);
  await record(world, correcting(0n));
  await record(world, correcting(1n));
  await record(world, { eventType: FORCED });
  return world;
}

describe("ComplianceLog", () => {
  it("MUST announce the interface by the id of the standard", async () => {
    const { log } = await loadFixture(emptyLog);

    expect(await log.supportsInterface("0x67640da1")).to.equal(true);
    expect(await log.supportsInterface("0x01ffc9a7")).to.equal(true);
    expect(await log.supportsInterface("0xffffffff")).to.equal(false);
  });

  describe("recordEvent", () => {
    it("MUST store every supplied field, actor and recordedAt, and emit ComplianceEventRecorded", async () => {
      const world = await loadFixture(emptyLog);
      const { log, recorder } = world;
      const occurredAt = BigInt(await time.latest());

      await expect(record(world, { occurredAt }))
        .to.emit(log, "ComplianceEventRecorded")
        .withArgs(SUBJECT, FREEZE, recorder.address, 0, ENTRY.outcome, ENTRY.authority, occurredAt, NO_CORRECTION);

      const stored = await eventAt(log, SUBJECT, 0);
      expect(stored).to.deep.equal({
        ...ENTRY,
        parties: [{ addr: ethers.getAddress(`0x${"aa".repeat(20)}`), role: ENTRY.parties[0]?.role }],
        actor: recorder.address,
        occurredAt,
        recordedAt: BigInt(await time.latest()),
        correctedByIndex: 0n,
      });
    });

    it("indices MUST be zero-based and scoped per subject, and the returned one the count before", async () => {
      const world = await loadFixture(chainOfCorrections);
      const { log } = world;

      await expect(record(world, { subjectId: OTHER_SUBJECT }))
        .to.emit(log, "ComplianceEventRecorded")
        .withArgs(
          OTHER_SUBJECT,
          FREEZE,
          world.recorder.address,
          0,
          ENTRY.outcome,
          ENTRY.authority,
          (occurred: bigint) => occurred > 0n,
          NO_CORRECTION,
        );
      expect(await log.eventCount(SUBJECT)).to.equal(4n);
      expect(await log.eventCount(OTHER_SUBJECT)).to.equal(1n);
      expect(await log.eventCountByType(OTHER_SUBJECT, FORCED)).to.equal(0n);
    });

    it("MUST be restricted to authorized recorders", async () => {
      const world = await loadFixture(emptyLog);

      await expect(record(world, {}, world.stranger))
        .to.be.revertedWithCustomError(world.log, "AccessManagedUnauthorized")
        .withArgs(world.stranger.address);
    });

    it("evidenceHash MUST NOT be zero, while the uri MAY be empty", async () => {
      const world = await loadFixture(emptyLog);

      await expect(record(world, { evidenceHash: ZeroHash }))
        .to.be.revertedWithCustomError(world.log, "ComplianceLogZeroEvidence")
        .withArgs(SUBJECT, FREEZE);
      await record(world, { evidenceURI: "" });
    });

    it("P104: parties MUST NOT be more than 10; none are allowed", async () => {
      const world = await loadFixture(emptyLog);
      const party = { addr: ZeroAddress, role: ZeroHash };

      await record(world, { parties: Array.from({ length: 10 }, () => party) });
      expect((await eventAt(world.log, SUBJECT, 0)).parties).to.have.lengthOf(10);
      await record(world, { parties: [] });
      await expect(record(world, { parties: Array.from({ length: 11 }, () => party) }))
        .to.be.revertedWithCustomError(world.log, "ComplianceLogTooManyParties")
        .withArgs(11);
    });

    it("P104: payload MUST NOT be longer than 2048 bytes, nor is the uri; an empty payload is allowed", async () => {
      const world = await loadFixture(emptyLog);
      const bytes = (count: number): string => `0x${"ff".repeat(count)}`;

      await record(world, { payload: bytes(2048), evidenceURI: "u".repeat(2048) });
      expect((await eventAt(world.log, SUBJECT, 0)).payload).to.equal(bytes(2048));
      await record(world, { payload: "0x" });
      await expect(record(world, { payload: bytes(2049) }))
        .to.be.revertedWithCustomError(world.log, "ComplianceLogTooLong")
        .withArgs(2049, ENTRY.evidenceURI.length);
      await expect(record(world, { evidenceURI: "u".repeat(2049) }))
        .to.be.revertedWithCustomError(world.log, "ComplianceLogTooLong")
        .withArgs(2, 2049);
    });

    it("does not require anything else to be nonzero, and takes unknown profiles and combinations as they are", async () => {
      const world = await loadFixture(emptyLog);

      await record(world, {
        subjectId: ZeroHash,
        subjectType: ZeroHash,
        eventType: ZeroHash,
        outcome: ZeroHash,
        authority: ZeroHash,
        operationRef: ZeroHash,
        payloadProfileId: ethers.id("unknown profile"),
      });

      expect((await eventAt(world.log, ZeroHash, 0)).payloadProfileId).to.equal(ethers.id("unknown profile"));
    });

    it("MUST revert when occurredAt is after the block's time; the very second is allowed", async () => {
      const world = await loadFixture(emptyLog);
      const now = BigInt(await time.latest()) + 100n;

      await time.setNextBlockTimestamp(now);
      await expect(record(world, { occurredAt: now + 1n }))
        .to.be.revertedWithCustomError(world.log, "ComplianceLogInvalidTime")
        .withArgs(now + 1n, now - 30n * DAY, now);
      await time.setNextBlockTimestamp(now + 1n);
      await record(world, { occurredAt: now + 1n });
    });

    it("takes what happened 30 days ago, and not a second earlier", async () => {
      const world = await loadFixture(emptyLog);
      const now = BigInt(await time.latest()) + 100n;

      await time.setNextBlockTimestamp(now);
      await expect(record(world, { occurredAt: now - 30n * DAY - 1n }))
        .to.be.revertedWithCustomError(world.log, "ComplianceLogInvalidTime")
        .withArgs(now - 30n * DAY - 1n, now - 30n * DAY, now);
      await time.setNextBlockTimestamp(now + 1n);
      await record(world, { occurredAt: now + 1n - 30n * DAY });
    });
  });

  describe("corrections", () => {
    it("an original MUST use NO_CORRECTION and MUST NOT use the type CORRECTION, and a correction MUST name its event", async () => {
      const world = await loadFixture(chainOfCorrections);

      for (const [eventType, correctsIndex] of [
        [CORRECTION, NO_CORRECTION],
        [FREEZE, 3n],
      ] as const) {
        await expect(record(world, { eventType, correctsIndex }))
          .to.be.revertedWithCustomError(world.log, "ComplianceLogInvalidCorrection")
          .withArgs(eventType, correctsIndex);
      }
    });

    it("MUST identify an earlier event under the same subject", async () => {
      const world = await loadFixture(chainOfCorrections);

      await expect(record(world, correcting(4n)))
        .to.be.revertedWithCustomError(world.log, "ComplianceLogNoEvent")
        .withArgs(SUBJECT, 4, 4);
      await expect(record(world, { ...correcting(0n), subjectId: OTHER_SUBJECT }))
        .to.be.revertedWithCustomError(world.log, "ComplianceLogNoEvent")
        .withArgs(OTHER_SUBJECT, 0, 0);
    });

    it("P99: MUST NOT fork: what is corrected is corrected once, and corrections of corrections are one line", async () => {
      const world = await loadFixture(chainOfCorrections);

      for (const [corrected, by] of [
        [0n, 1n],
        [1n, 2n],
      ] as const) {
        await expect(record(world, correcting(corrected)))
          .to.be.revertedWithCustomError(world.log, "ComplianceLogAlreadyCorrected")
          .withArgs(SUBJECT, corrected, by);
      }
      await record(world, correcting(2n));
      expect(await world.log.currentEventIndex(SUBJECT, 0)).to.equal(4n);
    });

    it("MUST NOT permit an ordinary recorder to correct another actor's event", async () => {
      const world = await loadFixture(chainOfCorrections);

      await expect(record(world, correcting(3n), world.other))
        .to.be.revertedWithCustomError(world.log, "ComplianceLogNotCorrector")
        .withArgs(SUBJECT, 3, world.other.address, world.recorder.address);
    });

    it("lets the corrector whom compliance named for this event correct it, and no other event", async () => {
      const world = await loadFixture(chainOfCorrections);
      const { log, officer, other, stranger } = world;

      await expect(log.connect(officer).nameCorrector(SUBJECT, 3, other))
        .to.emit(log, "CorrectorNamed")
        .withArgs(SUBJECT, 3, other.address);
      expect(await log.correctorOf(SUBJECT, 3)).to.equal(other.address);

      await expect(record(world, correcting(2n), other)).to.be.revertedWithCustomError(
        log,
        "ComplianceLogNotCorrector",
      );
      await record(world, correcting(3n), other);
      expect((await eventAt(log, SUBJECT, 4)).actor).to.equal(other.address);
      await expect(log.connect(stranger).nameCorrector(SUBJECT, 3, stranger))
        .to.be.revertedWithCustomError(log, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
      await expect(log.connect(officer).nameCorrector(SUBJECT, 9, other))
        .to.be.revertedWithCustomError(log, "ComplianceLogNoEvent")
        .withArgs(SUBJECT, 9, 5);
    });

    it("does not let a corrector correct who is no recorder", async () => {
      const world = await loadFixture(chainOfCorrections);
      await world.log.connect(world.officer).nameCorrector(SUBJECT, 3, world.stranger);

      await expect(record(world, correcting(3n), world.stranger))
        .to.be.revertedWithCustomError(world.log, "AccessManagedUnauthorized")
        .withArgs(world.stranger.address);
    });

    it("MUST leave every field of the corrected event as it was, except correctedByIndex", async () => {
      const world = await loadFixture(chainOfCorrections);
      const before = await eventAt(world.log, SUBJECT, 3);

      await record(world, { ...correcting(3n), payload: "0x99" });

      expect(await eventAt(world.log, SUBJECT, 3)).to.deep.equal({ ...before, correctedByIndex: 4n });
      expect((await eventAt(world.log, SUBJECT, 4)).correctsIndex).to.equal(3n);
    });

    it("may go back as far as the event that it corrects, however old that has become", async () => {
      const world = await loadFixture(chainOfCorrections);
      const { occurredAt } = await eventAt(world.log, SUBJECT, 3);
      await time.increase(90n * DAY);

      await expect(record(world, { ...correcting(3n), occurredAt: occurredAt - 1n })).to.be.revertedWithCustomError(
        world.log,
        "ComplianceLogInvalidTime",
      );
      await record(world, { ...correcting(3n), occurredAt });
    });
  });

  describe("queries", () => {
    it("currentEventIndex MUST follow the chain from every link, and isEventCurrent say where it ends", async () => {
      const { log } = await loadFixture(chainOfCorrections);

      for (const [index, current] of [
        [0n, 2n],
        [1n, 2n],
        [2n, 2n],
        [3n, 3n],
      ] as const) {
        expect(await log.currentEventIndex(SUBJECT, index)).to.equal(current);
        expect(await log.isEventCurrent(SUBJECT, index)).to.equal(index === current);
      }
    });

    it("getEvent, currentEventIndex and isEventCurrent MUST revert at and beyond the count", async () => {
      const { log } = await loadFixture(chainOfCorrections);

      for (const question of [
        eventAt(log, SUBJECT, 4),
        log.currentEventIndex(SUBJECT, 4),
        log.isEventCurrent(SUBJECT, 4),
      ]) {
        await expect(question).to.be.revertedWithCustomError(log, "ComplianceLogNoEvent").withArgs(SUBJECT, 4, 4);
      }
    });

    it("eventByTypeAt MUST follow the exact type, corrections under their own, and revert outside", async () => {
      const { log } = await loadFixture(chainOfCorrections);

      expect(await log.eventCountByType(SUBJECT, CORRECTION)).to.equal(2n);
      expect(await log.eventByTypeAt(SUBJECT, CORRECTION, 1)).to.equal(2n);
      expect(await log.eventCountByType(SUBJECT, FREEZE)).to.equal(1n);
      await expect(log.eventByTypeAt(SUBJECT, FREEZE, 1))
        .to.be.revertedWithCustomError(log, "ComplianceLogNoEventOfType")
        .withArgs(SUBJECT, FREEZE, 1, 1);
    });

    it("lastRecordedEventByType MUST be the greatest index, whatever occurred last, and revert when there is none", async () => {
      const world = await loadFixture(chainOfCorrections);
      const { log } = world;
      await record(world, { eventType: FORCED, occurredAt: BigInt(await time.latest()) - DAY });

      expect(await log.lastRecordedEventByType(SUBJECT, FORCED)).to.equal(4n);
      await expect(log.lastRecordedEventByType(OTHER_SUBJECT, FORCED))
        .to.be.revertedWithCustomError(log, "ComplianceLogNoEventOfType")
        .withArgs(OTHER_SUBJECT, FORCED, 0, 0);
    });
  });

  describe("tryRecord (D17)", () => {
    const MOODS = ["refuses", "burns its gas", "answers with megabytes", "refuses with megabytes", "says nothing"];
    const legalBasis = ethers.id("order 12/2026");
    const [from, to] = [`0x${"11".repeat(20)}`, `0x${"22".repeat(20)}`];

    /** A forced transfer as the register would write it down. */
    async function forcedTransfer() {
      return {
        ...ENTRY,
        eventType: FORCED,
        parties: [
          { addr: from, role: word("PARTY_ROLE", "SENDER") },
          { addr: to, role: word("PARTY_ROLE", "RECEIVER") },
        ],
        evidenceURI: "",
        payloadProfileId: word("PAYLOAD", "FORCED_TRANSFER:V1"),
        payload: ethers.AbiCoder.defaultAbiCoder().encode(
          ["address", "address", "uint256", "bytes32"],
          [from, to, 100n, legalBasis],
        ),
        occurredAt: BigInt(await time.latest()),
      };
    }

    /** A contract that acts and may record. */
    async function enforcing() {
      const world = await emptyLog();
      const enforcer = await ethers.deployContract("MockEnforcer");
      await world.authority.grantRole(25n, enforcer, 0);
      return { ...world, enforcer };
    }

    it("records exactly what it is given, as whoever acts, with a quarter of its gas to spare", async () => {
      const { log, enforcer } = await loadFixture(enforcing);
      const entry = await forcedTransfer();

      const sent = await enforcer.enforce(log, entry);
      await expect(sent).to.emit(enforcer, "Recorded").withArgs(true);

      const stored = await eventAt(log, SUBJECT, 0);
      expect({ ...stored, recordedAt: 0n }).to.deep.equal({
        ...entry,
        actor: await enforcer.getAddress(),
        recordedAt: 0n,
        correctedByIndex: 0n,
      });
      expect((await sent.wait())?.gasUsed).to.be.lessThan(750_000n);
    });

    for (const [mood, name] of MOODS.entries()) {
      it(`P104: a log that ${name} cannot stop the act, which says that it is not recorded`, async () => {
        const { enforcer } = await loadFixture(enforcing);
        const hostile = await ethers.deployContract("MockHostileLog", [mood]);
        const entry = await forcedTransfer();

        const sent = await enforcer.enforce(hostile, entry);

        await expect(sent).to.emit(enforcer, "Recorded").withArgs(false);
        const library = (await ethers.getContractFactory("LogLib")).attach(await enforcer.getAddress());
        await expect(sent)
          .to.emit(library, "ComplianceRecordMissed")
          .withArgs(SUBJECT, FORCED, await hostile.getAddress(), entry.operationRef, (answer: string) => {
            return ethers.dataLength(answer) <= 256;
          });
        expect(await enforcer.acts()).to.equal(1n);
        expect((await sent.wait())?.gasUsed).to.be.lessThan(1_200_000n);
      });
    }

    it("nor can one that refuses the entry, or that is no contract; and none at all is no matter", async () => {
      const { log, enforcer, stranger } = await loadFixture(enforcing);
      const entry = await forcedTransfer();
      const library = (await ethers.getContractFactory("LogLib")).attach(await enforcer.getAddress());

      await expect(enforcer.enforce(log, { ...entry, evidenceHash: ZeroHash }))
        .to.emit(library, "ComplianceRecordMissed")
        .withArgs(
          SUBJECT,
          FORCED,
          await log.getAddress(),
          entry.operationRef,
          log.interface.encodeErrorResult("ComplianceLogZeroEvidence", [SUBJECT, FORCED]),
        );
      await expect(enforcer.enforce(stranger, entry))
        .to.emit(library, "ComplianceRecordMissed")
        .withArgs(SUBJECT, FORCED, stranger.address, entry.operationRef, "0x");
      await expect(enforcer.enforce(ZeroAddress, entry))
        .to.emit(enforcer, "Recorded")
        .withArgs(false)
        .and.to.not.emit(library, "ComplianceRecordMissed");
      expect(await enforcer.acts()).to.equal(3n);
    });

    it("does not let the sender leave the act unrecorded by sending too little gas", async () => {
      const { log, enforcer } = await loadFixture(enforcing);

      const library = await ethers.getContractFactory("BoundedCallLib");
      await expect(
        enforcer.enforce.staticCall(log, await forcedTransfer(), { gasLimit: 900_000n }),
      ).to.be.revertedWithCustomError({ interface: library.interface }, "BoundedCallLibGasTooLow");
    });
  });
});

import { expect } from "chai";
import { network } from "hardhat";
import { readComplianceLog } from "../../sdk/compliance/read-compliance-log.ts";
import { FACTORIES } from "../../sdk/contracts.ts";
import { assetSubject, recordCompliance } from "../../tasks/lib/record-compliance.ts";
import type { StepReport } from "../../tasks/lib/sender.ts";
import { silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { sold } = taskWorld(connection);

const EVIDENCE = `0x${"ee".repeat(32)}`;
/** Every mood of MockHostileLog. */
const MOODS = ["refuses", "burns its gas", "answers megabytes", "refuses with megabytes", "says nothing"] as const;

/** Alice's shares are frozen by the step that is handed back, and nobody has said so yet. */
async function frozen() {
  const world = await networkHelpers.loadFixture(sold);
  const { suite, sender, alice } = world;
  const [acted] = await sender.run([
    {
      title: "freeze",
      transaction: () => suite.shareToken.setFrozenTokens.populateTransaction(alice.address, 1n, 10n),
    },
  ]);
  const warnings: string[] = [];
  const warn = (text: string) => warnings.push(text);
  return { ...world, acted, warnings, act: await freezeOf(suite, alice.address), warn };
}

async function freezeOf(suite: Parameters<typeof assetSubject>[0], target: string) {
  return {
    subject: await assetSubject(suite, 1n),
    event: "FREEZE",
    authority: "COURT_ORDER",
    parties: [{ address: target, role: "TARGET" }],
    evidenceHash: EVIDENCE,
    payload: { kind: "freeze", target, amount: 10n },
  } as const;
}

describe("acts of office", () => {
  it("are said in the compliance log, with their transaction and its time", async () => {
    const { suite, sender, acted, act, alice, operator, warn, warnings } = await frozen();

    const recording = await recordCompliance(suite, sender, acted, act, warn);

    const { count, entries } = await readComplianceLog(suite, act.subject.id, 10);
    const block = await ethers.provider.getBlock(acted?.block ?? 0);
    const entry = await suite.complianceLog.getFunction("getEvent")(act.subject.id, 0);
    expect([recording.recorded, recording.index, warnings]).to.deep.equal([true, 0n, []]);
    expect(count).to.equal(1n);
    expect(entries[0]).to.deep.include({
      index: 0n,
      event: "FREEZE",
      outcome: "EXECUTED",
      authority: "COURT_ORDER",
      actor: operator.address,
      parties: [{ address: alice.address, role: "TARGET" }],
      evidenceHash: EVIDENCE,
      operation: acted?.hash,
      correctedBy: null,
    });
    expect(entry.occurredAt).to.equal(block?.timestamp);
    expect(
      ethers.AbiCoder.defaultAbiCoder().decode(["address", "uint256", "uint64", "bytes32"], entry.payload),
    ).to.deep.equal([alice.address, 10n, 0n, ethers.ZeroHash]);
  });

  it("that sent nothing leave no entry, and no warning", async () => {
    const { suite, sender, acted, act, operator, warn, warnings } = await frozen();
    const simulated: StepReport = { title: "freeze", status: "simulated", gas: 1n, hash: null, block: null };

    const recordings = [
      await recordCompliance(suite, sender, undefined, act, warn),
      await recordCompliance(suite, silentSender(operator, true), simulated, act, warn),
    ];

    expect(recordings.map(({ recorded, why }) => [recorded, why])).to.deep.equal([
      [false, null],
      [false, null],
    ]);
    expect([acted?.status, warnings, await suite.complianceLog.eventCount(act.subject.id)]).to.deep.equal([
      "sent",
      [],
      0n,
    ]);
  });

  describe("stand, and say what is not recorded, when the log", () => {
    for (const [mood, name] of MOODS.entries()) {
      it(name, async () => {
        const { suite, sender, acted, act, alice, operator, warn, warnings } = await frozen();
        const hostile = await ethers.deployContract("MockHostileLog", [mood]);
        const complianceLog = FACTORIES.ComplianceLog.connect(String(hostile.target), operator);

        const recording = await recordCompliance({ ...suite, complianceLog }, sender, acted, act, warn);

        expect(recording.recorded).to.equal(false);
        expect(recording.why).not.to.equal(null);
        expect(warnings).to.have.lengthOf(1);
        expect(warnings[0]).to.contain(acted?.hash ?? "?");
        expect(await suite.shareToken.getFrozenTokens(alice.address, 1n)).to.equal(10n);
      });
    }

    it("is not there", async () => {
      const { suite, sender, acted, act, alice, stranger, warn, warnings } = await frozen();
      const complianceLog = FACTORIES.ComplianceLog.connect(stranger.address, stranger);

      const recording = await recordCompliance({ ...suite, complianceLog }, sender, acted, act, warn);

      expect([recording.recorded, warnings.length]).to.deep.equal([false, 1]);
      expect(await suite.shareToken.getFrozenTokens(alice.address, 1n)).to.equal(10n);
    });

    it("is closed by the admin", async () => {
      const { suite, sender, acted, act, alice, warn, warnings } = await frozen();
      await suite.accessManager.setTargetClosed(await suite.complianceLog.getAddress(), true);

      const recording = await recordCompliance(suite, sender, acted, act, warn);

      expect([recording.recorded, warnings.length]).to.deep.equal([false, 1]);
      expect(recording.why).to.contain("does not have the role");
      expect(await suite.shareToken.getFrozenTokens(alice.address, 1n)).to.equal(10n);
    });
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { readHandOverFile, readIncidentFile, readMandateFile } from "../../sdk/custody-files.ts";
import { ExitCode } from "../../sdk/errors.ts";
import { createAsset } from "../../tasks/asset/create.ts";
import { attest } from "../../tasks/custody/attest.ts";
import { handOver } from "../../tasks/custody/hand-over.ts";
import { listCustodyEvents } from "../../tasks/custody/history.ts";
import { keepIncident } from "../../tasks/custody/incident.ts";
import { agreeMandate } from "../../tasks/custody/mandate.ts";
import { inspectCustody, listAssets, reportCustody } from "../../tasks/custody/status.ts";
import { failureOf, silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { deployed, listed, backed, sold } = taskWorld(connection);

const CHAIN_ID = 31337n;
const YEAR = 365n * 86_400n;

async function word({ custodian }: Awaited<ReturnType<typeof listed>>) {
  const asOf = BigInt(await networkHelpers.time.latest());
  return {
    asset: 1n,
    kind: 0,
    attester: custodian.address,
    evidenceHash: `0x${"22".repeat(32)}`,
    amount: 0n,
    unit: `0x${"00".repeat(32)}`,
    asOf,
    expiresAt: asOf + YEAR,
    nonce: undefined,
    signature: undefined,
  };
}

describe("custody attest", () => {
  it("signs with the custodian's key and keeps the attestation", async () => {
    const world = await networkHelpers.loadFixture(listed);
    const { suite, sender, custodian } = world;
    const file = await word(world);

    const { attestation, attestationId } = await attest(suite, sender, [world.alice, custodian], CHAIN_ID, file);

    expect(attestationId).to.equal(await suite.custodyDesk.hashAttestation(attestation));
    expect(await suite.custodyDesk.backedUntil(1n)).to.equal(file.expiresAt);
  });

  it("keeps the same word once", async () => {
    const world = await networkHelpers.loadFixture(listed);
    const { suite, sender, custodian } = world;
    const file = await word(world);

    await attest(suite, sender, [custodian], CHAIN_ID, file);
    expect((await attest(suite, sender, [custodian], CHAIN_ID, file)).steps).to.deep.equal([]);
  });

  it("brings a word that is signed already", async () => {
    const world = await networkHelpers.loadFixture(listed);
    const { suite, sender, operator, custodian } = world;
    const file = await word(world);
    const elsewhere = await attest(suite, silentSender(operator, true), [custodian], CHAIN_ID, file);
    expect(await suite.custodyDesk.isBacked(1n)).to.equal(false);

    const signed = { ...file, nonce: elsewhere.attestation.nonce, signature: elsewhere.signature };
    expect((await attest(suite, sender, [], CHAIN_ID, signed)).attestationId).to.equal(elsewhere.attestationId);
    expect(await suite.custodyDesk.isBacked(1n)).to.equal(true);
  });

  it("refuses to speak for an attester whose key is elsewhere", async () => {
    const world = await networkHelpers.loadFixture(listed);

    const error = await failureOf(attest(world.suite, world.sender, [world.alice], CHAIN_ID, await word(world)));

    expect(error).to.have.property("message", `the network has no key of the attester ${world.custodian.address}`);
  });

  it("is refused by the chain to whoever is not appointed", async () => {
    const world = await networkHelpers.loadFixture(listed);
    const { suite, sender, stranger } = world;

    const file = { ...(await word(world)), attester: stranger.address };
    const error = await failureOf(attest(suite, sender, [stranger], CHAIN_ID, file));

    expect(error).to.have.property("exitCode", ExitCode.refused);
    expect(error).to.have.nested.property(
      "problem.why",
      `custody desk not appointed (id 1, attester ${stranger.address})`,
    );
  });
});

const TERMS = `0x${"33".repeat(32)}`;
const EVIDENCE = `0x${"44".repeat(32)}`;
const FAR = 4_000_000_000n;

describe("custody mandate", () => {
  const fileFor = (custodian: string) => ({
    asset: 1n,
    mandate: { custodian, from: 1n, until: FAR, termsHash: TERMS },
    nonce: undefined,
    signature: undefined,
  });

  it("offers, and accepts with the custodian's key, and finds nothing to do a second time", async () => {
    const { suite, sender, custodian } = await networkHelpers.loadFixture(listed);
    const file = fileFor(custodian.address);

    const { steps, mandateId, nonce } = await agreeMandate(suite, sender, [custodian], file);

    expect(steps).to.have.lengthOf(2);
    expect(mandateId).to.equal(await suite.custodyDesk.hashMandate(1n, file.mandate, nonce));
    expect((await suite.custodyDesk.mandateOf(1n)).termsHash).to.equal(TERMS);
    expect((await agreeMandate(suite, sender, [custodian], file)).steps).to.deep.equal([]);
  });

  it("only offers where the key is elsewhere, and goes on once the signature is in the file", async () => {
    const { suite, sender, custodian, operator } = await networkHelpers.loadFixture(listed);
    const file = fileFor(custodian.address);
    const elsewhere = await agreeMandate(suite, silentSender(operator, true), [custodian], file);

    const offered = await agreeMandate(suite, sender, [], file);
    expect([offered.steps.length, offered.signature]).to.deep.equal([1, null]);
    expect((await suite.custodyDesk.mandateOf(1n)).termsHash).not.to.equal(TERMS);

    const signed = { ...file, nonce: elsewhere.nonce, signature: elsewhere.signature ?? "" };
    expect((await agreeMandate(suite, sender, [], signed)).steps).to.have.lengthOf(1);
    expect((await suite.custodyDesk.mandateOf(1n)).termsHash).to.equal(TERMS);
  });

  it("may be agreed on the same terms again after others", async () => {
    const { suite, sender, custodian } = await networkHelpers.loadFixture(listed);
    const one = fileFor(custodian.address);
    const other = { ...one, mandate: { ...one.mandate, until: FAR + 1n } };

    for (const file of [one, other, one]) {
      expect((await agreeMandate(suite, sender, [custodian], file)).steps).to.have.lengthOf(2);
    }
  });

  it("cannot put another custodian in the place of the present one", async () => {
    const { suite, sender, stranger } = await networkHelpers.loadFixture(listed);

    const error = await failureOf(agreeMandate(suite, sender, [stranger], fileFor(stranger.address)));

    expect(error).to.have.property("exitCode", ExitCode.partly);
    expect(error).to.have.nested.property("problem.why").that.contains("custody desk hand over needed");
  });
});

describe("custody handover", () => {
  const fileFor = (from: string, to: string) => ({
    asset: 1n,
    from,
    to,
    mandateFrom: 1n,
    mandateUntil: FAR,
    termsHash: TERMS,
    evidenceHash: EVIDENCE,
    expiresAt: FAR,
    nonce: undefined,
    fromSignature: undefined,
    toSignature: undefined,
  });

  it("approves and carries out what both sign, and finds nothing to do a second time", async () => {
    const { suite, sender, custodian, stranger } = await networkHelpers.loadFixture(backed);
    const file = fileFor(custodian.address, stranger.address);

    const { steps, handOverId, handOver: agreed } = await handOver(suite, sender, [custodian, stranger], file);

    expect(steps).to.have.lengthOf(2);
    expect(handOverId).to.equal(await suite.custodyDesk.hashHandOver(agreed));
    expect(await suite.custodyDesk.custodianOf(1n)).to.equal(stranger.address);
    expect((await handOver(suite, sender, [custodian, stranger], file)).steps).to.deep.equal([]);
  });

  it("carries nothing out half signed, and goes on with the missing signature", async () => {
    const { suite, sender, operator, custodian, stranger } = await networkHelpers.loadFixture(backed);
    const file = fileFor(custodian.address, stranger.address);
    const whole = await handOver(suite, silentSender(operator, true), [custodian, stranger], file);

    const half = await handOver(suite, sender, [custodian], file);
    expect(half.steps.map(({ title }) => title)).to.deep.equal([
      `approve that ${custodian.address} hands asset 1 over to ${stranger.address}`,
    ]);
    expect(half.toSignature).to.equal(null);
    expect(await suite.custodyDesk.custodianOf(1n)).to.equal(custodian.address);

    const signed = {
      ...file,
      nonce: whole.handOver.nonce,
      fromSignature: whole.fromSignature ?? "",
      toSignature: whole.toSignature ?? "",
    };
    expect((await handOver(suite, sender, [], signed)).steps).to.have.lengthOf(1);
    expect(await suite.custodyDesk.custodianOf(1n)).to.equal(stranger.address);
  });

  it("refuses one who does not answer for the asset, before anything is sent", async () => {
    const { suite, sender, custodian, stranger, alice } = await networkHelpers.loadFixture(backed);

    const error = await failureOf(handOver(suite, sender, [], fileFor(alice.address, stranger.address)));

    expect(error).to.have.property("message", `${alice.address} does not answer for asset 1`);
    expect(error).to.have.nested.property("problem.why", `${custodian.address} does`);
  });
});

describe("custody incident", () => {
  const damage = { asset: 1n, kind: 1, occurredAt: 1n, evidenceHash: EVIDENCE };
  const over = { asset: 1n, incident: 0n, evidenceHash: TERMS };

  it("suspends what trades, once, and is over with evidence", async () => {
    const { suite, sender } = await networkHelpers.loadFixture(sold);

    expect((await keepIncident(suite, sender, damage)).steps).to.have.lengthOf(1);
    expect(await suite.shareToken.stateOf(1n)).to.equal(4n);
    expect((await keepIncident(suite, sender, damage)).steps).to.deep.equal([]);

    expect((await keepIncident(suite, sender, over)).steps).to.have.lengthOf(1);
    expect((await keepIncident(suite, sender, over)).steps).to.deep.equal([]);
    expect((await suite.custodyDesk.incidentCount(1n)).open).to.equal(0n);
  });

  it("is reported by the custodian himself where he sends", async () => {
    const { suite, custodian } = await networkHelpers.loadFixture(backed);

    await keepIncident(suite, silentSender(custodian), damage);

    expect((await suite.custodyDesk.incidentOf(1n, 0n)).reporter).to.equal(custodian.address);
  });

  it("is refused to strangers, and of a number that is not there", async () => {
    const { suite, sender, stranger } = await networkHelpers.loadFixture(backed);

    const refused = await failureOf(keepIncident(suite, silentSender(stranger), damage));
    expect(refused).to.have.property("exitCode", ExitCode.refused);
    const unknown = await failureOf(keepIncident(suite, sender, over));
    expect(unknown).to.have.property("message", "asset 1 has no incident 0");
  });
});

describe("custody status", () => {
  const nowOf = async () => BigInt(await networkHelpers.time.latest());

  it("says of each asset who answers for it, what holds and until when", async () => {
    const { suite, custodian } = await networkHelpers.loadFixture(backed);
    expect(await listAssets(suite, { deployedAtBlock: 0 }, ethers.provider)).to.deep.equal([1n]);

    const asset = await inspectCustody(suite, 1n, await nowOf());

    expect(asset).to.deep.include({ custodian: custodian.address, insuranceDemand: null, problems: [] });
    expect(asset.words.map(({ kind, expiresAt }) => [kind, expiresAt === null])).to.deep.equal([
      ["existence", false],
      ["condition", true],
      ["location", true],
      ["insurance", true],
    ]);
    const { exitCode, text } = reportCustody([asset], 7, 0n);
    expect(exitCode).to.equal(undefined);
    expect(text).to.contain("never attested").and.to.contain("As of block 7");
  });

  it("exits with 6 when anything has lapsed, and says what", async () => {
    const { suite, sender } = await networkHelpers.loadFixture(backed);
    const usd = ethers.encodeBytes32String("USD");
    await suite.custodyDesk.demandInsurance(1n, 5n, usd);
    await keepIncident(suite, sender, { asset: 1n, kind: 2, occurredAt: 1n, evidenceHash: EVIDENCE });
    const { until } = await suite.custodyDesk.mandateOf(1n);
    await networkHelpers.time.increaseTo(until + 1n);

    const asset = await inspectCustody(suite, 1n, await nowOf());
    const { exitCode, error } = reportCustody([asset], 7, 0n);

    expect(exitCode).to.equal(ExitCode.checkFailed);
    expect(asset.backedUntil).to.equal(null);
    const said = error?.details?.join("\n") ?? "";
    for (const part of [
      "asset 1: the mandate ended with",
      "the word about its existence ended with",
      "it has to be insured for 5 USD, and nobody says so",
      "the anchor is not active",
      "incident 0 (lien) is open",
    ]) {
      expect(said).to.contain(part);
    }
  });

  it("tells a word that does not count any more from one that lapsed, and too little insurance from none", async () => {
    const world = await networkHelpers.loadFixture(backed);
    const { suite, sender, custodian } = world;
    const unit = ethers.encodeBytes32String("USD");
    const file = { ...(await word(world)), kind: 3, amount: 4n, unit };
    await attest(suite, sender, [custodian], CHAIN_ID, file);
    await suite.custodyDesk.demandInsurance(1n, 5n, unit);
    await suite.custodyDesk.endMandate(1n, TERMS);

    const { problems } = await inspectCustody(suite, 1n, await nowOf());

    expect(problems).to.include("it has to be insured for 5 USD, and is for 4 USD");
    expect(problems).to.include(
      `the word about its existence does not count: ${custodian.address} is not appointed any more`,
    );
  });

  it("knows an asset that nobody keeps, and none that is not listed", async () => {
    const { suite, sender, terms } = await networkHelpers.loadFixture(deployed);
    await createAsset(suite, sender, terms);

    const { problems, custodian, mandate } = await inspectCustody(suite, 1n, await nowOf());
    expect([custodian, mandate]).to.deep.equal([null, null]);
    expect(problems).to.deep.equal(["nobody answers for the thing", "nobody has attested that it exists"]);
    expect(await failureOf(inspectCustody(suite, 9n, 0n))).to.have.property("message", "there is no asset 9");
  });
});

describe("custody history", () => {
  it("tells in sentences what happened, in order", async () => {
    const { suite, sender, custodian, stranger } = await networkHelpers.loadFixture(sold);
    const { custodyDesk } = suite;
    const handed = {
      ...{ asset: 1n, from: custodian.address, to: stranger.address, mandateFrom: 1n, mandateUntil: FAR },
      ...{ termsHash: TERMS, evidenceHash: EVIDENCE, expiresAt: FAR },
      ...{ nonce: undefined, fromSignature: undefined, toSignature: undefined },
    };
    await custodyDesk.setInspector(1n, stranger, true);
    await custodyDesk.setInspector(1n, stranger, false);
    await custodyDesk.demandInsurance(1n, 5n, ethers.encodeBytes32String("USD"));
    await custodyDesk.demandInsurance(1n, 0n, ethers.ZeroHash);
    await keepIncident(suite, sender, { asset: 1n, kind: 0, occurredAt: 1n, evidenceHash: EVIDENCE });
    await keepIncident(suite, sender, { asset: 1n, incident: 0n, evidenceHash: EVIDENCE });
    await handOver(suite, sender, [custodian, stranger], handed);
    await custodyDesk.endMandate(1n, TERMS);
    await custodyDesk.offerMandate(1n, { custodian: stranger.address, from: 1n, until: FAR, termsHash: TERMS });
    await custodyDesk.withdrawMandateOffer(1n);
    await custodyDesk.setProperties(1n, {
      ...{ tokenIssuer: "a", assetHolder: "b", storageLocation: "c", terms: "d", jurisdiction: "e" },
      declaredValue: { currency: "USD", value: 1n },
    });

    const events = await listCustodyEvents(suite, 1n, { deployedAtBlock: 0 }, ethers.provider);

    expect(events.map(({ event }) => event)).to.deep.equal([
      ...["MandateOffered", "CustodianSet", "Attested", "InspectorSet", "InspectorSet"],
      ...["InsuranceDemanded", "InsuranceDemanded", "IncidentReported", "IncidentResolved", "HandOverApproved"],
      ...["CustodianSet", "HandedOver", "MandateEnded", "MandateOffered", "MandateOfferWithdrawn", "PropertiesSet"],
    ]);
    const said = events.map((event) => event.said).join("\n");
    for (const part of [
      `${custodian.address} answers for the thing`,
      `${custodian.address} has handed over to ${stranger.address}`,
      "insurance of 5 USD is demanded",
      "reports incident 0: loss",
    ]) {
      expect(said).to.contain(part);
    }
  });

  it("refuses an asset that is not listed", async () => {
    const { suite } = await networkHelpers.loadFixture(deployed);

    const error = await failureOf(listCustodyEvents(suite, 9n, { deployedAtBlock: 0 }, ethers.provider));
    expect(error).to.have.property("message", "there is no asset 9");
  });
});

describe("custody files", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "moiety-"));
  });
  after(async () => rm(folder, { recursive: true }));

  const write = async (content: object) => {
    const path = join(folder, "file.json");
    await writeFile(path, JSON.stringify(content));
    await writeFile(join(folder, "terms.txt"), "what a custodian owes");
    return path;
  };
  const [one, other] = [`0x${"11".repeat(20)}`, `0x${"22".repeat(20)}`];
  const document = { file: "terms.txt" };
  const mandate = {
    schema: "moiety.custody-mandate/1",
    asset: 1,
    custodian: one,
    from: "2026-01-01",
    until: "2026-12-31",
    terms: document,
  };
  const passing = {
    schema: "moiety.custody-handover/1",
    asset: 1,
    from: one,
    to: other,
    mandate: { from: "2026-01-01", until: "2026-12-31", terms: document },
    evidence: document,
    expiresAt: "2026-12-31",
  };

  it("are read with their documents hashed", async () => {
    const hash = ethers.id("what a custodian owes");

    expect((await readMandateFile(await write(mandate))).mandate).to.deep.equal({
      custodian: one,
      from: 1_767_225_600n,
      until: 1_798_761_599n,
      termsHash: hash,
    });
    expect(await readHandOverFile(await write(passing))).to.deep.include({ termsHash: hash, evidenceHash: hash });
    const happened = { schema: "moiety.custody-incident/1", asset: 1, kind: "lien", occurredAt: "2026-02-03" };
    expect(await readIncidentFile(await write({ ...happened, evidence: document }))).to.deep.equal({
      asset: 1n,
      kind: 2,
      occurredAt: 1_770_076_800n,
      evidenceHash: hash,
    });
    const over = { schema: "moiety.custody-resolution/1", asset: 1, incident: 0, evidence: document };
    expect(await readIncidentFile(await write(over))).to.deep.equal({ asset: 1n, incident: 0n, evidenceHash: hash });
  });

  it("are refused with what is wrong in them", async () => {
    for (const [read, content, message] of [
      [readMandateFile, { ...mandate, until: "2026-01-01T00:00:00Z" }, "a mandate ends after it begins"],
      [
        readMandateFile,
        { ...mandate, signature: "0x11" },
        "a signature counts for one nonce only, and the file names none",
      ],
      [readMandateFile, { ...mandate, extra: 1 }, "the mandate is wrong"],
      [readHandOverFile, { ...passing, to: one }, "a hand-over is between two custodians"],
      [
        readHandOverFile,
        { ...passing, toSignature: "0x11" },
        "a signature counts for one nonce only, and the file names none",
      ],
      [
        readHandOverFile,
        { ...passing, mandate: { ...passing.mandate, until: "2025-12-31" } },
        "a mandate ends after it begins",
      ],
      [readIncidentFile, { schema: "moiety.custody-incident/1", asset: 1, kind: "theft" }, "the incident is wrong"],
    ] as const) {
      const error = await failureOf(read(await write(content)));
      expect(error).to.have.property("message", message);
      expect(error).to.have.property("exitCode", ExitCode.badInput);
    }
    expect(await failureOf(readMandateFile(join(folder, "none.json")))).to.have.property(
      "message",
      "the mandate cannot be read",
    );
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { readAcknowledgementFile } from "../../sdk/acknowledgement-file.ts";
import { readPropertiesFile, readReleaseFile } from "../../sdk/custody-files.ts";
import { roleId } from "../../sdk/documents/bundle.ts";
import { ExitCode } from "../../sdk/errors.ts";
import { readValuationFile } from "../../sdk/valuation-file.ts";
import { confirmValue, invalidateValue } from "../../tasks/asset/judge-value.ts";
import { recordValues, setValuationTerms } from "../../tasks/asset/value.ts";
import { handOver } from "../../tasks/custody/hand-over.ts";
import { demandInsurance } from "../../tasks/custody/insure.ts";
import { inspectProperties, setProperties } from "../../tasks/custody/properties.ts";
import { releaseThing } from "../../tasks/custody/release.ts";
import { acknowledge } from "../../tasks/investor/acknowledge.ts";
import { failureOf, silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { backed, sold } = taskWorld(connection);

const REASON = ethers.id("reason");
const FAR = 4_000_000_000n;

describe("asset value --confirm and --invalidate", () => {
  /** Asset 1 went from 125,000 to 300,000, which is further than it may. */
  async function jumped() {
    const world = await sold();
    const { suite, sender, operator } = world;
    const file = await readValuationFile("data/1685-38th-reit/valuation.json");
    const [first, second] = file.snapshots;
    if (first === undefined || second === undefined || file.terms === undefined)
      throw new Error("two values, with terms");
    const snapshots = [first, { ...second, nav: { value: 300_000n, decimals: 0 } }];
    await setValuationTerms(suite, sender, 1n, { ...file, terms: { ...file.terms, providers: [operator.address] } });
    await recordValues(suite, sender, 1n, { ...file, snapshots }, false);
    return world;
  }

  it("lets a value that has jumped count, as it was looked at", async () => {
    const { suite, sender } = await networkHelpers.loadFixture(jumped);
    expect((await suite.navOracle.isPriceUsable(1n)).usable).to.equal(false);

    const error = await failureOf(confirmValue(suite, sender, 1n, "300001"));
    expect(error).to.have.property("message", "what waits is 300000, not 300001");
    await confirmValue(suite, sender, 1n, "300000.00");

    expect((await suite.navOracle.isPriceUsable(1n)).usable).to.equal(true);
    expect(await failureOf(confirmValue(suite, sender, 1n, "300000"))).to.have.property("exitCode", ExitCode.badInput);
  });

  it("takes a value out of the price by its number, once, and refuses one that is not there", async () => {
    const { suite, sender } = await networkHelpers.loadFixture(jumped);

    expect(await invalidateValue(suite, sender, 1n, 1n, REASON)).to.have.lengthOf(1);
    expect(await invalidateValue(suite, sender, 1n, 1n, REASON)).to.deep.equal([]);

    expect((await suite.navOracle.isPriceUsable(1n)).usable).to.equal(true);
    expect(await failureOf(invalidateValue(suite, sender, 1n, 2n, REASON))).to.have.property(
      "message",
      "asset 1 has no value 2 in USD",
    );
  });

  it("is compliance's alone", async () => {
    const { suite, stranger } = await networkHelpers.loadFixture(jumped);
    const other = silentSender(stranger);

    for (const attempt of [confirmValue(suite, other, 1n, "300000"), invalidateValue(suite, other, 1n, 1n, REASON)]) {
      expect(await failureOf(attempt)).to.have.property("exitCode", ExitCode.refused);
    }
  });
});

describe("investor acknowledge", () => {
  const [read, next] = [ethers.id("risks"), ethers.id("more risks")];

  async function disclosed() {
    const world = await backed();
    const subject = await world.suite.shareToken.anchorIdOf(1n);
    await world.suite.documentAnchor.anchorBundle(read, subject, roleId("DISCLOSURE"), 1, "");
    const word = { asset: 1n, wallet: world.alice.address, bundleHash: read, deadline: FAR, signature: undefined };
    return { ...world, subject, word };
  }

  it("keeps a wallet's word by its key, or by its signature, and only once", async () => {
    const { suite, sender, alice, word } = await networkHelpers.loadFixture(disclosed);

    const unsigned = await acknowledge(suite, sender, [], word);
    expect([unsigned.signature, unsigned.steps]).to.deep.equal([null, []]);
    expect(unsigned.digest).to.equal(await suite.disclosures.hashAcknowledgement(alice.address, 1n, read, FAR));
    const { signature } = await acknowledge(suite, silentSender(alice, true), [alice], word);
    if (signature === null) throw new Error("alice has signed");
    await acknowledge(suite, sender, [], { ...word, signature });

    expect(await suite.disclosures.hasAcknowledged(1n, alice.address)).to.equal(true);
    expect((await acknowledge(suite, sender, [alice], word)).steps).to.deep.equal([]);
  });

  it("refuses another's signature, and disclosures that were replaced after they were signed", async () => {
    const { suite, sender, alice, bob, subject, word } = await networkHelpers.loadFixture(disclosed);
    const { signature } = await acknowledge(suite, silentSender(bob, true), [bob], { ...word, wallet: bob.address });
    if (signature === null) throw new Error("bob has signed");

    const forged = await failureOf(acknowledge(suite, sender, [], { ...word, signature }));
    await suite.documentAnchor.supersedeBundle(read, next, subject, roleId("DISCLOSURE"), 1, "");
    const old = await failureOf(acknowledge(suite, sender, [alice], word));

    expect(forged).to.have.property("exitCode", ExitCode.refused);
    expect(old).to.have.nested.property("problem.why", `what counts is ${next}`);
    expect(await suite.disclosures.hasAcknowledged(1n, alice.address)).to.equal(false);
  });

  it("is read from a file that names the disclosures by their own file", async () => {
    const { alice } = await networkHelpers.loadFixture(disclosed);
    const folder = await mkdtemp(join(tmpdir(), "moiety-"));
    await writeFile(join(folder, "risks.md"), "risks");
    const bundle = { schema: "moiety.documents/1", asset: 1, role: "DISCLOSURE" };
    const documents = [{ file: "risks.md", mediaType: "text/markdown" }];
    await writeFile(join(folder, "disclosures.json"), JSON.stringify({ ...bundle, documents }));
    await writeFile(join(folder, "others.json"), JSON.stringify({ ...bundle, asset: 2, documents }));
    const write = async (disclosures: object) => {
      const file = { schema: "moiety.acknowledgement/1", asset: 1, wallet: alice.address, deadline: "2099-12-31" };
      await writeFile(join(folder, "word.json"), JSON.stringify({ ...file, disclosures }));
      return join(folder, "word.json");
    };

    const byFile = await readAcknowledgementFile(await write({ file: "disclosures.json" }));
    const byHash = await readAcknowledgementFile(await write({ hash: byFile.bundleHash }));
    const others = await failureOf(readAcknowledgementFile(await write({ file: "others.json" })));
    await rm(folder, { recursive: true });

    expect(byFile).to.deep.equal(byHash);
    expect(others).to.have.property("message", "others.json has the DISCLOSURE of asset 2");
  });
});

describe("custody insure", () => {
  it("demands a sum, and takes the backing away until somebody says that it is insured", async () => {
    const { suite, sender } = await networkHelpers.loadFixture(backed);

    expect(await demandInsurance(suite, sender, 1n, 125_000n, "USD")).to.have.lengthOf(1);
    expect(await demandInsurance(suite, sender, 1n, 125_000n, "USD")).to.deep.equal([]);
    expect(await suite.custodyDesk.isBacked(1n)).to.equal(false);
    await demandInsurance(suite, sender, 1n, 0n, "");
    expect(await suite.custodyDesk.isBacked(1n)).to.equal(true);
  });

  it("refuses a sum without a unit, and a unit without a sum", async () => {
    const { suite, sender } = await networkHelpers.loadFixture(backed);

    for (const [amount, unit] of [
      [1n, ""],
      [0n, "USD"],
      [-1n, "USD"],
    ] as const) {
      expect(await failureOf(demandInsurance(suite, sender, 1n, amount, unit))).to.have.property(
        "exitCode",
        ExitCode.badInput,
      );
    }
  });
});

describe("custody properties", () => {
  it("says what ERC-7578 asks, once, and again when it changes", async () => {
    const { suite, sender } = await networkHelpers.loadFixture(backed);
    const file = {
      asset: 1n,
      tokenIssuer: "The issuer",
      assetHolder: "The owner",
      storageLocation: "New York",
      terms: "urn:terms",
      jurisdiction: "US-DE",
      declaredValue: { currency: "USD", value: 12_500_000n },
    };
    expect(await inspectProperties(suite, 1n)).to.equal(null);

    await setProperties(suite, sender, file);
    expect(await setProperties(suite, sender, file)).to.deep.equal([]);
    expect(await setProperties(suite, sender, { ...file, storageLocation: "Boston" })).to.have.lengthOf(1);

    expect(await inspectProperties(suite, 1n)).to.deep.include({ storageLocation: "Boston", jurisdiction: "US-DE" });
  });

  it("is read from a file, and refused with all that is missing", async () => {
    const folder = await mkdtemp(join(tmpdir(), "moiety-"));
    const path = join(folder, "properties.json");
    const words = { tokenIssuer: "I", assetHolder: "O", storageLocation: "P", terms: "T", jurisdiction: "US" };
    const whole = { schema: "moiety.custody-properties/1", asset: 1, ...words };
    await writeFile(path, JSON.stringify({ ...whole, declaredValue: { currency: "USD", value: "100" } }));
    const file = await readPropertiesFile(path);
    await writeFile(path, JSON.stringify({ ...whole, terms: "", declaredValue: { currency: "usd", value: "-1" } }));
    const error = await failureOf(readPropertiesFile(path));
    await rm(folder, { recursive: true });

    expect(file).to.deep.equal({ asset: 1n, ...words, declaredValue: { currency: "USD", value: 100n } });
    expect(error).to.have.nested.property("problem.details").with.lengthOf(3);
  });
});

describe("custody handover --by-order", () => {
  it("needs no signature of the one before, but the new one's and the issuer's approval", async () => {
    const { suite, sender, custodian, stranger } = await networkHelpers.loadFixture(backed);
    const file = {
      asset: 1n,
      from: custodian.address,
      to: stranger.address,
      mandateFrom: 1n,
      mandateUntil: FAR,
      termsHash: REASON,
      evidenceHash: ethers.id("order"),
      expiresAt: FAR,
      nonce: undefined,
      fromSignature: undefined,
      toSignature: undefined,
    };

    const halfSigned = await handOver(suite, sender, [stranger], file);
    expect(halfSigned.steps).to.have.lengthOf(1);
    expect(await suite.custodyDesk.custodianOf(1n)).to.equal(custodian.address);
    const ordered = await handOver(suite, sender, [stranger], file, true);

    expect(ordered.steps.map(({ title }) => title)).to.deep.equal([
      `let ${stranger.address} take asset 1 over by order`,
    ]);
    expect(await suite.custodyDesk.custodianOf(1n)).to.equal(stranger.address);
  });
});

describe("custody release", () => {
  /** Alice holds every share, and the asset is redeeming. */
  async function gathered() {
    const world = await sold();
    const { suite, alice, bob, carol } = world;
    for (const holder of [bob, carol]) {
      const shares = await suite.shareToken.balanceOf(holder.address, 1n);
      await suite.shareToken.connect(holder).safeTransferFrom(holder.address, alice.address, 1n, shares, "0x");
    }
    await suite.shareToken.setAssetState(1n, 5);
    const file = {
      asset: 1n,
      holder: alice.address,
      custodian: world.custodian.address,
      receiptHash: ethers.id("receipt"),
      expiresAt: FAR,
      nonce: undefined,
      holderSignature: undefined,
      custodianSignature: undefined,
    };
    return { ...world, file };
  }

  it("gives the thing out against all its shares, once holder and custodian have signed", async () => {
    const { suite, sender, alice, custodian, file } = await networkHelpers.loadFixture(gathered);

    const waiting = await releaseThing(suite, sender, [custodian], file);
    expect([waiting.holderSignature, waiting.steps.length]).to.deep.equal([null, 1]);
    expect(waiting.releaseId).to.equal(await suite.custodyDesk.hashRelease(waiting.release));
    const given = await releaseThing(suite, sender, [alice, custodian], file);

    expect(given.steps).to.have.lengthOf(1);
    expect(await suite.shareToken.totalSupply(1n)).to.equal(0n);
    expect(await suite.custodyDesk.custodianOf(1n)).to.equal(ethers.ZeroAddress);
  });

  it("is read from a file, whose signatures need their nonce", async () => {
    const { alice, custodian } = await networkHelpers.loadFixture(gathered);
    const folder = await mkdtemp(join(tmpdir(), "moiety-"));
    const path = join(folder, "release.json");
    const file = {
      schema: "moiety.custody-release/1",
      asset: 1,
      holder: alice.address,
      custodian: custodian.address,
      receipt: { hash: REASON },
      expiresAt: "2099-12-31",
    };
    await writeFile(path, JSON.stringify(file));
    const read = await readReleaseFile(path);
    await writeFile(path, JSON.stringify({ ...file, holderSignature: "0x11" }));
    const error = await failureOf(readReleaseFile(path));
    await rm(folder, { recursive: true });

    expect(read).to.deep.include({ asset: 1n, receiptHash: REASON, nonce: undefined, holderSignature: undefined });
    expect(error).to.have.property("message", "a signature counts for one nonce only, and the file names none");
  });
});

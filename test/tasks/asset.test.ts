import { expect } from "chai";
import { keccak256, toUtf8Bytes, ZeroAddress } from "ethers";
import { network } from "hardhat";
import type { SuiteAddresses } from "../../sdk/connect.ts";
import { roleId } from "../../sdk/documents/bundle.ts";
import { ExitCode } from "../../sdk/errors.ts";
import { listHolders } from "../../sdk/holders.ts";
import { readImpactFile } from "../../sdk/impact-file.ts";
import { commonAddresses, expand } from "../../sdk/rules/common-rules.ts";
import { decodeCountries } from "../../sdk/rules/country-set.ts";
import { readValuationFile } from "../../sdk/valuation-file.ts";
import { createAsset } from "../../tasks/asset/create.ts";
import { recordImpact } from "../../tasks/asset/impact.ts";
import { describeAsset } from "../../tasks/asset/show/describe-asset.ts";
import type { ShowPlace } from "../../tasks/asset/show/place.ts";
import { describeAge, inspectAsset } from "../../tasks/asset/show.ts";
import { recordValues, setValuationTerms } from "../../tasks/asset/value.ts";
import { assetSubject, recordCompliance } from "../../tasks/lib/record-compliance.ts";
import { toJson } from "../../tasks/lib/to-json.ts";
import { failureOf, silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const { deployed, backed, listed, sold } = taskWorld(connection);

/** The same terms with other documents: another asset. */
function another<T extends { name: string; evidenceHash: string; anchorId: string; legalHash: string }>(terms: T) {
  const evidenceHash = keccak256(toUtf8Bytes("other evidence"));
  const words = [terms.legalHash, evidenceHash].map((hash) => hash.slice(2)).join("");
  return { ...terms, name: "Another", evidenceHash, anchorId: keccak256(`0x${words}`) };
}

describe("asset create", () => {
  it("anchors, lists and binds the rules of the file", async () => {
    const { suite, sender, terms } = await networkHelpers.loadFixture(deployed);

    const { id, steps } = await createAsset(suite, sender, terms);

    expect(id).to.equal(1n);
    expect(steps).to.have.lengthOf(4);
    expect(await suite.shareToken.anchorIdOf(1n)).to.equal(terms.anchorId);
    expect(await suite.shareToken.isAnchorActiveFor(1n)).to.equal(true);
    expect(await suite.shareToken.capOf(1n)).to.equal(125_000n);
    const bound = await suite.transferRules.rulesOf(1n);
    expect(bound.map(({ rule }) => rule)).to.deep.equal([suite.commonRules.target]);
    const [countries, classes, holders] = expand(bound, await commonAddresses(suite));
    expect(decodeCountries(countries?.parameters ?? "")).to.deep.equal({ allow: [840] });
    expect([classes?.rule, classes?.parameters]).to.deep.equal([suite.investorClassRule.target, "0x0004"]);
    expect([holders?.rule, holders?.parameters]).to.deep.equal([suite.holderCountRule.target, "0x000007d0"]);
    expect(await suite.custodyDesk.custodianOf(1n)).to.equal(ZeroAddress);
  });

  it("finds nothing to do a second time", async () => {
    const { suite, sender, terms, custodian } = await networkHelpers.loadFixture(listed);

    const { id, steps } = await createAsset(suite, sender, terms, custodian.address);

    expect([id, steps]).to.deep.equal([1n, []]);
  });

  it("goes on where it stopped", async () => {
    const { suite, sender, terms } = await networkHelpers.loadFixture(deployed);
    await createAsset(suite, sender, { ...terms, holderLimit: undefined });

    const { steps } = await createAsset(suite, sender, terms);

    expect(steps.map(({ title }) => title)).to.deep.equal(["bind 3 rules to asset 1"]);
  });

  it("gives the next asset the next free id", async () => {
    const { suite, sender, terms } = await networkHelpers.loadFixture(listed);

    expect((await createAsset(suite, sender, another(terms))).id).to.equal(2n);
  });

  it("sends nothing in a dry run", async () => {
    const { suite, operator, terms } = await networkHelpers.loadFixture(deployed);

    const { id } = await createAsset(suite, silentSender(operator, true), terms);

    expect(id).to.equal(1n);
    expect(await suite.shareToken.stateOf(1n)).to.equal(0n);
  });

  it("refuses an id that another asset has", async () => {
    const { suite, sender, terms } = await networkHelpers.loadFixture(listed);

    const error = await failureOf(createAsset(suite, sender, { ...another(terms), id: 1n }));

    expect(error).to.have.property("exitCode", ExitCode.badInput);
    expect(error).to.have.property("message", "asset 1 is another one already");
  });

  it("refuses to move an asset to another id", async () => {
    const { suite, sender, terms } = await networkHelpers.loadFixture(listed);

    const error = await failureOf(createAsset(suite, sender, { ...terms, id: 5n }));

    expect(error).to.have.property("message", "the documents of this asset are bound to id 1, the file says 5");
  });

  it("refuses to replace a custodian in passing", async () => {
    const { suite, sender, terms, custodian, stranger } = await networkHelpers.loadFixture(listed);

    const error = await failureOf(createAsset(suite, sender, terms, stranger.address));

    expect(error).to.have.property("message", `asset 1 has a custodian already: ${custodian.address}`);
  });

  it("is refused to whoever lacks the role, before anything is sent", async () => {
    const { suite, terms, stranger } = await networkHelpers.loadFixture(deployed);

    const error = await failureOf(createAsset(suite, silentSender(stranger), terms));

    expect(error).to.have.property("exitCode", ExitCode.refused);
    expect(error).to.have.nested.property("problem.why").that.contains(`${stranger.address} does not have the role`);
  });
});

describe("asset show", () => {
  it("tells state, shares, rules and backing", async () => {
    const { suite, addresses, custodian, terms } = await networkHelpers.loadFixture(backed);

    const asset = await inspectAsset(suite, 1n, placeOf(addresses));

    expect(asset).to.deep.include({
      state: "Listed",
      supply: 0n,
      cap: 125_000n,
      jurisdiction: "US-DE",
      anchorId: terms.anchorId,
      anchorActive: true,
      holders: { wallets: 0, investors: 0n, limit: 2_000n },
      custodian: custodian.address,
    });
    expect(asset.backedUntil).to.be.a("string");
  });

  it("says what nobody knows, what is zero and what does not apply in different words", async () => {
    const { suite, addresses, sender, terms } = await networkHelpers.loadFixture(deployed);
    await createAsset(suite, sender, { ...terms, holderLimit: undefined });

    const asset = await inspectAsset(suite, 1n, placeOf(addresses));
    const text = describeAsset(asset);

    expect(asset).to.deep.include({
      holders: { wallets: 0, investors: null, limit: null },
      custodian: null,
      backedUntil: null,
      documents: [],
      disclosures: { demanded: false, bundle: null, acknowledgedBy: null },
      impact: null,
    });
    expect(asset.custody).to.deep.include({ mandate: null, properties: null, insuranceDemand: null });
    expect(asset.valuation).to.deep.include({ nav: null, terms: null, latest: [] });
    expect(asset.stale).to.deep.equal(["nobody answers for the thing", "nobody has attested that it exists"]);
    expect(text).to.contain("0 issued, at most 125000").and.to.contain("0 wallets; investors are not counted");
    expect(text).to.contain("Impact: not known: nobody has said").and.to.contain("Compliance log: 0 entries");
    expect(text).to.contain("not applicable: no rule demands them").and.to.contain("not demanded");
    expect(text).to.match(/As of block \d+, 20\d\d-/);
  });

  it("shows the whole file: rules in words, words of custody with their ages, documents, values, footprint and log", async () => {
    const { suite, addresses, sender, custodian, operator, warn } = await networkHelpers.loadFixture(complete);

    const asset = await inspectAsset(suite, 1n, placeOf(addresses));
    const text = describeAsset(asset);

    expect(asset.stale).to.deep.equal([]);
    expect(asset.rules.map(({ name }) => name)).to.deep.equal(["country", "investorClass", "holderCount"]);
    expect(asset.custody.words.map(({ kind, age }) => [kind, age])).to.deep.equal([
      ["existence", "today"],
      ["condition", null],
      ["location", null],
      ["insurance", null],
    ]);
    expect(asset.documents.map(({ role, documents, superseded }) => [role, documents, superseded])).to.deep.equal([
      ["DISCLOSURE", 1n, 1],
    ]);
    expect(asset.disclosures).to.deep.include({ demanded: false, acknowledgedBy: 1 });
    expect(asset.valuation).to.deep.include({ currency: "USD", nav: "118750", usable: true, values: 2 });
    expect(asset.valuation.latest.map(({ provider, nav }) => [provider, nav])).to.deep.equal([
      [operator.address, "118750.00"],
    ]);
    expect(asset.valuation.bands.map(({ token }) => token)).to.deep.equal([await suite.testDollar.getAddress()]);
    expect(asset.impact?.measures.map(({ indicator }) => indicator)).to.deep.equal([
      "energy-used",
      "carbon-emitted",
      "water-used",
    ]);
    expect(asset.compliance.entries.map(({ event }) => event)).to.deep.equal(["POLICY_CHANGE"]);
    for (const word of ["investors", custodian.address, "1 superseded", "USD", "POLICY_CHANGE", "Nothing is stale"]) {
      expect(text).to.contain(word);
    }
    expect(() => toJson(asset)).not.to.throw();
    expect([sender.dryRun, warn]).to.deep.equal([false, []]);
  });

  it("lists what has lapsed, and still ends well", async () => {
    const { suite, addresses } = await networkHelpers.loadFixture(complete);
    await networkHelpers.time.increase(500n * 86_400n);

    const { stale } = await inspectAsset(suite, 1n, placeOf(addresses));

    expect(stale).to.have.lengthOf(2);
    expect(stale[0]).to.match(/^the word about its existence ended with /);
    expect(stale[1]).to.match(/^the price cannot be used: The value was published too long ago/);
  });

  it("refuses an asset that is not listed", async () => {
    const { suite, addresses } = await networkHelpers.loadFixture(deployed);

    const error = await failureOf(inspectAsset(suite, 7n, placeOf(addresses)));

    expect(error).to.have.property("message", "there is no asset 7");
  });

  it("tells ages in days", () => {
    expect([0n, 86_399n, 86_400n, 172_800n].map(describeAge)).to.deep.equal([
      "today",
      "today",
      "1 day ago",
      "2 days ago",
    ]);
  });
});

function placeOf(addresses: SuiteAddresses): ShowPlace {
  return { provider: connection.ethers.provider, addresses, fromBlock: 0 };
}

/** Asset 1 is active and its file is full: disclosures (the second already), two values, a year of impact, an entry in the log. */
async function complete() {
  const world = await sold();
  const { suite, sender, operator, alice } = world;
  const anchorId = await suite.shareToken.anchorIdOf(1n);
  const [first, second] = ["first", "second"].map((text) => keccak256(toUtf8Bytes(text)));
  if (first === undefined || second === undefined) throw new Error("there are two");
  await suite.documentAnchor.anchorBundle(first, anchorId, roleId("DISCLOSURE"), 1, "");
  await suite.documentAnchor.supersedeBundle(first, second, anchorId, roleId("DISCLOSURE"), 1, "");
  await suite.disclosures.connect(alice).acknowledge(1n, second);

  const values = await readValuationFile("data/1685-38th-reit/valuation.json");
  const terms = values.terms && {
    ...values.terms,
    providers: [operator.address],
    tokens: [await suite.testDollar.getAddress()],
  };
  await setValuationTerms(suite, sender, 1n, { ...values, terms });
  await recordValues(suite, sender, 1n, values, false);
  const impact = await readImpactFile("data/1685-38th-reit/impact.json");
  await recordImpact(suite, sender, 1n, impact, { reporter: operator.address });

  const warn: string[] = [];
  const [acted] = await sender.run([
    { title: "pause", transaction: () => suite.transferRules.recount.populateTransaction(1n) },
  ]);
  await suite.transferRules.countHolders(
    1n,
    (await listHolders(suite, 1n, await connection.ethers.provider.getBlockNumber())).map(({ wallet }) => wallet),
    0n,
  );
  const act = {
    subject: await assetSubject(suite, 1n),
    event: "POLICY_CHANGE",
    parties: [],
    evidenceHash: first,
  } as const;
  await recordCompliance(suite, sender, acted, act, (text) => warn.push(text));
  return { ...world, warn };
}

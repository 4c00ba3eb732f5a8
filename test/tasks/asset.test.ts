import { expect } from "chai";
import { keccak256, toUtf8Bytes, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { ExitCode } from "../../sdk/errors.ts";
import { commonAddresses, expand } from "../../sdk/rules/common-rules.ts";
import { decodeCountries } from "../../sdk/rules/country-set.ts";
import { createAsset } from "../../tasks/asset/create.ts";
import { inspectAsset } from "../../tasks/asset/show.ts";
import { failureOf, silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const { deployed, backed, listed } = taskWorld(connection);

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
    const { suite, custodian, terms } = await networkHelpers.loadFixture(backed);

    const asset = await inspectAsset(suite, 1n);

    expect(asset).to.deep.include({
      state: "Listed",
      supply: 0n,
      cap: 125_000n,
      jurisdiction: "US-DE",
      anchorId: terms.anchorId,
      anchorActive: true,
      holders: { now: 0n, limit: 2_000n },
      custodian: custodian.address,
    });
    expect(asset.backedUntil).to.be.a("string");
  });

  it("says nothing of backing and holders where there is nothing to say", async () => {
    const { suite, sender, terms } = await networkHelpers.loadFixture(deployed);
    await createAsset(suite, sender, { ...terms, holderLimit: undefined });

    expect(await inspectAsset(suite, 1n)).to.deep.include({ holders: null, custodian: null, backedUntil: null });
  });

  it("refuses an asset that is not listed", async () => {
    const { suite } = await networkHelpers.loadFixture(deployed);

    expect(await failureOf(inspectAsset(suite, 7n))).to.have.property("message", "there is no asset 7");
  });
});

import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { ExitCode, MoietyError } from "../../sdk/errors.ts";
import { explainTransfer } from "../../sdk/explain.ts";
import { listHolders } from "../../sdk/holders.ts";
import { listBoundRules } from "../../sdk/rules/bound-rules.ts";
import { compact } from "../../sdk/rules/common-rules.ts";
import { readRules } from "../../sdk/rules/rules-file.ts";
import { readSnapshot } from "../../sdk/snapshot.ts";
import { parseInstant } from "../../sdk/time.ts";
import { explain } from "../../tasks/rules/explain.ts";
import { listAssetRules, listDeployedRules } from "../../tasks/rules/list.ts";
import { describeChanges, setRules } from "../../tasks/rules/set.ts";
import { failureOf, silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { deployed, listed, sold } = taskWorld(connection);

const REIT = 1n;
const DAY = 86_400n;

/** Rules as a file would say them. */
async function rulesOf(rules: readonly object[]) {
  const path = join(await mkdtemp(join(tmpdir(), "moiety-rules-")), "rules.json");
  await writeFile(path, JSON.stringify({ schema: "moiety.rules/1", name: "test", rules }));
  return readRules(path);
}

/** The shares are sold, and `set` binds rules to them. */
async function soldAsset() {
  const world = await sold();
  const { suite, sender, addresses } = world;
  const set = async (
    rules: readonly object[],
    rest: { acquired?: bigint; batchSize?: number; sender?: typeof sender } = {},
  ) =>
    setRules(suite, rest.sender ?? sender, {
      asset: REIT,
      list: await rulesOf(rules),
      addresses,
      acquired: rest.acquired,
      batchSize: rest.batchSize ?? 100,
    });
  const codesOf = async (value: bigint, from = world.alice.address, to = world.bob.address) => {
    return (await explainTransfer(suite, { id: REIT, from, to, value })).map(({ code }) => code);
  };
  return { ...world, set, codesOf };
}

const USA = { rule: "country", allow: ["US"] };
const ACCREDITED = { rule: "investorClass", anyOf: "accredited" };
const HOLDERS = { rule: "holderCount", atMost: 2000 };
const CAP = { rule: "balanceCap", shares: "60000" };

describe("rules set", () => {
  it("binds rules to an asset without shares in one transaction, and has nothing to do a second time", async () => {
    const { suite, sender, addresses } = await networkHelpers.loadFixture(listed);
    const list = await rulesOf([USA, HOLDERS, { rule: "lockUp", for: "365 days" }]);
    const wanted = { asset: REIT, list, addresses, acquired: undefined, batchSize: 100 };

    const first = await setRules(suite, sender, wanted);
    expect(first.steps.map(({ title }) => title)).to.deep.equal(["bind 3 rules to asset 1"]);
    expect(first.isStale).to.equal(false);
    const second = await setRules(suite, sender, wanted);
    expect(second.steps).to.deep.equal([]);
    expect(second.changes.map(({ change }) => change)).to.deep.equal(["kept", "kept", "kept"]);
  });

  it("says in a snapshot what the executor counts by itself, and no reason of it against an account", async () => {
    const { suite, set, alice, bob } = await networkHelpers.loadFixture(soldAsset);
    const supply = await suite.shareToken.totalSupply(REIT);
    const accounts = [alice.address, bob.address];
    const readWith = async (cap: object) => {
      const least = { rule: "minimumHolding", shares: "60000" }; // more than anybody has
      await set([{ rule: "minimumHolders", atLeast: 3 }, HOLDERS, { rule: "balanceCap", ...cap }, least]);
      const block = await ethers.provider.getBlockNumber();
      return readSnapshot(suite, { chainId: 31337n, block, assets: [REIT], currencies: [], accounts });
    };

    const { assets, shares } = await readWith({ shares: "255" }); // fewer than anybody has
    const limits = { holderLimit: 2_000, minimumHolders: 3, balanceCap: 255n, minimumHolding: 60_000n };
    expect(assets).to.deep.equal([{ id: REIT, state: 0, ...limits }]);
    expect(shares.map(({ receiveCode }) => receiveCode)).to.deep.equal([0, 0]);
    const issued = await suite.transferRules.explain(ethers.ZeroAddress, alice.address, REIT, 1n);
    expect(issued.map(({ code }) => Number(code))).to.include(34);

    for (const [cap, expected] of [
      [{ percent: "40.01" }, (supply * 4_001n) / 10_000n],
      [{ percent: "40.01", shares: "255" }, 255n],
      [{ shares: `${2n ** 64n - 1n}` }, 2n ** 63n - 1n],
    ] as const) {
      expect((await readWith(cap)).assets[0]?.balanceCap, JSON.stringify(cap)).to.equal(expected);
    }
  });

  it("says in a snapshot who may neither send nor receive, and who may send but not receive", async () => {
    const { suite, set, alice, bob } = await networkHelpers.loadFixture(soldAsset);
    await set([{ rule: "country", allow: ["FR"] }, { rule: "sanctions" }]);
    await suite.sanctionsList.setSanctioned([alice.address], true);

    const block = await ethers.provider.getBlockNumber();
    const accounts = [alice.address, bob.address];
    const { shares } = await readSnapshot(suite, { chainId: 31337n, block, assets: [REIT], currencies: [], accounts });

    expect(shares.map(({ sendCode, receiveCode }) => [sendCode, receiveCode])).to.deep.equal([
      [39, 30],
      [0, 30],
    ]);
  });

  it("makes no snapshot of an asset with a lock-up, bound by itself or with others", async () => {
    const { suite, addresses, alice } = await networkHelpers.loadFixture(soldAsset);
    const at = (name: string) => addresses[name] ?? "";
    const lockUp = { rule: at("LockUpRule"), parameters: "0x01e13380" };
    const together = compact([{ rule: at("HolderCountRule"), parameters: "0x000007d0" }, lockUp], addresses);
    expect(together).to.have.lengthOf(1);

    for (const list of [[lockUp], together]) {
      await suite.transferRules.setRules(REIT, [...list]);
      const block = await ethers.provider.getBlockNumber();
      const request = { chainId: 31337n, block, assets: [REIT], currencies: [], accounts: [alice.address] };
      const error = await readSnapshot(suite, request).catch((failure: Error) => failure);
      expect(error)
        .to.have.property("message")
        .that.equals("asset 1 has a lock-up, and the executor does not count how long shares have been held");
    }
  });

  it("binds the common rules in one contract, and reads them as if each were bound by itself", async () => {
    const { suite, set, addresses, sender } = await networkHelpers.loadFixture(soldAsset);
    const wanted = [{ rule: "minimumHolding", shares: "5" }, CAP, { rule: "sanctions" }, USA, HOLDERS];

    const { steps } = await set(wanted);
    expect(steps[0]?.title).to.equal("bind 5 rules to asset 1");
    const bound = await suite.transferRules.rulesOf(REIT);
    expect(bound.map(({ rule }) => rule)).to.deep.equal(
      ["MinimumHoldingRule", "CommonRules", "SanctionsRule"].map((name) => addresses[name]),
    );
    const told = await listBoundRules(suite, addresses, REIT);
    expect(told.map(({ code, name, address }) => [code, name, address])).to.deep.equal([
      [35, "minimumHolding", addresses["MinimumHoldingRule"]],
      [30, "country", addresses["CountryRule"]],
      [32, "holderCount", addresses["HolderCountRule"]],
      [34, "balanceCap", addresses["BalanceCapRule"]],
      [39, "sanctions", addresses["SanctionsRule"]],
    ]);
    expect(told[3]?.entry).to.deep.equal({ rule: "balanceCap", shares: "60000" });
    expect((await set(wanted)).steps).to.deep.equal([]);

    await suite.transferRules.connect(sender.signer).setRules(
      REIT,
      told.map(({ address, parameters }) => ({ rule: address, parameters })),
    );
    expect((await set(wanted)).steps, "bound one by one, they say the same").to.deep.equal([]);
    const { changes } = await set([USA, HOLDERS, ACCREDITED, CAP]);
    expect(changes.map(({ change, code }) => [change, code])).to.deep.equal([
      ["kept", 30],
      ["kept", 32],
      ["added", 31],
      ["kept", 34],
      ["removed", 35],
      ["removed", 39],
    ]);
    expect(await suite.transferRules.rulesOf(REIT)).to.have.lengthOf(1);
  });

  it("shows what is added, changed, kept and removed", async () => {
    const { set } = await networkHelpers.loadFixture(soldAsset);

    const { changes, steps } = await set([USA, { rule: "holderCount", atMost: 100 }, { rule: "sanctions" }]);
    expect(describeChanges(changes).split("\n")).to.deep.equal([
      "= 30 Only investors of United States of America (840) may come to hold it.",
      "~ 32 At most 100 investors hold it.",
      "     before: At most 2000 investors hold it.",
      changes[2]?.words.replace(/^/, "+ 39 "),
      "- 31 Only accredited investors may come to hold it.",
    ]);
    expect(steps.map(({ title }) => title)).to.deep.equal(["bind 3 rules to asset 1"]);
  });

  it("takes all rules off", async () => {
    const { suite, set } = await networkHelpers.loadFixture(soldAsset);

    const { changes, steps } = await set([]);
    expect(changes.map(({ change }) => change)).to.deep.equal(["removed", "removed", "removed"]);
    expect(steps.map(({ title }) => title)).to.deep.equal(["take all rules off asset 1"]);
    expect(await suite.transferRules.rulesOf(REIT)).to.deep.equal([]);
    expect(describeChanges((await set([])).changes)).to.match(/^No rules/);
  });

  it("counts the holders of a live asset page by page when a rule needs what nobody counted", async () => {
    const { suite, set, codesOf, alice, bob } = await networkHelpers.loadFixture(soldAsset);

    const { steps, holders, isStale } = await set([USA, ACCREDITED, HOLDERS, CAP], { batchSize: 2 });
    expect(steps.map(({ title }) => title)).to.deep.equal([
      "bind 4 rules to asset 1",
      "count 2 wallets of asset 1",
      "count 1 wallets of asset 1",
    ]);
    expect([holders, isStale]).to.deep.equal([3, false]);
    expect(await suite.transferRules.holdersOf(REIT)).to.equal(3n);
    expect(await codesOf(10_000n)).to.deep.equal([]);
    expect(await codesOf(10_001n)).to.deep.equal([34]);
    await suite.shareToken.connect(alice).safeTransferFrom(alice, bob, REIT, 10_000n, "0x");
  });

  it("goes on where a count was interrupted", async () => {
    const { suite, set, addresses, sender } = await networkHelpers.loadFixture(soldAsset);
    const list = await rulesOf([USA, CAP]);
    const wallets = await listHolders(suite, REIT, await ethers.provider.getBlockNumber());
    const settings = list.rules.map((rule) => ({
      rule: addresses[rule.kind.contract] ?? "",
      parameters: rule.encode(addresses),
    }));
    await suite.transferRules.connect(sender.signer).setRules(REIT, settings);
    await suite.transferRules.connect(sender.signer).countHolders(REIT, [wallets[0]?.wallet ?? ""], 0n);

    const { steps, isStale } = await set([USA, CAP], { batchSize: 2 });
    expect(steps.map(({ title }) => title)).to.deep.equal(["count 2 wallets of asset 1"]);
    expect(isStale).to.equal(false);
  });

  it("has to be told since when holdings are locked up, and locks them up from then", async () => {
    const { set, codesOf } = await networkHelpers.loadFixture(soldAsset);
    const lockUp = { rule: "lockUp", for: "365 days" };
    const now = BigInt(await networkHelpers.time.latest());

    const failure = await failureOf(set([USA, lockUp]));
    if (!(failure instanceof MoietyError)) throw failure;
    expect(failure.problem.todo).to.match(/^say it with --acquired/);
    expect(failure.exitCode).to.equal(ExitCode.badInput);

    await set([USA, lockUp], { acquired: now - 364n * DAY });
    expect(await codesOf(1n)).to.deep.equal([36]);
    await networkHelpers.time.increase(2n * DAY);
    expect(await codesOf(1n)).to.deep.equal([]);
  });

  it("counts anew when a lock-up becomes longer, for shorter ones forget their lots", async () => {
    const { suite, set, codesOf, alice } = await networkHelpers.loadFixture(soldAsset);
    const acquired = parseInstant("2024-01-01");
    await set([USA, { rule: "lockUp", for: "1 day" }], { acquired });
    await suite.shareToken.connect(alice).safeTransferFrom(alice, alice, REIT, 1n, "0x");
    const longer = [USA, { rule: "lockUp", for: "36500 days" }];

    expect(await failureOf(set(longer))).to.be.instanceOf(MoietyError);
    const { steps, isStale } = await set(longer, { acquired });
    expect(steps.at(-1)?.title).to.equal("count 3 wallets of asset 1 as acquired on 2024-01-01T00:00:00Z");
    expect(isStale).to.equal(false);
    expect(await codesOf(1n)).to.deep.equal([36]);
    const shorter = await set([USA, { rule: "lockUp", for: "2 days" }]);
    expect(shorter.steps.map(({ title }) => title)).to.deep.equal(["bind 2 rules to asset 1"]);
    expect(await codesOf(1n)).to.deep.equal([]);
  });

  it("counts for a rule with a memory of its own as well", async () => {
    const { set, codesOf } = await networkHelpers.loadFixture(soldAsset);

    const { holders, isStale } = await set([USA, { rule: "rollingVolume", shares: "5", within: "90 days" }]);
    expect([holders, isStale]).to.deep.equal([3, false]);
    expect(await codesOf(5n)).to.deep.equal([]);
    expect(await codesOf(6n)).to.deep.equal([37]);
  });

  it("changes nothing in a dry run, and says what it would do", async () => {
    const { suite, set, operator } = await networkHelpers.loadFixture(soldAsset);
    const before = await suite.transferRules.rulesOf(REIT);

    const { steps, changes, isStale } = await set([USA, CAP], { sender: silentSender(operator, true), batchSize: 2 });
    expect(steps.map(({ title, status }) => [title, status])).to.deep.equal([
      ["bind 2 rules to asset 1", "simulated"],
      ["count 2 wallets of asset 1", "depends on an earlier step"],
      ["count 1 wallets of asset 1", "depends on an earlier step"],
    ]);
    expect(changes.map(({ change }) => change)).to.deep.equal(["kept", "added", "removed", "removed"]);
    expect(isStale).to.equal(false);
    expect(await suite.transferRules.rulesOf(REIT)).to.deep.equal(before);
  });

  it("rejects an asset that nobody listed, and a deployment without the rule", async () => {
    const { suite, sender, addresses } = await networkHelpers.loadFixture(deployed);
    const wanted = { asset: 99n, list: await rulesOf([USA]), addresses, acquired: undefined, batchSize: 100 };
    expect(String(await failureOf(setRules(suite, sender, wanted)))).to.include("there is no asset 99");

    const world = await networkHelpers.loadFixture(soldAsset);
    const { CountryRule: _left, ...others } = world.addresses;
    const without = { ...wanted, asset: REIT, addresses: others };
    expect(String(await failureOf(setRules(world.suite, world.sender, without)))).to.include("has no CountryRule");
  });

  it("refuses, by the chain's own word, who is not compliance", async () => {
    const { set, stranger } = await networkHelpers.loadFixture(soldAsset);

    const failure = await failureOf(set([USA], { sender: silentSender(stranger) }));
    if (!(failure instanceof MoietyError)) throw failure;
    expect(failure.exitCode).to.equal(ExitCode.refused);
  });
});

describe("rules list", () => {
  it("says which rules an asset has, and how it settles", async () => {
    const { suite, addresses, set } = await networkHelpers.loadFixture(soldAsset);

    const { text, data } = await listAssetRules(suite, addresses, REIT);
    expect(text).to.include("At most 2000 investors hold it.").and.to.include("It can be settled net.");
    expect(data).to.deep.include({ asset: REIT, nettable: true, isStale: false, holders: 3n });
    await set([{ rule: "fullTransfer" }]);
    expect((await listAssetRules(suite, addresses, REIT)).text).to.include("settled trade by trade, never net");
    await set([]);
    expect((await listAssetRules(suite, addresses, REIT)).text).to.include("Asset 1 has no rules");
  });

  it("says that nothing is transferred while holders are counted", async () => {
    const { suite, addresses, sender } = await networkHelpers.loadFixture(soldAsset);
    await suite.transferRules.connect(sender.signer).recount(REIT);

    expect((await listAssetRules(suite, addresses, REIT)).text).to.include("Its holders are being counted");
  });

  it("lets a rule of somebody else speak for itself, and does not stumble over parameters it cannot read", async () => {
    const { suite, addresses, sender } = await networkHelpers.loadFixture(soldAsset);
    const mock = await ethers.deployContract("MockRule", [77, 0]);
    const attributes = addresses["AttributeRule"] ?? "";
    await suite.transferRules.connect(sender.signer).setRules(REIT, [
      { rule: mock, parameters: "0x1234" },
      { rule: attributes, parameters: "0x020004" },
    ]);

    const composite = await ethers.deployContract("MockComposite", [(1n << 47n) | (1n << 88n)]);
    const { text } = await listAssetRules(suite, addresses, REIT);
    expect(text).to.include("The mock refuses.").and.to.include("who is accredited");
    const told = await listAssetRules(suite, { ...addresses, HolderCountRule: await mock.getAddress() }, REIT);
    expect(told.text).to.include("HolderCountRule with 0x1234");

    await suite.transferRules.connect(sender.signer).setRules(REIT, [{ rule: composite, parameters: "0x" }]);
    const bound = await listBoundRules(suite, addresses, REIT);
    expect(bound.map(({ code, name, words }) => [code, name, words])).to.deep.equal([
      [47, null, "The composite refuses."],
      [88, null, "The composite refuses."],
    ]);
  });

  it("lists the rules of a deployment by their codes", async () => {
    const { addresses } = await networkHelpers.loadFixture(deployed);

    const { text } = listDeployedRules(addresses);
    expect(text)
      .to.include(addresses["LockUpRule"] ?? "")
      .and.not.to.include("not deployed");
    expect(listDeployedRules({}).text).to.include("not deployed");
  });
});

describe("rules explain", () => {
  it("says what a preset means, where it comes from and what it leaves out", async () => {
    const { text, data } = explain(await readRules("reg-d-506b"));

    expect(text).to.include("Of its holders, at most 35 retail.");
    expect(text).to.include("It is settled trade by trade, because of holderQuota, never net.");
    expect(text).to.include("https://www.ecfr.gov/current/title-17/section-230.506");
    expect(text).to.include("Not covered:");
    expect(data).to.deep.include({ name: "Regulation D, rule 506(b)", nettable: false });
  });

  it("is short about a list without sources", async () => {
    const { text } = explain(await rulesOf([USA]));

    expect(text).to.include("It can be settled net.").and.not.to.include("Not covered");
  });
});

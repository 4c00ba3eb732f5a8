import { expect } from "chai";
import { network } from "hardhat";
import { ExitCode } from "../../sdk/errors.ts";
import { findInvestor, holdingsOf, walletsOf } from "../../sdk/investors.ts";
import { unpackParty } from "../../sdk/party.ts";
import { freezeWallet } from "../../tasks/investor/freeze.ts";
import { moveWallet } from "../../tasks/investor/move.ts";
import { recoverWallet } from "../../tasks/investor/recover.ts";
import { renewInvestor } from "../../tasks/investor/renew.ts";
import { suspendInvestor } from "../../tasks/investor/suspend.ts";
import { recordInvestorAct } from "../../tasks/lib/office-acts.ts";
import { failureOf, SALT, silentSender, taskWorld, VERIFIED_UNTIL } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const tasks = taskWorld(connection);

const warnings: string[] = [];
const warn = (text: string) => {
  warnings.push(text);
};
const place = { provider: ethers.provider, fromBlock: 0 };
const salt = async () => SALT;

/** The asset is sold and counts holders per country; alice also has cash and a mandate's worth of it at the settlement desk. */
async function counted() {
  const world = await tasks.sold();
  const { suite, alice } = world;
  const parameters = ethers.concat(["0x01", "0x0348", "0x00000064"]);
  const list = await suite.transferRules.rulesOf(1n);
  const rule = await suite.holderQuotaRule.getAddress();
  await suite.transferRules.setRules(1n, [
    ...list.map((each) => ({ rule: each.rule, parameters: each.parameters })),
    { rule, parameters },
  ]);
  const holders = await suite.shareToken.holdersPage(1n, 0n, 100n);
  const ascending = holders.accounts.toSorted((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1));
  await suite.transferRules.countHolders(1n, ascending, 0n);
  await suite.testDollar.mint(alice.address, 500n);
  await suite.testDollar.connect(alice).approve(await suite.settlementDesk.getAddress(), 500n);
  await suite.settlementDesk.allowCurrency(await suite.testDollar.getAddress(), 1n).catch(() => undefined);
  await suite.settlementDesk.connect(alice).deposit(await suite.testDollar.getAddress(), 500n);
  return world;
}

beforeEach(() => {
  warnings.length = 0;
});

describe("findInvestor", () => {
  it("knows an investor by wallet, id and reference", async () => {
    const { suite, alice } = await networkHelpers.loadFixture(counted);

    const byWallet = await findInvestor(suite, alice.address, salt);
    for (const named of [byWallet.id, "A-1"]) expect(await findInvestor(suite, named, salt)).to.deep.equal(byWallet);
    expect(byWallet.party).to.deep.equal({
      number: 2,
      country: 840,
      classes: 4,
      flags: 0,
      verifiedUntil: VERIFIED_UNTIL,
    });
  });

  it("refuses whom nobody knows, and the suite itself", async () => {
    const { suite, stranger } = await networkHelpers.loadFixture(counted);

    for (const named of ["B-9", stranger.address, ethers.id("moiety.protocol")]) {
      const error = await failureOf(findInvestor(suite, named, salt));
      expect(error).to.have.property("message", `no investor is known by "${named}"`);
      expect(error).to.have.property("exitCode", ExitCode.badInput);
    }
  });
});

describe("investor freeze", () => {
  it("freezes a wallet, lifts it, and has nothing to do a second time", async () => {
    const { suite, sender, alice } = await networkHelpers.loadFixture(counted);

    for (const frozen of [true, false]) {
      expect((await freezeWallet(suite, sender, alice.address, frozen)).steps).to.have.lengthOf(1);
      expect(await suite.shareToken.canSend(alice.address)).to.equal(!frozen);
      expect((await freezeWallet(suite, sender, alice.address, frozen)).steps).to.deep.equal([]);
    }
  });

  it("refuses strangers' wallets and lost ones", async () => {
    const { suite, sender, alice, stranger } = await networkHelpers.loadFixture(counted);

    const unknown = await failureOf(freezeWallet(suite, sender, stranger.address, true));
    expect(unknown).to.have.property("message", `${stranger.address} belongs to no investor`);
    await suite.investorRegistry.recover(alice.address, stranger.address);
    const lost = await failureOf(freezeWallet(suite, sender, alice.address, true));
    expect(lost).to.have.nested.property("problem.todo", `name ${stranger.address}, which stands for it`);
  });
});

describe("recordInvestorAct", () => {
  it("says in the log about the investor what was done, if a reason is given and something was done", async () => {
    const { suite, sender, alice } = await networkHelpers.loadFixture(counted);
    const { investor } = await suite.investorRegistry.profileOf(alice.address);
    const { steps } = await freezeWallet(suite, sender, alice.address, true);
    const act = { investor, kind: "FREEZE", wallets: [alice.address], acted: steps[0] } as const;

    await recordInvestorAct(suite, sender, { ...act, reason: undefined }, warn);
    await recordInvestorAct(suite, sender, { ...act, acted: undefined, reason: "order 3/2027" }, warn);
    expect(await suite.complianceLog.eventCount(investor)).to.equal(0n);
    await recordInvestorAct(suite, sender, { ...act, reason: "order 3/2027" }, warn);

    const event = await suite.complianceLog.getFunction("getEvent")(investor, 0n);
    expect(event.eventType).to.equal(ethers.id("ERC-8328:EVENT_TYPE:FREEZE:V1"));
    expect(event.evidenceHash).to.equal(ethers.id("order 3/2027"));
    expect(warnings).to.deep.equal([]);
  });
});

describe("investor suspend", () => {
  it("stops every wallet of an investor and keeps the rest of his standing", async () => {
    const { suite, sender, alice, stranger } = await networkHelpers.loadFixture(counted);
    const before = await findInvestor(suite, "A-1", salt);
    await suite.investorRegistry.addWallet(before.id, stranger.address);
    await suite.investorRegistry.setStanding(before.id, 4n, VERIFIED_UNTIL);

    const found = await findInvestor(suite, "A-1", salt);
    await suspendInvestor(suite, sender, found, true, warn);
    for (const wallet of [alice, stranger]) expect(await suite.shareToken.canSend(wallet.address)).to.equal(false);
    const suspended = await findInvestor(suite, "A-1", salt);
    expect(suspended.party).to.deep.equal({ ...found.party, flags: 5 });
    expect((await suspendInvestor(suite, sender, suspended, true, warn)).steps).to.deep.equal([]);

    await suspendInvestor(suite, sender, suspended, false, warn);
    expect(await findInvestor(suite, "A-1", salt)).to.deep.equal(found);
    expect(warnings).to.deep.equal([]);
  });
});

describe("investor renew", () => {
  it("renews a verification without touching anything else", async () => {
    const { suite, sender } = await networkHelpers.loadFixture(counted);
    const found = await findInvestor(suite, "A-1", salt);
    const renewal = { verifiedUntil: VERIFIED_UNTIL + 86_400n };

    const { steps } = await renewInvestor(suite, sender, found, renewal, place, warn);

    expect(steps.map(({ title }) => title)).to.deep.equal(["verify investor 2 until 2091-01-01T23:59:59Z"]);
    const renewed = await findInvestor(suite, "A-1", salt);
    expect(renewed.party).to.deep.equal({ ...found.party, ...renewal });
    expect((await renewInvestor(suite, sender, renewed, renewal, place, warn)).steps).to.deep.equal([]);
  });

  it("changes country and class, and the counts per country with them", async () => {
    const { suite, sender } = await networkHelpers.loadFixture(counted);
    const found = await findInvestor(suite, "A-1", salt);
    const before = await suite.transferRules.holdersWith(1n, 840n, 0n);

    const result = await renewInvestor(suite, sender, found, { country: 250, classes: 6 }, place, warn);

    expect(result.steps.map(({ title }) => title)).to.deep.equal([
      "make investor 2 one of France (250), professional+accredited",
      "count investor 2 as what he is in asset 1",
    ]);
    expect(result.refreshed).to.deep.equal([1n]);
    const { party } = await findInvestor(suite, "A-1", salt);
    expect([party.country, party.classes]).to.deep.equal([250, 6]);
    const after = await suite.transferRules.holdersWith(1n, 840n, 0n);
    expect(after).not.to.deep.equal(before);
  });

  it("simulates what can be simulated in a dry run", async () => {
    const { suite, operator } = await networkHelpers.loadFixture(counted);
    const found = await findInvestor(suite, "A-1", salt);

    const { steps } = await renewInvestor(suite, silentSender(operator, true), found, { country: 250 }, place, warn);

    expect(steps.map(({ status }) => status)).to.deep.equal(["simulated", "depends on an earlier step"]);
    expect(await findInvestor(suite, "A-1", salt)).to.deep.equal(found);
  });
});

describe("investor move", () => {
  it("moves a wallet to another investor with exactly what it holds", async () => {
    const { suite, sender, alice } = await networkHelpers.loadFixture(counted);
    const bob = await findInvestor(suite, "A-2", salt);

    const { assets, from, to } = await moveWallet(suite, sender, alice.address, bob, place);

    expect([assets, from, to]).to.deep.equal([[1n], 2, 3]);
    expect(unpackParty(await suite.investorRegistry.partyOf(alice.address)).number).to.equal(3);
    expect(await suite.transferRules.holdersOf(1n)).to.equal(2n);
    expect(await walletsOf(suite, bob, place)).to.include(alice.address);
    expect((await moveWallet(suite, sender, alice.address, bob, place)).steps).to.deep.equal([]);
  });

  it("refuses a lost wallet", async () => {
    const { suite, sender, alice, stranger } = await networkHelpers.loadFixture(counted);
    await suite.investorRegistry.recover(alice.address, stranger.address);

    const error = await failureOf(
      moveWallet(suite, sender, alice.address, await findInvestor(suite, "A-2", salt), place),
    );

    expect(error).to.have.property("message", `${alice.address} was lost`);
  });
});

describe("investor recover", () => {
  it("retires the wallet and moves shares and cash, each in steps of its own", async () => {
    const { suite, sender, alice, stranger } = await networkHelpers.loadFixture(counted);
    const dollar = await suite.testDollar.getAddress();
    await suite.shareToken.setFrozenTokens(alice.address, 1n, 7n);
    const wallets = { lost: alice.address, successor: stranger.address, pageSize: 20 };

    const { steps, assets, currencies } = await recoverWallet(suite, sender, wallets, place);

    expect(steps.map(({ title }) => title)).to.deep.equal([
      `retire ${alice.address}; ${stranger.address} stands for it`,
      "move its shares of asset 1",
      `move its cash in ${dollar} at the settlement desk, and end its mandates`,
    ]);
    expect([assets, currencies]).to.deep.equal([[1n], [dollar]]);
    expect(await suite.shareToken.balanceOf(stranger.address, 1n)).to.equal(50_000n);
    expect(await suite.shareToken.getFrozenTokens(stranger.address, 1n)).to.equal(7n);
    expect((await suite.settlementDesk.cashOf(stranger.address, dollar)).deposited).to.equal(500n);
    expect(await holdingsOf(suite, alice.address, place)).to.deep.equal([]);
    expect((await recoverWallet(suite, sender, wallets, place)).steps).to.deep.equal([]);
  });

  it("goes on where it stopped, and after the successor was lost as well", async () => {
    const { suite, sender, alice, stranger, custodian } = await networkHelpers.loadFixture(counted);
    await suite.investorRegistry.recover(alice.address, stranger.address);
    await suite.investorRegistry.recover(stranger.address, custodian.address);
    const wallets = { lost: alice.address, successor: stranger.address, pageSize: 1 };

    const { steps } = await recoverWallet(suite, sender, wallets, place);

    expect(steps).to.have.lengthOf(2);
    expect(await suite.shareToken.balanceOf(custodian.address, 1n)).to.equal(50_000n);
  });

  it("simulates the first step and announces the others in a dry run", async () => {
    const { suite, operator, alice, stranger } = await networkHelpers.loadFixture(counted);
    const wallets = { lost: alice.address, successor: stranger.address, pageSize: 20 };

    const { steps } = await recoverWallet(suite, silentSender(operator, true), wallets, place);

    expect(steps.map(({ status }) => status)).to.deep.equal([
      "simulated",
      "depends on an earlier step",
      "depends on an earlier step",
    ]);
    expect(await suite.investorRegistry.successorOf(alice.address)).to.equal(alice.address);
  });

  it("refuses another successor than the one that was named, and wallets of nobody", async () => {
    const { suite, sender, alice, stranger, custodian } = await networkHelpers.loadFixture(counted);
    await suite.investorRegistry.recover(alice.address, stranger.address);
    const wallets = { lost: alice.address, successor: custodian.address, pageSize: 20 };

    expect(await failureOf(recoverWallet(suite, sender, wallets, place))).to.have.property(
      "message",
      `${alice.address} was recovered before: ${stranger.address} stands for it`,
    );
    expect(
      await failureOf(recoverWallet(suite, sender, { ...wallets, lost: custodian.address }, place)),
    ).to.have.property("message", `${custodian.address} belongs to no investor`);
  });

  it("notices a node that does not know all events", async () => {
    const { suite, sender, alice, stranger } = await networkHelpers.loadFixture(counted);
    const wallets = { lost: alice.address, successor: stranger.address, pageSize: 20 };
    const late = { provider: ethers.provider, fromBlock: await ethers.provider.getBlockNumber() };

    expect(await failureOf(recoverWallet(suite, sender, wallets, late))).to.have.property(
      "message",
      `the events tell of 0 assets held by ${alice.address}, and the register of 1`,
    );
  });
});

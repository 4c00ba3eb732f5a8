import { expect } from "chai";
import { network } from "hardhat";
import { ROLES } from "../../ignition/roles.ts";
import { ExitCode } from "../../sdk/errors.ts";
import { forceShares } from "../../tasks/asset/force.ts";
import { freezeShares } from "../../tasks/asset/freeze.ts";
import { lockShares } from "../../tasks/asset/lock.ts";
import { setPaused } from "../../tasks/asset/pause.ts";
import { parseReason } from "../../tasks/lib/office-acts.ts";
import { failureOf, silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { sold } = taskWorld(connection);

const warnings: string[] = [];
const warn = (text: string) => {
  warnings.push(text);
};
beforeEach(() => {
  warnings.length = 0;
});

describe("asset pause", () => {
  it("stops one asset or the whole register, lifts it, and has nothing to do a second time", async () => {
    const { suite, sender } = await networkHelpers.loadFixture(sold);
    const { shareToken } = suite;

    for (const what of [1n, "all"] as const) {
      const isPaused = () => (what === "all" ? shareToken.paused() : shareToken.isAssetPaused(what));
      const name = what === "all" ? "the register" : "asset 1";
      const { steps } = await setPaused(suite, sender, what, true);
      expect(steps.map(({ title }) => title)).to.deep.equal([`pause ${name}`]);
      expect(await isPaused()).to.equal(true);
      expect((await setPaused(suite, sender, what, true)).steps).to.deep.equal([]);

      const lifted = await setPaused(suite, sender, what, false);
      expect(lifted.steps.map(({ title }) => title)).to.deep.equal([`unpause ${name}`]);
      expect(await isPaused()).to.equal(false);
      expect((await setPaused(suite, sender, what, false)).steps).to.deep.equal([]);
    }
  });

  it("knows no asset that is not listed", async () => {
    const { suite, sender } = await networkHelpers.loadFixture(sold);

    const error = await failureOf(setPaused(suite, sender, 9n, true));

    expect(error).to.have.property("message", "there is no asset 9");
    expect(error).to.have.property("exitCode", ExitCode.badInput);
  });
});

describe("asset freeze", () => {
  it("sets an absolute number, and leaves it alone a second time", async () => {
    const { suite, sender, alice } = await networkHelpers.loadFixture(sold);
    const freeze = { asset: 1n, account: alice.address, shares: 30_000n };

    const { before, balance } = await freezeShares(suite, sender, freeze, warn);
    await freezeShares(suite, sender, { ...freeze, shares: 20_000n }, warn);

    expect([before, balance]).to.deep.equal([0n, 50_000n]);
    expect(await suite.shareToken.getFrozenTokens(alice.address, 1n)).to.equal(20_000n);
    expect((await freezeShares(suite, sender, { ...freeze, shares: 20_000n }, warn)).steps).to.deep.equal([]);
    expect(warnings).to.deep.equal([]);
    expect(await suite.complianceLog.eventCount(await suite.shareToken.anchorIdOf(1n))).to.equal(0n);
  });

  it("says what freezing more than is there means, and refuses what is no number of shares", async () => {
    const { suite, sender, alice } = await networkHelpers.loadFixture(sold);
    const freeze = { asset: 1n, account: alice.address, shares: 60_000n };

    await freezeShares(suite, sender, freeze, warn);

    expect(warnings).to.deep.equal([
      `${alice.address} holds 50000 shares; what it receives is frozen too, up to 60000`,
    ]);
    for (const shares of [-1n, 1n << 64n]) {
      const error = await failureOf(freezeShares(suite, sender, { ...freeze, shares }, warn));
      expect(error).to.have.property("message", `${shares} is no number of shares`);
    }
  });

  it("records a freeze and its end in the compliance log where a reason is given", async () => {
    const { suite, sender, alice } = await networkHelpers.loadFixture(sold);
    const freeze = { asset: 1n, account: alice.address, reason: "order 3/2027" };
    const subject = await suite.shareToken.anchorIdOf(1n);

    await freezeShares(suite, sender, { ...freeze, shares: 10n }, warn);
    const { steps } = await freezeShares(suite, sender, { ...freeze, shares: 0n }, warn);

    expect(steps.map(({ title }) => title)).to.deep.equal([
      `freeze 0 shares of asset 1 at ${alice.address} (until now 10)`,
      "record it in the compliance log (UNFREEZE)",
    ]);
    for (const [place, type] of ["FREEZE", "UNFREEZE"].entries()) {
      const event = await suite.complianceLog.getFunction("getEvent")(subject, place);
      expect(event.eventType).to.equal(ethers.id(`ERC-8328:EVENT_TYPE:${type}:V1`));
      expect(event.evidenceHash).to.equal(ethers.id("order 3/2027"));
    }
  });
});

describe("asset lock", () => {
  it("locks besides what is locked, and lets some go", async () => {
    const { suite, sender, alice } = await networkHelpers.loadFixture(sold);
    const lock = { asset: 1n, account: alice.address, unlock: false };

    await lockShares(suite, sender, { ...lock, shares: 100n });
    const more = await lockShares(suite, sender, { ...lock, shares: 50n });
    const fewer = await lockShares(suite, sender, { ...lock, shares: 30n, unlock: true });

    expect([more.before, more.locked, fewer.locked]).to.deep.equal([100n, 150n, 120n]);
    expect(await suite.shareToken.lockedOf(alice.address, 1n)).to.equal(120n);
  });

  it("finds what was locked of a lost wallet at its successor", async () => {
    const { suite, sender, alice, stranger } = await networkHelpers.loadFixture(sold);
    await lockShares(suite, sender, { asset: 1n, account: alice.address, shares: 100n, unlock: false });
    await suite.investorRegistry.recover(alice.address, stranger.address);
    await suite.shareToken.recoverPositions(alice.address, [1n]);

    const result = await lockShares(suite, sender, { asset: 1n, account: alice.address, shares: 100n, unlock: true });

    expect([result.account, result.locked]).to.deep.equal([stranger.address, 0n]);
  });

  it("refuses more than is spendable or locked, or nothing", async () => {
    const { suite, sender, alice } = await networkHelpers.loadFixture(sold);
    const lock = { asset: 1n, account: alice.address, shares: 50_001n, unlock: false };

    expect(await failureOf(lockShares(suite, sender, lock))).to.have.property(
      "message",
      `${alice.address} could spend only 50000 shares`,
    );
    expect(await failureOf(lockShares(suite, sender, { ...lock, shares: 1n, unlock: true }))).to.have.property(
      "message",
      `only 0 shares are locked at ${alice.address}`,
    );
    expect(await failureOf(lockShares(suite, sender, { ...lock, shares: 0n }))).to.have.property(
      "message",
      "0 is no number of shares to lock",
    );
  });

  it("is for the registrar and desks only", async () => {
    const { suite, alice, stranger } = await networkHelpers.loadFixture(sold);
    const lock = { asset: 1n, account: alice.address, shares: 1n, unlock: false };

    const error = await failureOf(lockShares(suite, silentSender(stranger), lock));

    expect(error).to.have.property("exitCode", ExitCode.refused);
    const { isMember } = await suite.accessManager.hasRole(ROLES.LOCKER, await suite.settlementDesk.getAddress());
    expect(isMember).to.equal(true);
  });
});

describe("asset force", () => {
  const REASON = "order 17/2027 of the court of registration";

  it("moves what nobody would let go, and writes down why", async () => {
    const { suite, sender, operator, alice, bob } = await networkHelpers.loadFixture(sold);
    await suite.shareToken.setFrozenTokens(alice.address, 1n, 50_000n);
    const force = { asset: 1n, from: alice.address, to: bob.address, shares: 10n, reason: REASON };

    const { steps, recorded } = await forceShares(suite, sender, force, warn);

    expect(await suite.shareToken.balanceOf(bob.address, 1n)).to.equal(50_010n);
    expect([recorded, steps.length, warnings.length]).to.deep.equal([true, 2, 0]);
    const event = await suite.complianceLog.getFunction("getEvent")(await suite.shareToken.anchorIdOf(1n), 0n);
    expect(event.actor).to.equal(operator.address);
    expect(event.operationRef).to.equal(steps[0]?.hash);
    expect(event.occurredAt).to.equal((await ethers.provider.getBlock(steps[0]?.block ?? 0))?.timestamp);
    expect(decodeURIComponent(event.evidenceURI)).to.equal(`data:text/plain;charset=utf-8,${REASON}`);
    expect(event.parties.map(({ addr }) => addr)).to.deep.equal([alice.address, bob.address]);
    const payload = ethers.AbiCoder.defaultAbiCoder().decode(
      ["address", "address", "uint256", "bytes32"],
      event.payload,
    );
    expect([...payload]).to.deep.equal([alice.address, bob.address, 10n, ethers.id(REASON)]);
  });

  it("is done, and says so, when the log does not take the record", async () => {
    const { suite, sender, operator, alice, bob } = await networkHelpers.loadFixture(sold);
    await suite.accessManager.revokeRole(ROLES.RECORDER, operator.address);
    const force = { asset: 1n, from: alice.address, to: bob.address, shares: 10n, reason: REASON };

    const { recorded, steps } = await forceShares(suite, sender, force, warn);

    expect([recorded, steps.length]).to.deep.equal([false, 1]);
    expect(await suite.shareToken.balanceOf(bob.address, 1n)).to.equal(50_010n);
    expect(warnings).to.have.lengthOf(1);
    expect(warnings[0]).to.match(/^the act is done and NOT in the compliance log: .*RECORDER can add it/s);
  });

  it("sends and records nothing in a dry run", async () => {
    const { suite, operator, alice, bob } = await networkHelpers.loadFixture(sold);
    const force = { asset: 1n, from: alice.address, to: bob.address, shares: 10n, reason: REASON };

    const { recorded, steps } = await forceShares(suite, silentSender(operator, true), force, warn);

    expect([recorded, steps.map(({ status }) => status)]).to.deep.equal([false, ["simulated"]]);
    expect(await suite.shareToken.balanceOf(bob.address, 1n)).to.equal(50_000n);
  });

  it("refuses more than is there, nothing, and a receiver who may not receive", async () => {
    const { suite, sender, alice, bob, stranger } = await networkHelpers.loadFixture(sold);
    const force = { asset: 1n, from: alice.address, to: bob.address, shares: 50_001n, reason: REASON };

    expect(await failureOf(forceShares(suite, sender, force, warn))).to.have.property(
      "message",
      `${alice.address} holds only 50000 shares of asset 1`,
    );
    expect(await failureOf(forceShares(suite, sender, { ...force, shares: 0n }, warn))).to.have.property(
      "message",
      "0 is no number of shares to move",
    );
    const toStranger = { ...force, to: stranger.address, shares: 1n };
    expect(await failureOf(forceShares(suite, sender, toStranger, warn))).to.have.property(
      "exitCode",
      ExitCode.refused,
    );
  });

  it("wants a reason that the log can keep", () => {
    expect(parseReason("  order 17 ")).to.equal("order 17");
    expect(() => parseReason(" ")).to.throw("no reason is given");
    expect(() => parseReason("x".repeat(2_100))).to.throw("the reason is too long for the log");
  });
});

import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { type Books, CLASS, deployBooks, FRANCE, listAsset, onboard, STATE, USA } from "../../helpers/books.ts";
import { setRules, TRAIT } from "../../helpers/rules.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const A = 1n;
const B = 2n;

/** A live asset that nobody has counted: alice has two wallets, bob and the French carol one each, the desk holds for nobody. */
async function liveAsset() {
  const books = await deployBooks(connection);
  const [alice, second, bob, carol, desk] = books.others;
  if (!alice || !second || !bob || !carol || !desk) throw new Error("six accounts are needed");
  await onboard(connection, books, alice, { reference: "alice" });
  await books.investors.addWallet(ethers.id("alice"), second);
  await onboard(connection, books, bob, { reference: "bob", classes: CLASS.accredited | CLASS.retail });
  await onboard(connection, books, carol, { reference: "carol", country: FRANCE });
  await books.investors.setProtocolAddress(desk, true);
  await listAsset(connection, books, A);
  await books.shares.setAssetState(A, STATE.active);
  for (const wallet of [alice, second, bob, carol, desk]) await books.shares.mint(wallet, A, 10n, "0x");
  const sorted = [alice, second, bob, carol, desk]
    .map(({ address }) => address)
    .sort((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1));
  const move = (value = 1n) => books.shares.connect(alice).safeTransferFrom(alice, bob, A, value, "0x");
  const number = (name: string) => books.investors.numberOf(ethers.id(name));
  return { ...books, alice, second, bob, carol, desk, sorted, move, number };
}

/** The same with a rule that keeps lots, and one with a memory; all of it has to be counted yet. */
async function staleAsset() {
  const world = await liveAsset();
  const mock = await ethers.deployContract("MockRule", [78, TRAIT.tracks | TRAIT.grossOnly]);
  const lockUp = await ethers.deployContract("LockUpRule");
  const quota = await ethers.deployContract("HolderQuotaRule");
  await world.rules.setRules(A, [
    { rule: lockUp, parameters: ethers.toBeHex(1_000, 4) },
    { rule: quota, parameters: ethers.concat(["0x01", ethers.toBeHex(USA, 2), ethers.toBeHex(9, 4)]) },
    { rule: mock, parameters: "0x" },
  ]);
  return { ...world, mock, lockUp, quota };
}

async function codes(
  books: Pick<Books, "rules">,
  from: { address: string },
  to: { address: string },
): Promise<bigint[]> {
  return (await books.rules.explain(from.address, to.address, A, 1n)).map(({ code }) => code);
}

describe("Binding rules to a live asset", () => {
  it("needs no counting for rules that count nothing", async () => {
    const world = await networkHelpers.loadFixture(liveAsset);

    await setRules(world, A, { countries: [USA] });
    expect([...(await world.rules.countOf(A))].slice(1)).to.deep.equal([false, 0n, ZeroAddress]);
    await world.move();
  });

  it("refuses ordinary movements until everybody is counted, and goes on by itself then", async () => {
    const world = await networkHelpers.loadFixture(liveAsset);
    const { rules, shares, alice, bob, sorted, move } = world;

    await setRules(world, A, { holders: 3n });
    expect(await codes(world, alice, bob)).to.deep.equal([91n]);
    expect(await shares.canTransfer(alice, bob, A, 1n)).to.equal(false);
    await expect(move()).to.be.revertedWithCustomError(shares, "ERC7943CannotTransfer");
    await expect(shares.mint(alice, A, 1n, "0x")).to.be.revertedWithCustomError(shares, "ERC7943CannotTransfer");
    await expect(shares.burn(alice, A, 1n)).to.be.revertedWithCustomError(shares, "ERC7943CannotTransfer");
    for (const wallet of sorted.slice(0, 4)) {
      await expect(rules.countHolders(A, [wallet], 0n)).to.emit(rules, "HoldersCounted");
      expect((await rules.countOf(A)).isStale).to.equal(true);
    }
    const { generation } = await rules.countOf(A);
    await expect(rules.countHolders(A, sorted.slice(4), 0n))
      .to.emit(rules, "HoldersCounted")
      .withArgs(A, sorted[4], 50n)
      .and.to.emit(rules, "CountCompleted")
      .withArgs(A, generation, 3n); // two wallets are one investor, and the desk is none
    await move();
  });

  it("counts holders, kinds, totals and lots as they would have been counted from the first share on", async () => {
    const { rules, investors, sorted, mock, alice, number } = await networkHelpers.loadFixture(staleAsset);
    const now = BigInt(await networkHelpers.time.latest());

    await expect(rules.countHolders(A, sorted, now - 500n))
      .to.emit(mock, "MockRuleReset")
      .withArgs(A)
      .and.to.emit(mock, "MockRuleCounted")
      .withArgs(A, alice, await investors.partyOf(alice), 10n);
    expect(await rules.holdersOf(A)).to.equal(3n);
    expect(await rules.holdersWith(A, USA, CLASS.accredited)).to.deep.equal([2n, 3n]);
    expect(await rules.holdersWith(A, FRANCE, CLASS.retail)).to.deep.equal([1n, 1n]);
    expect(await rules.totalOf(A, await number("alice"))).to.deep.equal([20n, 20n]);
    expect(await rules.totalOf(A, 1n)).to.deep.equal([0n, 0n]); // the suite's own addresses
    await networkHelpers.time.increaseTo(now + 500n); // a thousand seconds after they were acquired
    expect(await rules.totalOf(A, await number("alice"))).to.deep.equal([20n, 0n]);
  });

  it("moves a wallet's share of every count to its new investor, as acquired now, and leaves his other wallets'", async () => {
    const { rules, investors, sorted, alice, second, carol, number } = await networkHelpers.loadFixture(staleAsset);
    const start = BigInt(await networkHelpers.time.latest());
    await rules.countHolders(A, sorted, start);
    const [ofAlice, ofCarol] = [await number("alice"), await number("carol")];
    await networkHelpers.time.increaseTo(start + 900n);

    await investors.moveWallet(second, ethers.id("carol"), [A]);
    expect(await rules.holdersOf(A)).to.equal(3n);
    expect(await rules.holdersWith(A, USA, CLASS.accredited)).to.deep.equal([2n, 3n]);
    expect([await rules.totalOf(A, ofAlice), await rules.totalOf(A, ofCarol)]).to.deep.equal([
      [10n, 10n],
      [20n, 20n],
    ]);
    await networkHelpers.time.increaseTo(start + 1_000n); // what was counted is old; what carol got is not
    expect(await rules.totalOf(A, ofCarol)).to.deep.equal([20n, 10n]);

    await investors.moveWallet(alice, ethers.id("carol"), [A]);
    expect(await rules.holdersOf(A)).to.equal(2n);
    expect(await rules.holdersWith(A, USA, CLASS.retail)).to.deep.equal([1n, 1n]);
    expect(await rules.holdersWith(A, FRANCE, CLASS.accredited)).to.deep.equal([1n, 2n]);
    expect([await rules.totalOf(A, ofAlice), await rules.totalOf(A, ofCarol)]).to.deep.equal([
      [0n, 0n],
      [30n, 20n],
    ]);
    await investors.moveWallet(carol, ethers.id("bob"), [A]);
    await investors.moveWallet(alice, ethers.id("bob"), [A]);
    await investors.moveWallet(second, ethers.id("bob"), [A]);
    expect(await rules.holdersOf(A)).to.equal(1n);
    expect(await rules.holdersWith(A, FRANCE, CLASS.accredited)).to.deep.equal([0n, 1n]);
    expect((await rules.totalOf(A, await number("bob"))).total).to.equal(40n);
  });

  it("rejects wallets out of order, twice, on an earlier page, and a date in the future", async () => {
    const { rules, sorted } = await networkHelpers.loadFixture(staleAsset);
    const [first = "", next = ""] = sorted;

    await expect(rules.countHolders(A, [next, first], 0n))
      .to.be.revertedWithCustomError(rules, "TransferRulesOutOfOrder")
      .withArgs(A, first, next);
    await expect(rules.countHolders(A, [first, first], 0n))
      .to.be.revertedWithCustomError(rules, "TransferRulesOutOfOrder")
      .withArgs(A, first, first);
    await expect(rules.countHolders(A, [ZeroAddress], 0n))
      .to.be.revertedWithCustomError(rules, "TransferRulesOutOfOrder")
      .withArgs(A, ZeroAddress, ZeroAddress);
    await rules.countHolders(A, [next], 0n);
    await expect(rules.countHolders(A, [first], 0n))
      .to.be.revertedWithCustomError(rules, "TransferRulesOutOfOrder")
      .withArgs(A, first, next);
    const latest = BigInt(await networkHelpers.time.latest()) + 10n;
    await networkHelpers.time.setNextBlockTimestamp(latest);
    await expect(rules.countHolders(A, sorted.slice(2), latest + 1n))
      .to.be.revertedWithCustomError(rules, "TransferRulesInvalidTime")
      .withArgs(latest + 1n, latest);
    await expect(rules.countHolders(B, [], 0n))
      .to.be.revertedWithCustomError(rules, "TransferRulesNotStale")
      .withArgs(B);
  });

  it("stays refused when a holder was left out, and begins anew with `recount`", async () => {
    const { rules, sorted, move, shares } = await networkHelpers.loadFixture(staleAsset);
    await rules.countHolders(A, [...sorted.slice(0, 2), ...sorted.slice(3)], 0n);
    expect((await rules.countOf(A)).isStale).to.equal(true);
    await expect(move()).to.be.revertedWithCustomError(shares, "ERC7943CannotTransfer");

    const { generation } = await rules.countOf(A);
    await expect(rules.recount(A))
      .to.emit(rules, "RulesMarkedStale")
      .withArgs(A, generation + 1n);
    expect([...(await rules.countOf(A))]).to.deep.equal([generation + 1n, true, 0n, ZeroAddress]);
    await rules.countHolders(A, sorted, 0n);
    expect(await rules.holdersOf(A)).to.equal(3n);
    await move();
  });

  it("counts nobody who holds nothing, and costs nothing to name him", async () => {
    const { rules, sorted, others } = await networkHelpers.loadFixture(staleAsset);
    const strangers = others.slice(6, 9).map(({ address }) => address);
    const all = [...sorted, ...strangers].sort((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1));

    await rules.countHolders(A, all, 0n);
    expect(await rules.holdersOf(A)).to.equal(3n);
  });

  it("begins anew when force or a recovery moves shares under the count", async () => {
    const { rules, shares, investors, sorted, alice, bob, others } = await networkHelpers.loadFixture(staleAsset);
    const fresh = others[7];
    if (!fresh) throw new Error("nine accounts are needed");
    await investors.recover(bob, fresh);
    for (const disturb of [
      () => shares.forcedTransfer(alice, sorted[0] === alice.address ? (sorted[1] ?? "") : (sorted[0] ?? ""), A, 1n),
      () => shares.recoverPositions(bob, [A]),
    ]) {
      await rules.countHolders(A, sorted.slice(0, 3), 0n);
      const { generation } = await rules.countOf(A);
      await expect(disturb())
        .to.emit(rules, "RulesMarkedStale")
        .withArgs(A, generation + 1n);
      expect([...(await rules.countOf(A))]).to.deep.equal([generation + 1n, true, 0n, ZeroAddress]);
    }
    const all = [...sorted, fresh.address].sort((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1));
    await rules.countHolders(A, all, 0n);
    expect((await rules.countOf(A)).isStale).to.equal(false);
  });

  it("counts what is issued from the first share on, when the rules come before the shares", async () => {
    const world = await networkHelpers.loadFixture(liveAsset);
    const { rules, shares, alice, second } = world;
    await listAsset(connection, world, B);
    await setRules(world, B, { holders: 1n });
    await shares.setAssetState(B, STATE.active);

    expect((await rules.countOf(B)).isStale).to.equal(false);
    await shares.mint(alice, B, 5n, "0x");
    await shares.mint(second, B, 5n, "0x");
    expect(await rules.holdersOf(B)).to.equal(1n);
  });

  it("goes on counting without a recount while rules of what is counted come and go", async () => {
    const world = await networkHelpers.loadFixture(liveAsset);
    const { rules, sorted } = world;
    await setRules(world, A, { holders: 9n });
    await rules.countHolders(A, sorted, 0n);

    await setRules(world, A, { countries: [USA] });
    expect(await rules.countsOf(A)).to.equal(TRAIT.holders);
    await setRules(world, A, { holders: 3n });
    expect([(await rules.countOf(A)).isStale, await rules.holdersOf(A)]).to.deep.equal([false, 3n]);
    await setRules(world, A, {});
    expect(await rules.countsOf(A)).to.equal(0n);
    await setRules(world, A, { holders: 3n });
    expect((await rules.countOf(A)).isStale).to.equal(true);
  });

  it("says nothing of a count that no rule asks for: without rules, `explain` and the transfer agree", async () => {
    const { rules, alice, bob, move } = await networkHelpers.loadFixture(liveAsset);
    await rules.recount(A);

    expect(await codes({ rules }, alice, bob)).to.deep.equal([]);
    await move();
  });

  it("completes at once when there is nothing to count", async () => {
    const world = await networkHelpers.loadFixture(liveAsset);
    const { rules, shares } = world;
    await listAsset(connection, world, B);
    await setRules(world, B, { holders: 1n });
    await rules.recount(B);

    await expect(rules.countHolders(B, [], 0n)).to.emit(rules, "CountCompleted");
    await shares.setAssetState(B, STATE.active);
    await shares.mint(world.alice, B, 1n, "0x");
    expect(await rules.holdersOf(B)).to.equal(1n);
  });
});

/** Everybody counted, with the quota rule's kinds. */
async function countedAsset() {
  const world = await staleAsset();
  await world.rules.countHolders(A, world.sorted, 0n);
  await networkHelpers.time.increase(2_000);
  return world;
}

describe("Holders per country and class", () => {
  it("P45: the same country again, or a second refresh, inflates nothing", async () => {
    const { rules, investors, number } = await networkHelpers.loadFixture(countedAsset);
    const kinds = () => rules.holdersWith(A, USA, CLASS.accredited);
    expect(await kinds()).to.deep.equal([2n, 3n]);

    for (let times = 0; times < 3; times++) {
      await investors.setKind(ethers.id("alice"), USA, CLASS.accredited);
      await rules.refreshKinds(A, [await number("alice"), await number("alice")]);
    }
    expect(await kinds()).to.deep.equal([2n, 3n]);
  });

  it("P45: follow a change of country and class at the refresh, once, whoever asks for it", async () => {
    const { rules, investors, bob, number } = await networkHelpers.loadFixture(countedAsset);
    await expect(investors.setKind(ethers.id("alice"), FRANCE, CLASS.retail))
      .to.emit(investors, "InvestorSet")
      .withArgs(ethers.id("alice"), FRANCE, CLASS.retail, 0n, 4_000_000_000n);
    expect(await rules.holdersWith(A, USA, CLASS.accredited)).to.deep.equal([2n, 3n]);

    await rules.connect(bob).refreshKinds(A, [await number("alice")]);
    expect(await rules.holdersWith(A, USA, CLASS.accredited)).to.deep.equal([1n, 2n]);
    expect(await rules.holdersWith(A, FRANCE, CLASS.retail)).to.deep.equal([2n, 2n]);
  });

  it("leave who holds nothing, nobody, the suite and uncounted assets alone", async () => {
    const { rules, investors, others } = await networkHelpers.loadFixture(countedAsset);
    const dora = others[8];
    if (!dora) throw new Error("nine accounts are needed");
    const world = await networkHelpers.loadFixture(countedAsset);
    await onboard(connection, world, dora, { reference: "dora" });

    await rules.refreshKinds(A, [0n, 1n, await investors.numberOf(ethers.id("dora")), 99n]);
    await rules.refreshKinds(B, [2n]);
    expect(await rules.holdersWith(A, USA, CLASS.accredited)).to.deep.equal([2n, 3n]);
  });

  it("P46: who leaves is taken off as what he was counted, whatever he has become since", async () => {
    const { rules, shares, investors, alice, second, bob } = await networkHelpers.loadFixture(countedAsset);
    await investors.setKind(ethers.id("alice"), FRANCE, CLASS.retail);

    await shares.connect(alice).safeTransferFrom(alice, bob, A, 10n, "0x");
    await shares.connect(second).safeTransferFrom(second, bob, A, 10n, "0x");
    expect(await rules.holdersWith(A, USA, CLASS.accredited)).to.deep.equal([1n, 2n]);
    expect(await rules.holdersWith(A, FRANCE, CLASS.retail)).to.deep.equal([1n, 1n]);
    await networkHelpers.time.increase(2_000);
    await shares.connect(bob).safeTransferFrom(bob, alice, A, 1n, "0x"); // comes back as what he is now
    expect(await rules.holdersWith(A, FRANCE, CLASS.retail)).to.deep.equal([2n, 2n]);
  });

  it("rejects a kind that is none, and a change by others than the registrar", async () => {
    const { investors, alice } = await networkHelpers.loadFixture(countedAsset);
    const investor = ethers.id("alice");

    for (const [country, classes] of [
      [0n, 4n],
      [1_000n, 4n],
      [840n, 0n],
    ] as const) {
      await expect(investors.setKind(investor, country, classes))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryInvalidProfile")
        .withArgs(investor, ZeroAddress, country, classes);
    }
    await expect(investors.connect(alice).setKind(investor, USA, 4n))
      .to.be.revertedWithCustomError(investors, "AccessManagedUnauthorized")
      .withArgs(alice);
    await expect(investors.setKind(ethers.id("moiety.protocol"), USA, 4n))
      .to.be.revertedWithCustomError(investors, "InvestorRegistryUnknownInvestor")
      .withArgs(ethers.id("moiety.protocol"));
  });
});

import { expect } from "chai";
import { network } from "hardhat";
import {
  INCOME_ASSET as ASSET,
  CLAIM_PERIOD,
  type IncomeWorld,
  LIST_PHASE,
  type ListedHolder,
  leafOf,
  planList,
  publishList,
  recordedIncomeAsset,
  recordTerms,
} from "../helpers/income.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const FIRST = 1n; // number of the first distribution

const recordedAsset = () => recordedIncomeAsset(connection);

/** Alice, bob and carol by their shares, one base unit each. */
function byShares({ alice, bob, carol }: IncomeWorld, unit = 1n): ListedHolder[] {
  return [
    { holder: alice.address, gross: 500n * unit },
    { holder: bob.address, gross: 300n * unit },
    { holder: carol.address, gross: 199n * unit },
  ];
}

describe("Attacks on lists of income", () => {
  it("P51: a list pays the last claimer in full and leaves nothing", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, dollar, alice, bob, carol } = world;
    const plan = await planList(connection, world, byShares(world));
    await publishList(world, plan);

    for (const [index, holder, amount] of [
      [2, carol, 199n],
      [0, alice, 500n],
      [1, bob, 300n],
    ] as const) {
      const claim = income.claimListed(FIRST, leafOf(plan, index), plan.proofOf(index));
      await expect(claim).to.changeTokenBalance(ethers, dollar, holder, amount);
    }
    expect(await dollar.balanceOf(income)).to.equal(0n);
    expect(await income.outstandingOf(FIRST)).to.equal(0n);
  });

  for (const [what, changes, left] of [
    ["more than it says", { gross: 998n }, [198n, 0n]],
    ["more tax than it says", { withheld: 39n }, [199n, 39n]],
  ] as const) {
    it(`P51: a list that adds up to ${what} fails on its last claim, and takes no other distribution's money`, async () => {
      const world = await loadFixture(recordedAsset);
      const { income, dollar, alice, bob, carol, stranger } = world;
      await income.declare(recordTerms(ASSET, 0n, dollar, 999n * 7n));
      const rows = byShares(world).map((row) => ({ ...row, withheld: row.holder === carol.address ? 40n : 0n }));
      const plan = await planList(connection, world, rows, { taxAccount: stranger.address, ...changes });
      const list = await publishList(world, plan);
      const last = leafOf(plan, 2);
      const values = [list, Object.values(last), left[0], what.includes("tax") ? left[1] : 40n];

      expect(await income.claimListedPage.staticCall(list, ...plan.pageOf([0, 1, 2]))).to.equal(2n);
      await income.claimListedPage(list, ...plan.pageOf([0, 1, 2]));
      await expect(income.claimListed(list, last, plan.proofOf(2)))
        .to.be.revertedWithCustomError(income, "IncomeDeskListExceeded")
        .withArgs(...values);

      await income.claimMany(FIRST, [alice, bob, carol]);
      expect(await income.outstandingOf(FIRST)).to.equal(0n);
      expect(await dollar.balanceOf(income)).to.equal(await income.heldOf(list));
    });
  }

  it("P52: a list names a record that has passed, to the second", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, shares } = world;
    const instant = BigInt(await time.latest()) + 1_000n;
    await shares.openRecord(ASSET, instant);
    const { terms } = await planList(connection, world, byShares(world), { record: 1n });

    await time.setNextBlockTimestamp(instant);
    await expect(income.announce(terms))
      .to.be.revertedWithCustomError(shares, "ShareTokenRecordNotReadable")
      .withArgs(ASSET, 1n, instant);
    await time.setNextBlockTimestamp(instant + 1n);
    await income.announce(terms);
  });

  it("P55: a proof fits one distribution: another list's, asset's, record's or currency's pays nothing", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, alice } = world;
    const coin = await ethers.deployContract("MockStrictCurrency", [18]);
    await income.setCurrency(coin, true);
    await coin.mint(world.admin, 10n ** 6n);
    await coin.approve(income, ethers.MaxUint256);
    const first = await planList(connection, world, byShares(world));
    const second = await planList(connection, world, byShares(world), { salt: ethers.id("second list") });
    const third = await planList(connection, world, byShares(world), { currency: await coin.getAddress() });
    for (const plan of [first, second, third]) await publishList(world, plan);

    for (const [distribution, plan] of [
      [1n, second],
      [1n, third],
      [2n, first],
      [2n, third],
      [3n, first],
    ] as const) {
      await expect(income.claimListed(distribution, leafOf(plan, 0), plan.proofOf(0)))
        .to.be.revertedWithCustomError(income, "IncomeDeskNotListed")
        .withArgs(distribution, 0n, alice.address);
      await expect(income.claimListedPage(distribution, ...plan.pageOf([0, 1])))
        .to.be.revertedWithCustomError(income, "IncomeDeskPageNotListed")
        .withArgs(distribution);
    }
  });

  for (const decimals of [6n, 18n, 24n]) {
    it(`P56: a currency of ${decimals} decimals that refuses to move nothing pays records and lists exactly`, async () => {
      const world = await loadFixture(recordedAsset);
      const { income, admin, alice, bob, carol } = world;
      const coin = await ethers.deployContract("MockStrictCurrency", [decimals]);
      const amount = 10n ** (9n + decimals) + 7n;
      await income.setCurrency(coin, true);
      await coin.mint(admin, 2n * amount);
      await coin.approve(income, ethers.MaxUint256);
      const rows = byShares(world, 10n ** decimals);
      const plan = await planList(connection, world, rows, { currency: await coin.getAddress() });

      await income.declare(recordTerms(ASSET, 0n, coin, amount));
      await income.claimMany(FIRST, [alice, bob, carol]);
      await publishList(world, plan);
      await income.claimListedPage(2n, ...plan.pageOf([0, 1, 2]));

      expect(await coin.balanceOf(bob)).to.equal(300n * (amount / 999n) + 300n * 10n ** decimals);
      expect(await coin.balanceOf(income)).to.equal(amount % 999n);
      await expect(income.declare(recordTerms(ASSET, 0n, coin, 0n)))
        .to.be.revertedWithCustomError(income, "IncomeDeskTooSmall")
        .withArgs(ASSET, amount % 999n, 999n);
    });
  }

  it("P56: a currency that keeps a fee funds a list with what arrives, until nothing is missing", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, admin } = world;
    const coin = await ethers.deployContract("MockFeeCurrency", [1_000n]);
    await income.setCurrency(coin, true);
    await coin.mint(admin, 20_000n);
    await coin.approve(income, ethers.MaxUint256);
    const plan = await planList(connection, world, byShares(world), { currency: await coin.getAddress() });
    await income.announce(plan.terms);

    await expect(income.fund(FIRST, 999n)).to.emit(income, "ListFunded").withArgs(FIRST, admin.address, 900n, 99n);
    await expect(income.publish(FIRST))
      .to.be.revertedWithCustomError(income, "IncomeDeskNotFunded")
      .withArgs(FIRST, 999n, 900n);
    while ((await income.listOf(FIRST)).funded < 999n) await income.fund(FIRST, 999n);
    await income.publish(FIRST);
    expect(await coin.balanceOf(income)).to.equal(999n);
    await income.claimListedPage(FIRST, ...plan.pageOf([0, 1, 2]));
    expect(await coin.balanceOf(income)).to.equal(0n);
  });

  it("P56: a currency that returns nothing works, and one that says false has neither funded nor paid", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, admin, alice } = world;
    const silent = await ethers.deployContract("MockNoReturnCurrency");
    const liar = await ethers.deployContract("MockFalseCurrency");
    for (const coin of [silent, liar]) {
      await income.setCurrency(coin, true);
      await coin.mint(admin, 999n);
      await coin.approve(income, 999n);
    }
    const fine = await planList(connection, world, byShares(world), { currency: await silent.getAddress() });
    const lying = await planList(connection, world, byShares(world), { currency: await liar.getAddress() });
    await publishList(world, fine);
    await income.claimListedPage(FIRST, ...fine.pageOf([0, 1, 2]));
    expect(await silent.balanceOf(alice)).to.equal(500n);

    await income.announce(lying.terms);
    await income.fund(2n, 998n);
    await liar.setRefusing(true);
    const failed = income.interface.encodeErrorResult("SafeERC20FailedOperation", [await liar.getAddress()]);
    await expect(income.fund(2n, 1n)).to.be.revertedWithCustomError(income, "SafeERC20FailedOperation");
    await expect(income.unfund(2n, admin)).to.be.revertedWithCustomError(income, "SafeERC20FailedOperation");
    await liar.setRefusing(false);
    await income.fund(2n, 1n);
    await income.publish(2n);
    await liar.setRefusing(true);
    await expect(income.claimListedPage(2n, ...lying.pageOf([0])))
      .to.emit(income, "ListedPaymentFailed")
      .withArgs(2n, 0n, alice.address, failed);
    expect(await income.isListedPaid(2n, 0n)).to.equal(false);
  });

  it("P57: a blacklisted holder stops no page of a list and stays payable (I-14)", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, dollar, alice, bob, carol } = world;
    const plan = await planList(connection, world, byShares(world));
    await publishList(world, plan);
    await dollar.blacklist(bob, true);

    const reason = dollar.interface.encodeErrorResult("TestDollarBlacklisted", [bob.address]);
    const page = income.claimListedPage(FIRST, ...plan.pageOf([0, 1, 2]));
    await expect(page).to.emit(income, "ListedPaymentFailed").withArgs(FIRST, 1n, bob.address, reason);
    await expect(page).to.changeTokenBalances(ethers, dollar, [alice, bob, carol], [500n, 0n, 199n]);
    expect(await income.isListedPaid(FIRST, 1n)).to.equal(false);
    expect(await income.outstandingOf(FIRST)).to.equal(300n);

    await dollar.blacklist(bob, false);
    await expect(income.claimListed(FIRST, leafOf(plan, 1), plan.proofOf(1))).to.changeTokenBalance(
      ethers,
      dollar,
      bob,
      300n,
    );
  });

  it("P57: a page for which the sender has brought too little gas is refused, instead of blaming the holders", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, stranger } = world;
    const plan = await planList(connection, world, byShares(world));
    await publishList(world, plan);

    const page = income.connect(stranger).claimListedPage(FIRST, ...plan.pageOf([0, 1, 2]), { gasLimit: 600_000n });
    await expect(page).to.be.revertedWithCustomError(income, "BoundedCallLibGasTooLow");
    expect(await income.outstandingOf(FIRST)).to.equal(999n);
  });

  it("P58: whoever brings a leaf, its holder is paid", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, dollar, alice, stranger } = world;
    const plan = await planList(connection, world, byShares(world));
    await publishList(world, plan);
    const leaf = leafOf(plan, 0);

    const theft = { ...leaf, holder: stranger.address };
    await expect(income.connect(stranger).claimListed(FIRST, theft, plan.proofOf(0)))
      .to.be.revertedWithCustomError(income, "IncomeDeskNotListed")
      .withArgs(FIRST, 0n, stranger.address);
    await expect(income.connect(stranger).claimListed(FIRST, leaf, plan.proofOf(0))).to.changeTokenBalances(
      ethers,
      dollar,
      [alice, stranger],
      [500n, 0n],
    );
  });

  for (const [seconds, what] of [
    [0n, "in its last second a list is paid and not reclaimed"],
    [1n, "a second later it is reclaimed and not paid"],
  ] as const) {
    it(`P60: ${what}`, async () => {
      const world = await loadFixture(recordedAsset);
      const { income, dollar, alice, stranger } = world;
      const expiresAt = BigInt(await time.latest()) + CLAIM_PERIOD + 1_000n;
      const plan = await planList(connection, world, byShares(world), { expiresAt, reclaimTo: stranger.address });
      await publishList(world, plan);
      const refused = seconds === 0n ? "IncomeDeskNotExpired" : "IncomeDeskExpired";
      const attempts = {
        page: () => income.claimListedPage(FIRST, ...plan.pageOf([1, 2])),
        claim: () => income.claimListed(FIRST, leafOf(plan, 0), plan.proofOf(0)),
        reclaim: () => income.reclaim(FIRST),
      };

      for (const name of ["page", "claim", "reclaim"] as const) {
        const snapshot = await networkHelpers.takeSnapshot();
        await time.setNextBlockTimestamp(expiresAt + seconds);
        if ((name === "reclaim") === (seconds === 0n)) {
          await expect(attempts[name]()).to.be.revertedWithCustomError(income, refused).withArgs(FIRST, expiresAt);
        } else await attempts[name]();
        await snapshot.restore();
      }
      await time.setNextBlockTimestamp(expiresAt + seconds);
      const [receiver, amount] = seconds === 0n ? [alice, 500n] : [stranger, 999n];
      const act = seconds === 0n ? attempts.claim() : attempts.reclaim();
      await expect(act).to.changeTokenBalance(ethers, dollar, receiver, amount);
    });
  }

  it("P60: a list that was never published is not reclaimed: funders take back what they gave", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, dollar, admin, stranger } = world;
    const expiresAt = BigInt(await time.latest()) + CLAIM_PERIOD + 1_000n;
    const { terms } = await planList(connection, world, byShares(world), { expiresAt, reclaimTo: stranger.address });
    await income.announce(terms);
    await income.fund(FIRST, 999n);
    await time.increaseTo(expiresAt + 1n);

    await expect(income.reclaim(FIRST)).to.be.revertedWithCustomError(income, "IncomeDeskNothingLeft").withArgs(FIRST);
    await expect(income.publish(FIRST)).to.be.revertedWithCustomError(income, "IncomeDeskInvalidExpiry");
    await expect(income.unfund(FIRST, admin)).to.changeTokenBalance(ethers, dollar, admin, 999n);
  });

  it("P64: what a lost wallet is listed for goes to its successor, and what it was paid is not paid again", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, investors, dollar, alice, bob, others } = world;
    const [first, second] = others.slice(-2);
    if (!first || !second) throw new Error("too few accounts");
    const plan = await planList(connection, world, byShares(world));
    await publishList(world, plan);
    await income.claimListed(FIRST, leafOf(plan, 0), plan.proofOf(0));
    await investors.recover(alice, first);
    await investors.recover(bob, second);

    await expect(income.claimListed(FIRST, leafOf(plan, 0), plan.proofOf(0)))
      .to.be.revertedWithCustomError(income, "IncomeDeskLeafPaid")
      .withArgs(FIRST, 0n);
    const page = income.claimListedPage(FIRST, ...plan.pageOf([0, 1, 2]));
    await expect(page).to.emit(income, "IncomePaidToSuccessor").withArgs(FIRST, bob.address, second.address);
    await expect(page).to.changeTokenBalances(ethers, dollar, [alice, first, bob, second], [0n, 0n, 0n, 300n]);
  });

  it("P67: an allowance to the desk funds no list but by its owner", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, dollar, admin, stranger } = world;
    const { terms } = await planList(connection, world, byShares(world));
    await income.announce(terms);
    const before = await dollar.balanceOf(admin);

    await expect(income.connect(stranger).fund(FIRST, 999n)).to.be.revertedWithCustomError(
      dollar,
      "ERC20InsufficientAllowance",
    );
    expect(await dollar.balanceOf(admin)).to.equal(before);
  });

  it("P72: money sent to the desk funds nothing", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, dollar } = world;
    const { terms } = await planList(connection, world, byShares(world));
    await income.announce(terms);
    await dollar.transfer(income, 999n);

    await expect(income.publish(FIRST))
      .to.be.revertedWithCustomError(income, "IncomeDeskNotFunded")
      .withArgs(FIRST, 999n, 0n);
    expect(await income.heldOf(FIRST)).to.equal(0n);
  });

  it("P78: a currency that comes back in while a list is funded and paid finds every door shut", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, admin, alice } = world;
    const coin = await ethers.deployContract("MockReentrantCurrency");
    await income.setCurrency(coin, true);
    await coin.mint(admin, 20_000n);
    await coin.approve(income, ethers.MaxUint256);
    const rows = byShares(world).map((row) => ({ ...row, withheld: 10n }));
    const expiresAt = BigInt(await time.latest()) + CLAIM_PERIOD + 1_000n;
    const end = { expiresAt, reclaimTo: admin.address, currency: await coin.getAddress() };
    const plan = await planList(connection, world, rows, end);
    const shut = income.interface.encodeErrorResult("ReentrancyGuardReentrantCall", []);
    const call = income.interface;
    const claim = call.encodeFunctionData("claimListed", [FIRST, leafOf(plan, 0), plan.proofOf(0)]);
    const again = async (payload: string, act: () => Promise<unknown>) => {
      await coin.arm(income, payload);
      await act();
      expect(await coin.answer(), payload.slice(0, 10)).to.equal(shut);
    };

    await income.announce(plan.terms);
    await again(call.encodeFunctionData("fund", [FIRST, 1n]), () => income.fund(FIRST, 500n));
    await again(call.encodeFunctionData("unfund", [FIRST, admin.address]), () => income.unfund(FIRST, admin));
    await income.fund(FIRST, 999n);
    await income.publish(FIRST);
    await again(claim, () => income.claimListed(FIRST, leafOf(plan, 0), plan.proofOf(0)));
    await again(claim, () => income.claimListedPage(FIRST, ...plan.pageOf([1])));
    await again(call.encodeFunctionData("withdrawTax", [FIRST]), () => income.withdrawTax(FIRST));
    await time.increaseTo(expiresAt + 1n);
    await again(call.encodeFunctionData("reclaim", [FIRST]), () => income.reclaim(FIRST));

    expect(await coin.balanceOf(alice)).to.equal(490n);
    expect(await coin.balanceOf(income)).to.equal(0n);
    expect((await income.distributionOf(FIRST)).phase).to.equal(LIST_PHASE.payable);
  });
});

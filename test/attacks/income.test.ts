import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { network } from "hardhat";
import {
  INCOME_ASSET as ASSET,
  CLAIM_PERIOD,
  heldIncomeAsset,
  leafOf,
  openReadableRecord,
  planList,
  publishList,
  recordedIncomeAsset,
  recordTerms,
} from "../helpers/income.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const FIRST = 1n; // number of the first distribution

const heldAsset = () => heldIncomeAsset(connection);
const recordedAsset = () => recordedIncomeAsset(connection);

describe("Attacks on income", () => {
  it("P51: the last claimer is paid in full, and less than a unit per share is carried", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, dollar, alice, bob, carol } = world;
    await income.declare(recordTerms(ASSET, 0n, dollar, 10n ** 9n + 7n));
    const perShare = (10n ** 9n + 7n) / 999n;

    for (const [holder, shares] of [
      [carol, 199n],
      [alice, 500n],
      [bob, 300n],
    ] as const) {
      await expect(income.claim(FIRST, holder)).to.changeTokenBalance(ethers, dollar, holder, perShare * shares);
    }
    expect(await dollar.balanceOf(income)).to.equal((10n ** 9n + 7n) % 999n);
    expect(await income.carriedOf(ASSET, dollar)).to.equal((10n ** 9n + 7n) % 999n);
  });

  it("P52 and P53: who holds at the end of the record's second is paid, however often the shares moved in it", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, shares, dollar, alice, bob, carol } = world;
    const instant = BigInt(await time.latest()) + 1_000n;
    await shares.openRecord(ASSET, instant);
    const gas = { gasLimit: 1_000_000n }; // sent into one block, where nothing can be estimated in order

    await connection.provider.request({ method: "evm_setAutomine", params: [false] });
    await time.setNextBlockTimestamp(instant);
    await shares.connect(alice).safeTransferFrom(alice, bob, ASSET, 500n, "0x", gas);
    await networkHelpers.mine();
    await time.setNextBlockTimestamp(instant + 1n);
    await shares.connect(bob).safeTransferFrom(bob, carol, ASSET, 800n, "0x", gas);
    await shares.connect(carol).safeTransferFrom(carol, alice, ASSET, 1n, "0x", gas);
    await networkHelpers.mine();
    await connection.provider.request({ method: "evm_setAutomine", params: [true] });

    expect(await shares.balanceOf(bob, ASSET)).to.equal(0n);
    await income.declare(recordTerms(ASSET, 1n, dollar, 999n));
    expect(await income.payableTo(FIRST, alice)).to.equal(0n);
    expect(await income.payableTo(FIRST, bob)).to.equal(800n);
    expect(await income.payableTo(FIRST, carol)).to.equal(199n);
  });

  it("P55: every distribution keeps its currency, and remainders of different currencies do not mix", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, dollar, admin, alice } = world;
    const other = await ethers.deployContract("MockNoReturnCurrency");
    await income.setCurrency(other, true);
    await other.mint(admin, 10_000n);
    await other.approve(income, ethers.MaxUint256);
    await income.declare(recordTerms(ASSET, 0n, dollar, 1_000n)); // carries 1

    await income.declare(recordTerms(ASSET, 0n, other, 2_000n)); // carries 2
    expect(await income.carriedOf(ASSET, dollar)).to.equal(1n);
    expect(await income.carriedOf(ASSET, other)).to.equal(2n);
    await income.claim(FIRST, alice);
    await income.claim(2n, alice);
    expect(await other.balanceOf(alice)).to.equal(1_000n);
    expect(await dollar.balanceOf(alice)).to.equal(500n);
  });

  it("P56: what arrives is paid out, not what was said to be sent", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, admin, alice, bob, carol } = world;
    const currency = await ethers.deployContract("MockFeeCurrency", [1_000n]);
    await income.setCurrency(currency, true);
    await currency.mint(admin, 20_000n);
    await currency.approve(income, ethers.MaxUint256);

    await income.declare(recordTerms(ASSET, 0n, currency, 11_100n)); // 9,990 arrive
    expect((await income.recordIncomeOf(FIRST)).received).to.equal(9_990n);
    expect((await income.recordIncomeOf(FIRST)).perShare).to.equal(10n);
    expect(await income.claimMany.staticCall(FIRST, [alice, bob, carol])).to.equal(3n);
    await income.claimMany(FIRST, [alice, bob, carol]);
    expect(await currency.balanceOf(income)).to.equal(0n);
  });

  it("P56: a currency that says false has paid nobody", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, admin, alice, bob } = world;
    const currency = await ethers.deployContract("MockFalseCurrency");
    await income.setCurrency(currency, true);
    await currency.mint(admin, 20_000n);
    await currency.approve(income, ethers.MaxUint256);
    await income.declare(recordTerms(ASSET, 0n, currency, 9_990n));
    await currency.setRefusing(true);

    const failed = income.interface.encodeErrorResult("SafeERC20FailedOperation", [await currency.getAddress()]);
    await expect(income.declare(recordTerms(ASSET, 0n, currency, 9_990n)))
      .to.be.revertedWithCustomError(income, "SafeERC20FailedOperation")
      .withArgs(await currency.getAddress());
    await expect(income.claim(FIRST, alice))
      .to.be.revertedWithCustomError(income, "SafeERC20FailedOperation")
      .withArgs(await currency.getAddress());
    await expect(income.claimMany(FIRST, [bob]))
      .to.emit(income, "PaymentFailed")
      .withArgs(FIRST, bob.address, failed);
    expect(await income.payableTo(FIRST, bob)).to.equal(3_000n);
  });

  it("P57: a blacklisted holder stops no page and stays payable (I-14)", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, dollar, alice, bob, carol } = world;
    await income.declare(recordTerms(ASSET, 0n, dollar, 9_990n));
    await dollar.blacklist(bob, true);

    const reason = dollar.interface.encodeErrorResult("TestDollarBlacklisted", [bob.address]);
    const page = income.claimMany(FIRST, [alice, bob, carol]);
    await expect(page).to.emit(income, "PaymentFailed").withArgs(FIRST, bob.address, reason);
    await expect(page).to.changeTokenBalances(ethers, dollar, [alice, bob, carol], [5_000n, 0n, 1_990n]);
    expect(await income.isPaid(FIRST, bob)).to.equal(false);
    expect(await income.outstandingOf(FIRST)).to.equal(3_000n);

    await dollar.blacklist(bob, false);
    await expect(income.claim(FIRST, bob)).to.changeTokenBalance(ethers, dollar, bob, 3_000n);
  });

  it("P57: a paused currency leaves everybody payable", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, dollar, alice, bob } = world;
    await income.declare(recordTerms(ASSET, 0n, dollar, 9_990n));
    await dollar.pause();

    expect(await income.claimMany.staticCall(FIRST, [alice, bob])).to.equal(0n);
    await income.claimMany(FIRST, [alice, bob]);
    expect(await income.outstandingOf(FIRST)).to.equal(9_990n);
    await dollar.unpause();
    await income.claimMany(FIRST, [alice, bob]);
    expect(await income.outstandingOf(FIRST)).to.equal(1_990n);
  });

  it("P62: dust is refused, not swallowed, until it makes a unit per share", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, dollar, admin } = world;
    const before = await dollar.balanceOf(admin);

    await expect(income.declare(recordTerms(ASSET, 0n, dollar, 500n)))
      .to.be.revertedWithCustomError(income, "IncomeDeskTooSmall")
      .withArgs(ASSET, 500n, 999n);
    expect(await dollar.balanceOf(admin)).to.equal(before);
    await income.declare(recordTerms(ASSET, 0n, dollar, 1_500n)); // carries 501
    await income.declare(recordTerms(ASSET, 0n, dollar, 498n)); // and with them makes 999
    expect((await income.recordIncomeOf(2n)).perShare).to.equal(1n);
  });

  it("P78: a currency that comes back in while it pays cannot be paid twice", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, admin, alice, bob } = world;
    const currency = await ethers.deployContract("MockReentrantCurrency");
    await income.setCurrency(currency, true);
    await currency.mint(admin, 20_000n);
    await currency.approve(income, ethers.MaxUint256);
    await income.declare(recordTerms(ASSET, 0n, currency, 9_990n));
    const shut = income.interface.encodeErrorResult("ReentrancyGuardReentrantCall", []);
    const claim = (holder: HardhatEthersSigner): string =>
      income.interface.encodeFunctionData("claim", [FIRST, holder.address]);

    await currency.arm(income, claim(alice));
    await income.claim(FIRST, alice);
    expect(await currency.answer()).to.equal(shut);
    await currency.arm(income, income.interface.encodeFunctionData("payInPage", [FIRST, bob.address, bob.address]));
    await income.claimMany(FIRST, [bob]);
    expect(await currency.answer()).to.equal(
      income.interface.encodeErrorResult("IncomeDeskNotSelf", [await currency.getAddress()]),
    );

    expect(await currency.balanceOf(alice)).to.equal(5_000n);
    expect(await currency.balanceOf(bob)).to.equal(3_000n);
    expect(await income.outstandingOf(FIRST)).to.equal(1_990n);
  });

  it("P72: money sent to the desk changes nothing", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, dollar } = world;
    await dollar.transfer(income, 10n ** 9n);

    await income.declare(recordTerms(ASSET, 0n, dollar, 9_990n));
    const { received, perShare } = await income.recordIncomeOf(FIRST);
    expect([received, perShare]).to.deep.equal([9_990n, 10n]);
  });

  it("P54: shares of the issuer's treasury dilute nobody, and get nothing, however they move afterwards", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, shares, dollar, alice, bob, dave } = world;
    await income.declare(recordTerms(ASSET, 0n, dollar, 998_000n, { excluded: [alice] })); // alice is the treasury here
    await shares.connect(alice).safeTransferFrom(alice, dave, ASSET, 500n, "0x");

    expect((await income.recordIncomeOf(FIRST)).perShare).to.equal(2_000n);
    await expect(income.claim(FIRST, alice)).to.be.revertedWithCustomError(income, "IncomeDeskNotAHolder");
    await expect(income.claim(FIRST, dave)).to.be.revertedWithCustomError(income, "IncomeDeskNothingDue");
    await expect(income.claim(FIRST, bob)).to.changeTokenBalance(ethers, dollar, bob, 600_000n);
  });

  it("P59: has no limit of distributions: the three hundredth of either kind is paid like the first", async () => {
    const world = await loadFixture(recordedAsset);
    const { income, dollar, alice } = world;
    const rows = [{ holder: alice.address, gross: 7n }];
    const last = await planList(connection, world, rows);
    for (let i = 0; i < 300; i++) await income.declare(recordTerms(ASSET, 0n, dollar, 999n));
    for (let i = 1; i < 300; i++) await income.announce({ ...last.terms, salt: ethers.toBeHex(i, 32) });
    expect(await publishList(world, last)).to.equal(600n);

    await expect(income.claim(300n, alice)).to.changeTokenBalance(ethers, dollar, alice, 500n);
    expect(await income.payableTo(255n, alice)).to.equal(500n);
    expect(await income.payableTo(256n, alice)).to.equal(500n);
    await expect(income.claimListed(600n, leafOf(last, 0), [])).to.changeTokenBalance(ethers, dollar, alice, 7n);
  }).timeout(60_000);

  for (const [seconds, what] of [
    [0n, "in its last second a distribution is paid and not reclaimed"],
    [1n, "a second later it is reclaimed and not paid"],
  ] as const) {
    it(`P60: ${what}`, async () => {
      const { income, dollar, alice, bob, stranger } = await loadFixture(recordedAsset);
      const expiresAt = BigInt(await time.latest()) + CLAIM_PERIOD + 1_000n;
      const end = { expiresAt, reclaimTo: stranger };
      await income.declare(recordTerms(ASSET, 0n, dollar, 9_990n, end));
      const attempts = {
        page: () => income.claimMany(FIRST, [bob]),
        claim: () => income.claim(FIRST, alice),
        reclaim: () => income.reclaim(FIRST),
      };
      const paid = {
        page: { to: bob, amount: 3_000n },
        claim: { to: alice, amount: 5_000n },
        reclaim: { to: stranger, amount: 9_990n },
      };

      for (const name of ["page", "claim", "reclaim"] as const) {
        const snapshot = await networkHelpers.takeSnapshot();
        await time.setNextBlockTimestamp(expiresAt + seconds);
        if ((name === "reclaim") === (seconds === 0n)) {
          await expect(attempts[name]())
            .to.be.revertedWithCustomError(income, seconds === 0n ? "IncomeDeskNotExpired" : "IncomeDeskExpired")
            .withArgs(FIRST, expiresAt);
        } else {
          const { to, amount } = paid[name];
          await expect(attempts[name]()).to.changeTokenBalance(ethers, dollar, to, amount);
        }
        await snapshot.restore();
      }
    });
  }

  it("P63: what an escrow earns is its owners', whatever it does about it", async () => {
    const world = await loadFixture(heldAsset);
    const { income, investors, shares, dollar, alice, dave, stranger } = world;
    const escrow = await ethers.deployContract("MockEscrow");
    await investors.setProtocolAddress(escrow, true);
    await shares.connect(alice).safeTransferFrom(alice, escrow, ASSET, 400n, "0x");
    await openReadableRecord(connection, world);
    await escrow.setShares(dave, ASSET, 0n, 150n);
    await income.declare(recordTerms(ASSET, 0n, dollar, 9_990n, { escrows: [escrow] }));

    await expect(income.claim(FIRST, escrow)).to.be.revertedWithCustomError(income, "IncomeDeskNotAHolder");
    expect(await income.claimMany.staticCall(FIRST, [escrow])).to.equal(0n);
    await income.claimThrough(FIRST, escrow, dave);
    await escrow.setShares(dave, ASSET, 0n, 400n); // what it says later changes nothing
    await expect(income.claimThrough(FIRST, escrow, dave)).to.be.revertedWithCustomError(
      income,
      "IncomeDeskAlreadyPaid",
    );
    await escrow.setShares(stranger, ASSET, 0n, 251n); // nor does inventing an owner
    await expect(income.claimThrough(FIRST, escrow, stranger)).to.be.revertedWithCustomError(
      income,
      "IncomeDeskEscrowExceeded",
    );
    expect(await dollar.balanceOf(dave)).to.equal(1_500n);
    expect(await income.outstandingOf(FIRST)).to.equal(8_490n);
  });

  it("P64: what an escrow held for a lost wallet is paid to its successor, once", async () => {
    const world = await loadFixture(heldAsset);
    const { income, investors, shares, dollar, alice, dave, others } = world;
    const [successor] = others.slice(-1);
    if (!successor) throw new Error("too few accounts");
    const escrow = await ethers.deployContract("MockEscrow");
    await investors.setProtocolAddress(escrow, true);
    await shares.connect(alice).safeTransferFrom(alice, escrow, ASSET, 400n, "0x");
    await openReadableRecord(connection, world);
    await escrow.setShares(dave, ASSET, 0n, 150n);
    await income.declare(recordTerms(ASSET, 0n, dollar, 9_990n, { escrows: [escrow] }));
    await investors.recover(dave, successor);

    const claim = income.claimThrough(FIRST, escrow, dave);
    await expect(claim).to.emit(income, "IncomePaidToSuccessor").withArgs(FIRST, dave.address, successor.address);
    await expect(claim).to.changeTokenBalances(ethers, dollar, [dave, successor], [0n, 1_500n]);
    await expect(income.claimThrough(FIRST, escrow, successor))
      .to.be.revertedWithCustomError(income, "IncomeDeskNothingDue")
      .withArgs(FIRST, successor.address);
  });
});

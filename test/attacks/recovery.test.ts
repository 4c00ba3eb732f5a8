import { expect } from "chai";
import { network } from "hardhat";
import { FAR_FUTURE, FLAG, STATE } from "../helpers/books.ts";
import { deployRecovered, deployRecoveryWorld, LOCK_UP, TOWER, VILLA } from "../helpers/recovery-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const world = () => deployRecoveryWorld(connection);
const recovered = () => deployRecovered(connection);

describe("Recovery of lost wallets (I-12)", () => {
  describe("P20: who is recovered keeps everything and gets nothing more", () => {
    it("moves balance, frozen and locked, also of an asset that is paused, suspended or without standing", async () => {
      const { shares, investors, alice, spare, investor } = await networkHelpers.loadFixture(world);
      await shares.setFrozenTokens(alice, TOWER, 30n);
      await shares.lock(alice, TOWER, 20n);
      await shares.setAssetPaused(TOWER, true);
      await shares.pause();
      await shares.setAssetState(VILLA, STATE.suspended);
      await investors.setStanding(investor, FLAG.suspended, 1n);
      await investors.recover(alice, spare);

      const recovery = shares.recoverPositions(alice, [TOWER, VILLA]);
      await expect(recovery)
        .to.emit(shares, "PositionRecovered")
        .withArgs(alice.address, spare.address, TOWER, 100n, 30n, 20n);
      const { hash } = await recovery;
      const logs = (await ethers.provider.getTransactionReceipt(hash))?.logs ?? [];
      const said = logs.flatMap((log) => shares.interface.parseLog(log) ?? []);
      const told = (name: string) => said.flatMap((event) => (event.name === name ? [[...event.args]] : []));
      for (const [name, amount] of [
        ["Frozen", 30n],
        ["Locked", 20n],
      ] as const) {
        expect(told(name), "of what is frozen or locked, and of nothing else").to.deep.equal([
          [alice.address, TOWER, 0n],
          [spare.address, TOWER, amount],
        ]);
      }

      for (const [id, balance, frozen, locked] of [
        [TOWER, 100n, 30n, 20n],
        [VILLA, 50n, 0n, 0n],
      ] as const) {
        const of = async (wallet: string) => [
          await shares.balanceOf(wallet, id),
          await shares.getFrozenTokens(wallet, id),
          await shares.lockedOf(wallet, id),
        ];
        expect(await of(spare.address)).to.deep.equal([balance, frozen, locked]);
        expect(await of(alice.address)).to.deep.equal([0n, 0n, 0n]);
      }
    });

    it("may be recovered in pages, by anybody, in any order, and again without effect", async () => {
      const { shares, investors, alice, spare, bob } = await networkHelpers.loadFixture(world);
      await investors.recover(alice, spare);

      await shares.connect(bob).recoverPositions(alice, [VILLA]);
      expect([await shares.balanceOf(alice, TOWER), await shares.balanceOf(spare, TOWER)]).to.deep.equal([100n, 0n]);
      expect(await shares.heldAssetsOf(alice)).to.equal(1n);
      await expect(shares.connect(alice).safeTransferFrom(alice, bob, TOWER, 1n, "0x")).to.revert(ethers);

      await shares.connect(bob).recoverPositions(alice, [VILLA, TOWER, TOWER]);
      expect([await shares.balanceOf(spare, TOWER), await shares.balanceOf(spare, VILLA)]).to.deep.equal([100n, 50n]);
      await expect(shares.recoverPositions(alice, [TOWER, VILLA])).not.to.emit(shares, "PositionRecovered");
      expect(await shares.heldAssetsOf(alice)).to.equal(0n);
    });

    it("takes an existing wallet of the same investor, and adds up what both have", async () => {
      const { shares, investors, rules, alice, second, investor } = await networkHelpers.loadFixture(world);
      await shares.setFrozenTokens(alice, TOWER, 30n);
      await shares.setFrozenTokens(second, TOWER, (1n << 64n) - 10n);
      await shares.lock(alice, TOWER, 20n);
      const number = await investors.numberOf(investor);
      const before = await rules.totalOf(TOWER, number);

      await investors.recover(alice, second);
      await shares.recoverPositions(alice, [TOWER, VILLA]);

      expect(await shares.balanceOf(second, TOWER)).to.equal(200n);
      expect(await shares.getFrozenTokens(second, TOWER)).to.equal((1n << 64n) - 1n); // more than everything is everything
      expect(await shares.lockedOf(second, TOWER)).to.equal(20n);
      expect(await rules.totalOf(TOWER, number)).to.deep.equal(before);
      expect(await rules.holdersOf(TOWER)).to.equal(2n);
    });

    it("is for the registrar to decide, and never to somebody else's wallet or a retired one", async () => {
      const { investors, shares, alice, second, bob, spare, more } = await networkHelpers.loadFixture(world);

      await expect(investors.connect(bob).recover(alice, bob))
        .to.be.revertedWithCustomError(investors, "AccessManagedUnauthorized")
        .withArgs(bob.address);
      for (const wrong of [bob.address, alice.address]) {
        await expect(investors.recover(alice, wrong))
          .to.be.revertedWithCustomError(investors, "InvestorRegistryInvalidSuccessor")
          .withArgs(alice.address, wrong);
      }
      await expect(shares.recoverPositions(alice, [TOWER]))
        .to.be.revertedWithCustomError(shares, "ShareTokenNotRetired")
        .withArgs(alice.address);
      await investors.recover(alice, spare);
      await expect(investors.recover(alice, more[0]?.address ?? ""))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryWalletRetired")
        .withArgs(alice.address, spare.address);
      await expect(investors.recover(second, alice))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryInvalidSuccessor")
        .withArgs(second.address, alice.address);
    });

    it("goes on down a line of 16 losses, and refuses the 17th", async () => {
      const { shares, investors, alice } = await networkHelpers.loadFixture(world);
      const line = [alice.address, ...Array.from({ length: 17 }, () => ethers.Wallet.createRandom().address)];
      const wallet = (place: number) => line[place] ?? "";

      for (let loss = 0; loss < 16; ++loss) await investors.recover(wallet(loss), wallet(loss + 1));
      await expect(investors.recover(wallet(16), wallet(17)))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryInvalidSuccessor")
        .withArgs(wallet(16), wallet(17));

      expect(await investors.successorOf(alice)).to.equal(wallet(16));
      await shares.recoverPositions(alice, [TOWER, VILLA]);
      expect(await shares.balanceOf(wallet(16), TOWER)).to.equal(100n);
    });

    it("passes a freeze of the wallet on to its successor", async () => {
      const { shares, investors, alice, spare, bob } = await networkHelpers.loadFixture(world);
      await investors.setWalletFrozen(alice, true);

      await expect(investors.recover(alice, spare)).to.emit(investors, "WalletFrozen").withArgs(spare.address, true);
      await shares.recoverPositions(alice, [TOWER]);

      expect(await shares.canSend(spare)).to.equal(false);
      expect(await shares.canTransfer(spare, bob, TOWER, 1n)).to.equal(false);
    });

    it("cannot be blocked by a successor whose code rejects shares or looks for ways back in", async () => {
      const { shares, investors, alice } = await networkHelpers.loadFixture(world);
      const hostile = await ethers.deployContract("MockHookReceiver", [shares]);
      await hostile.reject();
      await investors.recover(alice, hostile);

      await shares.recoverPositions(alice, [TOWER, VILLA]);

      expect(await shares.balanceOf(hostile, TOWER)).to.equal(100n);
      expect(await hostile.singleCalls()).to.equal(0n);
    });

    it("leaves what a desk has locked to that desk: it unlocks at the successor", async () => {
      const { shares, investors, alice, spare } = await networkHelpers.loadFixture(world);
      await shares.lock(alice, TOWER, 20n);
      await investors.recover(alice, spare);
      await shares.recoverPositions(alice, [TOWER]);

      await expect(shares.unlock(alice, TOWER, 21n))
        .to.be.revertedWithCustomError(shares, "ShareTokenInsufficientLocked")
        .withArgs(spare.address, TOWER, 21n, 20n);
      await expect(shares.unlock(alice, TOWER, 20n))
        .to.emit(shares, "Locked")
        .withArgs(spare.address, TOWER, 0n);
      expect(await shares.spendableOf(spare, TOWER)).to.equal(100n);
    });

    it("leaves approvals and permits of the lost wallet behind, worth nothing", async () => {
      const { shares, bob, alice } = await networkHelpers.loadFixture(recovered);
      await shares.connect(alice).setApprovalForAll(bob, true);

      await expect(shares.connect(bob).safeTransferFrom(alice, bob, TOWER, 1n, "0x")).to.revert(ethers);
      expect(await shares.balanceOf(alice, TOWER)).to.equal(0n);
    });
  });

  it("P21: leaves the ends of lock-ups where they were, for the young and for the old", async () => {
    const { shares, investors, rules, alice, spare, bob, investor } = await networkHelpers.loadFixture(world);
    const number = await investors.numberOf(investor);
    await networkHelpers.time.increase(LOCK_UP / 2n);
    await shares.mint(alice, TOWER, 7n, "0x");
    const before = await rules.totalOf(TOWER, number);
    await networkHelpers.time.increase(1_000n);

    await investors.recover(alice, spare);
    await shares.recoverPositions(alice, [TOWER]);
    expect(await rules.totalOf(TOWER, number)).to.deep.equal(before);
    expect(before).to.deep.equal([207n, 207n]); // alice's 107 and her second wallet's 100, all of them young

    await networkHelpers.time.increase(LOCK_UP / 2n); // the first 200 are free now, as they would have been
    expect(await rules.totalOf(TOWER, number)).to.deep.equal([207n, 7n]);
    await shares.connect(spare).safeTransferFrom(spare, bob, TOWER, 107n, "0x"); // oldest first, of all her wallets
    expect(await rules.totalOf(TOWER, number)).to.deep.equal([100n, 7n]);
    await networkHelpers.time.increase(LOCK_UP / 2n);
    expect(await rules.totalOf(TOWER, number)).to.deep.equal([100n, 0n]);
  });

  it("P23: what was seized is gone, with the freeze that it used up, before and after a recovery", async () => {
    const { shares, investors, alice, spare, bob } = await networkHelpers.loadFixture(world);
    await shares.setFrozenTokens(alice, TOWER, 60n);
    await shares.forcedTransfer(alice, bob, TOWER, 70n); // 40 free ones and 30 frozen ones
    await investors.recover(alice, spare);
    await shares.recoverPositions(alice, [TOWER]);
    expect([await shares.balanceOf(spare, TOWER), await shares.getFrozenTokens(spare, TOWER)]).to.deep.equal([
      30n,
      30n,
    ]);

    await shares.forcedTransfer(spare, bob, TOWER, 10n);
    expect([await shares.balanceOf(spare, TOWER), await shares.getFrozenTokens(spare, TOWER)]).to.deep.equal([
      20n,
      20n,
    ]);
    expect(await shares.spendableOf(spare, TOWER)).to.equal(0n);
    await shares.setFrozenTokens(spare, TOWER, 0n);
    expect(await shares.spendableOf(spare, TOWER)).to.equal(20n);
  });

  it("P25: who moves between his own wallets does not get away from a seizure", async () => {
    const { shares, investors, alice, second, spare, bob, investor } = await networkHelpers.loadFixture(world);
    await investors.addWallet(investor, spare);
    await shares.connect(alice).safeTransferFrom(alice, spare, TOWER, 100n, "0x"); // just before the seizure

    await investors.setStanding(investor, FLAG.suspended, FAR_FUTURE); // one act, and every wallet of his stands still
    for (const wallet of [alice, second, spare]) {
      await expect(shares.connect(wallet).safeTransferFrom(wallet, bob, TOWER, 0n, "0x")).to.revert(ethers);
      expect(await shares.canSend(wallet)).to.equal(false);
    }
    for (const wallet of [second, spare]) {
      await shares.forcedTransfer(wallet, bob, TOWER, await shares.balanceOf(wallet, TOWER));
    }
    expect(await shares.balanceOf(bob, TOWER)).to.equal(300n);

    // A wallet that the investor reports as lost stays his: the suspension holds for its successor too.
    const [late] = (await ethers.getSigners()).slice(-1);
    await investors.recover(alice, late?.address ?? "");
    await shares.recoverPositions(alice, [VILLA]);
    expect(await shares.canSend(late?.address ?? "")).to.equal(false);
  });

  describe("P64: income", () => {
    it("that a lost wallet was paid is not paid to its successor again", async () => {
      const { income, investors, shares, dollar, alice, spare, declare } = await networkHelpers.loadFixture(world);
      const { distribution } = await declare(TOWER);
      await income.claim(distribution, alice);
      await investors.recover(alice, spare);
      await shares.recoverPositions(alice, [TOWER, VILLA]);

      await expect(income.claim(distribution, alice))
        .to.be.revertedWithCustomError(income, "IncomeDeskAlreadyPaid")
        .withArgs(distribution, alice.address);
      await expect(income.claim(distribution, spare))
        .to.be.revertedWithCustomError(income, "IncomeDeskNothingDue")
        .withArgs(distribution, spare.address);
      expect([await dollar.balanceOf(alice), await dollar.balanceOf(spare)]).to.deep.equal([100n, 0n]);
    });

    it("that a lost wallet is due goes to the wallet that stands for it now, once, whichever way it is asked for", async () => {
      const { income, investors, shares, dollar, alice, spare, more, declare } =
        await networkHelpers.loadFixture(world);
      const last = more[0]?.address ?? "";
      const first = await declare(TOWER);
      const next = await declare(VILLA);
      await investors.recover(alice, spare);
      await shares.recoverPositions(alice, [TOWER]);
      await investors.recover(spare, last);

      await expect(income.claim(first.distribution, alice))
        .to.emit(income, "IncomePaidToSuccessor")
        .withArgs(first.distribution, alice.address, last);
      await income.claimMany(next.distribution, [alice, spare, last, alice]);
      expect(await dollar.balanceOf(last)).to.equal(150n);
      expect(await dollar.balanceOf(alice)).to.equal(0n);
      for (const { distribution } of [first, next]) {
        expect(await income.payableTo(distribution, alice)).to.equal(0n);
        expect(await income.payableTo(distribution, last)).to.equal(0n);
      }
    });

    it("of a record while only some pages are moved is paid by what each wallet held, and all of it to the successor", async () => {
      const { income, investors, shares, dollar, alice, spare, declare } = await networkHelpers.loadFixture(world);
      await investors.recover(alice, spare);
      await shares.recoverPositions(alice, [VILLA]);
      const tower = await declare(TOWER);
      const villa = await declare(VILLA);
      await shares.recoverPositions(alice, [TOWER]);

      expect(await shares.balanceOfAt(alice, TOWER, tower.record)).to.equal(100n);
      expect(await shares.balanceOfAt(spare, VILLA, villa.record)).to.equal(50n);
      await income.claimMany(tower.distribution, [alice, spare]);
      await income.claimMany(villa.distribution, [alice, spare]);
      expect(await dollar.balanceOf(spare)).to.equal(150n);
    });
  });

  it("votes by a record are cast by the successor, and not twice (a desk as later ones will be)", async () => {
    const { investors, shares, alice, spare, second, declare } = await networkHelpers.loadFixture(world);
    const { record } = await declare(TOWER);
    const ballot = await ethers.deployContract("MockBallot", [shares, TOWER, record]);
    await ballot.connect(second).vote(second);
    await investors.recover(alice, spare);
    await shares.recoverPositions(alice, [TOWER]);

    await expect(ballot.connect(alice).vote(alice))
      .to.be.revertedWithCustomError(ballot, "MockBallotNotSpokenFor")
      .withArgs(alice.address, alice.address);
    await ballot.connect(spare).vote(alice);
    await ballot.connect(spare).vote(spare);
    await expect(ballot.connect(spare).vote(alice))
      .to.be.revertedWithCustomError(ballot, "MockBallotVoted")
      .withArgs(alice.address);
    expect(await ballot.votes()).to.equal(200n);
  });
});

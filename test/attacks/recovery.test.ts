import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { signedAlone } from "../../sdk/signed-trade.ts";
import { planBatch } from "../helpers/batch.ts";
import { FAR_FUTURE, FLAG, STATE } from "../helpers/books.ts";
import { listBackedAsset } from "../helpers/desks.ts";
import { netVector } from "../helpers/net-vector.ts";
import { openOffering } from "../helpers/offering.ts";
import { deployRecoveryWorld, LOCK_UP, type RecoveryWorld, TOWER, VILLA } from "../helpers/recovery-world.ts";
import { seededRandom } from "../helpers/seeded-random.ts";
import { type Mandate, signMandate, signOrder } from "../helpers/settlement-types.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const HOUSE = 3n;
const RETIRED = { sender: 18n, receiver: 19n };
const world = () => deployRecoveryWorld(connection);

/** Alice has lost her first wallet: the registrar names `spare`, and her shares are moved. */
async function recovered() {
  const all = await deployRecoveryWorld(connection);
  await all.deposit(all.alice, 1_000n);
  await all.deposit(all.bob, 1_000n);
  await all.investors.recover(all.alice, all.spare);
  await all.shares.recoverPositions(all.alice, [TOWER, VILLA]);
  return all;
}

async function offered() {
  const all = await deployRecoveryWorld(connection);
  await listBackedAsset(connection, all, HOUSE);
  const terms = await openOffering(connection, all, HOUSE, { softCap: 100n });
  for (const buyer of [all.alice, all.bob]) {
    await all.giveMoney(buyer, all.offering, 1_000_000_000n);
    await all.offering.connect(buyer).subscribe(1n, 200n, 200n, 200_000_000n);
  }
  return { ...all, terms };
}

function mandateOf({ currency }: RecoveryWorld, account: string, nonce = 1n): Mandate {
  const limits = [{ asset: TOWER, maxIn: 50n, maxOut: 50n, maxBuyPrice: 100n, minSellPrice: 1n }];
  const most = 1_000n;
  return { account, currency, maxCashOut: most, lossAllowance: most, feeCap: 0n, expiry: FAR_FUTURE, nonce, limits };
}

async function register(all: RecoveryWorld, holder: RecoveryWorld["alice"]) {
  const mandate = mandateOf(all, holder.address);
  await all.desk.registerMandate(mandate, await signMandate(holder, all.domain, mandate));
}

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

      await expect(shares.recoverPositions(alice, [TOWER, VILLA]))
        .to.emit(shares, "PositionRecovered")
        .withArgs(alice.address, spare.address, TOWER, 100n, 30n, 20n);

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

  describe("what was bought in an offering", () => {
    it("is issued to the successor", async () => {
      const { offering, investors, shares, alice, spare, bob } = await networkHelpers.loadFixture(offered);
      await networkHelpers.time.increase(1_001n);
      await offering.close(1n);
      await investors.recover(alice, spare);

      await expect(offering.allot(1n, [alice, spare, bob, alice]))
        .to.emit(offering, "EntitlementSucceeded")
        .withArgs(1n, alice.address, spare.address);
      expect(await shares.balanceOf(spare, HOUSE)).to.equal(200n);
      expect(await shares.balanceOf(alice, HOUSE)).to.equal(0n);
      expect(await offering.entitlementOf(1n, alice)).to.equal(0n);
      expect(await offering.escrowOf(1n)).to.equal(400_000_000n);
    });

    it("is refunded to the successor, who may ask for it where the buyer himself might", async () => {
      const { offering, investors, dollar, alice, spare, bob, investor } = await networkHelpers.loadFixture(offered);
      await networkHelpers.time.increase(1_001n);
      await offering.close(1n);
      await investors.recover(alice, spare);
      const closedAt = (await offering.offeringOf(1n)).closedAt;
      const notYet = closedAt + 30n * 86_400n;

      for (const caller of [spare, alice, bob]) {
        await expect(offering.connect(caller).refund(1n, alice))
          .to.be.revertedWithCustomError(offering, "OfferingDeskNotRefundable")
          .withArgs(1n, spare.address, notYet);
      }
      await investors.setStanding(investor, FLAG.liquidateOnly, FAR_FUTURE);
      for (const caller of [alice, bob]) {
        await expect(offering.connect(caller).refund(1n, alice))
          .to.be.revertedWithCustomError(offering, "OfferingDeskNotRefundable")
          .withArgs(1n, spare.address, notYet);
      }
      await expect(offering.connect(spare).refund(1n, alice))
        .to.emit(offering, "EntitlementSucceeded")
        .withArgs(1n, alice.address, spare.address);
      expect(await dollar.balanceOf(spare)).to.equal(200_000_000n);
      await expect(offering.connect(spare).refund(1n, alice))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNoEntitlement")
        .withArgs(1n, alice.address);
    });

    it("is bought by no retired wallet", async () => {
      const { offering, investors, alice, spare } = await networkHelpers.loadFixture(offered);
      await investors.recover(alice, spare);

      await expect(offering.connect(alice).subscribe(1n, 10n, 10n, 10_000_000n))
        .to.be.revertedWithCustomError(offering, "OfferingDeskRefused")
        .withArgs(1n, alice.address, RETIRED.receiver);
    });
  });

  describe("P79: at the settlement desk", () => {
    it("a wallet that was frozen or lost in the middle of a trade does not settle, and the order settles nothing later", async () => {
      const all = await networkHelpers.loadFixture(recovered);
      const { desk, shares, investors, alice, second, bob, domain, currency } = all;
      const order = (trader: string, side: bigint) => ({
        ...{ trader, side, asset: TOWER, currency, quantity: 5n, limitPrice: 10n, expiry: FAR_FUTURE },
        ...{ priority: 0n, salt: 1n },
      });
      const settle = async (buyer: typeof alice, seller: typeof alice) => {
        const [buy, sell] = [order(buyer.address, 0n), order(seller.address, 1n)];
        const [bought, sold] = [await signOrder(buyer, domain, buy), await signOrder(seller, domain, sell)];
        const terms = { quantity: 5n, price: 10n, matchNumber: 1n };
        return desk.settleTrade({ buy: signedAlone(buy, bought), sell: signedAlone(sell, sold), ...terms });
      };

      await expect(settle(bob, alice))
        .to.be.revertedWithCustomError(shares, "ShareTokenPartyRefused")
        .withArgs(TOWER, alice.address, RETIRED.sender);
      await expect(settle(alice, bob))
        .to.be.revertedWithCustomError(shares, "ShareTokenPartyRefused")
        .withArgs(TOWER, alice.address, RETIRED.receiver);
      await investors.setWalletFrozen(second, true);
      await expect(settle(bob, second))
        .to.be.revertedWithCustomError(shares, "ShareTokenPartyRefused")
        .withArgs(TOWER, second.address, 16n);
      expect(await desk.cashOf(bob, currency)).to.deep.equal([1_000n, 0n, 0n]);
    });

    it("mandates of a lost wallet are void, whether shares move or cash alone", async () => {
      const all = await networkHelpers.loadFixture(world);
      const { desk, shares, investors, alice, spare, bob, currency } = all;
      for (const holder of [alice, bob]) {
        await all.deposit(holder, 1_000n);
        await register(all, holder);
      }
      await investors.recover(alice, spare);
      const { header, chunks } = planBatch(1n, [
        netVector(currency, {
          cash: [
            [alice.address, -50n],
            [bob.address, 50n],
          ],
          shares: [
            [TOWER, bob.address, -5n],
            [TOWER, alice.address, 5n],
          ],
        }),
        netVector(currency, {
          cash: [
            [alice.address, -5n],
            [bob.address, 5n],
          ],
          shares: [],
        }),
      ]);
      const [withShares, withCash] = chunks;
      if (!withShares || !withCash) throw new Error("two chunks were planned");
      await networkHelpers.time.increase(LOCK_UP); // what bob sells is not young
      await desk.openBatch(header);

      await expect(desk.settleChunk(withShares.chunk, withShares.proof, withShares.vector, []))
        .to.be.revertedWithCustomError(shares, "ShareTokenPartyRefused")
        .withArgs(TOWER, alice.address, RETIRED.receiver);
      const late = mandateOf(all, alice.address, 2n);
      await expect(desk.registerMandate(late, await signMandate(alice, all.domain, late)))
        .to.be.revertedWithCustomError(desk, "SettlementDeskAccountLost")
        .withArgs(alice.address, spare.address);

      await desk.recoverCash(currency, alice);
      expect(await desk.liveMandate(alice, currency)).to.equal(ethers.ZeroHash);
      await expect(desk.settleChunk(withCash.chunk, withCash.proof, withCash.vector, []))
        .to.be.revertedWithCustomError(desk, "SettlementDeskMandateMissing")
        .withArgs(alice.address, currency);
      expect(await desk.mandateNonce(alice, currency)).to.equal((1n << 64n) - 1n);
    });

    it("cash of a lost wallet, on leave or not, is deposited for its successor; a thief with the old key gets nothing", async () => {
      const all = await networkHelpers.loadFixture(recovered);
      const { desk, dollar, alice, spare, bob, currency } = all;
      await all.deposit(spare, 7n);
      await desk.connect(spare).requestWithdrawal(currency, 2n);
      const [, , unlocksAt] = await desk.cashOf(spare, currency);
      await desk.connect(alice).requestWithdrawal(currency, 400n);
      await networkHelpers.time.increase(3_600n);

      await expect(desk.connect(alice).withdraw(currency))
        .to.be.revertedWithCustomError(desk, "SettlementDeskAccountLost")
        .withArgs(alice.address, spare.address);
      await expect(desk.connect(bob).recoverCash(currency, alice))
        .to.emit(desk, "CashRecovered")
        .withArgs(alice.address, spare.address, currency, 1_000n);
      expect(await desk.cashOf(alice, currency)).to.deep.equal([0n, 0n, 0n]);
      expect(await desk.cashOf(spare, currency)).to.deep.equal([1_005n, 2n, unlocksAt]);

      await desk.connect(spare).requestWithdrawal(currency, 1_005n);
      await networkHelpers.time.increase(3_600n);
      await desk.connect(spare).withdraw(currency);
      expect(await dollar.balanceOf(spare)).to.equal(1_007n);
      await desk.recoverCash(currency, alice); // once more, without effect
      expect(await desk.cashOf(spare, currency)).to.deep.equal([0n, 0n, await unlockOf(all, spare.address)]);
    });

    it("nobody's cash is moved who was not lost, and no currency that the desk does not take", async () => {
      const { desk, bob, alice, currency, offering } = await networkHelpers.loadFixture(recovered);

      await expect(desk.recoverCash(currency, bob))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNotLost")
        .withArgs(bob.address);
      await expect(desk.recoverCash(currency, ZeroAddress))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNotLost")
        .withArgs(ZeroAddress);
      await expect(desk.recoverCash(offering, alice))
        .to.be.revertedWithCustomError(desk, "SettlementDeskCurrencyUnknown")
        .withArgs(await offering.getAddress());
    });
  });

  for (const round of [1, 2, 3]) {
    it(`I-12: random acts and losses, round ${round}: what an investor has over all his wallets stays what it was`, async () => {
      const all = await networkHelpers.loadFixture(offered);
      const random = seededRandom("I-12");
      await playAndCompare(all, random.below);
    });
  }
});

async function unlockOf({ desk, currency }: RecoveryWorld, account: string) {
  return (await desk.cashOf(account, currency)).unlocksAt;
}

/** Plays random acts; before and after each recovery, and each page of it, compares everything that alice has. */
async function playAndCompare(all: RecoveryWorld, below: (bound: number) => number): Promise<void> {
  const { shares, investors, desk, currency, alice, second, bob, spare, more } = all;
  const keys = [alice, second, spare, ...more];
  const lost: typeof keys = [];
  const mine = [alice, second];
  const reserve = [spare, ...more];
  const distributions: bigint[] = [];
  const pick = <T>(items: readonly T[]): T => {
    const item = items[below(items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  };
  const asset = () => (below(2) === 0 ? TOWER : VILLA);

  const acts = [
    async () => shares.mint(pick(mine), asset(), BigInt(1 + below(50)), "0x"),
    async () => shares.setFrozenTokens(pick(mine), asset(), BigInt(below(80))),
    async () => {
      const [wallet, id] = [pick(mine), asset()];
      const free = Number(await shares.spendableOf(wallet, id));
      await shares.lock(wallet, id, BigInt(below(free + 1)));
    },
    async () => networkHelpers.time.increase(below(Number(LOCK_UP))),
    async () => {
      const [from, to, id] = [pick(mine), pick(mine), asset()];
      const free = Number(await shares.spendableOf(from, id));
      await shares.connect(from).safeTransferFrom(from, to, id, BigInt(below(free + 1)), "0x");
    },
    async () => {
      const [from, id] = [pick(mine), asset()];
      await shares.forcedTransfer(from, bob, id, BigInt(below(Number(await shares.balanceOf(from, id)) + 1)));
    },
    async () => distributions.push((await all.declare(TOWER, BigInt(1 + below(3)))).distribution),
    async () => all.deposit(pick(mine), BigInt(1 + below(500))),
    async () => {
      const wallet = pick(mine);
      const { deposited } = await desk.cashOf(wallet, currency);
      if (deposited > 0n) await desk.connect(wallet).requestWithdrawal(currency, BigInt(1 + below(Number(deposited))));
    },
  ];

  for (let step = 0; step < 25; ++step) {
    if (below(4) !== 0 || reserve.length === 0) {
      await pick(acts)();
      continue;
    }

    const before = await possessions(all, keys, distributions);
    const later = (await networkHelpers.time.latest()) + below(Number(LOCK_UP)) + 100;
    const snapshot = await networkHelpers.takeSnapshot();
    const youngAsEver = await youngAt(all, later);
    await snapshot.restore();
    const wallet = pick(mine);
    const others = mine.filter((each) => each !== wallet);
    const successor = others.length > 0 && below(3) === 0 ? pick(others) : reserve.shift();
    if (successor === undefined) throw new Error("no wallet is left");
    await investors.recover(wallet, successor);
    mine.splice(mine.indexOf(wallet), 1);
    if (!mine.includes(successor)) mine.push(successor);
    lost.push(wallet);
    expect(await possessions(all, keys, distributions), "after the recovery").to.deep.equal(before);

    for (const page of below(2) === 0 ? [[TOWER, VILLA]] : [[VILLA], [TOWER]]) {
      await shares.connect(bob).recoverPositions(wallet, page);
      expect(await possessions(all, keys, distributions), "after a page").to.deep.equal(before);
    }
    await desk.connect(bob).recoverCash(currency, wallet);
    expect(await possessions(all, keys, distributions), "after the cash").to.deep.equal(before);
    for (const each of lost) {
      for (const id of [TOWER, VILLA]) expect(await shares.balanceOf(each, id)).to.equal(0n);
    }
    expect(await youngAt(all, later), "what is young, at the same second, without and with the loss").to.deep.equal(
      youngAsEver,
    );
    if (distributions.length > 0 && below(2) === 0) {
      await all.income.claimMany(pick(distributions), [wallet, successor]);
      expect((await possessions(all, keys, distributions)).income, "paid or due").to.equal(before.income);
    }
  }
  for (const distribution of distributions) await all.income.claimMany(distribution, keys);
  const paid = await Promise.all(keys.map((key) => all.income.payableTo(distributions[0] ?? 1n, key).catch(() => 0n)));
  expect(paid.every((due) => due === 0n)).to.equal(true);
}

/** How many of alice's shares are young at an instant, to which time goes on. */
async function youngAt({ rules, investors, investor }: RecoveryWorld, instant: number) {
  await networkHelpers.time.increaseTo(instant);
  const number = await investors.numberOf(investor);
  return Promise.all([TOWER, VILLA].map(async (id) => (await rules.totalOf(id, number)).young));
}

/** What alice has, over all the wallets that she ever had or may yet have. */
async function possessions(all: RecoveryWorld, keys: RecoveryWorld["more"], distributions: readonly bigint[]) {
  const { shares, rules, investors, desk, income, offering, currency, dollar, investor } = all;
  const sum = async (ask: (wallet: string) => Promise<bigint>) =>
    (await Promise.all(keys.map(({ address }) => ask(address)))).reduce((one, other) => one + other, 0n);
  const number = await investors.numberOf(investor);

  const held = await Promise.all(
    [TOWER, VILLA].map(async (id) => ({
      balance: await sum((wallet) => shares.balanceOf(wallet, id)),
      frozen: await sum((wallet) => shares.getFrozenTokens(wallet, id)),
      locked: await sum((wallet) => shares.lockedOf(wallet, id)),
      total: (await rules.totalOf(id, number)).total,
      holders: await rules.holdersOf(id),
      records: await Promise.all(
        Array.from({ length: Number(await shares.recordCount(id)) }, (_, record) =>
          sum((wallet) => shares.balanceOfAt(wallet, id, record)),
        ),
      ),
    })),
  );
  const due = await Promise.all(distributions.map((each) => sum((wallet) => income.payableTo(each, wallet))));
  const paid = await sum((wallet) => dollar.balanceOf(wallet));
  return {
    held,
    income: due.reduce((one, other) => one + other, paid),
    cash: await sum(async (wallet) => {
      const { deposited, leaving } = await desk.cashOf(wallet, currency);
      return deposited + leaving;
    }),
    entitlement: await sum((wallet) => offering.entitlementOf(1n, wallet)),
  };
}

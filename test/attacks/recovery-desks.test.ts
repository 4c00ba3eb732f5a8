import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { signedAlone } from "../../sdk/signed-trade.ts";
import { planBatch } from "../helpers/batch.ts";
import { FAR_FUTURE, FLAG } from "../helpers/books.ts";
import { netVector } from "../helpers/net-vector.ts";
import {
  deployOffered,
  deployRecovered,
  deployRecoveryWorld,
  HOUSE,
  LOCK_UP,
  type RecoveryWorld,
  TOWER,
} from "../helpers/recovery-world.ts";
import { type Mandate, signMandate, signOrder } from "../helpers/settlement-types.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const RETIRED = { sender: 18n, receiver: 19n };
const world = () => deployRecoveryWorld(connection);
const recovered = () => deployRecovered(connection);
const offered = () => deployOffered(connection);

function mandateOf({ currency }: RecoveryWorld, account: string, nonce = 1n): Mandate {
  const limits = [{ asset: TOWER, maxIn: 50n, maxOut: 50n, maxBuyPrice: 100n, minSellPrice: 1n }];
  const most = 1_000n;
  return { account, currency, maxCashOut: most, lossAllowance: most, feeCap: 0n, expiry: FAR_FUTURE, nonce, limits };
}

async function register(all: RecoveryWorld, holder: RecoveryWorld["alice"]) {
  const mandate = mandateOf(all, holder.address);
  await all.desk.registerMandate(mandate, await signMandate(holder, all.domain, mandate));
}

async function unlockOf({ desk, currency }: RecoveryWorld, account: string) {
  return (await desk.cashOf(account, currency)).unlocksAt;
}

describe("Recovery of lost wallets at the desks (I-12)", () => {
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
});

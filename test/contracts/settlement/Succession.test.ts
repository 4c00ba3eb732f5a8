import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { planBatch } from "../../helpers/batch.ts";
import { type Moves, netVector } from "../../helpers/net-vector.ts";
import {
  CASH_EACH,
  DESK_ROLE,
  DOLLAR,
  deployFourHolders,
  deploySettlementDesk,
  LOCKER_ROLE,
  OPERATOR_ROLE,
  SHARES_EACH,
  TOWER,
} from "../../helpers/settlement-suite.ts";
import { settlementDomain, signMandate } from "../../helpers/settlement-types.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

/** A second desk for the same register, with every role of the first. It is not named yet. */
async function twoDesks() {
  const suite = await deployFourHolders(connection);
  const { authority, shares, investors, dollar, desk, alice, operator } = suite;
  const next = await deploySettlementDesk(connection, [await authority.getAddress(), await shares.getAddress()]);
  await next.allowCurrency(dollar.target, 1n);
  await investors.setProtocolAddress(next.target, true);
  for (const role of [DESK_ROLE, LOCKER_ROLE]) await authority.grantRole(role, next.target, 0n);
  const selectors = (["openBatch", "settleChunk"] as const).map((name) => next.interface.getFunction(name).selector);
  await authority.setTargetFunctionRole(next.target, selectors, OPERATOR_ROLE);
  await desk.connect(alice).lockShares(TOWER, SHARES_EACH);
  return { ...suite, next, operator };
}

async function named() {
  const suite = await twoDesks();
  await suite.desk.setSuccessor(suite.next.target);
  return suite;
}

describe("SettlementDesk: succession", () => {
  describe("setSuccessor", () => {
    it("names the desk that follows, and takes the name back", async () => {
      const { desk, next } = await networkHelpers.loadFixture(twoDesks);

      await expect(desk.setSuccessor(next.target)).to.emit(desk, "SuccessorSet").withArgs(next.target);
      expect(await desk.successor()).to.equal(next.target);
      await desk.setSuccessor(ZeroAddress);
      expect(await desk.successor()).to.equal(ZeroAddress);
    });

    it("is for the admin", async () => {
      const { desk, next, operator } = await networkHelpers.loadFixture(twoDesks);

      await expect(desk.connect(operator).setSuccessor(next.target))
        .to.be.revertedWithCustomError(desk, "AccessManagedUnauthorized")
        .withArgs(operator.address);
    });

    it("rejects itself, what is no contract, and a desk of another register", async () => {
      const { desk, authority, alice, dollar } = await networkHelpers.loadFixture(twoDesks);
      const stranger = await deploySettlementDesk(connection, [await authority.getAddress(), dollar.target.toString()]);

      for (const other of [desk.target, alice.address, stranger.target]) {
        await expect(desk.setSuccessor(other))
          .to.be.revertedWithCustomError(desk, "SettlementDeskInvalidSuccessor")
          .withArgs(other);
      }
    });
  });

  describe("migrate", () => {
    it("takes all cash of its owner along, on leave or not, without waiting", async () => {
      const { desk, next, dollar, alice, currency } = await networkHelpers.loadFixture(named);
      await desk.connect(alice).requestWithdrawal(currency, 7n * DOLLAR);

      await expect(desk.connect(alice).migrate(currency))
        .to.emit(desk, "CashMigrated")
        .withArgs(alice.address, currency, next.target, CASH_EACH)
        .and.to.emit(next, "Deposited")
        .withArgs(alice.address, currency, CASH_EACH);

      expect((await desk.cashOf(alice.address, currency)).slice(0, 2)).to.deep.equal([0n, 0n]);
      expect(await next.cashOf(alice.address, currency)).to.deep.equal([CASH_EACH, 0n, 0n]);
      expect(await dollar.balanceOf(desk.target)).to.equal(3n * CASH_EACH);
      expect(await dollar.balanceOf(next.target)).to.equal(CASH_EACH);
      expect(await dollar.allowance(desk.target, next.target)).to.equal(0n);
    });

    it("has nowhere to go before the admin names a desk, and nothing to take twice", async () => {
      const { desk, next, alice, currency } = await networkHelpers.loadFixture(twoDesks);

      await expect(desk.connect(alice).migrate(currency)).to.be.revertedWithCustomError(
        desk,
        "SettlementDeskNoSuccessor",
      );
      await desk.setSuccessor(next.target);
      await desk.connect(alice).migrate(currency);
      await expect(desk.connect(alice).migrate(currency)).to.be.revertedWithCustomError(
        desk,
        "SettlementDeskZeroAmount",
      );
    });

    it("leaves the cash where it is if the other desk does not take it", async () => {
      const { desk, next, alice, currency, giveCash, dollar } = await networkHelpers.loadFixture(named);
      const coin = await ethers.deployContract("TestDollar", [alice.address]);
      await desk.allowCurrency(coin.target, 1n);
      await coin.connect(alice).mint(alice.address, 5n);
      await coin.connect(alice).approve(desk.target, 5n);
      await desk.connect(alice).deposit(coin.target, 5n);

      await expect(desk.connect(alice).migrate(coin.target))
        .to.be.revertedWithCustomError(next, "SettlementDeskCurrencyUnknown")
        .withArgs(coin.target);
      await next.allowCurrency(coin.target, 10n);
      await expect(desk.connect(alice).migrate(coin.target))
        .to.be.revertedWithCustomError(next, "SettlementDeskNotWholeUnits")
        .withArgs(5n, 10n);
      expect((await desk.cashOf(alice.address, coin.target)).deposited).to.equal(5n);
      await giveCash(alice, DOLLAR);
      expect((await desk.cashOf(alice.address, currency)).deposited).to.equal(CASH_EACH + DOLLAR);
      expect(await dollar.balanceOf(next.target)).to.equal(0n);
    });

    it("undoes all if the other desk does not take exactly what it is given", async () => {
      const { desk, shares, alice, currency } = await networkHelpers.loadFixture(twoDesks);
      const idle = await ethers.deployContract("MockIdleDesk", [shares.target]);
      await desk.setSuccessor(idle.target);

      await expect(desk.connect(alice).migrate(currency))
        .to.be.revertedWithCustomError(desk, "SettlementDeskMigrationFailed")
        .withArgs(idle.target, CASH_EACH);
      expect((await desk.cashOf(alice.address, currency)).deposited).to.equal(CASH_EACH);
    });

    it("is not for who has the key of a lost wallet", async () => {
      const { desk, investors, alice, holders, currency } = await networkHelpers.loadFixture(named);
      const spare = holders[4];
      if (spare === undefined) throw new Error("the chain has more accounts");
      await investors.recover(alice.address, spare.address);

      await expect(desk.connect(alice).migrate(currency))
        .to.be.revertedWithCustomError(desk, "SettlementDeskAccountLost")
        .withArgs(alice.address, spare.address);
      await desk.recoverCash(currency, alice.address);
      await desk.connect(spare).migrate(currency);
    });
  });

  describe("depositFor", () => {
    it("gives the caller's money to the account that it names", async () => {
      const { next, dollar, alice, bob, currency } = await networkHelpers.loadFixture(twoDesks);
      await dollar.mint(bob.address, 3n * DOLLAR);
      await dollar.connect(bob).approve(next.target, 3n * DOLLAR);

      await next.connect(bob).depositFor(currency, alice.address, 3n * DOLLAR);

      expect((await next.cashOf(alice.address, currency)).deposited).to.equal(3n * DOLLAR);
      expect((await next.cashOf(bob.address, currency)).deposited).to.equal(0n);
    });
  });

  describe("shares and signatures", () => {
    it("gives locked shares back at once, to be locked at the other desk", async () => {
      const { desk, next, shares, alice } = await networkHelpers.loadFixture(named);
      await desk.connect(alice).requestUnlock(TOWER, 10n);

      await expect(desk.connect(alice).unlockShares(TOWER))
        .to.emit(desk, "SharesUnlocked")
        .withArgs(alice.address, TOWER, SHARES_EACH);
      await next.connect(alice).lockShares(TOWER, SHARES_EACH);

      expect((await next.locksOf(alice.address, TOWER)).locked).to.equal(SHARES_EACH);
      expect((await desk.locksOf(alice.address, TOWER)).locked).to.equal(0n);
      expect(await shares.lockedOf(alice.address, TOWER)).to.equal(SHARES_EACH);
    });

    it("takes no mandate along, and settles beside the old desk with a new one", async () => {
      const { desk, next, alice, bob, currency, operator, open, settle, mandateOf, domain, shares } =
        await networkHelpers.loadFixture(named);
      await desk.connect(alice).migrate(currency);
      const old = mandateOf(alice.address, { nonce: 2n });
      const signature = await signMandate(alice, domain, old);

      await expect(next.registerMandate(old, signature))
        .to.be.revertedWithCustomError(next, "SettlementDeskSignatureInvalid")
        .withArgs(alice.address, await next.hashMandate(old));

      const there = settlementDomain(await next.getAddress(), (await ethers.provider.getNetwork()).chainId);
      for (const holder of [alice, bob]) {
        const mandate = mandateOf(holder.address, { nonce: 2n });
        await next.registerMandate(mandate, await signMandate(holder, there, mandate));
      }
      const buys = (quantity: bigint): Moves => ({
        cash: [
          [alice.address, -quantity * 10n * DOLLAR],
          [bob.address, quantity * 10n * DOLLAR],
        ],
        shares: [
          [TOWER, alice.address, quantity],
          [TOWER, bob.address, -quantity],
        ],
      });

      const atNext = planBatch(1n, [netVector(currency, buys(3n))]);
      const [planned] = atNext.chunks;
      if (planned === undefined) throw new Error("planned with one chunk");
      await next.connect(operator).openBatch(atNext.header);
      await next.connect(operator).settleChunk(planned.chunk, planned.proof, planned.vector, []);
      await open(planBatch(1n, [netVector(currency, { cash: [], shares: [] })]));
      await settle(planBatch(1n, [netVector(currency, { cash: [], shares: [] })]).chunks[0]);

      expect(await shares.balanceOf(alice.address, TOWER)).to.equal(SHARES_EACH + 3n);
      expect((await next.cashOf(bob.address, currency)).deposited).to.equal(30n * DOLLAR);
      expect((await desk.cashOf(bob.address, currency)).deposited).to.equal(CASH_EACH);
    });
  });
});

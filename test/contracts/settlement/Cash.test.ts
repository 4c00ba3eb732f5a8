import { expect } from "chai";
import { MaxUint256, Signature, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { planBatch } from "../../helpers/batch.ts";
import { netVector } from "../../helpers/net-vector.ts";
import { CASH_EACH, DOLLAR, deployFourHolders, OPERATOR_ROLE } from "../../helpers/settlement-suite.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const HOUR = 3_600n;
const TRILLION = 10n ** 12n;

async function fourHolders() {
  return deployFourHolders(connection);
}

describe("SettlementDesk: cash", () => {
  describe("allowCurrency", () => {
    it("fixes the engine unit of a currency for good", async () => {
      const { desk, dollar } = await networkHelpers.loadFixture(fourHolders);
      const coin = await ethers.deployContract("MockReentrantCurrency");
      const coinAddress = await coin.getAddress();

      await expect(desk.allowCurrency(coinAddress, TRILLION))
        .to.emit(desk, "CurrencyAllowed")
        .withArgs(coinAddress, TRILLION);

      expect(await desk.engineUnit(coinAddress)).to.equal(TRILLION);
      await expect(desk.allowCurrency(dollar.target, 10n))
        .to.be.revertedWithCustomError(desk, "SettlementDeskCurrencySet")
        .withArgs(dollar.target, 1n);
    });

    for (const unit of [0n, 2n, 20n, 11n]) {
      it(`rejects ${unit} as an engine unit, because it is no power of ten`, async () => {
        const { desk, shares } = await networkHelpers.loadFixture(fourHolders);

        await expect(desk.allowCurrency(shares.target, unit))
          .to.be.revertedWithCustomError(desk, "SettlementDeskInvalidCurrency")
          .withArgs(shares.target, unit);
      });
    }

    it("rejects a currency without code", async () => {
      const { desk, outsider } = await networkHelpers.loadFixture(fourHolders);

      await expect(desk.allowCurrency(outsider.address, 1n))
        .to.be.revertedWithCustomError(desk, "SettlementDeskInvalidCurrency")
        .withArgs(outsider.address, 1n);
    });

    it("is not for everybody", async () => {
      const { desk, shares, outsider } = await networkHelpers.loadFixture(fourHolders);

      await expect(desk.connect(outsider).allowCurrency(shares.target, 1n))
        .to.be.revertedWithCustomError(desk, "AccessManagedUnauthorized")
        .withArgs(outsider.address);
    });
  });

  describe("deposit", () => {
    it("books what it received", async () => {
      const { desk, dollar, alice } = await networkHelpers.loadFixture(fourHolders);
      await dollar.mint(alice.address, 7n);

      await expect(desk.connect(alice).deposit(dollar.target, 7n))
        .to.emit(desk, "Deposited")
        .withArgs(alice.address, dollar.target, 7n);

      expect(await desk.cashOf(alice.address, dollar.target)).to.deep.equal([CASH_EACH + 7n, 0n, 0n]);
    });

    it("books only what arrives of a currency that keeps a fee", async () => {
      const { desk, alice } = await networkHelpers.loadFixture(fourHolders);
      const coin = await ethers.deployContract("MockFeeCurrency", [100n]);
      const coinAddress = await coin.getAddress();
      await desk.allowCurrency(coinAddress, TRILLION);
      await coin.mint(alice.address, 1_000n * TRILLION);
      await coin.connect(alice).approve(desk.target, MaxUint256);

      await desk.connect(alice).deposit(coinAddress, 1_000n * TRILLION);

      expect(await desk.cashOf(alice.address, coinAddress)).to.deep.equal([990n, 0n, 0n]);
      expect(await coin.balanceOf(desk.target)).to.equal(990n * TRILLION);
    });

    it("rejects what is not a whole number of engine units when it arrives", async () => {
      const { desk, alice } = await networkHelpers.loadFixture(fourHolders);
      const coin = await ethers.deployContract("MockFeeCurrency", [100n]);
      const coinAddress = await coin.getAddress();
      await desk.allowCurrency(coinAddress, TRILLION);
      await coin.mint(alice.address, 150n * TRILLION);
      await coin.connect(alice).approve(desk.target, MaxUint256);

      // 1.5 of 150 stay behind as a fee.
      await expect(desk.connect(alice).deposit(coinAddress, 150n * TRILLION))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNotWholeUnits")
        .withArgs((297n * TRILLION) / 2n, TRILLION);
    });

    it("rejects one base unit more than a whole engine unit", async () => {
      const { desk, alice } = await networkHelpers.loadFixture(fourHolders);
      const coin = await ethers.deployContract("MockReentrantCurrency");
      const coinAddress = await coin.getAddress();
      await desk.allowCurrency(coinAddress, TRILLION);
      await coin.mint(alice.address, TRILLION + 1n);
      await coin.connect(alice).approve(desk.target, MaxUint256);

      await expect(desk.connect(alice).deposit(coinAddress, TRILLION + 1n))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNotWholeUnits")
        .withArgs(TRILLION + 1n, TRILLION);
    });

    it("rejects what 64 bits cannot hold, at once and added up", async () => {
      const { desk, dollar, alice } = await networkHelpers.loadFixture(fourHolders);
      await dollar.mint(alice.address, 2n ** 64n);

      await expect(desk.connect(alice).deposit(dollar.target, 2n ** 64n))
        .to.be.revertedWithCustomError(desk, "SettlementDeskTooLarge")
        .withArgs(2n ** 64n);
      await expect(desk.connect(alice).deposit(dollar.target, 2n ** 64n - CASH_EACH))
        .to.be.revertedWithCustomError(desk, "SettlementDeskTooLarge")
        .withArgs(2n ** 64n);
      await desk.connect(alice).deposit(dollar.target, 2n ** 64n - CASH_EACH - 1n);
    });

    it("rejects nothing, and currencies it does not know", async () => {
      const { desk, dollar, alice } = await networkHelpers.loadFixture(fourHolders);
      const coin = await ethers.deployContract("MockReentrantCurrency");
      const coinAddress = await coin.getAddress();

      await expect(desk.connect(alice).deposit(dollar.target, 0n)).to.be.revertedWithCustomError(
        desk,
        "SettlementDeskZeroAmount",
      );
      await expect(desk.connect(alice).deposit(coinAddress, 0n))
        .to.be.revertedWithCustomError(desk, "SettlementDeskCurrencyUnknown")
        .withArgs(coinAddress);
    });

    it("takes no notice of what is sent to it without a deposit", async () => {
      const { desk, dollar, alice } = await networkHelpers.loadFixture(fourHolders);
      await dollar.mint(desk.target, 1_000n);

      expect((await desk.cashOf(alice.address, dollar.target)).deposited).to.equal(CASH_EACH);
    });
  });

  describe("depositWithPermit", () => {
    async function permitted() {
      const suite = await fourHolders();
      const { dollar, desk, alice } = suite;
      await dollar.mint(alice.address, DOLLAR);
      await dollar.connect(alice).approve(desk.target, 0n);
      const domain = {
        name: "Test Dollar",
        version: "1",
        chainId: 31337n,
        verifyingContract: await dollar.getAddress(),
      };
      const types = {
        Permit: ["owner", "spender", "value", "nonce", "deadline"].map((name, i) => ({
          name,
          type: i < 2 ? "address" : "uint256",
        })),
      };
      const values = { owner: alice.address, spender: desk.target, value: DOLLAR, nonce: 0n, deadline: MaxUint256 };
      return { ...suite, permit: Signature.from(await alice.signTypedData(domain, types, values)) };
    }

    it("needs no approval before", async () => {
      const { desk, dollar, alice, permit } = await networkHelpers.loadFixture(permitted);

      await desk.connect(alice).depositWithPermit(dollar.target, DOLLAR, MaxUint256, permit.v, permit.r, permit.s);

      expect((await desk.cashOf(alice.address, dollar.target)).deposited).to.equal(CASH_EACH + DOLLAR);
      expect(await dollar.allowance(alice.address, desk.target)).to.equal(0n);
    });

    it("works also if somebody else sent the permit first", async () => {
      const { desk, dollar, alice, outsider, permit } = await networkHelpers.loadFixture(permitted);
      await dollar
        .connect(outsider)
        .permit(alice.address, desk.target, DOLLAR, MaxUint256, permit.v, permit.r, permit.s);

      await desk.connect(alice).depositWithPermit(dollar.target, DOLLAR, MaxUint256, permit.v, permit.r, permit.s);

      expect((await desk.cashOf(alice.address, dollar.target)).deposited).to.equal(CASH_EACH + DOLLAR);
    });

    it("fails with an invalid permit for lack of allowance", async () => {
      const { desk, dollar, alice, permit } = await networkHelpers.loadFixture(permitted);

      await expect(desk.connect(alice).depositWithPermit(dollar.target, DOLLAR, 0n, permit.v, permit.r, permit.s))
        .to.be.revertedWithCustomError(dollar, "ERC20InsufficientAllowance")
        .withArgs(desk.target, 0n, DOLLAR);
    });
  });

  describe("withdraw", () => {
    async function leaving() {
      const suite = await fourHolders();
      await suite.desk.connect(suite.alice).requestWithdrawal(suite.dollar.target, DOLLAR);
      return { ...suite, unlocksAt: BigInt(await networkHelpers.time.latest()) + HOUR };
    }

    it("pays an hour after the request, not a second earlier", async () => {
      const { desk, dollar, alice, unlocksAt } = await networkHelpers.loadFixture(leaving);

      await networkHelpers.time.setNextBlockTimestamp(unlocksAt - 1n);
      await expect(desk.connect(alice).withdraw(dollar.target))
        .to.be.revertedWithCustomError(desk, "SettlementDeskStillLocked")
        .withArgs(alice.address, dollar.target, unlocksAt);

      await networkHelpers.time.setNextBlockTimestamp(unlocksAt);
      await expect(desk.connect(alice).withdraw(dollar.target))
        .to.emit(desk, "Withdrawn")
        .withArgs(alice.address, dollar.target, DOLLAR);
      expect(await dollar.balanceOf(alice.address)).to.equal(DOLLAR);
      expect((await desk.cashOf(alice.address, dollar.target)).leaving).to.equal(0n);
    });

    it("pays once", async () => {
      const { desk, dollar, alice, unlocksAt } = await networkHelpers.loadFixture(leaving);
      await networkHelpers.time.setNextBlockTimestamp(unlocksAt);
      await desk.connect(alice).withdraw(dollar.target);

      await expect(desk.connect(alice).withdraw(dollar.target)).to.be.revertedWithCustomError(
        desk,
        "SettlementDeskZeroAmount",
      );
    });

    it("needs no operator, no admin and no register", async () => {
      const { desk, dollar, authority, shares, operator, admin, alice, unlocksAt } =
        await networkHelpers.loadFixture(leaving);
      await shares.pause();
      await authority.revokeRole(OPERATOR_ROLE, operator.address);
      await authority.renounceRole(0n, admin.address);

      await desk.connect(alice).requestWithdrawal(dollar.target, CASH_EACH - DOLLAR);
      await networkHelpers.time.setNextBlockTimestamp(unlocksAt + HOUR);
      await desk.connect(alice).withdraw(dollar.target);

      expect(await dollar.balanceOf(alice.address)).to.equal(CASH_EACH);
    });

    it("waits anew for everything after a further request", async () => {
      const { desk, dollar, alice, unlocksAt } = await networkHelpers.loadFixture(leaving);
      await networkHelpers.time.setNextBlockTimestamp(unlocksAt - 10n);

      await expect(desk.connect(alice).requestWithdrawal(dollar.target, 5n))
        .to.emit(desk, "WithdrawalRequested")
        .withArgs(alice.address, dollar.target, 5n, unlocksAt - 10n + HOUR);

      expect(await desk.cashOf(alice.address, dollar.target)).to.deep.equal([
        CASH_EACH - DOLLAR - 5n,
        DOLLAR + 5n,
        unlocksAt - 10n + HOUR,
      ]);
    });

    it("pays out engine units in base units", async () => {
      const { desk, alice } = await networkHelpers.loadFixture(fourHolders);
      const coin = await ethers.deployContract("MockReentrantCurrency");
      const coinAddress = await coin.getAddress();
      await desk.allowCurrency(coinAddress, TRILLION);
      await coin.mint(alice.address, 3n * TRILLION);
      await coin.connect(alice).approve(desk.target, MaxUint256);
      await desk.connect(alice).deposit(coinAddress, 3n * TRILLION);

      await expect(desk.connect(alice).requestWithdrawal(coinAddress, TRILLION + 1n))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNotWholeUnits")
        .withArgs(TRILLION + 1n, TRILLION);
      await desk.connect(alice).requestWithdrawal(coinAddress, 2n * TRILLION);
      await networkHelpers.time.increase(HOUR);
      await desk.connect(alice).withdraw(coinAddress);

      expect(await coin.balanceOf(alice.address)).to.equal(2n * TRILLION);
    });

    it("rejects a request for one unit more than is there, and for nothing", async () => {
      const { desk, dollar, alice } = await networkHelpers.loadFixture(leaving);

      await expect(desk.connect(alice).requestWithdrawal(dollar.target, CASH_EACH - DOLLAR + 1n))
        .to.be.revertedWithCustomError(desk, "SettlementDeskCashTooSmall")
        .withArgs(alice.address, dollar.target, 1n);
      await expect(desk.connect(alice).requestWithdrawal(dollar.target, 0n)).to.be.revertedWithCustomError(
        desk,
        "SettlementDeskZeroAmount",
      );
      await expect(desk.connect(alice).requestWithdrawal(ZeroAddress, 1n))
        .to.be.revertedWithCustomError(desk, "SettlementDeskCurrencyUnknown")
        .withArgs(ZeroAddress);
    });

    it("leaves a blacklisted account's cash where it is, for later", async () => {
      const { desk, dollar, alice, unlocksAt } = await networkHelpers.loadFixture(leaving);
      await dollar.blacklist(alice.address, true);
      await networkHelpers.time.increaseTo(unlocksAt);

      await expect(desk.connect(alice).withdraw(dollar.target))
        .to.be.revertedWithCustomError(dollar, "TestDollarBlacklisted")
        .withArgs(alice.address);

      expect((await desk.cashOf(alice.address, dollar.target)).leaving).to.equal(DOLLAR);
    });
  });

  describe("cash on leave", () => {
    async function allLeaving() {
      const suite = await fourHolders();
      const { desk, dollar, alice, bob, currency, open } = suite;
      const cash = [
        [alice.address, -DOLLAR],
        [bob.address, DOLLAR],
      ] as const;
      // Bought shares make the cash worth it to alice: one share at most at 11 dollars.
      const shares = [
        [1685n, alice.address, 1n],
        [1685n, bob.address, -1n],
      ] as const;
      await suite.giveMandate(bob, { nonce: 2n, lossAllowance: 100n * DOLLAR });
      const batch = planBatch(1n, [netVector(currency, { cash, shares })]);
      await open(batch);
      await desk.connect(alice).requestWithdrawal(dollar.target, CASH_EACH);
      return { ...suite, batch, unlocksAt: BigInt(await networkHelpers.time.latest()) + HOUR };
    }

    it("still covers a chunk that was on its way", async () => {
      const { desk, dollar, settle, alice, batch, unlocksAt } = await networkHelpers.loadFixture(allLeaving);
      await networkHelpers.time.setNextBlockTimestamp(unlocksAt - 1n);

      await settle(batch.chunks[0]);

      expect(await desk.cashOf(alice.address, dollar.target)).to.deep.equal([0n, CASH_EACH - DOLLAR, unlocksAt]);
    });

    it("is out of reach from the second in which it unlocks", async () => {
      const { desk, dollar, settle, alice, batch, unlocksAt } = await networkHelpers.loadFixture(allLeaving);
      await networkHelpers.time.setNextBlockTimestamp(unlocksAt);

      await expect(settle(batch.chunks[0]))
        .to.be.revertedWithCustomError(desk, "SettlementDeskCashTooSmall")
        .withArgs(alice.address, dollar.target, DOLLAR);
    });
  });
});

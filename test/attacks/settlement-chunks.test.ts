import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { network } from "hardhat";
import { planBatch } from "../helpers/batch.ts";
import { deployChunks, TEN } from "../helpers/chunk-world.ts";
import { type Moves, netVector } from "../helpers/net-vector.ts";
import {
  CASH_EACH,
  DOLLAR,
  deploySettlementDesk,
  OPERATOR_ROLE,
  SHARES_EACH,
  TOWER,
  VILLA,
} from "../helpers/settlement-suite.ts";
import { signMandate } from "../helpers/settlement-types.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const HOUR = 3_600n;
const DAY = 86_400n;
const [SENDER_FROZEN, RECEIVER_FROZEN] = [16n, 17n];

async function fourHolders() {
  return deployChunks(connection);
}

type World = Awaited<ReturnType<typeof fourHolders>>;

/** Cash alone, from alice to bob. */
const cashOnly = ({ alice, bob }: World, units: bigint): Moves => ({
  cash: [
    [alice.address, -units],
    [bob.address, units],
  ],
  shares: [],
});

describe("Attacks on chunks", () => {
  describe("two mandates of one account", () => {
    it("never add up: what the newer one has left is all there is", async () => {
      const world = await networkHelpers.loadFixture(fourHolders);
      const { desk, currency, opened, aliceAndBob, giveMandate, alice } = world;
      const limits = [{ asset: TOWER, maxIn: 3n, maxOut: 0n, maxBuyPrice: TEN, minSellPrice: 0n }];
      const buying = (shares: bigint) => netVector(currency, aliceAndBob(shares, -shares * TEN));
      await giveMandate(alice, { nonce: 2n, limits });
      const settle = await opened(buying(4n), buying(3n));

      await expect(settle(0))
        .to.be.revertedWithCustomError(desk, "SettlementDeskTooManySharesIn")
        .withArgs(alice.address, TOWER, 4n, 3n);
      await settle(1);
      expect((await desk.mandateLimit(alice.address, currency, TOWER)).inLeft).to.equal(0n);
    });

    it("cannot take turns: the older one does not come back, used or not", async () => {
      const { desk, currency, domain, mandateOf, giveMandate, alice } = await networkHelpers.loadFixture(fourHolders);
      const kept = mandateOf(alice.address, { nonce: 5n });
      const signature = await signMandate(alice, domain, kept);
      await giveMandate(alice, { nonce: 6n });

      await expect(desk.registerMandate(kept, signature))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNonceTooLow")
        .withArgs(alice.address, currency, 5n, 6n);
    });

    it("are one per desk: the batch of one desk moves nothing on another", async () => {
      const { authority, shares, operator, dollar, currency, vector, alice } =
        await networkHelpers.loadFixture(fourHolders);
      const second = await deploySettlementDesk(connection, [await authority.getAddress(), await shares.getAddress()]);
      await second.allowCurrency(dollar.target, 1n);
      const selectors = (["openBatch", "settleChunk"] as const).map(
        (name) => second.interface.getFunction(name).selector,
      );
      await authority.setTargetFunctionRole(second.target, selectors, OPERATOR_ROLE);
      const batch = planBatch(1n, [vector]);
      await second.connect(operator).openBatch(batch.header);
      const [planned] = batch.chunks;
      if (planned === undefined) throw new Error("planned with one chunk");

      await expect(second.connect(operator).settleChunk(planned.chunk, planned.proof, planned.vector, []))
        .to.be.revertedWithCustomError(second, "SettlementDeskMandateMissing")
        .withArgs(alice.address, currency);
    });
  });

  describe("an operator who is in league with a party", () => {
    it("gets out of the other one its fee cap and loss allowance, over however many chunks and batches, and no unit more", async () => {
      const world = await networkHelpers.loadFixture(fourHolders);
      const { desk, operator, currency, opened, giveMandate, alice } = world;
      await giveMandate(alice, { nonce: 2n, feeCap: 3n, lossAllowance: 7n });
      const theft = (units: bigint) => netVector(currency, cashOnly(world, units));
      let settle = await opened(theft(4n), theft(4n));
      await settle(0);
      await settle(1);
      settle = await opened(theft(3n), theft(2n), theft(1n));

      await expect(settle(0))
        .to.be.revertedWithCustomError(desk, "SettlementDeskShortOfPrices")
        .withArgs(alice.address, 3n, 2n);
      await settle(1);
      await expect(settle(2))
        .to.be.revertedWithCustomError(desk, "SettlementDeskShortOfPrices")
        .withArgs(alice.address, 1n, 0n);
      await desk.connect(operator).closeBatch();
      expect((await desk.cashOf(alice.address, currency)).deposited).to.equal(CASH_EACH - 10n);
    });

    it("sells to the other one at the highest price it signed, and not a unit above, as often as it signed shares", async () => {
      const { desk, currency, opened, aliceAndBob, giveMandate, alice } = await networkHelpers.loadFixture(fourHolders);
      const highest = 11n * DOLLAR;
      const limits = [{ asset: TOWER, maxIn: 2n, maxOut: 0n, maxBuyPrice: highest, minSellPrice: 0n }];
      await giveMandate(alice, { nonce: 2n, limits });
      const buying = (price: bigint) => netVector(currency, aliceAndBob(1n, -price));
      const settle = await opened(buying(highest + 1n), buying(highest), buying(highest), buying(1n));

      await expect(settle(0))
        .to.be.revertedWithCustomError(desk, "SettlementDeskShortOfPrices")
        .withArgs(alice.address, 1n, 0n);
      await settle(1);
      await settle(2);
      await expect(settle(3))
        .to.be.revertedWithCustomError(desk, "SettlementDeskTooManySharesIn")
        .withArgs(alice.address, TOWER, 1n, 0n);
    });

    it("posts a chunk again in another batch only as far as everybody's mandate reaches", async () => {
      const { desk, operator, currency, opened, vector, giveMandate, alice } =
        await networkHelpers.loadFixture(fourHolders);
      const limits = [{ asset: TOWER, maxIn: 20n, maxOut: 0n, maxBuyPrice: TEN, minSellPrice: 0n }];
      await giveMandate(alice, { nonce: 2n, limits });
      await (await opened(vector))(0);
      await (await opened(vector))(0);

      await expect((await opened(vector))(0))
        .to.be.revertedWithCustomError(desk, "SettlementDeskTooManySharesIn")
        .withArgs(alice.address, TOWER, 10n, 0n);
      await desk.connect(operator).closeBatch();
      expect((await desk.mandateCash(alice.address, currency)).cashOutLeft).to.equal(CASH_EACH - 20n * TEN);
    });

    it("cannot spend the deposit of somebody who only sells", async () => {
      const world = await networkHelpers.loadFixture(fourHolders);
      const { desk, currency, opened, giveMandate, alice } = world;
      await giveMandate(alice, { nonce: 2n, maxCashOut: 0n, lossAllowance: 100n });

      await expect((await opened(netVector(currency, cashOnly(world, 1n))))(0))
        .to.be.revertedWithCustomError(desk, "SettlementDeskTooMuchCashOut")
        .withArgs(alice.address, 1n, 0n);
    });
  });

  describe("an operator who is gone", () => {
    it("keeps nobody: mandates end at once, cash leaves after an hour, anybody closes the batch after a day", async () => {
      const { desk, dollar, currency, opened, vector, outsider, alice, bob, carol, dave } =
        await networkHelpers.loadFixture(fourHolders);
      await opened(vector);
      const since = await networkHelpers.time.latest();

      for (const holder of [alice, bob, carol, dave]) {
        await desk.connect(holder).revokeMandates(currency, MaxUint256 >> 192n);
        await desk.connect(holder).requestWithdrawal(currency, CASH_EACH);
      }
      await networkHelpers.time.increase(HOUR);
      for (const holder of [alice, bob, carol, dave]) {
        await expect(desk.connect(holder).withdraw(currency)).to.changeTokenBalances(
          ethers,
          dollar,
          [desk, holder],
          [-CASH_EACH, CASH_EACH],
        );
      }
      expect(await dollar.balanceOf(desk.target)).to.equal(0n);
      await networkHelpers.time.setNextBlockTimestamp(BigInt(since) + DAY);
      await expect(desk.connect(outsider).closeBatch()).to.emit(desk, "BatchClosed").withArgs(1n, 0n);
    });

    it("and comes back too late settles nothing of those who left", async () => {
      const { desk, currency, opened, vector, alice } = await networkHelpers.loadFixture(fourHolders);
      const settle = await opened(vector);
      await desk.connect(alice).revokeMandates(currency, 1n);

      await expect(settle(0))
        .to.be.revertedWithCustomError(desk, "SettlementDeskMandateMissing")
        .withArgs(alice.address, currency);
    });
  });

  describe("the register in the middle of a batch", () => {
    type Obstacle = readonly [
      name: string,
      error: string,
      args: (world: World) => unknown[],
      (world: World) => unknown,
    ];
    const obstacles: Obstacle[] = [
      [
        "a receiver who is frozen",
        "ShareTokenPartyRefused",
        ({ carol }) => [VILLA, carol.address, RECEIVER_FROZEN],
        ({ investors, carol }) => investors.setWalletFrozen(carol.address, true),
      ],
      [
        "a seller who is frozen",
        "ShareTokenPartyRefused",
        ({ dave }) => [VILLA, dave.address, SENDER_FROZEN],
        ({ investors, dave }) => investors.setWalletFrozen(dave.address, true),
      ],
      [
        "an asset that is paused",
        "ShareTokenAssetPaused",
        () => [VILLA],
        ({ shares }) => shares.setAssetPaused(VILLA, true),
      ],
    ];

    for (const [name, error, args, obstruct] of obstacles) {
      it(`refuses the whole chunk for ${name}, also the shares and the cash of all others, and nothing of the chunk before`, async () => {
        const world = await networkHelpers.loadFixture(fourHolders);
        const { shares, desk, vector, opened, holdings } = world;
        const settle = await opened(vector, vector);
        await settle(0);
        const before = await holdings();
        await obstruct(world);

        await expect(settle(1))
          .to.be.revertedWithCustomError(shares, error)
          .withArgs(...args(world));
        expect(await holdings()).to.deep.equal(before);
        expect([await desk.isChunkSettled(1n, 0n), await desk.isChunkSettled(1n, 1n)]).to.deep.equal([true, false]);
      });
    }

    it("lets the chunk settle once the cause is gone, as long as the batch is open", async () => {
      const { shares, vector, opened, desk } = await networkHelpers.loadFixture(fourHolders);
      const settle = await opened(vector);
      await shares.setAssetPaused(VILLA, true);
      await expect(settle(0)).to.be.revertedWithCustomError(shares, "ShareTokenAssetPaused");
      await shares.setAssetPaused(VILLA, false);

      await expect(settle(0)).to.emit(desk, "ChunkSettled");
    });
  });

  describe("code that is called back", () => {
    it("is not called as a receiver: a wallet with code gets its shares without being asked", async () => {
      const { shares, alice, bob, vector, opened } = await networkHelpers.loadFixture(fourHolders);
      const hook = await ethers.deployContract("MockHookReceiver", [shares.target]);
      await networkHelpers.setCode(alice.address, await ethers.provider.getCode(hook.target));
      const wallet = await ethers.getContractAt("MockHookReceiver", alice.address);
      await wallet.connect(bob).reject();
      await wallet.connect(bob).passOnTo(bob.address);

      await (await opened(vector))(0);

      expect(await wallet.singleCalls()).to.equal(0n);
      expect(await wallet.batchCalls()).to.equal(0n);
      expect(await shares.balanceOf(alice.address, TOWER)).to.equal(SHARES_EACH + 10n);
    });

    it("settles no chunk as a currency in the middle of a deposit, even if it were the operator", async () => {
      const { authority, desk, alice, vector, opened, holdings } = await networkHelpers.loadFixture(fourHolders);
      const coin = await ethers.deployContract("MockReentrantCurrency");
      const coinAddress = await coin.getAddress();
      await desk.allowCurrency(coinAddress, 1n);
      await coin.mint(alice.address, 100n);
      await coin.connect(alice).approve(desk.target, MaxUint256);
      await authority.grantRole(OPERATOR_ROLE, coinAddress, 0n);
      await opened(vector);
      const [planned] = planBatch(1n, [vector]).chunks;
      if (planned === undefined) throw new Error("planned with one chunk");
      const { chunk, proof } = planned;
      await coin.arm(desk.target, desk.interface.encodeFunctionData("settleChunk", [chunk, proof, vector, []]));
      const before = await holdings();

      await desk.connect(alice).deposit(coinAddress, 50n);

      expect([await coin.attempted(), await coin.succeeded()]).to.deep.equal([true, false]);
      expect(await coin.answer()).to.equal(desk.interface.getError("ReentrancyGuardReentrantCall")?.selector);
      expect(await holdings()).to.deep.equal(before);
    });
  });

  describe("a currency that keeps a fee", () => {
    it("lets a chunk spend what arrived, and not what was sent", async () => {
      const { desk, alice, bob, giveMandate, opened } = await networkHelpers.loadFixture(fourHolders);
      const coin = await ethers.deployContract("MockFeeCurrency", [100n]);
      const currency = await coin.getAddress();
      await desk.allowCurrency(currency, 1n);
      for (const holder of [alice, bob]) {
        await coin.mint(holder.address, 1_000n);
        await coin.connect(holder).approve(desk.target, MaxUint256);
        await desk.connect(holder).deposit(currency, 1_000n);
        await giveMandate(holder, { currency, nonce: 1n, lossAllowance: 10_000n });
      }
      const pays = (units: bigint) =>
        netVector(currency, {
          cash: [
            [alice.address, -units],
            [bob.address, units],
          ],
          shares: [],
        });
      const settle = await opened(pays(991n), pays(990n));

      await expect(settle(0))
        .to.be.revertedWithCustomError(desk, "SettlementDeskCashTooSmall")
        .withArgs(alice.address, currency, 1n);
      await settle(1);
      expect((await desk.cashOf(bob.address, currency)).deposited).to.equal(1_980n);
      expect(await coin.balanceOf(desk.target)).to.equal(1_980n);
    });
  });

  describe("an allowance that is missing", () => {
    it("books no deposit, and none is needed for a chunk, neither of cash nor of shares", async () => {
      const { desk, dollar, shares, alice, bob, currency, vector, opened } =
        await networkHelpers.loadFixture(fourHolders);
      await dollar.mint(alice.address, DOLLAR);
      await dollar.connect(alice).approve(desk.target, DOLLAR - 1n);
      await expect(desk.connect(alice).deposit(currency, DOLLAR))
        .to.be.revertedWithCustomError(dollar, "ERC20InsufficientAllowance")
        .withArgs(desk.target, DOLLAR - 1n, DOLLAR);
      expect((await desk.cashOf(alice.address, currency)).deposited).to.equal(CASH_EACH);
      await dollar.connect(alice).approve(desk.target, 0n);

      await (await opened(vector))(0);

      expect(await shares.isApprovedForAll(bob.address, desk.target)).to.equal(false);
      expect(await shares.balanceOf(alice.address, TOWER)).to.equal(SHARES_EACH + 10n);
    });
  });
});

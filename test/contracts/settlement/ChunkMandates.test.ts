import { expect } from "chai";
import { network } from "hardhat";
import { deployChunks, TEN } from "../../helpers/chunk-world.ts";
import { type Moves, netVector } from "../../helpers/net-vector.ts";
import { CASH_EACH, DOLLAR, TOWER, VILLA } from "../../helpers/settlement-suite.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

async function fourHolders() {
  return deployChunks(connection);
}

describe("SettlementDesk: chunks", () => {
  describe("what a mandate allows", () => {
    it("ends with its last second", async () => {
      const { desk, opened, vector, giveMandate, carol } = await networkHelpers.loadFixture(fourHolders);
      const expiry = BigInt(await networkHelpers.time.latest()) + 100n;
      await giveMandate(carol, { nonce: 2n, expiry });
      const settle = await opened(vector, vector);

      await networkHelpers.time.setNextBlockTimestamp(expiry);
      await settle(0);
      await networkHelpers.time.setNextBlockTimestamp(expiry + 1n);
      await expect(settle(1))
        .to.be.revertedWithCustomError(desk, "SettlementDeskExpired")
        .withArgs(carol.address, expiry);
    });

    it("is needed by everyone in the chunk, also for cash alone", async () => {
      const { desk, currency, settled, dave } = await networkHelpers.loadFixture(fourHolders);
      await desk.connect(dave).revokeMandates(currency, 1n);

      await expect(settled({ shares: [] }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskMandateMissing")
        .withArgs(dave.address, currency);
    });

    it("does not cover another currency", async () => {
      const { desk, opened, vector, alice } = await networkHelpers.loadFixture(fourHolders);
      const coin = await ethers.deployContract("MockReentrantCurrency");
      const currency = await coin.getAddress();
      await desk.allowCurrency(currency, 1n);

      await expect((await opened({ ...vector, currency }))(0))
        .to.be.revertedWithCustomError(desk, "SettlementDeskMandateMissing")
        .withArgs(alice.address, currency);
    });

    it("lets in as many shares as it says, added up over chunks, and not one more", async () => {
      const { desk, currency, opened, giveMandate, aliceAndBob, alice, mandateOf } =
        await networkHelpers.loadFixture(fourHolders);
      const limits = mandateOf(alice.address).limits.map((limit) => ({ ...limit, maxIn: 19n }));
      await giveMandate(alice, { nonce: 2n, limits });
      const ten = netVector(currency, aliceAndBob(10n, -10n * TEN));
      const nine = netVector(currency, aliceAndBob(9n, -9n * TEN));
      const settle = await opened(ten, ten, nine);
      await settle(0);

      await expect(settle(1))
        .to.be.revertedWithCustomError(desk, "SettlementDeskTooManySharesIn")
        .withArgs(alice.address, TOWER, 10n, 9n);
      await settle(2);
    });

    it("lets out as many shares as it says, and not one more", async () => {
      const { desk, settled, giveMandate, bob, mandateOf } = await networkHelpers.loadFixture(fourHolders);
      const limits = mandateOf(bob.address).limits.map((limit) => ({ ...limit, maxOut: 9n }));
      await giveMandate(bob, { nonce: 2n, limits });

      await expect(settled({}))
        .to.be.revertedWithCustomError(desk, "SettlementDeskTooManySharesOut")
        .withArgs(bob.address, TOWER, 10n, 9n);
    });

    it("lets nothing move of an asset that it does not name", async () => {
      const { desk, settled, giveMandate, carol } = await networkHelpers.loadFixture(fourHolders);
      await giveMandate(carol, { nonce: 2n, limits: [] });

      await expect(settled({}))
        .to.be.revertedWithCustomError(desk, "SettlementDeskTooManySharesIn")
        .withArgs(carol.address, VILLA, 4n, 0n);
    });

    it("lets out as much cash as it says, and not one unit more", async () => {
      const { desk, opened, vector, giveMandate, alice } = await networkHelpers.loadFixture(fourHolders);
      await giveMandate(alice, { nonce: 2n, maxCashOut: 20n * TEN - 1n });
      const settle = await opened(vector, vector);
      await settle(0);

      await expect(settle(1))
        .to.be.revertedWithCustomError(desk, "SettlementDeskTooMuchCashOut")
        .withArgs(alice.address, 10n * TEN, 10n * TEN - 1n);
    });

    it("buys at its highest price and not a unit above", async () => {
      const { desk, opened, currency, aliceAndBob, alice } = await networkHelpers.loadFixture(fourHolders);
      const highest = -110n * DOLLAR;
      const settle = await opened(
        netVector(currency, aliceAndBob(10n, highest)),
        netVector(currency, aliceAndBob(10n, highest - 1n)),
      );

      await settle(0);
      await expect(settle(1))
        .to.be.revertedWithCustomError(desk, "SettlementDeskShortOfPrices")
        .withArgs(alice.address, 1n, 0n);
    });

    it("sells at its lowest price and not a unit below", async () => {
      const { desk, opened, currency, aliceAndBob, alice, giveMandate, bob, mandateOf } =
        await networkHelpers.loadFixture(fourHolders);
      const lowest = 90n * DOLLAR;
      const generous = mandateOf(bob.address).limits.map((limit) => ({ ...limit, maxBuyPrice: 100n * DOLLAR }));
      await giveMandate(bob, { nonce: 2n, limits: generous });
      const settle = await opened(
        netVector(currency, aliceAndBob(-10n, lowest)),
        netVector(currency, aliceAndBob(-10n, lowest - 1n)),
      );

      await settle(0);
      await expect(settle(1))
        .to.be.revertedWithCustomError(desk, "SettlementDeskShortOfPrices")
        .withArgs(alice.address, 1n, 0n);
    });

    it("judges all assets of an account together", async () => {
      const { desk, opened, currency, alice, bob } = await networkHelpers.loadFixture(fourHolders);
      // Alice: 10 tower in at 11 at most, 10 villa out at 9 at least; she may pay 20 dollars for both, and so may bob not.
      const swap = (cash: bigint): Moves => ({
        cash: [
          [alice.address, cash],
          [bob.address, -cash],
        ],
        shares: [
          [TOWER, alice.address, 10n],
          [TOWER, bob.address, -10n],
          [VILLA, alice.address, -10n],
          [VILLA, bob.address, 10n],
        ],
      });
      const settle = await opened(
        netVector(currency, swap(-20n * DOLLAR)),
        netVector(currency, swap(-20n * DOLLAR - 1n)),
        netVector(currency, swap(20n * DOLLAR + 1n)),
      );

      await settle(0);
      await expect(settle(1))
        .to.be.revertedWithCustomError(desk, "SettlementDeskShortOfPrices")
        .withArgs(alice.address, 1n, 0n);
      await expect(settle(2))
        .to.be.revertedWithCustomError(desk, "SettlementDeskShortOfPrices")
        .withArgs(bob.address, 1n, 0n);
    });

    it("covers a shortfall with the fee cap first, then the loss allowance, and then no more", async () => {
      const { desk, currency, opened, aliceAndBob, giveMandate, alice } = await networkHelpers.loadFixture(fourHolders);
      await giveMandate(alice, { nonce: 2n, feeCap: 5n, lossAllowance: 8n });
      const short = (by: bigint) => netVector(currency, aliceAndBob(10n, -110n * DOLLAR - by));
      const left = async () => {
        const { feeLeft, lossLeft } = await desk.mandateCash(alice.address, currency);
        return [feeLeft, lossLeft];
      };
      const settle = await opened(short(4n), short(2n), short(8n), short(7n));

      await settle(0);
      expect(await left()).to.deep.equal([1n, 8n]);
      await settle(1);
      expect(await left()).to.deep.equal([0n, 7n]);
      await expect(settle(2))
        .to.be.revertedWithCustomError(desk, "SettlementDeskShortOfPrices")
        .withArgs(alice.address, 8n, 7n);
      await settle(3);
      expect(await left()).to.deep.equal([0n, 0n]);
    });

    it("counts cash without shares as a loss", async () => {
      const { desk, opened, currency, alice, bob, giveMandate } = await networkHelpers.loadFixture(fourHolders);
      await giveMandate(alice, { nonce: 2n, lossAllowance: 3n });
      const cash = (amount: bigint) =>
        netVector(currency, {
          cash: [
            [alice.address, -amount],
            [bob.address, amount],
          ],
          shares: [],
        });
      const settle = await opened(cash(3n), cash(1n));

      await settle(0);
      await expect(settle(1))
        .to.be.revertedWithCustomError(desk, "SettlementDeskShortOfPrices")
        .withArgs(alice.address, 1n, 0n);
    });

    it("starts afresh with the next mandate", async () => {
      const { desk, currency, opened, vector, giveMandate, alice } = await networkHelpers.loadFixture(fourHolders);
      await (await opened(vector))(0);

      await giveMandate(alice, { nonce: 2n });

      expect((await desk.mandateLimit(alice.address, currency, TOWER)).inLeft).to.equal(500n);
      expect((await desk.mandateCash(alice.address, currency)).cashOutLeft).to.equal(CASH_EACH);
    });
  });
});

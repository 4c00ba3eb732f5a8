import { expect } from "chai";
import { TypedDataEncoder, ZeroHash } from "ethers";
import { network } from "hardhat";
import { CASH_EACH, DOLLAR, deployFourHolders, FAR_AWAY, TOWER, VILLA } from "../../helpers/settlement-suite.ts";
import { MANDATE_TYPES, type Mandate, signMandate } from "../../helpers/settlement-types.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

async function fourHolders() {
  return deployFourHolders(connection);
}

describe("SettlementDesk: mandates", () => {
  describe("eip712Domain", () => {
    it("is the one that docs/formats.md fixes", async () => {
      const { desk } = await networkHelpers.loadFixture(fourHolders);

      const domain = await desk.eip712Domain();

      expect([domain.fields, domain.name, domain.version, domain.chainId, domain.verifyingContract]).to.deep.equal([
        "0x0f",
        "Moiety SettlementDesk",
        "1",
        31337n,
        desk.target,
      ]);
    });
  });

  describe("registerMandate", () => {
    it("takes a mandate from whoever brings it and keeps what is left of it", async () => {
      const { desk, currency, domain, outsider, alice, mandateOf } = await networkHelpers.loadFixture(fourHolders);
      const mandate = mandateOf(alice.address, { nonce: 2n, lossAllowance: 70n, feeCap: 30n });
      const id = TypedDataEncoder.hash(domain, MANDATE_TYPES, mandate);

      await expect(desk.connect(outsider).registerMandate(mandate, await signMandate(alice, domain, mandate)))
        .to.emit(desk, "MandateRegistered")
        .withArgs(alice.address, currency, id, 2n, FAR_AWAY);

      expect(await desk.hashMandate(mandate)).to.equal(id);
      expect(await desk.liveMandate(alice.address, currency)).to.equal(id);
      expect(await desk.mandateNonce(alice.address, currency)).to.equal(2n);
      expect(await desk.mandateCash(alice.address, currency)).to.deep.equal([CASH_EACH, 70n, 30n, FAR_AWAY]);
      expect(await desk.mandateLimit(alice.address, currency, TOWER)).to.deep.equal([
        500n,
        500n,
        11n * DOLLAR,
        9n * DOLLAR,
      ]);
      expect(await desk.mandateLimit(alice.address, currency, 3n)).to.deep.equal([0n, 0n, 0n, 0n]);
    });

    it("replaces the mandate before, limits and all", async () => {
      const { desk, currency, alice, giveMandate } = await networkHelpers.loadFixture(fourHolders);
      const limits = [{ asset: VILLA, maxIn: 1n, maxOut: 2n, maxBuyPrice: 3n, minSellPrice: 4n }];

      await giveMandate(alice, { nonce: 9n, limits });

      expect(await desk.mandateLimit(alice.address, currency, VILLA)).to.deep.equal([1n, 2n, 3n, 4n]);
      expect(await desk.mandateLimit(alice.address, currency, TOWER)).to.deep.equal([0n, 0n, 0n, 0n]);
    });

    it("accepts one that expires this second, and none that expired the second before", async () => {
      const { desk, domain, alice, mandateOf } = await networkHelpers.loadFixture(fourHolders);
      const now = BigInt(await networkHelpers.time.latest()) + 100n;
      const late = mandateOf(alice.address, { nonce: 2n, expiry: now - 1n });
      const timely = mandateOf(alice.address, { nonce: 2n, expiry: now + 1n });

      await networkHelpers.time.setNextBlockTimestamp(now);
      await expect(desk.registerMandate(late, await signMandate(alice, domain, late)))
        .to.be.revertedWithCustomError(desk, "SettlementDeskExpired")
        .withArgs(alice.address, now - 1n);
      await networkHelpers.time.setNextBlockTimestamp(now + 1n);
      await desk.registerMandate(timely, await signMandate(alice, domain, timely));
    });

    it("rejects an expiry that 40 bits cannot hold", async () => {
      const { desk, giveMandate, alice } = await networkHelpers.loadFixture(fourHolders);

      await giveMandate(alice, { nonce: 2n, expiry: 2n ** 40n - 1n });
      await expect(giveMandate(alice, { nonce: 3n, expiry: 2n ** 40n }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskExpired")
        .withArgs(alice.address, 2n ** 40n);
    });

    it("rejects a nonce that was registered, and one below it", async () => {
      const { desk, currency, giveMandate, alice } = await networkHelpers.loadFixture(fourHolders);
      await giveMandate(alice, { nonce: 5n });

      for (const nonce of [5n, 4n, 0n]) {
        await expect(giveMandate(alice, { nonce }))
          .to.be.revertedWithCustomError(desk, "SettlementDeskNonceTooLow")
          .withArgs(alice.address, currency, nonce, 5n);
      }
    });

    it("keeps nonces apart by currency", async () => {
      const { desk, giveMandate, alice, currency } = await networkHelpers.loadFixture(fourHolders);
      const coin = await ethers.deployContract("MockReentrantCurrency");
      const coinAddress = await coin.getAddress();
      await desk.allowCurrency(coinAddress, 1n);

      await giveMandate(alice, { nonce: 1n, currency: coinAddress });

      expect(await desk.liveMandate(alice.address, coinAddress)).not.to.equal(
        await desk.liveMandate(alice.address, currency),
      );
    });

    it("rejects assets that repeat or descend", async () => {
      const { desk, giveMandate, alice } = await networkHelpers.loadFixture(fourHolders);
      const limit = (asset: bigint) => ({ asset, maxIn: 1n, maxOut: 1n, maxBuyPrice: 1n, minSellPrice: 1n });

      for (const limits of [
        [limit(TOWER), limit(TOWER)],
        [limit(VILLA), limit(TOWER)],
      ]) {
        await expect(giveMandate(alice, { nonce: 2n, limits }))
          .to.be.revertedWithCustomError(desk, "SettlementDeskLimitsOutOfOrder")
          .withArgs(1n);
      }
    });

    it("takes 64 limits within a transaction's gas, and not 65", async () => {
      const { desk, giveMandate, alice } = await networkHelpers.loadFixture(fourHolders);
      const limits = (count: number) =>
        Array.from({ length: count }, (_, i) => ({
          asset: BigInt(i),
          maxIn: 1n,
          maxOut: 1n,
          maxBuyPrice: 1n,
          minSellPrice: 1n,
        }));

      await giveMandate(alice, { nonce: 2n, limits: limits(64) });
      await expect(giveMandate(alice, { nonce: 3n, limits: limits(65) }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskTooManyLimits")
        .withArgs(65n, 64n);
    });

    describe("in a currency whose engine unit is a thousand base units", () => {
      async function thousand() {
        const suite = await fourHolders();
        const coin = await ethers.deployContract("MockReentrantCurrency");
        const coinAddress = await coin.getAddress();
        await suite.desk.allowCurrency(coinAddress, 1_000n);
        const limits = [{ asset: TOWER, maxIn: 1n, maxOut: 1n, maxBuyPrice: 5_000n, minSellPrice: 4_000n }];
        const whole = { currency: coinAddress, maxCashOut: 8_000n, lossAllowance: 2_000n, feeCap: 1_000n };
        return { ...suite, coinAddress, whole: { ...whole, limits } };
      }

      it("keeps engine units", async () => {
        const { desk, giveMandate, alice, coinAddress, whole } = await networkHelpers.loadFixture(thousand);

        await giveMandate(alice, whole);

        expect(await desk.mandateCash(alice.address, coinAddress)).to.deep.equal([8n, 2n, 1n, FAR_AWAY]);
        expect(await desk.mandateLimit(alice.address, coinAddress, TOWER)).to.deep.equal([1n, 1n, 5n, 4n]);
      });

      for (const field of ["maxCashOut", "lossAllowance", "feeCap", "maxBuyPrice", "minSellPrice"] as const) {
        it(`rejects a ${field} that is not a whole number of them, or does not fit 64 bits`, async () => {
          const { desk, giveMandate, alice, whole } = await networkHelpers.loadFixture(thousand);
          const changed = (value: bigint): Partial<Mandate> => ({
            ...whole,
            [field]: value,
            limits: whole.limits.map((limit) => ({ ...limit, [field]: value })),
          });

          await expect(giveMandate(alice, changed(1_001n)))
            .to.be.revertedWithCustomError(desk, "SettlementDeskNotWholeUnits")
            .withArgs(1_001n, 1_000n);
          await expect(giveMandate(alice, changed(1_000n * 2n ** 64n)))
            .to.be.revertedWithCustomError(desk, "SettlementDeskTooLarge")
            .withArgs(2n ** 64n);
        });
      }
    });

    it("rejects loss allowance and fee cap that fit 64 bits only apart", async () => {
      const { desk, giveMandate, alice } = await networkHelpers.loadFixture(fourHolders);

      await expect(giveMandate(alice, { nonce: 2n, lossAllowance: 2n ** 64n - 1n, feeCap: 1n }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskTooLarge")
        .withArgs(2n ** 64n);
    });

    it("rejects a currency that the desk does not know", async () => {
      const { desk, giveMandate, alice, shares } = await networkHelpers.loadFixture(fourHolders);

      await expect(giveMandate(alice, { currency: await shares.getAddress() }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskCurrencyUnknown")
        .withArgs(shares.target);
    });

    it("rejects a signature by somebody else", async () => {
      const { desk, domain, mandateOf, alice, bob } = await networkHelpers.loadFixture(fourHolders);
      const mandate = mandateOf(alice.address, { nonce: 2n });

      await expect(desk.registerMandate(mandate, await signMandate(bob, domain, mandate)))
        .to.be.revertedWithCustomError(desk, "SettlementDeskSignatureInvalid")
        .withArgs(alice.address, await desk.hashMandate(mandate));
    });

    it("accepts the word of a wallet that is a contract, as long as it stands by it", async () => {
      const { desk, currency, domain, mandateOf, alice } = await networkHelpers.loadFixture(fourHolders);
      const wallet = await ethers.deployContract("MockSignatureWallet", [alice.address]);
      const first = mandateOf(await wallet.getAddress());
      const second = { ...first, nonce: 2n };

      await desk.registerMandate(first, await signMandate(alice, domain, first));
      await wallet.setSilent(true);
      await expect(desk.registerMandate(second, await signMandate(alice, domain, second)))
        .to.be.revertedWithCustomError(desk, "SettlementDeskSignatureInvalid")
        .withArgs(wallet.target, await desk.hashMandate(second));

      expect(await desk.liveMandate(wallet.target, currency)).to.equal(await desk.hashMandate(first));
    });
  });

  describe("revokeMandates", () => {
    it("ends the live mandate and every nonce up to the one named", async () => {
      const { desk, currency, alice, giveMandate } = await networkHelpers.loadFixture(fourHolders);

      await expect(desk.connect(alice).revokeMandates(currency, 7n))
        .to.emit(desk, "MandatesRevoked")
        .withArgs(alice.address, currency, 7n);

      expect(await desk.liveMandate(alice.address, currency)).to.equal(ZeroHash);
      expect(await desk.mandateCash(alice.address, currency)).to.deep.equal([0n, 0n, 0n, 0n]);
      expect(await desk.mandateLimit(alice.address, currency, TOWER)).to.deep.equal([0n, 0n, 0n, 0n]);
      await expect(giveMandate(alice, { nonce: 7n }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNonceTooLow")
        .withArgs(alice.address, currency, 7n, 7n);
      await giveMandate(alice, { nonce: 8n });
    });

    it("rejects a nonce below the live mandate's, because it would end nothing", async () => {
      const { desk, currency, alice, giveMandate } = await networkHelpers.loadFixture(fourHolders);
      await giveMandate(alice, { nonce: 3n });

      await expect(desk.connect(alice).revokeMandates(currency, 2n))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNonceTooLow")
        .withArgs(alice.address, currency, 2n, 3n);
      await desk.connect(alice).revokeMandates(currency, 3n);
    });

    it("leaves the mandates of others and the caller's cash alone", async () => {
      const { desk, currency, alice, bob } = await networkHelpers.loadFixture(fourHolders);

      await desk.connect(alice).revokeMandates(currency, 1n);

      expect(await desk.liveMandate(bob.address, currency)).not.to.equal(ZeroHash);
      expect((await desk.cashOf(alice.address, currency)).deposited).to.equal(CASH_EACH);
    });
  });
});

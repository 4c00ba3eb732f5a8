import { expect } from "chai";
import { concat, dataSlice, MaxUint256, N, Signature, toBeHex, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { planBatch } from "../helpers/batch.ts";
import { netVector } from "../helpers/net-vector.ts";
import {
  CASH_EACH,
  DOLLAR,
  deployFourHolders,
  deploySettlementDesk,
  deploySettlementSuite,
  SHARES_EACH,
  TOWER,
} from "../helpers/settlement-suite.ts";
import { MANDATE_TYPES, ORDER_TYPES, settlementDomain, signMandate } from "../helpers/settlement-types.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

async function fourHolders() {
  return deployFourHolders(connection);
}

/** Alice has signed another mandate, and anybody may have got hold of it. */
async function signedMandate() {
  const suite = await fourHolders();
  const mandate = suite.mandateOf(suite.alice.address, { nonce: 2n });
  return { ...suite, mandate, signature: await signMandate(suite.alice, suite.domain, mandate) };
}

describe("Attacks on settlement", () => {
  describe("P33: a signature used again", () => {
    it("registers no mandate twice", async () => {
      const { desk, currency, alice, mandate, signature } = await networkHelpers.loadFixture(signedMandate);
      await desk.registerMandate(mandate, signature);

      await expect(desk.registerMandate(mandate, signature))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNonceTooLow")
        .withArgs(alice.address, currency, 2n, 2n);
    });

    it("brings back no mandate that was revoked, used before or not", async () => {
      const { desk, currency, alice, mandate, signature } = await networkHelpers.loadFixture(signedMandate);
      await desk.connect(alice).revokeMandates(currency, 2n);

      await expect(desk.registerMandate(mandate, signature))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNonceTooLow")
        .withArgs(alice.address, currency, 2n, 2n);
    });

    it("gives nothing back of what an older mandate had left", async () => {
      const { desk, currency, alice, giveMandate } = await networkHelpers.loadFixture(fourHolders);
      await desk.connect(alice).revokeMandates(currency, 1n);

      await giveMandate(alice, { nonce: 2n, limits: [], maxCashOut: 0n });

      expect(await desk.mandateLimit(alice.address, currency, TOWER)).to.deep.equal([0n, 0n, 0n, 0n]);
      expect((await desk.mandateCash(alice.address, currency)).cashOutLeft).to.equal(0n);
    });

    it("means nothing to a second desk", async () => {
      const { authority, shares, dollar, alice, mandate, signature } = await networkHelpers.loadFixture(signedMandate);
      const second = await deploySettlementDesk(connection, [await authority.getAddress(), await shares.getAddress()]);
      await second.allowCurrency(dollar.target, 1n);

      await expect(second.registerMandate(mandate, signature))
        .to.be.revertedWithCustomError(second, "SettlementDeskSignatureInvalid")
        .withArgs(alice.address, await second.hashMandate(mandate));
    });

    it("means nothing on a fork of the chain, at the very same address", async () => {
      const { desk, mandate, signature } = await networkHelpers.loadFixture(signedMandate);
      const fork = await network.create({ override: { chainId: 31338 } });
      const forked = await deploySettlementSuite(fork);
      expect([forked.desk.target, forked.dollar.target]).to.deep.equal([desk.target, mandate.currency]);

      await expect(forked.desk.registerMandate(mandate, signature))
        .to.be.revertedWithCustomError(forked.desk, "SettlementDeskSignatureInvalid")
        .withArgs(mandate.account, await forked.desk.hashMandate(mandate));
    });

    it("settles no chunk of one batch in another", async () => {
      const { desk, open, settle, operator, currency } = await networkHelpers.loadFixture(fourHolders);
      const empty = netVector(currency, { cash: [], shares: [] });
      const first = planBatch(1n, [empty, empty]);
      await open(first);
      await desk.connect(operator).closeBatch();
      await open(planBatch(2n, [empty, empty]));

      await expect(settle(first.chunks[0])).to.be.revertedWithCustomError(desk, "SettlementDeskChunkNotProved");
    });
  });

  describe("P34: another type, struct or domain than was signed", () => {
    const fields = ["maxCashOut", "lossAllowance", "feeCap", "expiry", "nonce"] as const;
    for (const field of fields) {
      it(`rejects a mandate whose ${field} was changed`, async () => {
        const { desk, alice, mandate, signature } = await networkHelpers.loadFixture(signedMandate);
        const changed = { ...mandate, [field]: mandate[field] + 1n };

        await expect(desk.registerMandate(changed, signature))
          .to.be.revertedWithCustomError(desk, "SettlementDeskSignatureInvalid")
          .withArgs(alice.address, await desk.hashMandate(changed));
      });
    }
    for (const field of ["asset", "maxIn", "maxOut", "maxBuyPrice", "minSellPrice"] as const) {
      it(`rejects a mandate in which the ${field} of a limit was changed`, async () => {
        const { desk, alice, mandate, signature } = await networkHelpers.loadFixture(signedMandate);
        const limits = mandate.limits.map((limit) => ({ ...limit, [field]: limit[field] + 1n }));
        const changed = { ...mandate, limits };

        await expect(desk.registerMandate(changed, signature))
          .to.be.revertedWithCustomError(desk, "SettlementDeskSignatureInvalid")
          .withArgs(alice.address, await desk.hashMandate(changed));
      });
    }

    it("rejects a mandate for somebody else's account", async () => {
      const { desk, bob, mandate, signature } = await networkHelpers.loadFixture(signedMandate);
      const changed = { ...mandate, account: bob.address };

      await expect(desk.registerMandate(changed, signature))
        .to.be.revertedWithCustomError(desk, "SettlementDeskSignatureInvalid")
        .withArgs(bob.address, await desk.hashMandate(changed));
    });

    it("rejects a signature over fields in another order, and under another name or version", async () => {
      const { desk, alice, domain, mandate } = await networkHelpers.loadFixture(signedMandate);
      const { Mandate, AssetLimit } = MANDATE_TYPES;
      const signatures = [
        await alice.signTypedData(domain, { Mandate, AssetLimit: [...AssetLimit].reverse() }, mandate),
        await alice.signTypedData(domain, { Mandate: [...Mandate].reverse(), AssetLimit }, mandate),
        await signMandate(alice, { ...domain, version: "2" }, mandate),
        await signMandate(alice, { ...domain, name: "Moiety CustodyDesk" }, mandate),
        await signMandate(alice, settlementDomain(alice.address), mandate),
      ];

      for (const signature of signatures) {
        await expect(desk.registerMandate(mandate, signature)).to.be.revertedWithCustomError(
          desk,
          "SettlementDeskSignatureInvalid",
        );
      }
    });

    const orderChanges = { side: 0n, asset: 1n, quantity: 101n, limitPrice: 1n, expiry: 1n, priority: 1n, salt: 2n };
    for (const [field, value] of Object.entries(orderChanges)) {
      it(`gives an order another id when its ${field} is changed`, async () => {
        const { desk, orderOf, alice } = await networkHelpers.loadFixture(fourHolders);

        expect(await desk.hashOrder(orderOf(alice.address, 1n, { [field]: value }))).not.to.equal(
          await desk.hashOrder(orderOf(alice.address, 1n)),
        );
      });
    }

    it("does not take an order for a mandate", async () => {
      const { desk, alice, domain, mandate, orderOf } = await networkHelpers.loadFixture(signedMandate);
      const signature = await alice.signTypedData(domain, ORDER_TYPES, orderOf(alice.address, 0n));

      await expect(desk.registerMandate(mandate, signature)).to.be.revertedWithCustomError(
        desk,
        "SettlementDeskSignatureInvalid",
      );
    });
  });

  describe("P35: a signature that its signer cannot take back", () => {
    it("ends by revocation at once, in the middle of a batch", async () => {
      const { desk, currency, open, settle, alice, bob } = await networkHelpers.loadFixture(fourHolders);
      const vector = netVector(currency, {
        cash: [],
        shares: [
          [TOWER, alice.address, 1n],
          [TOWER, bob.address, -1n],
        ],
      });
      const batch = planBatch(1n, [vector]);
      await open(batch);
      await desk.connect(bob).revokeMandates(currency, MaxUint256 >> 192n);

      await expect(settle(batch.chunks[0]))
        .to.be.revertedWithCustomError(desk, "SettlementDeskMandateMissing")
        .withArgs(bob.address, currency);
    });

    it("can be revoked before anyone has registered it", async () => {
      const { desk, currency, bob, mandateOf, domain } = await networkHelpers.loadFixture(fourHolders);
      const kept = mandateOf(bob.address, { nonce: 50n });
      const signature = await signMandate(bob, domain, kept);
      await desk.connect(bob).revokeMandates(currency, 50n);

      await expect(desk.registerMandate(kept, signature))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNonceTooLow")
        .withArgs(bob.address, currency, 50n, 50n);
    });
  });

  describe("P36: signatures out of shape", () => {
    async function rejects(forge: (signature: string) => string) {
      const { desk, alice, mandate, signature } = await networkHelpers.loadFixture(signedMandate);

      await expect(desk.registerMandate(mandate, forge(signature)))
        .to.be.revertedWithCustomError(desk, "SettlementDeskSignatureInvalid")
        .withArgs(alice.address, await desk.hashMandate(mandate));
    }

    it("rejects the other signature that the curve allows, with s in the upper half", () =>
      rejects((signature) => {
        const { r, s, yParity } = Signature.from(signature);
        return concat([r, toBeHex(N - BigInt(s), 32), toBeHex(28 - yParity, 1)]);
      }));

    it("rejects the compact form of 64 bytes", () =>
      rejects((signature) => Signature.from(signature).compactSerialized));

    it("rejects v of 0 and 1", () =>
      rejects((signature) => concat([dataSlice(signature, 0, 64), toBeHex(Signature.from(signature).yParity, 1)])));

    it("rejects an empty signature, and one byte more than a whole one", async () => {
      await rejects(() => "0x");
      await rejects((signature) => concat([signature, "0x00"]));
    });

    it("rejects the zero address as an account, though a broken signature recovers to it", async () => {
      const { desk, mandate } = await networkHelpers.loadFixture(signedMandate);
      const zero = { ...mandate, account: ZeroAddress };

      await expect(desk.registerMandate(zero, `0x${"00".repeat(64)}1b`))
        .to.be.revertedWithCustomError(desk, "SettlementDeskSignatureInvalid")
        .withArgs(ZeroAddress, await desk.hashMandate(zero));
    });
  });

  describe("P77: delivery without payment", () => {
    it("I-10: undoes the cash of a trade when its shares do not move, and leaves no allowance behind", async () => {
      const suite = await networkHelpers.loadFixture(fourHolders);
      const { desk, dollar, shares, operator, alice, bob, orderOf, signedTrade } = suite;
      const [buy, sell] = [orderOf(alice.address, 0n), orderOf(bob.address, 1n)];
      const terms = { quantity: 100n, price: 10n * DOLLAR, matchNumber: 1n };
      const trade = await signedTrade({ order: buy, signer: alice }, { order: sell, signer: bob }, terms);
      await dollar.connect(alice).approve(desk.target, 0n);
      await shares.pause();

      await expect(desk.connect(operator).settleTrade(trade)).to.be.revertedWithCustomError(shares, "ShareTokenPaused");
      expect((await desk.cashOf(alice.address, dollar.target)).deposited).to.equal(CASH_EACH);
      expect((await desk.cashOf(bob.address, dollar.target)).deposited).to.equal(CASH_EACH);

      await shares.unpause();
      await desk.connect(operator).settleTrade(trade);
      expect(await dollar.allowance(alice.address, desk.target)).to.equal(0n);
      expect(await shares.isApprovedForAll(bob.address, desk.target)).to.equal(false);
      expect(await shares.balanceOf(desk.target, TOWER)).to.equal(0n);
    });

    it("I-10: lets the operator take no cash without shares, and no shares without cash", async () => {
      const { desk, open, settle, currency, alice, bob } = await networkHelpers.loadFixture(fourHolders);
      const theft = (cash: bigint, delta: bigint) =>
        netVector(currency, {
          cash: [
            [alice.address, -cash],
            [bob.address, cash],
          ],
          shares:
            delta === 0n
              ? []
              : [
                  [TOWER, alice.address, -delta],
                  [TOWER, bob.address, delta],
                ],
        });
      const batch = planBatch(1n, [theft(1n, 0n), theft(0n, 1n)]);
      await open(batch);

      await expect(settle(batch.chunks[0]))
        .to.be.revertedWithCustomError(desk, "SettlementDeskShortOfPrices")
        .withArgs(alice.address, 1n, 0n);
      await expect(settle(batch.chunks[1]))
        .to.be.revertedWithCustomError(desk, "SettlementDeskShortOfPrices")
        .withArgs(alice.address, 9n * DOLLAR, 0n);
    });
  });

  describe("P78: a currency that behaves badly", () => {
    async function reentrantCoin() {
      const suite = await fourHolders();
      const coin = await ethers.deployContract("MockReentrantCurrency");
      const coinAddress = await coin.getAddress();
      await suite.desk.allowCurrency(coinAddress, 1n);
      await coin.mint(suite.alice.address, 100n);
      await coin.mint(coinAddress, 100n);
      await coin.connect(suite.alice).approve(suite.desk.target, MaxUint256);
      return { ...suite, coin, coinAddress };
    }

    it("cannot have one deposit counted twice by depositing in the middle of it", async () => {
      const { desk, coin, coinAddress, alice } = await networkHelpers.loadFixture(reentrantCoin);
      await coin.arm(desk.target, desk.interface.encodeFunctionData("deposit", [coinAddress, 10n]));

      await desk.connect(alice).deposit(coinAddress, 50n);

      expect([await coin.attempted(), await coin.succeeded()]).to.deep.equal([true, false]);
      expect(await coin.answer()).to.equal(desk.interface.getError("ReentrancyGuardReentrantCall")?.selector);
      expect((await desk.cashOf(alice.address, coinAddress)).deposited).to.equal(50n);
      expect(await coin.balanceOf(desk.target)).to.equal(50n);
    });

    it("cannot withdraw in the middle of a withdrawal", async () => {
      const { desk, coin, coinAddress, alice } = await networkHelpers.loadFixture(reentrantCoin);
      await desk.connect(alice).deposit(coinAddress, 50n);
      await desk.connect(alice).requestWithdrawal(coinAddress, 20n);
      await networkHelpers.time.increase(3_600n);
      await coin.arm(desk.target, desk.interface.encodeFunctionData("withdraw", [coinAddress]));

      await desk.connect(alice).withdraw(coinAddress);

      expect([await coin.attempted(), await coin.succeeded()]).to.deep.equal([true, false]);
      expect(await coin.balanceOf(desk.target)).to.equal(30n);
    });

    it("is not believed when it says false, and is when it says nothing", async () => {
      const { desk, alice } = await networkHelpers.loadFixture(fourHolders);
      const liar = await ethers.deployContract("MockFalseCurrency");
      const mute = await ethers.deployContract("MockNoReturnCurrency");
      for (const coin of [liar, mute]) {
        await desk.allowCurrency(coin.target, 1n);
        await coin.mint(alice.address, 100n);
        await coin.connect(alice).approve(desk.target, 100n);
      }
      await liar.setRefusing(true);

      await expect(desk.connect(alice).deposit(liar.target, 100n))
        .to.be.revertedWithCustomError(desk, "SafeERC20FailedOperation")
        .withArgs(liar.target);
      await desk.connect(alice).deposit(mute.target, 100n);

      expect((await desk.cashOf(alice.address, mute.target)).deposited).to.equal(100n);
    });

    it("cannot hold up others: a blacklisted seller is paid on the books, and buyers get their shares", async () => {
      const { desk, dollar, shares, open, settle, currency, alice, bob } =
        await networkHelpers.loadFixture(fourHolders);
      await dollar.blacklist(bob.address, true);
      const vector = netVector(currency, {
        cash: [
          [alice.address, -10n * DOLLAR],
          [bob.address, 10n * DOLLAR],
        ],
        shares: [
          [TOWER, alice.address, 1n],
          [TOWER, bob.address, -1n],
        ],
      });
      const batch = planBatch(1n, [vector]);
      await open(batch);

      await settle(batch.chunks[0]);

      expect(await shares.balanceOf(alice.address, TOWER)).to.equal(SHARES_EACH + 1n);
      expect((await desk.cashOf(bob.address, currency)).deposited).to.equal(CASH_EACH + 10n * DOLLAR);
    });
  });
});

import { expect } from "chai";
import { TypedDataEncoder, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { EXCHANGE_TYPES, type Leg, partiesOf, sortLegs } from "../../../sdk/exchange.ts";
import { deployExchangeWorld, MILL } from "../../helpers/exchange-world.ts";
import { CASH_EACH, DOLLAR, FAR_AWAY, SHARES_EACH, TOWER, VILLA } from "../../helpers/settlement-suite.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const EUROS_EACH = 10n * DOLLAR; // a hundred base units each

async function exchangers() {
  return deployExchangeWorld(connection);
}

describe("SettlementDesk: exchanges of several parties", () => {
  describe("settleExchange", () => {
    it("moves three assets and two currencies between three parties, brought by anybody", async () => {
      const { desk, roundTrip, exchange, holdings } = await networkHelpers.loadFixture(exchangers);
      const terms = await roundTrip();
      const id = await desk.hashExchange(terms);
      expect(await desk.isExchangeClosed(id)).to.equal(false);

      await expect(exchange(terms)).to.emit(desk, "ExchangeSettled").withArgs(id);

      const [alice, bob, carol, dave] = await holdings();
      expect(alice).to.deep.equal([SHARES_EACH - 10n, SHARES_EACH + 20n, SHARES_EACH, CASH_EACH, EUROS_EACH - 5n]);
      expect(bob).to.deep.equal([
        ...[SHARES_EACH + 10n, SHARES_EACH - 20n, SHARES_EACH + 30n],
        ...[CASH_EACH - 40n * DOLLAR, EUROS_EACH],
      ]);
      expect(carol).to.deep.equal([
        ...[SHARES_EACH, SHARES_EACH, SHARES_EACH - 30n],
        ...[CASH_EACH + 40n * DOLLAR, EUROS_EACH + 5n],
      ]);
      expect(dave).to.deep.equal([SHARES_EACH, SHARES_EACH, SHARES_EACH, CASH_EACH, EUROS_EACH]);
      expect(await desk.isExchangeClosed(id)).to.equal(true);
    });

    it("takes the debits before the credits: shares and cash that only pass through need not be there before", async () => {
      const { currency, giveShares, giveCash, exchange, holdings, alice, bob, carol } =
        await networkHelpers.loadFixture(exchangers);
      const before = await holdings();
      const legs = await Promise.all([
        ...[giveShares(alice, bob, TOWER, SHARES_EACH), giveShares(bob, carol, TOWER, 2n * SHARES_EACH)],
        ...[giveCash(carol, bob, currency, CASH_EACH), giveCash(bob, alice, currency, 2n * CASH_EACH)],
      ]);

      await exchange({ legs: sortLegs(legs), expiry: FAR_AWAY, salt: 1n });

      const after = await holdings();
      expect(after.map(([tower]) => tower)).to.deep.equal([0n, 0n, 3n * SHARES_EACH, SHARES_EACH]);
      expect(after.map((each) => each[3])).to.deep.equal([3n * CASH_EACH, 0n, 0n, CASH_EACH]);
      expect(before.map(([tower]) => tower)).to.deep.equal([1, 1, 1, 1].map(() => SHARES_EACH));
    });

    it("moves nothing of an asset in which the legs cancel one another out", async () => {
      const { shares, giveShares, exchange, alice, bob } = await networkHelpers.loadFixture(exchangers);
      const legs = await Promise.all([giveShares(alice, bob, TOWER, 10n), giveShares(bob, alice, TOWER, 10n)]);

      await expect(exchange({ legs, expiry: FAR_AWAY, salt: 1n })).not.to.emit(shares, "TransferSingle");
    });

    it("is settled up to the second in which it expires", async () => {
      const { desk, roundTrip, exchange, signAll } = await networkHelpers.loadFixture(exchangers);
      const expiry = BigInt(await networkHelpers.time.latest()) + 100n;
      const [terms, late] = [await roundTrip({ expiry }), await roundTrip({ expiry, salt: 2n })];
      const [signatures, lateSignatures] = [await signAll(terms), await signAll(late)];

      await networkHelpers.time.setNextBlockTimestamp(expiry);
      await exchange(terms, partiesOf(terms.legs), signatures);
      await expect(exchange(late, partiesOf(late.legs), lateSignatures))
        .to.be.revertedWithCustomError(desk, "SettlementDeskExchangeExpired")
        .withArgs(await desk.hashExchange(late), expiry);
    });

    it("leaves everything as it was when one party lacks one share, or one unit", async () => {
      const suite = await networkHelpers.loadFixture(exchangers);
      const { desk, shares, currency, roundTrip, giveShares, giveCash, exchange, holdings, alice, bob, carol } = suite;
      const before = await holdings();
      const { legs } = await roundTrip();
      const share = await giveShares(carol, alice, MILL, SHARES_EACH - 29n);
      const unit = await giveCash(bob, alice, currency, CASH_EACH - 40n * DOLLAR + 1n);
      const withLeg = (leg: Leg) => ({ legs: sortLegs([...legs, leg]), expiry: FAR_AWAY, salt: 1n });

      await expect(exchange(withLeg(share)))
        .to.be.revertedWithCustomError(shares, "ERC1155InsufficientBalance")
        .withArgs(carol.address, SHARES_EACH, SHARES_EACH + 1n, MILL);
      await expect(exchange(withLeg(unit)))
        .to.be.revertedWithCustomError(desk, "SettlementDeskCashTooSmall")
        .withArgs(bob.address, currency, 1n);

      expect(await holdings()).to.deep.equal(before);
      expect(await desk.isExchangeClosed(await desk.hashExchange(withLeg(share)))).to.equal(false);
      await exchange(withLeg({ ...share, amount: share.amount - 1n }));
    });

    it("lets the rules judge what it comes to", async () => {
      const { rules, country, investors, giveShares, exchange, alice, bob } =
        await networkHelpers.loadFixture(exchangers);
      await investors.setKind((await investors.profileOf(bob.address)).investor, 250n, 4n);
      const legs = await Promise.all([giveShares(alice, bob, TOWER, 1n), giveShares(bob, alice, VILLA, 1n)]);

      await expect(exchange({ legs, expiry: FAR_AWAY, salt: 1n }))
        .to.be.revertedWithCustomError(rules, "TransferRulesNetRefused")
        .withArgs(TOWER, country.target, 30n);
    });

    it("can have a party that is a contract", async () => {
      const suite = await networkHelpers.loadFixture(exchangers);
      const { desk, domain, shares, giveShares, exchange, alice, carol } = suite;
      const wallet = await ethers.deployContract("MockSignatureWallet", [carol.address]);
      const party = await wallet.getAddress();
      await suite.verify(party);
      const leg = { ...(await giveShares(alice, carol, TOWER, 7n)), to: party };
      const terms = { legs: [leg], expiry: FAR_AWAY, salt: 1n };
      const parties = partiesOf(terms.legs);
      const signers = parties.map((each) => (each === party ? carol : alice));
      const signatures = await Promise.all(
        signers.map((signer) => signer.signTypedData(domain, EXCHANGE_TYPES, terms)),
      );

      await exchange(terms, parties, signatures);
      expect(await shares.balanceOf(party, TOWER)).to.equal(7n);

      await wallet.setSilent(true);
      const again = { ...terms, salt: 2n };
      const fresh = await Promise.all(signers.map((signer) => signer.signTypedData(domain, EXCHANGE_TYPES, again)));
      await expect(exchange(again, parties, fresh))
        .to.be.revertedWithCustomError(desk, "SettlementDeskSignatureInvalid")
        .withArgs(party, await desk.hashExchange(again));
    });

    it("has one leg to 64", async () => {
      const { desk, giveShares, exchange, alice, bob } = await networkHelpers.loadFixture(exchangers);
      const leg = await giveShares(alice, bob, VILLA, 1n);
      const termsOf = (length: number) => ({ legs: Array.from({ length }, () => leg), expiry: FAR_AWAY, salt: 1n });

      for (const length of [0, 65]) {
        await expect(exchange(termsOf(length)))
          .to.be.revertedWithCustomError(desk, "SettlementDeskListLength")
          .withArgs(BigInt(length), 64n);
      }
      await exchange(termsOf(64));
    });

    it("stops while the desk is paused", async () => {
      const { desk, roundTrip, exchange } = await networkHelpers.loadFixture(exchangers);
      await desk.pause();

      await expect(exchange(await roundTrip()))
        .to.be.revertedWithCustomError(desk, "SettlementDeskPaused")
        .withArgs();
    });
  });

  describe("cancelExchange", () => {
    it("voids it, by any one of its parties", async () => {
      const { desk, roundTrip, exchange, carol } = await networkHelpers.loadFixture(exchangers);
      const terms = await roundTrip();
      const id = await desk.hashExchange(terms);

      await expect(desk.connect(carol).cancelExchange(terms))
        .to.emit(desk, "ExchangeCancelled")
        .withArgs(id, carol.address);

      await expect(exchange(terms)).to.be.revertedWithCustomError(desk, "SettlementDeskExchangeClosed").withArgs(id);
      await exchange({ ...terms, salt: 2n });
    });

    it("is for its parties, and for an exchange that is open", async () => {
      const { desk, roundTrip, exchange, alice, dave } = await networkHelpers.loadFixture(exchangers);
      const terms = await roundTrip();

      await expect(desk.connect(dave).cancelExchange(terms))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNotAParty")
        .withArgs(dave.address);
      await exchange(terms);
      await expect(desk.connect(alice).cancelExchange(terms))
        .to.be.revertedWithCustomError(desk, "SettlementDeskExchangeClosed")
        .withArgs(await desk.hashExchange(terms));
    });
  });

  it("has the id that ethers computes", async () => {
    const { desk, domain, alice, bob } = await networkHelpers.loadFixture(exchangers);
    const leg = { from: alice.address, to: bob.address, currency: ZeroAddress, asset: VILLA, amount: 2n ** 128n - 1n };
    const terms = { legs: [leg, { ...leg, currency: bob.address }], expiry: 2n ** 64n - 1n, salt: 2n ** 256n - 1n };

    expect(await desk.hashExchange(terms)).to.equal(TypedDataEncoder.hash(domain, EXCHANGE_TYPES, terms));
  });
});

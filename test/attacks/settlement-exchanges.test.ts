import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { EXCHANGE_TYPES, type Leg, partiesOf, sortLegs } from "../../sdk/exchange.ts";
import { deployExchangeWorld, MILL, type Terms } from "../helpers/exchange-world.ts";
import { DOLLAR, FAR_AWAY, SHARES_EACH, TOWER, VILLA } from "../helpers/settlement-suite.ts";
import { ORDER_TYPES, settlementDomain } from "../helpers/settlement-types.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

async function exchangers() {
  return deployExchangeWorld(connection);
}

/** Alice, bob and carol have signed an exchange, and anybody may have got hold of the signatures. */
async function signedExchange() {
  const world = await exchangers();
  const terms = await world.roundTrip();
  const parties = partiesOf(terms.legs);
  return { ...world, terms, parties, signatures: await world.signAll(terms) };
}

const termsOf = (legs: readonly Leg[]): Terms => ({ legs: [...legs], expiry: FAR_AWAY, salt: 1n });

describe("Attacks on exchanges", () => {
  describe("P33, P34: signatures for something else", () => {
    it("settles no exchange twice", async () => {
      const { desk, exchange, terms, parties, signatures } = await networkHelpers.loadFixture(signedExchange);
      await exchange(terms, parties, signatures);

      await expect(exchange(terms, parties, signatures))
        .to.be.revertedWithCustomError(desk, "SettlementDeskExchangeClosed")
        .withArgs(await desk.hashExchange(terms));
    });

    const changes: Record<string, (terms: Terms) => Terms> = {
      "amount of a leg": ({ legs, ...rest }) => ({
        ...rest,
        legs: legs.map((leg, place) => (place === 0 ? { ...leg, amount: leg.amount + 1n } : leg)),
      }),
      "asset of a leg": ({ legs, ...rest }) => ({
        ...rest,
        legs: legs.map((leg, place) => (place === 0 ? { ...leg, asset: 0n } : leg)),
      }),
      "sides of a leg": ({ legs, ...rest }) => ({
        ...rest,
        legs: legs.map((leg, place) => (place === 0 ? { ...leg, from: leg.to, to: leg.from } : leg)),
      }),
      "currency of a leg": ({ legs, ...rest }) => ({
        ...rest,
        legs: legs.map((leg) => (leg.currency === ZeroAddress ? leg : { ...leg, currency: `0x${"ff".repeat(20)}` })),
      }),
      "sequence of the legs": ({ legs, ...rest }) => ({ ...rest, legs: legs.toReversed() }),
      "number of legs": ({ legs, ...rest }) => ({ ...rest, legs: legs.slice(0, -1) }),
      expiry: (terms) => ({ ...terms, expiry: terms.expiry + 1n }),
      salt: (terms) => ({ ...terms, salt: terms.salt + 1n }),
    };
    for (const [what, change] of Object.entries(changes)) {
      it(`rejects an exchange whose ${what} was changed`, async () => {
        const { desk, exchange, terms, parties, signatures } = await networkHelpers.loadFixture(signedExchange);
        const changed = change(terms);

        await expect(exchange(changed, parties, signatures))
          .to.be.revertedWithCustomError(desk, "SettlementDeskSignatureInvalid")
          .withArgs(parties[0], await desk.hashExchange(changed));
      });
    }

    it("rejects signatures under another domain or type, and an order's", async () => {
      const { desk, domain, exchange, terms, parties, signatures, signers, orderOf } =
        await networkHelpers.loadFixture(signedExchange);
      const [first = ""] = parties;
      const signer = signers.get(first);
      if (signer === undefined) throw new Error("the first party can sign");
      const { Exchange = [], Leg = [] } = EXCHANGE_TYPES;
      const forged = [
        await signer.signTypedData({ ...domain, version: "2" }, EXCHANGE_TYPES, terms),
        await signer.signTypedData({ ...domain, chainId: 1n }, EXCHANGE_TYPES, terms),
        await signer.signTypedData(settlementDomain(first), EXCHANGE_TYPES, terms),
        await signer.signTypedData(domain, { Exchange: Exchange.toReversed(), Leg }, terms),
        await signer.signTypedData(domain, ORDER_TYPES, orderOf(first, 0n)),
        "0x",
      ];

      for (const signature of forged) {
        await expect(exchange(terms, parties, [signature, ...signatures.slice(1)]))
          .to.be.revertedWithCustomError(desk, "SettlementDeskSignatureInvalid")
          .withArgs(first, await desk.hashExchange(terms));
      }
    });
  });

  describe("P77: without somebody's word", () => {
    it("takes nothing from an account, and gives nothing to one, that did not sign", async () => {
      const { desk, exchange, signAll, terms, parties } = await networkHelpers.loadFixture(signedExchange);

      for (const missing of parties) {
        const others = parties.filter((party) => party !== missing);
        await expect(exchange(terms, others, await signAll(terms, others)))
          .to.be.revertedWithCustomError(desk, "SettlementDeskNotAParty")
          .withArgs(missing);
      }
    });

    it("takes one signature for each party, each party once, in ascending order, and none who has no leg", async () => {
      const { desk, exchange, signAll, terms, parties, signatures, dave } =
        await networkHelpers.loadFixture(signedExchange);
      const [one = "", two = "", three = ""] = parties;
      const twice = [one, one, two, three];
      const withDave = [...parties, dave.address].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));

      await expect(exchange(terms, parties, signatures.slice(1)))
        .to.be.revertedWithCustomError(desk, "SettlementDeskSignatureCount")
        .withArgs(2n, 3n);
      await expect(exchange(terms, twice, await signAll(terms, twice)))
        .to.be.revertedWithCustomError(desk, "SettlementDeskPartiesOutOfOrder")
        .withArgs(1n);
      await expect(exchange(terms, [one, three, two], await signAll(terms, [one, three, two])))
        .to.be.revertedWithCustomError(desk, "SettlementDeskPartiesOutOfOrder")
        .withArgs(2n);
      await expect(exchange(terms, withDave, await signAll(terms, withDave)))
        .to.be.revertedWithCustomError(desk, "SettlementDeskPartyWithoutLeg")
        .withArgs(dave.address);
      await expect(exchange(terms, [], []))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNotAParty")
        .withArgs(terms.legs[0]?.from);
    });

    it("lets no one act with a wallet that was lost, be it for cash alone (I-12)", async () => {
      const { desk, investors, euroAddress, giveCash, exchange, alice, bob, outsider } =
        await networkHelpers.loadFixture(exchangers);
      await investors.recover(bob.address, outsider.address);

      await expect(exchange(termsOf([await giveCash(bob, alice, euroAddress, 100n)])))
        .to.be.revertedWithCustomError(desk, "SettlementDeskAccountLost")
        .withArgs(bob.address, outsider.address);
      await expect(exchange(termsOf([await giveCash(alice, bob, euroAddress, 100n)])))
        .to.be.revertedWithCustomError(desk, "SettlementDeskAccountLost")
        .withArgs(bob.address, outsider.address);
    });
  });

  describe("legs out of shape", () => {
    it("move something, from one account to another, in a currency that the desk takes", async () => {
      const suite = await networkHelpers.loadFixture(exchangers);
      const { desk, shares, euroAddress, currency, giveShares, giveCash, exchange, alice, bob } = suite;
      const share = await giveShares(alice, bob, VILLA, 1n);
      const cash = await giveCash(alice, bob, currency, 1n);
      const bad = [
        { ...share, amount: 0n },
        { ...cash, amount: 0n },
        { ...cash, asset: VILLA },
      ];

      for (const leg of bad) {
        await expect(exchange(termsOf(sortLegs([share, leg]))))
          .to.be.revertedWithCustomError(desk, "SettlementDeskLegInvalid")
          .withArgs(1n);
      }
      await expect(exchange(termsOf([{ ...share, to: share.from }])))
        .to.be.revertedWithCustomError(desk, "SettlementDeskLegInvalid")
        .withArgs(0n);
      await expect(exchange(termsOf([{ ...cash, currency: alice.address }])))
        .to.be.revertedWithCustomError(desk, "SettlementDeskCurrencyUnknown")
        .withArgs(alice.address);
      await expect(exchange(termsOf([await giveCash(alice, bob, euroAddress, 150n)])))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNotWholeUnits")
        .withArgs(150n, 100n);
      await expect(exchange(termsOf([{ ...share, asset: 4_711n }]))).to.be.revertedWithCustomError(
        shares,
        "ShareTokenUnknownAsset",
      );
    });

    it("stand by currency and asset: one run for each, so that nothing is judged in halves", async () => {
      const { desk, exchange, giveShares, giveCash, currency, alice, bob } =
        await networkHelpers.loadFixture(exchangers);
      const [tower, villa] = [await giveShares(alice, bob, TOWER, 1n), await giveShares(alice, bob, VILLA, 1n)];
      const cash = await giveCash(bob, alice, currency, 1n);

      for (const legs of [
        [villa, tower],
        [tower, villa, tower],
        [tower, cash, villa],
      ]) {
        await expect(exchange(termsOf(legs)))
          .to.be.revertedWithCustomError(desk, "SettlementDeskLegsOutOfOrder")
          .withArgs(BigInt(legs.length - 1));
      }
    });

    it("do not overflow together", async () => {
      const { shares, giveShares, exchange, alice, bob } = await networkHelpers.loadFixture(exchangers);
      const leg = await giveShares(alice, bob, MILL, 2n ** 128n - 1n);

      await expect(exchange(termsOf([leg, leg, leg])))
        .to.be.revertedWithCustomError(shares, "ERC1155InsufficientBalance")
        .withArgs(alice.address, SHARES_EACH, 3n * (2n ** 128n - 1n), MILL);
    });
  });

  it("P78: gives a currency no chance to come back in the middle: no exchange calls one", async () => {
    const { desk, giveCash, exchange, alice, bob } = await networkHelpers.loadFixture(exchangers);
    const coin = await ethers.deployContract("MockReentrantCurrency");
    const money = await coin.getAddress();
    await desk.allowCurrency(money, 1n);
    await coin.mint(alice.address, 10n * DOLLAR);
    await coin.connect(alice).approve(desk.target, 10n * DOLLAR);
    await desk.connect(alice).deposit(money, 10n * DOLLAR);
    await coin.arm(desk.target, desk.interface.encodeFunctionData("withdraw", [money]));

    await exchange(termsOf([await giveCash(alice, bob, money, DOLLAR)]));

    expect(await coin.attempted()).to.equal(false);
    expect((await desk.cashOf(bob.address, money)).deposited).to.equal(DOLLAR);
  });
});

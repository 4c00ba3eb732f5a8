import { expect } from "chai";
import { type Signer, TypedDataEncoder } from "ethers";
import { network } from "hardhat";
import {
  CASH_EACH,
  DOLLAR,
  deployFourHolders,
  FAR_AWAY,
  SHARES_EACH,
  TOWER,
  VILLA,
} from "../../helpers/settlement-suite.ts";
import { ORDER_TYPES, type Order, TRADE_TYPES } from "../../helpers/settlement-types.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const MOST = 2n ** 64n - 1n;

interface Terms {
  buy?: Partial<Order>;
  sell?: Partial<Order>;
  quantity?: bigint;
  price?: bigint;
  matchNumber?: bigint;
  sellSigner?: Signer;
  buySigner?: Signer;
}

/** Alice buys from bob; say what should differ. */
async function aliceAndBob() {
  const suite = await deployFourHolders(connection);
  const { desk, operator, alice, bob, orderOf, signedTrade, shares, dollar } = suite;

  async function trade(terms: Terms = {}) {
    const buy = orderOf(alice.address, 0n, terms.buy);
    const sell = orderOf(bob.address, 1n, terms.sell);
    const { quantity = 100n, price = 10n * DOLLAR, matchNumber = 1n } = terms;
    const [buyer, seller] = [terms.buySigner ?? alice, terms.sellSigner ?? bob];
    const match = { quantity, price, matchNumber };
    const signed = await signedTrade({ order: buy, signer: buyer }, { order: sell, signer: seller }, match);
    return desk.connect(operator).settleTrade(signed);
  }

  async function tradeId(quantity: bigint, price: bigint, matchNumber: bigint) {
    const [buyOrder, sellOrder] = await Promise.all([
      desk.hashOrder(orderOf(alice.address, 0n)),
      desk.hashOrder(orderOf(bob.address, 1n)),
    ]);
    return desk.hashTrade({ buyOrder, sellOrder, quantity, price, matchNumber });
  }

  async function holdings() {
    return Promise.all(
      [alice, bob].flatMap((holder) => [
        shares.balanceOf(holder.address, TOWER),
        desk.cashOf(holder.address, dollar.target).then(([deposited]) => deposited),
      ]),
    );
  }

  return { ...suite, trade, tradeId, holdings, buyId: await desk.hashOrder(orderOf(alice.address, 0n)) };
}

describe("SettlementDesk: trades", () => {
  describe("settleTrade", () => {
    it("moves cash from buyer to seller and shares from seller to buyer", async () => {
      const { desk, trade, tradeId, holdings, buyId, orderOf, bob } = await networkHelpers.loadFixture(aliceAndBob);
      const id = await tradeId(100n, 10n * DOLLAR, 1n);
      const sellId = await desk.hashOrder(orderOf(bob.address, 1n));

      await expect(trade())
        .to.emit(desk, "TradeSettled")
        .withArgs(id, buyId, sellId, 100n, 10n * DOLLAR);

      expect(await holdings()).to.deep.equal([
        SHARES_EACH + 100n,
        CASH_EACH - 1_000n * DOLLAR,
        SHARES_EACH - 100n,
        CASH_EACH + 1_000n * DOLLAR,
      ]);
      expect(await desk.filledOf(buyId)).to.equal(100n);
      const match = { buyOrder: buyId, sellOrder: sellId, quantity: 100n, price: 10n * DOLLAR };
      expect(await desk.isTradeSettled({ ...match, matchNumber: 1n })).to.equal(true);
      expect(await desk.isTradeSettled({ ...match, matchNumber: 2n })).to.equal(false);
    });

    it("moves the shares from wallet to wallet, through nobody's hands", async () => {
      const { desk, shares, trade, alice, bob } = await networkHelpers.loadFixture(aliceAndBob);

      await expect(trade())
        .to.emit(shares, "TransferSingle")
        .withArgs(desk.target, bob.address, alice.address, TOWER, 100n);

      expect(await shares.balanceOf(desk.target, TOWER)).to.equal(0n);
    });

    it("is for the settlement operator, who chooses the price between the limits", async () => {
      const { desk, orderOf, signedTrade, alice, bob, outsider } = await networkHelpers.loadFixture(aliceAndBob);
      const terms = { quantity: 100n, price: 10n * DOLLAR, matchNumber: 1n };
      const [buy, sell] = [orderOf(alice.address, 0n), orderOf(bob.address, 1n)];
      const trade = await signedTrade({ order: buy, signer: alice }, { order: sell, signer: bob }, terms);

      await expect(desk.connect(outsider).settleTrade(trade))
        .to.be.revertedWithCustomError(desk, "AccessManagedUnauthorized")
        .withArgs(outsider.address);
    });

    it("fills orders bit by bit and not beyond", async () => {
      const { desk, trade, buyId } = await networkHelpers.loadFixture(aliceAndBob);
      await trade({ quantity: 60n, matchNumber: 1n });

      await expect(trade({ quantity: 41n, matchNumber: 2n }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskOverfilled")
        .withArgs(buyId, 41n, 40n);
      await trade({ quantity: 40n, matchNumber: 3n });

      expect(await desk.filledOf(buyId)).to.equal(100n);
    });

    it("settles two matches of the same terms if they are numbered apart, and none twice", async () => {
      const { desk, trade, tradeId } = await networkHelpers.loadFixture(aliceAndBob);
      await trade({ quantity: 50n, matchNumber: 1n });

      await expect(trade({ quantity: 50n, matchNumber: 1n }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskTradeSettled")
        .withArgs(await tradeId(50n, 10n * DOLLAR, 1n));
      await trade({ quantity: 40n, matchNumber: 2n });
      await expect(trade({ quantity: 40n, matchNumber: 2n }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskTradeSettled")
        .withArgs(await tradeId(40n, 10n * DOLLAR, 2n));
      await expect(trade({ quantity: 50n, matchNumber: 1n })).to.be.revertedWithCustomError(
        desk,
        "SettlementDeskTradeSettled",
      );
    });

    it("settles at either limit and not one base unit beyond", async () => {
      const { desk, trade } = await networkHelpers.loadFixture(aliceAndBob);
      const limits = { buy: { limitPrice: 12n }, sell: { limitPrice: 10n } };

      await expect(trade({ ...limits, quantity: 1n, price: 13n }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskPriceAboveLimit")
        .withArgs(13n, 12n);
      await expect(trade({ ...limits, quantity: 1n, price: 9n }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskPriceBelowLimit")
        .withArgs(9n, 10n);
      await trade({ ...limits, quantity: 1n, price: 12n });
      await trade({ ...limits, quantity: 1n, price: 10n });
    });

    for (const side of ["buy", "sell"] as const) {
      it(`uses the ${side} order up to the second in which it expires`, async () => {
        const { desk, trade, alice, bob } = await networkHelpers.loadFixture(aliceAndBob);
        const expiry = BigInt(await networkHelpers.time.latest()) + 100n;
        const trader = side === "buy" ? alice : bob;

        await networkHelpers.time.setNextBlockTimestamp(expiry);
        await trade({ [side]: { expiry }, quantity: 1n });
        await expect(trade({ [side]: { expiry }, quantity: 1n, matchNumber: 2n }))
          .to.be.revertedWithCustomError(desk, "SettlementDeskExpired")
          .withArgs(trader.address, expiry);
      });
    }

    it("rejects orders that do not match", async () => {
      const { desk, trade, alice, currency, dollar } = await networkHelpers.loadFixture(aliceAndBob);
      const other = alice.address;

      await expect(trade({ buy: { side: 1n } }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskSidesDoNotMatch")
        .withArgs(1n, 1n);
      await expect(trade({ sell: { side: 2n } }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskSidesDoNotMatch")
        .withArgs(0n, 2n);
      await expect(trade({ sell: { asset: VILLA } }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskAssetsDiffer")
        .withArgs(TOWER, VILLA);
      await expect(trade({ sell: { currency: other } }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskCurrenciesDiffer")
        .withArgs(currency, other);
      await expect(trade({ quantity: 0n })).to.be.revertedWithCustomError(desk, "SettlementDeskQuantityZero");
      await expect(trade({ sell: { trader: alice.address }, sellSigner: alice }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskSelfTrade")
        .withArgs(alice.address);
      await expect(trade({ buy: { currency: other }, sell: { currency: other } }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskCurrencyUnknown")
        .withArgs(other);
      expect(await dollar.balanceOf(desk.target)).to.equal(4n * CASH_EACH);
    });

    it("rejects the signature of anyone but the trader", async () => {
      const { desk, trade, buyId, alice, bob, carol, orderOf } = await networkHelpers.loadFixture(aliceAndBob);

      await expect(trade({ buySigner: carol }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskSignatureInvalid")
        .withArgs(alice.address, buyId);
      await expect(trade({ sellSigner: carol }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskSignatureInvalid")
        .withArgs(bob.address, await desk.hashOrder(orderOf(bob.address, 1n)));
    });

    it("rejects a price that costs more than the buyer's deposit, by one unit", async () => {
      const { desk, dollar, trade, alice } = await networkHelpers.loadFixture(aliceAndBob);
      const terms = { buy: { limitPrice: MOST }, sell: { limitPrice: 0n }, quantity: 1n };

      await expect(trade({ ...terms, price: CASH_EACH + 1n }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskCashTooSmall")
        .withArgs(alice.address, dollar.target, 1n);
      await trade({ ...terms, price: CASH_EACH });
    });

    it("rejects a price that is not a whole number of engine units", async () => {
      const { desk, trade } = await networkHelpers.loadFixture(aliceAndBob);
      const coin = await ethers.deployContract("MockReentrantCurrency");
      await desk.allowCurrency(await coin.getAddress(), 1_000n);
      const currency = { currency: await coin.getAddress() };

      await expect(trade({ buy: currency, sell: { ...currency, limitPrice: 0n }, price: 1_001n }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNotWholeUnits")
        .withArgs(1_001n, 1_000n);
    });

    it("leaves everything as it was when the register refuses", async () => {
      const { shares, investors, desk, trade, holdings, buyId, bob, carol, signedTrade, orderOf, alice, operator } =
        await networkHelpers.loadFixture(aliceAndBob);
      const before = await holdings();
      await shares.setFrozenTokens(bob.address, TOWER, SHARES_EACH - 99n);

      await expect(trade())
        .to.be.revertedWithCustomError(shares, "ERC7943InsufficientUnfrozenBalance")
        .withArgs(bob.address, TOWER, 100n, 99n);

      expect(await holdings()).to.deep.equal(before);
      expect(await desk.filledOf(buyId)).to.equal(0n);

      // The same order can be used afterwards, with another seller.
      const [buy, sell] = [orderOf(alice.address, 0n), orderOf(carol.address, 1n)];
      const terms = { quantity: 100n, price: 10n * DOLLAR, matchNumber: 1n };
      const other = await signedTrade({ order: buy, signer: alice }, { order: sell, signer: carol }, terms);
      await desk.connect(operator).settleTrade(other);
      expect((await investors.profileOf(alice.address)).verifiedUntil).to.equal(FAR_AWAY);
    });

    it("lets a wallet that is a contract trade", async () => {
      const suite = await networkHelpers.loadFixture(aliceAndBob);
      const wallet = await ethers.deployContract("MockSignatureWallet", [suite.carol.address]);
      const trader = await wallet.getAddress();
      await suite.verify(trader);
      await suite.giveShares(suite.bob.address, TOWER, 1n);

      await suite.trade({
        buy: { trader, limitPrice: 0n },
        sell: { limitPrice: 0n },
        price: 0n,
        buySigner: suite.carol,
      });

      expect(await suite.shares.balanceOf(trader, TOWER)).to.equal(100n);
    });
  });

  describe("cancelOrder", () => {
    it("ends what is left of an order", async () => {
      const { desk, trade, alice, buyId, orderOf } = await networkHelpers.loadFixture(aliceAndBob);
      await trade({ quantity: 60n });

      await expect(desk.connect(alice).cancelOrder(orderOf(alice.address, 0n)))
        .to.emit(desk, "OrderCancelled")
        .withArgs(buyId, alice.address);

      expect(await desk.filledOf(buyId)).to.equal(MOST);
      await expect(trade({ quantity: 1n, matchNumber: 2n }))
        .to.be.revertedWithCustomError(desk, "SettlementDeskOverfilled")
        .withArgs(buyId, 1n, 0n);
    });

    it("is for the trader alone", async () => {
      const { desk, alice, operator, orderOf } = await networkHelpers.loadFixture(aliceAndBob);

      await expect(desk.connect(operator).cancelOrder(orderOf(alice.address, 0n)))
        .to.be.revertedWithCustomError(desk, "SettlementDeskNotTrader")
        .withArgs(operator.address, alice.address);
    });
  });

  describe("ids", () => {
    it("are what ethers computes", async () => {
      const { desk, domain, orderOf, alice } = await networkHelpers.loadFixture(aliceAndBob);
      const order = orderOf(alice.address, 0n, { priority: 3n, salt: 2n ** 256n - 1n });
      const orderId = TypedDataEncoder.hash(domain, ORDER_TYPES, order);
      const trade = { buyOrder: orderId, sellOrder: orderId, quantity: MOST, price: 2n ** 128n - 1n, matchNumber: 7n };

      expect(await desk.hashOrder(order)).to.equal(orderId);
      expect(await desk.hashTrade(trade)).to.equal(TypedDataEncoder.hash(domain, TRADE_TYPES, trade));
    });
  });
});

import { expect } from "chai";
import { network } from "hardhat";
import { CLASS, FRANCE } from "../../helpers/books.ts";
import { CASH_EACH, DOLLAR, SHARES_EACH, TOWER, VILLA } from "../../helpers/settlement-suite.ts";
import { deployTradeList } from "../../helpers/trade-list.ts";

const connection = await network.create();
const { networkHelpers } = connection;

async function traders() {
  return deployTradeList(connection);
}

describe("SettlementDesk: lists of trades", () => {
  it("settle trade by trade, in the sequence of the list, for as many as it says", async () => {
    const { desk, shares, currency, tradeOf, isSettled, settle, operator, alice, bob, carol } =
      await networkHelpers.loadFixture(traders);
    const first = await tradeOf();
    const second = await tradeOf({ buyer: bob, seller: carol, buy: { asset: VILLA }, sell: { asset: VILLA } });

    expect(await desk.connect(operator).settleTrades.staticCall([first, second])).to.equal(2n);
    const settlement = await settle([first, second]);

    await expect(settlement).not.to.emit(desk, "TradeRefused");
    for (const trade of [first, second]) expect(await isSettled(trade)).to.equal(true);
    expect(await shares.balanceOf(alice.address, TOWER)).to.equal(SHARES_EACH + 10n);
    expect(await shares.balanceOf(bob.address, VILLA)).to.equal(SHARES_EACH + 10n);
    expect((await desk.cashOf(bob.address, currency)).deposited).to.equal(CASH_EACH);
    expect((await desk.cashOf(carol.address, currency)).deposited).to.equal(CASH_EACH + 100n * DOLLAR);
  });

  it("tell which trade was refused, where it stood and why, and settle the others", async () => {
    const { desk, shares, tradeOf, idOf, isSettled, settle, alice, bob, carol, dave } =
      await networkHelpers.loadFixture(traders);
    await shares.setFrozenTokens(carol.address, TOWER, SHARES_EACH - 9n);
    const forged = await tradeOf({ signer: carol });
    const frozen = await tradeOf({ seller: carol });
    const dear = await tradeOf({ price: 10n * DOLLAR + 1n });
    const good = await tradeOf({ seller: dave });
    const reasons = [
      desk.interface.encodeErrorResult("SettlementDeskSignatureInvalid", [
        bob.address,
        await desk.hashOrder(forged.sell.order),
      ]),
      shares.interface.encodeErrorResult("ERC7943InsufficientUnfrozenBalance", [carol.address, TOWER, 10n, 9n]),
      desk.interface.encodeErrorResult("SettlementDeskPriceAboveLimit", [10n * DOLLAR + 1n, 10n * DOLLAR]),
    ];

    const settlement = await settle([forged, frozen, dear, good]);

    for (const [place, trade] of [forged, frozen, dear].entries()) {
      await expect(settlement)
        .to.emit(desk, "TradeRefused")
        .withArgs(await idOf(trade), BigInt(place), reasons[place]);
      expect(await isSettled(trade)).to.equal(false);
      expect(await desk.filledOf(await desk.hashOrder(trade.buy.order))).to.equal(0n);
    }
    expect(await isSettled(good)).to.equal(true);
    expect(await shares.balanceOf(alice.address, TOWER)).to.equal(SHARES_EACH + 10n);
  });

  it("tell the code when a rule refuses", async () => {
    const { desk, shares, investors, tradeOf, idOf, settle, alice, bob } = await networkHelpers.loadFixture(traders);
    await investors.setKind((await investors.profileOf(alice.address)).investor, FRANCE, CLASS.accredited);
    const trade = await tradeOf();

    const reason = [TOWER, bob.address, alice.address, 30n];
    await expect(settle([trade]))
      .to.emit(desk, "TradeRefused")
      .withArgs(await idOf(trade), 0n, shares.interface.encodeErrorResult("ShareTokenPairRefused", reason));
  });

  it("may have one order in several trades, as far as it goes", async () => {
    const { desk, tradeOf, idOf, settle } = await networkHelpers.loadFixture(traders);
    const one = await tradeOf({ buy: { quantity: 25n, salt: 7n }, matchNumber: 1n });
    const two = await tradeOf({ buy: { quantity: 25n, salt: 7n }, matchNumber: 2n });
    const three = await tradeOf({ buy: { quantity: 25n, salt: 7n }, matchNumber: 3n });
    const rest = await tradeOf({ buy: { quantity: 25n, salt: 7n }, matchNumber: 4n, quantity: 5n });
    const order = await desk.hashOrder(one.buy.order);

    const settlement = await settle([one, two, three, rest]);

    await expect(settlement)
      .to.emit(desk, "TradeRefused")
      .withArgs(await idOf(three), 2n, desk.interface.encodeErrorResult("SettlementDeskOverfilled", [order, 10n, 5n]));
    expect(await desk.filledOf(order)).to.equal(25n);
  });

  it("settle a trade that is there twice once", async () => {
    const { desk, tradeOf, idOf, settle } = await networkHelpers.loadFixture(traders);
    const trade = await tradeOf();
    const tradeId = await idOf(trade);

    const settlement = await settle([trade, trade]);

    await expect(settlement)
      .to.emit(desk, "TradeRefused")
      .withArgs(tradeId, 1n, desk.interface.encodeErrorResult("SettlementDeskTradeSettled", [tradeId]));
    expect(await desk.filledOf(await desk.hashOrder(trade.buy.order))).to.equal(10n);
  });

  it("pay a later trade out of what an earlier one brought", async () => {
    const { desk, currency, tradeOf, settle, alice, bob, carol } = await networkHelpers.loadFixture(traders);
    await desk.connect(bob).requestWithdrawal(currency, CASH_EACH);
    await networkHelpers.time.increase(3_600n);
    const sells = await tradeOf({ buyer: alice, seller: bob });
    const buys = await tradeOf({ buyer: bob, seller: carol });

    await expect(settle([sells, buys])).not.to.emit(desk, "TradeRefused");
    expect((await desk.cashOf(bob.address, currency)).deposited).to.equal(0n);
  });

  it("have one trade to 128", async () => {
    const { desk, operator, tradeOf, settle } = await networkHelpers.loadFixture(traders);
    const trade = await tradeOf();
    const many = Array.from({ length: 128 }, () => trade);

    for (const length of [0, 129]) {
      await expect(settle(Array.from({ length }, () => trade)))
        .to.be.revertedWithCustomError(desk, "SettlementDeskListLength")
        .withArgs(BigInt(length), 128n);
    }
    expect(await desk.connect(operator).settleTrades.staticCall(many)).to.equal(1n);
  });

  it("are for the settlement operator, and stop while the desk is paused", async () => {
    const { desk, tradeOf, settle, outsider } = await networkHelpers.loadFixture(traders);
    const trade = await tradeOf();

    await expect(desk.connect(outsider).settleTrades([trade]))
      .to.be.revertedWithCustomError(desk, "AccessManagedUnauthorized")
      .withArgs(outsider.address);
    await desk.pause();
    await expect(settle([trade]))
      .to.be.revertedWithCustomError(desk, "SettlementDeskPaused")
      .withArgs();
  });
});

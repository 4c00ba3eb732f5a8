import { expect } from "chai";
import { Interface, ZeroAddress, ZeroHash } from "ethers";
import { explainCode } from "../../executor/index.ts";
import { readSettlementRefusal } from "../../sdk/settlement-refusal.ts";
import {
  SettlementDesk__factory,
  ShareToken__factory,
  TestDollar__factory,
  TransferRules__factory,
} from "../../typechain-types/index.ts";

const BUYER = `0x${"b1".repeat(20)}`;
const SELLER = `0x${"5e".repeat(20)}`;
const BUY_ORDER = `0x${"b0".repeat(32)}`;
const SELL_ORDER = `0x${"50".repeat(32)}`;
const RULE = `0x${"e0".repeat(20)}`;

const desk = new Interface(SettlementDesk__factory.abi);
const shares = new Interface(ShareToken__factory.abi);
const rules = new Interface(TransferRules__factory.abi);

const read = (contract: Interface, error: string, ...args: unknown[]) =>
  readSettlementRefusal(contract.encodeErrorResult(error, args), { buyer: BUYER, buyOrder: BUY_ORDER });
const nameOf = (contract: Interface, error: string, ...args: unknown[]) =>
  explainCode(read(contract, error, ...args).code ?? -1).name;

describe("readSettlementRefusal", () => {
  it("names the desk's reasons as the executor does", () => {
    expect(nameOf(desk, "SettlementDeskSidesDoNotMatch", 1, 1)).to.equal("SidesDoNotMatch");
    expect(nameOf(desk, "SettlementDeskAssetsDiffer", 1, 2)).to.equal("AssetsDiffer");
    expect(nameOf(desk, "SettlementDeskCurrenciesDiffer", BUYER, SELLER)).to.equal("CurrenciesDiffer");
    expect(nameOf(desk, "SettlementDeskQuantityZero")).to.equal("QuantityZero");
    expect(nameOf(desk, "SettlementDeskSelfTrade", BUYER)).to.equal("SelfTrade");
    expect(nameOf(desk, "SettlementDeskTradeSettled", ZeroHash)).to.equal("Duplicate");
    expect(nameOf(desk, "SettlementDeskPriceAboveLimit", 2, 1)).to.equal("PriceAboveBuyLimit");
    expect(nameOf(desk, "SettlementDeskPriceBelowLimit", 1, 2)).to.equal("PriceBelowSellLimit");
    expect(nameOf(desk, "SettlementDeskPriceNotUsable", 1, 3)).to.equal("PriceOutsideBand");
    expect(nameOf(desk, "SettlementDeskPriceOutsideBand", 1, 9, 10, 11)).to.equal("PriceOutsideBand");
    expect(nameOf(desk, "SettlementDeskNotWholeUnits", 1, 100)).to.equal("Malformed");
    expect(nameOf(desk, "SettlementDeskCashTooSmall", BUYER, ZeroAddress, 1)).to.equal("CashTooSmall");
  });

  it("says whose signature, order or mandate it was", () => {
    for (const [account, order, side] of [
      [BUYER, BUY_ORDER, "Buy"],
      [SELLER, SELL_ORDER, "Sell"],
    ] as const) {
      expect(nameOf(desk, "SettlementDeskSignatureInvalid", account, ZeroHash)).to.equal(`${side}SignatureInvalid`);
      expect(nameOf(desk, "SettlementDeskExpired", account, 1)).to.equal(`${side}OrderExpired`);
      expect(nameOf(desk, "SettlementDeskOverfilled", order, 2, 1)).to.equal(`${side}OrderOverfilled`);
      expect(nameOf(desk, "SettlementDeskMandateMissing", account, ZeroAddress)).to.equal(`${side}MandateMissing`);
      for (const error of ["SettlementDeskTooManySharesIn", "SettlementDeskTooManySharesOut"]) {
        expect(nameOf(desk, error, account, 1, 2, 1)).to.equal(`${side}MandateExhausted`);
      }
      for (const error of ["SettlementDeskTooMuchCashOut", "SettlementDeskShortOfPrices"]) {
        expect(nameOf(desk, error, account, 2, 1)).to.equal(`${side}MandateExhausted`);
      }
    }
  });

  it("takes the register's and the rules' codes as they are", () => {
    expect(read(shares, "ShareTokenUnknownAsset", 1).code).to.equal(1);
    expect(read(shares, "ShareTokenStateForbids", 1, 4).code).to.equal(2);
    expect(read(shares, "ShareTokenPaused").code).to.equal(3);
    expect(read(shares, "ShareTokenAssetPaused", 1).code).to.equal(4);
    expect(read(shares, "ShareTokenPartyRefused", 1, SELLER, 16)).to.deep.equal({
      error: "ShareTokenPartyRefused",
      code: 16,
    });
    expect(read(shares, "ShareTokenPairRefused", 1, SELLER, BUYER, 32).code).to.equal(32);
    expect(read(shares, "ERC1155InsufficientBalance", SELLER, 1, 2, 1).code).to.equal(20);
    expect(read(shares, "ERC7943InsufficientUnfrozenBalance", SELLER, 1, 2, 1).code).to.equal(21);
    expect(read(shares, "ShareTokenInsufficientUnlocked", SELLER, 1, 2, 1, 1).code).to.equal(22);
    expect(read(rules, "TransferRulesNetRefused", 1, RULE, 91).code).to.equal(91);
  });

  it("has no code for what the executor does not ask, and none for what is not ours", () => {
    expect(read(desk, "SettlementDeskNoBatchOpen")).to.deep.equal({
      error: "SettlementDeskNoBatchOpen",
      code: undefined,
    });
    const foreign = new Interface(TestDollar__factory.abi).encodeErrorResult("TestDollarBlacklisted", [BUYER]);
    expect(readSettlementRefusal(foreign, { buyer: BUYER, buyOrder: BUY_ORDER })).to.deep.equal({
      error: foreign,
      code: undefined,
    });
    expect(readSettlementRefusal("0x", { buyer: BUYER, buyOrder: BUY_ORDER })).to.deep.equal({
      error: "0x",
      code: undefined,
    });
  });
});

import { expect } from "chai";
import { Interface, ZeroAddress, ZeroHash } from "ethers";
import { CODE, explainCode } from "../../executor/index.ts";
import {
  type Fault,
  faultOf,
  RULE_FAILED,
  readChunkRefusal,
  readSettlementRefusal,
  TOO_LARGE,
} from "../../sdk/settlement-refusal.ts";
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
    expect(nameOf(desk, "SettlementDeskTooLarge", 1)).to.equal("Malformed");
    expect(nameOf(desk, "SettlementDeskNoSuchLeaf", 2, 1)).to.equal("Malformed");
    expect(nameOf(desk, "SettlementDeskCurrencyUnknown", ZeroAddress)).to.equal("Malformed");
    expect(nameOf(shares, "ShareTokenTooLarge", 1)).to.equal("Malformed");
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

describe("readChunkRefusal", () => {
  const thrown = (contract: Interface, error: string, ...args: unknown[]) =>
    readChunkRefusal({ data: contract.encodeErrorResult(error, args) });

  it("names the account, and the code that the executor would have had for it", () => {
    const account = SELLER.toLowerCase();
    for (const [contract, error, args, code] of [
      [desk, "SettlementDeskMandateMissing", [SELLER, ZeroAddress], CODE.buyMandateMissing],
      [desk, "SettlementDeskExpired", [SELLER, 1], CODE.buyMandateMissing],
      [desk, "SettlementDeskTooManySharesIn", [SELLER, 7, 2, 1], CODE.buyMandateExhausted],
      [desk, "SettlementDeskTooManySharesOut", [SELLER, 7, 2, 1], CODE.sellMandateExhausted],
      [desk, "SettlementDeskTooMuchCashOut", [SELLER, 2, 1], CODE.buyMandateExhausted],
      [desk, "SettlementDeskShortOfPrices", [SELLER, 2, 1], CODE.buyMandateExhausted],
      [desk, "SettlementDeskCashTooSmall", [SELLER, ZeroAddress, 1], CODE.cashTooSmall],
      [desk, "SettlementDeskAccountLost", [SELLER, BUYER], 18],
      [shares, "ShareTokenPartyRefused", [7, SELLER, 16], 16],
      [rules, "TransferRulesPartyRefused", [7, SELLER, 36], 36],
      [shares, "ERC1155InsufficientBalance", [SELLER, 1, 2, 7], CODE.balanceTooSmall],
      [shares, "ERC7943InsufficientUnfrozenBalance", [SELLER, 7, 2, 1], CODE.balanceFrozen],
      [shares, "ShareTokenInsufficientUnlocked", [SELLER, 7, 2, 1, 1], CODE.balanceLocked],
      [shares, "ShareTokenInsufficientLocked", [SELLER, 7, 2, 1], CODE.balanceLocked],
    ] as const) {
      expect(thrown(contract, error, ...args), error).to.include({ error, account, code });
      expect(faultOf(error)).to.equal("account");
    }
  });

  it("names an asset that stands still, and nobody with it", () => {
    for (const [contract, error, args, code] of [
      [desk, "SettlementDeskPriceNotUsable", [7, 3], CODE.priceOutsideBand],
      [shares, "ShareTokenUnknownAsset", [7], 1],
      [shares, "ShareTokenStateForbids", [7, 4], 2],
      [shares, "ShareTokenAssetPaused", [7], 4],
      [rules, "TransferRulesNotNettable", [7, RULE], RULE_FAILED],
    ] as const) {
      expect(thrown(contract, error, ...args), error).to.include({ error, account: null, asset: 7n, code });
      expect(faultOf(error)).to.equal("asset");
    }
    const judged = { error: "TransferRulesNetRefused", account: null, asset: 7n, code: 91 };
    expect(thrown(rules, "TransferRulesNetRefused", 7, RULE, 91)).to.include(judged);
    expect(faultOf("TransferRulesNetRefused")).to.equal("rule");
  });

  it("has one code for a price that is not usable, of a trade as of a chunk", () => {
    const [trade, chunk] = [
      read(desk, "SettlementDeskPriceNotUsable", 7, 3),
      thrown(desk, "SettlementDeskPriceNotUsable", 7, 3),
    ];
    expect(chunk.code).to.equal(trade.code);
  });

  it("says that a rule failed where nothing better is known, and takes no codes from foreign errors", () => {
    const blank = { account: null, asset: null, code: RULE_FAILED };
    expect(readChunkRefusal(new Error("silence"))).to.deep.equal({ ...blank, error: "unknown", reason: "silence" });
    expect(readChunkRefusal({ data: "0x12345678" })).to.deep.include({ ...blank, error: "unknown" });
    expect(thrown(desk, "SettlementDeskZeroAmount")).to.deep.include({ ...blank, error: "SettlementDeskZeroAmount" });
    expect(faultOf("SettlementDeskZeroAmount")).to.equal(undefined);
    expect([faultOf("unknown"), faultOf(TOO_LARGE)]).to.deep.equal([undefined, "size"]);
  });
});

describe("The table of refusals", () => {
  const FAULTS: readonly Fault[] = ["account", "asset", "rule", "size", "stale", "desk", "trade"];
  const known = new Map<string, Interface>();
  for (const contract of [desk, shares, rules]) {
    contract.forEachError(({ name }) => {
      known.set(name, contract);
    });
  }

  it("judges every error that settling a trade, a chunk or a batch can meet", () => {
    for (const name of known.keys()) {
      const isElsewhere = ELSEWHERE.includes(name);
      expect(faultOf(name) !== undefined, `${name}: give it a row in the table, or name it here`).to.equal(
        !isElsewhere,
      );
    }
    expect(ELSEWHERE.filter((name) => !known.has(name))).to.deep.equal([]);
  });

  it("names an account where it blames one, and an asset where it blames that", () => {
    for (const [name, contract] of known) {
      const inputs = contract.getError(name)?.inputs.map((input) => input.name) ?? [];
      const fault = faultOf(name);
      if (fault === undefined) continue;
      expect(FAULTS).to.include(fault);
      if (fault === "account") expect(inputs, name).to.include.oneOf(["account", "sender"]);
      if (fault === "asset" || fault === "rule") expect(inputs, name).to.include.oneOf(["asset", "id"]);
    }
  });

  it("has a code with words for each that a party, an asset or a rule is at fault for", () => {
    for (const [name, contract] of known) {
      const fault = faultOf(name);
      if (fault === undefined || !["account", "asset", "rule", "trade"].includes(fault)) continue;
      const args = (contract.getError(name)?.inputs ?? []).map(({ name: argument, type }) => {
        if (type === "address") return SELLER;
        if (type === "bytes32") return SELL_ORDER;
        return argument === "code" ? 16 : 1;
      });
      const { code } = read(contract, name, ...args);
      expect(explainCode(code ?? -1).name, name).not.to.match(/^Unknown/);
    }
  });
});

/** Errors of what people, issuers and officers do themselves, of lists of trades that nobody has signed together, and of upgrades. */
const ELSEWHERE: readonly string[] = [
  // Setting up and upgrading
  "AccessManagedInvalidAuthority",
  "AddressEmptyCode",
  "ERC1967InvalidImplementation",
  "ERC1967NonPayable",
  "FailedCall",
  "InvalidInitialization",
  "InvalidShortString",
  "NotInitializing",
  "StringTooLong",
  "UUPSUnauthorizedCallContext",
  "UUPSUnsupportedProxiableUUID",
  // Transfers that owners send themselves
  "ERC1155InvalidApprover",
  "ERC1155InvalidOperator",
  "ERC1155InvalidReceiver",
  "ERC1155InvalidSender",
  "ERC1155MissingApprovalForAll",
  "ERC7943CannotReceive",
  "ERC7943CannotSend",
  "ERC7943CannotTransfer",
  "ShareTokenInsufficientAllowance",
  "ShareTokenInvalidPermit",
  "ShareTokenPermitExpired",
  // The register's officers
  "CheckpointUnorderedInsertion",
  "ShareTokenAnchorNotBound",
  "ShareTokenAssetExists",
  "ShareTokenAssetPauseUnchanged",
  "ShareTokenCapExceeded",
  "ShareTokenForcedToSelf",
  "ShareTokenInvalidTerms",
  "ShareTokenNoSuchTransition",
  "ShareTokenNotRetired",
  "ShareTokenNotRules",
  "ShareTokenPauseUnchanged",
  "ShareTokenRecordIsCancelled",
  "ShareTokenRecordNotReadable",
  "ShareTokenRecordPast",
  "ShareTokenRecordTooEarly",
  "ShareTokenRoyaltyTooHigh",
  "ShareTokenTooManyRecords",
  "ShareTokenUnknownRecord",
  // Binding rules and counting holders
  "RuleListNotWritten",
  "TransferRulesAssetsIncomplete",
  "TransferRulesDuplicate",
  "TransferRulesInvalidTime",
  "TransferRulesNotARule",
  "TransferRulesNotInvestors",
  "TransferRulesNotStale",
  "TransferRulesOutOfOrder",
  "TransferRulesParametersTooLong",
  "TransferRulesSharesSet",
  "TransferRulesTooMany",
  // Cash, locks, mandates, orders and the desk's succession
  "SafeERC20FailedOperation",
  "SettlementDeskCurrencySet",
  "SettlementDeskInvalidCurrency",
  "SettlementDeskInvalidSuccessor",
  "SettlementDeskLimitsOutOfOrder",
  "SettlementDeskMigrationFailed",
  "SettlementDeskNoSuccessor",
  "SettlementDeskNonceTooLow",
  "SettlementDeskNotLost",
  "SettlementDeskNotTrader",
  "SettlementDeskStillLocked",
  "SettlementDeskStillOnLeave",
  "SettlementDeskTooManyLimits",
  "SettlementDeskZeroAmount",
  // Exchanges and holds
  "SettlementDeskExchangeClosed",
  "SettlementDeskExchangeExpired",
  "SettlementDeskHoldExceeded",
  "SettlementDeskHoldNotOver",
  "SettlementDeskHoldOver",
  "SettlementDeskHoldUnknown",
  "SettlementDeskHoldUsed",
  "SettlementDeskLegInvalid",
  "SettlementDeskLegsOutOfOrder",
  "SettlementDeskNotAParty",
  "SettlementDeskNotHoldAgent",
  "SettlementDeskNotHolder",
  "SettlementDeskPartiesOutOfOrder",
  "SettlementDeskPartyWithoutLeg",
  "SettlementDeskSameAccount",
  "SettlementDeskSignatureCount",
];

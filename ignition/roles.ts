/**
 * Who may do what: the roles of the AccessManager and the functions they open. This page is all there is; contracts know no
 * roles. A test holds it against the ABIs: a function that changes state is either here or in `OPEN`.
 */

/** People and firms (1–9), and desks (20–29), whose powers are over the register. */
export const ROLES = {
  /** Every role, every delay. On public chains it acts with a delay of its own. */
  ADMIN: 0n,
  ISSUER: 1n,
  REGISTRAR: 2n,
  COMPLIANCE: 3n,
  PAYING_AGENT: 4n,
  SETTLEMENT_OPERATOR: 5n,
  /** Pauses without delay, and can call off what the upgrader announced. SettlementDisputes is one: it pauses its desk, and can do nothing else. */
  GUARDIAN: 6n,
  UPGRADER: 7n,
  /** Reviews proposed assets; at least two people, and never the proposer of the same asset. */
  REVIEWER: 8n,
  OFFERING_DESK: 20n,
  SETTLEMENT_DESK: 21n,
  INCOME_DESK: 22n,
  /** Burns shares: the custody desk, for the thing itself. */
  REDEMPTION_DESK: 23n,
  /** Issuer, offering and custody desk: an AccessManager opens a function to one role only, and all change states. */
  ASSET_LIFE: 24n,
  /** Issuer, compliance, registrar and the register: whoever acts in the name of compliance says so in the log. */
  RECORDER: 25n,
  /** Anchors what was reviewed. */
  SELECTION_DESK: 26n,
  /** Holds shares back and lets them go (D16): settlement and offering desk, and the registrar for courts and lenders. */
  LOCKER: 27n,
} as const;

export type RoleName = keyof typeof ROLES;

/** Roles of people. Each has one account at deployment: the deployer, unless parameters say otherwise. */
export const OFFICES = [
  "ISSUER",
  "REGISTRAR",
  "COMPLIANCE",
  "PAYING_AGENT",
  "SETTLEMENT_OPERATOR",
  "GUARDIAN",
  "UPGRADER",
] as const satisfies readonly RoleName[];

export type Office = (typeof OFFICES)[number];

/** D8: nobody reaches new code faster. In seconds. */
export const UPGRADE_DELAY = 2n * 86_400n;

/** Roles whose members run new code on the register. A grant of one takes effect only after `UPGRADE_DELAY`. */
export const SLOW_ROLES = [
  "ADMIN",
  "UPGRADER",
  "OFFERING_DESK",
  "SETTLEMENT_DESK",
  "INCOME_DESK",
  "REDEMPTION_DESK",
  "ASSET_LIFE",
  "SELECTION_DESK",
] as const satisfies readonly RoleName[];

/** The functions each role opens, per contract. */
export const MATRIX = {
  ShareToken: {
    ISSUER: ["listAsset", "setRoyalty", "setContractURI"],
    ASSET_LIFE: ["setAssetState"],
    OFFERING_DESK: ["mint"],
    REDEMPTION_DESK: ["burn", "burnBatch"],
    SETTLEMENT_DESK: ["settleNet", "settlePair"],
    LOCKER: ["lock", "unlock"],
    PAYING_AGENT: ["openRecord", "cancelRecord"],
    REGISTRAR: ["forcedTransfer", "setFrozenTokens"],
    GUARDIAN: ["pause", "unpause", "setAssetPaused"],
    ADMIN: ["setRegistry"],
    UPGRADER: ["upgradeToAndCall"],
  },
  InvestorRegistry: {
    REGISTRAR: [
      "register",
      "registerMany",
      "addWallet",
      "moveWallet",
      "setStanding",
      "setKind",
      "setWalletFrozen",
      "recover",
    ],
    COMPLIANCE: ["setVerifier"],
    ADMIN: ["setProtocolAddress", "setRules"],
    UPGRADER: ["upgradeToAndCall"],
  },
  TransferRules: {
    COMPLIANCE: ["setRules", "recount", "countHolders"],
    ADMIN: ["setShares"],
    UPGRADER: ["upgradeToAndCall"],
  },
  AnchorRegistry: {
    SELECTION_DESK: ["registerAnchor", "bindToken", "registerAndBind"],
    ISSUER: ["reattest", "deactivateAnchor"],
    COMPLIANCE: ["invalidateTokenBinding"],
    UPGRADER: ["upgradeToAndCall"],
  },
  ManualApprovalRule: { COMPLIANCE: ["approve", "revoke"] },
  SanctionsList: { COMPLIANCE: ["setSanctioned", "setOracle"] },
  DocumentAnchor: {
    ISSUER: ["anchorBundle", "supersedeBundle"],
    COMPLIANCE: ["assignSlotPrincipal"],
    UPGRADER: ["upgradeToAndCall"],
  },
  Disclosures: {},
  ComplianceLog: { RECORDER: ["recordEvent"], COMPLIANCE: ["nameCorrector"] },
  TransferDomains: { COMPLIANCE: ["setRoute", "revokeRoute", "initiateRevocation", "cancelRevocation"] },
  SignedClaimVerifier: { COMPLIANCE: ["setAttestor", "disownAttestor", "revokeFor"] },
  Erc3643Verifier: { COMPLIANCE: ["setSource"] },
  OfferingDesk: {
    ISSUER: ["open", "closeSoldOut", "setReferrer"],
    COMPLIANCE: ["allowCurrency", "setPriceGuard"],
  },
  SelectionDesk: { ISSUER: ["propose", "anchor"], REVIEWER: ["review"] },
  CustodyDesk: {
    ISSUER: [
      "offerMandate",
      "withdrawMandateOffer",
      "endMandate",
      "approveHandOver",
      "setInspector",
      "setProperties",
      "recordIncident",
      "resolveIncident",
      "approveRelease",
    ],
    COMPLIANCE: ["demandInsurance", "takeOver"],
  },
  IncomeDesk: {
    COMPLIANCE: ["setCurrency", "addWithholding", "setWithholding", "setDefaultWithholding"],
    PAYING_AGENT: ["declare", "announce", "publish", "cancel"],
  },
  SettlementDesk: {
    COMPLIANCE: ["allowCurrency", "setPriceGuard"],
    SETTLEMENT_OPERATOR: ["settleTrade", "settleTrades", "openBatch", "settleChunk", "closeBatch"],
    GUARDIAN: ["pause"],
    ADMIN: ["resume", "setSuccessor"],
  },
  SettlementDisputes: {},
  NavOracle: {
    ISSUER: ["setProvider", "setNAVBasis"],
    COMPLIANCE: [
      "setPriceTerms",
      "setPriceToken",
      "setStalenessConfig",
      "setAggregationConfig",
      "confirmPrice",
      "invalidateSnapshot",
    ],
    UPGRADER: ["upgradeToAndCall"],
  },
  ImpactLog: {
    ISSUER: ["setReporter", "supersedeMethodology"],
    COMPLIANCE: ["setAttestor"],
    UPGRADER: ["upgradeToAndCall"],
  },
} as const satisfies Readonly<Record<string, Partial<Record<RoleName, readonly string[]>>>>;

export type GovernedContract = keyof typeof MATRIX;

const INITIALIZE = "works once, and the proxy's constructor has used it";
const ONLY_TOKEN = "refuses everybody but the token itself";
const ONLY_RULES = "refuses everybody but TransferRules";
const OWN_SHARES = "moves only what the caller owns or was approved for";
const AUTHORITY = "refuses everybody but the AccessManager itself";
const OWN_MONEY = "moves only the caller's own money and claims";
const TO_ITS_OWNER = "anybody may start it; the money goes where it is due";
const PROVED_WRONG = "stops the desk only if a chunk is proved wrong, and once per chunk";

/** Functions without a role, each with the reason why nobody can do harm by it. */
export const OPEN: Readonly<Record<GovernedContract, Readonly<Record<string, string>>>> = {
  ShareToken: {
    initialize: INITIALIZE,
    setAuthority: AUTHORITY,
    safeTransferFrom: OWN_SHARES,
    safeBatchTransferFrom: OWN_SHARES,
    setApprovalForAll: "speaks for the caller only",
    approve: "speaks for the caller only",
    permit: "only the owner's signature counts",
    recoverPositions: "moves only what a lost wallet has, and only to the successor whom the registrar named",
    setRuled: "refuses everybody but TransferRules",
  },
  InvestorRegistry: {
    initialize: INITIALIZE,
    setAuthority: AUTHORITY,
    present: "only a claim counts that a listed verifier accepts",
    enforceRevocation: "only the verifier's word counts",
  },
  TransferRules: {
    initialize: INITIALIZE,
    setAuthority: AUTHORITY,
    checkAndMove: ONLY_TOKEN,
    moveForced: ONLY_TOKEN,
    moveNet: ONLY_TOKEN,
    countForced: "refuses everybody but itself",
    reassign: "refuses everybody but the registry of investors",
    refreshKinds: "writes only what the registry of investors says",
  },
  AnchorRegistry: { initialize: INITIALIZE, setAuthority: AUTHORITY },
  ManualApprovalRule: {
    setAuthority: AUTHORITY,
    moved: ONLY_RULES,
  },
  DocumentAnchor: { initialize: INITIALIZE, setAuthority: AUTHORITY },
  Disclosures: { acknowledge: "speaks for the caller only", acknowledgeFor: "only the wallet's signature counts" },
  ComplianceLog: { setAuthority: AUTHORITY },
  TransferDomains: { setAuthority: AUTHORITY, finalizeRevocation: "writes down what has taken effect already" },
  SanctionsList: { setAuthority: AUTHORITY },
  SignedClaimVerifier: {
    setAuthority: AUTHORITY,
    verify: "refuses everybody but the registry",
    revoke: "speaks for the caller only",
    revokeNonce: "speaks for the caller only",
  },
  Erc3643Verifier: { setAuthority: AUTHORITY, verify: "refuses everybody but the registry" },
  SelectionDesk: { setAuthority: AUTHORITY, bringReview: "only a reviewer's signature counts" },
  CustodyDesk: {
    setAuthority: AUTHORITY,
    acceptMandate: "speaks for the caller only, and takes what the issuer offers",
    bringMandate: "only the custodian's signature counts, over what the issuer offers",
    handOver: "only the signatures of both custodians count, over what the issuer approves",
    reportIncident: "refuses everybody but inspectors and the custodian",
    release: "only the signatures of holder and custodian count, over what the issuer approves",
    attest: "only the attester's signature counts",
    revokeNonce: "speaks for the caller only",
  },
  OfferingDesk: {
    setAuthority: AUTHORITY,
    subscribe: OWN_MONEY,
    subscribeReferred: OWN_MONEY,
    subscribeWithPermit: OWN_MONEY,
    subscribeSigned: "only the buyer's signature counts",
    revokeNonce: "speaks for the caller only",
    cancel: "refuses everybody but the buyer, or the wallet that stands for him",
    close: "works only after the window, and its result is given",
    prorate: "only the one right division counts",
    allot: "issues only what was paid for, to whom paid",
    issueLocked: "refuses everybody but itself",
    issueRetained: "issues only what the terms say, to whom they say",
    release: "lets go only of what the terms hold no longer",
    refund: TO_ITS_OWNER,
    refundMany: TO_ITS_OWNER,
    refundInPage: "refuses everybody but itself",
    withdrawProceeds: TO_ITS_OWNER,
    withdrawFee: TO_ITS_OWNER,
    withdrawCommission: TO_ITS_OWNER,
  },
  IncomeDesk: {
    setAuthority: AUTHORITY,
    claim: TO_ITS_OWNER,
    claimMany: TO_ITS_OWNER,
    claimThrough: TO_ITS_OWNER,
    claimListed: TO_ITS_OWNER,
    claimListedPage: TO_ITS_OWNER,
    payInPage: "refuses everybody but itself",
    payListedInPage: "refuses everybody but itself",
    fund: OWN_MONEY,
    unfund: TO_ITS_OWNER,
    withdrawTax: TO_ITS_OWNER,
    reclaim: TO_ITS_OWNER,
  },
  SettlementDesk: {
    setAuthority: AUTHORITY,
    deposit: OWN_MONEY,
    depositWithPermit: OWN_MONEY,
    depositFor: OWN_MONEY,
    requestWithdrawal: OWN_MONEY,
    withdraw: OWN_MONEY,
    migrate: OWN_MONEY,
    lockShares: OWN_SHARES,
    requestUnlock: OWN_SHARES,
    unlockShares: OWN_SHARES,
    recoverLocks: "counts only what a lost wallet had, and only for the successor whom the registrar named",
    createHold: "only the holder, or his signature, counts",
    cancelHold: "speaks for the caller only",
    executeHold: "refuses everybody but the hold's agent",
    releaseHold: "refuses everybody but the hold's agent and beneficiary",
    reclaimHold: "works only when the hold is over, and gives back to the holder",
    recoverCash: "moves only what a lost wallet has, and only to the successor whom the registrar named",
    registerMandate: "only the account's signature counts",
    revokeMandates: "speaks for the caller only",
    cancelOrder: "speaks for the caller only",
    settleExchange: "all parties signed all of it, so that whoever brings the signatures can do no more than they want",
    cancelExchange: "speaks for the caller only, who has to be a party",
  },
  SettlementDisputes: {
    disputeOrder: PROVED_WRONG,
    disputeNet: PROVED_WRONG,
    disputeReceipt: PROVED_WRONG,
    disputeTrade: PROVED_WRONG,
    disputeTransfer: PROVED_WRONG,
    disputeRepeat: PROVED_WRONG,
  },
  NavOracle: {
    initialize: INITIALIZE,
    setAuthority: AUTHORITY,
    publishNAV: "refuses everybody but the asset's providers",
  },
  ImpactLog: {
    initialize: INITIALIZE,
    setAuthority: AUTHORITY,
    recordSnapshot: "refuses everybody but the asset's reporters",
    attestSnapshot: "refuses everybody but the asset's attestors",
  },
};

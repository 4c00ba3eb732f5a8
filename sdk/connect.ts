import type { ContractRunner } from "ethers";
import type { AddressBook } from "./addresses.ts";
import { FACTORIES } from "./contracts.ts";
import { badInput } from "./errors.ts";

/** The typed contracts of one deployment. */
export type Suite = ReturnType<typeof connectAddresses>;

/** Addresses by contract name, as the address book and a fresh deployment both have them. */
export type SuiteAddresses = Readonly<Record<string, string>>;

/** Typed contracts of an address book; `runner` reads (a provider) or also sends (a signer). */
export function connectSuite(book: AddressBook, runner: ContractRunner): Suite {
  return connectAddresses(
    Object.fromEntries(Object.entries(book.contracts).map(([name, { address }]) => [name, address])),
    runner,
  );
}

export function connectAddresses(addresses: SuiteAddresses, runner: ContractRunner) {
  const at = (name: string): string => {
    const address = addresses[name];
    if (address === undefined)
      throw badInput(`the deployment has no ${name}`, { todo: "deploy again with this version" });
    return address;
  };
  const dollar = addresses["TestDollar"];

  return {
    accessManager: FACTORIES.AccessManager.connect(at("AccessManager"), runner),
    investorRegistry: FACTORIES.InvestorRegistry.connect(at("InvestorRegistry"), runner),
    transferRules: FACTORIES.TransferRules.connect(at("TransferRules"), runner),
    anchorRegistry: FACTORIES.AnchorRegistry.connect(at("AnchorRegistry"), runner),
    shareToken: FACTORIES.ShareToken.connect(at("ShareToken"), runner),
    documentAnchor: FACTORIES.DocumentAnchor.connect(at("DocumentAnchor"), runner),
    disclosures: FACTORIES.Disclosures.connect(at("Disclosures"), runner),
    complianceLog: FACTORIES.ComplianceLog.connect(at("ComplianceLog"), runner),
    transferDomains: FACTORIES.TransferDomains.connect(at("TransferDomains"), runner),
    commonRules: FACTORIES.CommonRules.connect(at("CommonRules"), runner),
    countryRule: FACTORIES.CountryRule.connect(at("CountryRule"), runner),
    investorClassRule: FACTORIES.InvestorClassRule.connect(at("InvestorClassRule"), runner),
    holderCountRule: FACTORIES.HolderCountRule.connect(at("HolderCountRule"), runner),
    minimumHoldersRule: FACTORIES.MinimumHoldersRule.connect(at("MinimumHoldersRule"), runner),
    balanceCapRule: FACTORIES.BalanceCapRule.connect(at("BalanceCapRule"), runner),
    minimumHoldingRule: FACTORIES.MinimumHoldingRule.connect(at("MinimumHoldingRule"), runner),
    lockUpRule: FACTORIES.LockUpRule.connect(at("LockUpRule"), runner),
    flowbackRule: FACTORIES.FlowbackRule.connect(at("FlowbackRule"), runner),
    sanctionsRule: FACTORIES.SanctionsRule.connect(at("SanctionsRule"), runner),
    disclosureRule: FACTORIES.DisclosureRule.connect(at("DisclosureRule"), runner),
    custodyRule: FACTORIES.CustodyRule.connect(at("CustodyRule"), runner),
    fullTransferRule: FACTORIES.FullTransferRule.connect(at("FullTransferRule"), runner),
    routeRule: FACTORIES.RouteRule.connect(at("RouteRule"), runner),
    attributeRule: FACTORIES.AttributeRule.connect(at("AttributeRule"), runner),
    holderQuotaRule: FACTORIES.HolderQuotaRule.connect(at("HolderQuotaRule"), runner),
    rollingVolumeRule: FACTORIES.RollingVolumeRule.connect(at("RollingVolumeRule"), runner),
    manualApprovalRule: FACTORIES.ManualApprovalRule.connect(at("ManualApprovalRule"), runner),
    sanctionsList: FACTORIES.SanctionsList.connect(at("SanctionsList"), runner),
    signedClaimVerifier: FACTORIES.SignedClaimVerifier.connect(at("SignedClaimVerifier"), runner),
    erc3643Verifier: FACTORIES.Erc3643Verifier.connect(at("Erc3643Verifier"), runner),
    selectionDesk: FACTORIES.SelectionDesk.connect(at("SelectionDesk"), runner),
    custodyDesk: FACTORIES.CustodyDesk.connect(at("CustodyDesk"), runner),
    offeringDesk: FACTORIES.OfferingDesk.connect(at("OfferingDesk"), runner),
    incomeDesk: FACTORIES.IncomeDesk.connect(at("IncomeDesk"), runner),
    settlementDesk: FACTORIES.SettlementDesk.connect(at("SettlementDesk"), runner),
    settlementDisputes: FACTORIES.SettlementDisputes.connect(at("SettlementDisputes"), runner),
    navOracle: FACTORIES.NavOracle.connect(at("NavOracle"), runner),
    impactLog: FACTORIES.ImpactLog.connect(at("ImpactLog"), runner),
    /** Only where the suite was deployed with it: on local chains. */
    testDollar: dollar === undefined ? undefined : FACTORIES.TestDollar.connect(dollar, runner),
  };
}

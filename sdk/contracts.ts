import type { Interface } from "ethers";
import {
  AccessManager__factory,
  AnchorRegistry__factory,
  AttributeRule__factory,
  BalanceCapRule__factory,
  CountryRule__factory,
  CustodyDesk__factory,
  CustodyRule__factory,
  DisclosureRule__factory,
  FlowbackRule__factory,
  FullTransferRule__factory,
  Erc3643Verifier__factory,
  ComplianceLog__factory,
  CountryRule__factory,
  CustodyDesk__factory,
  Disclosures__factory,
  DocumentAnchor__factory,
  HolderCountRule__factory,
  HolderQuotaRule__factory,
  IncomeDesk__factory,
  InvestorClassRule__factory,
  InvestorRegistry__factory,
  LockUpRule__factory,
  ManualApprovalRule__factory,
  MinimumHoldersRule__factory,
  MinimumHoldingRule__factory,
  OfferingDesk__factory,
  RollingVolumeRule__factory,
  RouteRule__factory,
  SanctionsList__factory,
  SanctionsRule__factory,
  SettlementDesk__factory,
  ShareToken__factory,
  SignedClaimVerifier__factory,
  TestDollar__factory,
  TransferDomains__factory,
  TransferRules__factory,
} from "../typechain-types/index.ts";

/** Every contract of the suite under its name in the address book, with its typed factory. */
export const FACTORIES = {
  AccessManager: AccessManager__factory,
  InvestorRegistry: InvestorRegistry__factory,
  TransferRules: TransferRules__factory,
  AnchorRegistry: AnchorRegistry__factory,
  ShareToken: ShareToken__factory,
  DocumentAnchor: DocumentAnchor__factory,
  Disclosures: Disclosures__factory,
  ComplianceLog: ComplianceLog__factory,
  TransferDomains: TransferDomains__factory,
  CountryRule: CountryRule__factory,
  InvestorClassRule: InvestorClassRule__factory,
  HolderCountRule: HolderCountRule__factory,
  MinimumHoldersRule: MinimumHoldersRule__factory,
  BalanceCapRule: BalanceCapRule__factory,
  MinimumHoldingRule: MinimumHoldingRule__factory,
  LockUpRule: LockUpRule__factory,
  FlowbackRule: FlowbackRule__factory,
  SanctionsRule: SanctionsRule__factory,
  DisclosureRule: DisclosureRule__factory,
  CustodyRule: CustodyRule__factory,
  FullTransferRule: FullTransferRule__factory,
  RouteRule: RouteRule__factory,
  AttributeRule: AttributeRule__factory,
  HolderQuotaRule: HolderQuotaRule__factory,
  RollingVolumeRule: RollingVolumeRule__factory,
  ManualApprovalRule: ManualApprovalRule__factory,
  SanctionsList: SanctionsList__factory,
  SignedClaimVerifier: SignedClaimVerifier__factory,
  Erc3643Verifier: Erc3643Verifier__factory,
  CustodyDesk: CustodyDesk__factory,
  OfferingDesk: OfferingDesk__factory,
  IncomeDesk: IncomeDesk__factory,
  SettlementDesk: SettlementDesk__factory,
  TestDollar: TestDollar__factory,
} as const;

export type ContractName = keyof typeof FACTORIES;

let interfaces: readonly Interface[] | undefined;

/** The interfaces of all contracts, so that an error is understood whichever contract it comes from. */
export function suiteInterfaces(): readonly Interface[] {
  interfaces ??= Object.values(FACTORIES).map((factory) => factory.createInterface());
  return interfaces;
}

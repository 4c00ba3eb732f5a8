import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import AccessManager from "./AccessManager.ts";
import TransferRules from "./TransferRules.ts";

/** The rules that assets can be bound to. All but the last three are pure functions without memory, keys or roles. */
export default buildModule("Rules", (m) => {
  const { accessManager } = m.useModule(AccessManager);
  const { transferRules } = m.useModule(TransferRules);

  return {
    commonRules: m.contract("CommonRules"),
    countryRule: m.contract("CountryRule"),
    investorClassRule: m.contract("InvestorClassRule"),
    holderCountRule: m.contract("HolderCountRule"),
    minimumHoldersRule: m.contract("MinimumHoldersRule"),
    balanceCapRule: m.contract("BalanceCapRule"),
    minimumHoldingRule: m.contract("MinimumHoldingRule"),
    lockUpRule: m.contract("LockUpRule"),
    flowbackRule: m.contract("FlowbackRule"),
    sanctionsRule: m.contract("SanctionsRule"),
    disclosureRule: m.contract("DisclosureRule"),
    custodyRule: m.contract("CustodyRule"),
    fullTransferRule: m.contract("FullTransferRule"),
    routeRule: m.contract("RouteRule"),
    attributeRule: m.contract("AttributeRule"),
    holderQuotaRule: m.contract("HolderQuotaRule"),
    rollingVolumeRule: m.contract("RollingVolumeRule", [transferRules]),
    manualApprovalRule: m.contract("ManualApprovalRule", [accessManager, transferRules]),
    sanctionsList: m.contract("SanctionsList", [accessManager]),
  };
});

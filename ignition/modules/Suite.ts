import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { OFFICES, ROLES, SLOW_ROLES, UPGRADE_DELAY } from "../roles.ts";
import { listGrants, roleNames } from "../selectors.ts";
import AccessManager from "./AccessManager.ts";
import AnchorRegistry from "./AnchorRegistry.ts";
import ComplianceLog from "./ComplianceLog.ts";
import CustodyDesk from "./CustodyDesk.ts";
import Disclosures from "./Disclosures.ts";
import DocumentAnchor from "./DocumentAnchor.ts";
import Erc3643Verifier from "./Erc3643Verifier.ts";
import ImpactLog from "./ImpactLog.ts";
import IncomeDesk from "./IncomeDesk.ts";
import InvestorRegistry from "./InvestorRegistry.ts";
import NavOracle from "./NavOracle.ts";
import OfferingDesk from "./OfferingDesk.ts";
import Rules from "./Rules.ts";
import SelectionDesk from "./SelectionDesk.ts";
import SettlementDesk from "./SettlementDesk.ts";
import SettlementDisputes from "./SettlementDisputes.ts";
import ShareToken from "./ShareToken.ts";
import SignedClaimVerifier from "./SignedClaimVerifier.ts";
import TransferDomains from "./TransferDomains.ts";
import TransferRules from "./TransferRules.ts";

/**
 * Everything, wired: books and desks know each other, every restricted function has its role, every role its account
 * (parameters named after the offices in `roles.ts`; the deployer where none is given).
 */
export default buildModule("Suite", (m) => {
  const { accessManager } = m.useModule(AccessManager);
  const { investorRegistryCode, investorRegistry } = m.useModule(InvestorRegistry);
  const { transferRulesCode, transferRules, ...transferRulesLibraries } = m.useModule(TransferRules);
  const { anchorRegistryCode, anchorRegistry } = m.useModule(AnchorRegistry);
  const { shareTokenCode, shareToken, ...shareTokenLibraries } = m.useModule(ShareToken);
  const rules = m.useModule(Rules);
  const { documentAnchorCode, documentAnchor } = m.useModule(DocumentAnchor);
  const { disclosures } = m.useModule(Disclosures);
  const { complianceLog } = m.useModule(ComplianceLog);
  const { transferDomains } = m.useModule(TransferDomains);
  const { signedClaimVerifier } = m.useModule(SignedClaimVerifier);
  const { erc3643Verifier } = m.useModule(Erc3643Verifier);
  const { selectionDesk } = m.useModule(SelectionDesk);
  const { custodyDesk } = m.useModule(CustodyDesk);
  const { offeringDesk, ...offeringDeskLibraries } = m.useModule(OfferingDesk);
  const { incomeDesk } = m.useModule(IncomeDesk);
  const { settlementDesk, ...settlementDeskLibraries } = m.useModule(SettlementDesk);
  const { settlementDisputes } = m.useModule(SettlementDisputes);
  const { navOracleCode, navOracle } = m.useModule(NavOracle);
  const { impactLogCode, impactLog } = m.useModule(ImpactLog);

  // Addresses that the constructors could not know. The deployer is still the admin whom these functions obey.
  m.call(transferRules, "setShares", [shareToken]);
  m.call(investorRegistry, "setRules", [transferRules]);
  for (const desk of [offeringDesk, incomeDesk, settlementDesk]) {
    m.call(investorRegistry, "setProtocolAddress", [desk, true], { id: `Protocol_${desk.contractName}` });
  }
  for (const desk of [offeringDesk, settlementDesk]) {
    m.call(desk, "setPriceGuard", [navOracle], { id: `PriceGuard_${desk.contractName}` });
  }

  // Roles and delays, in one transaction: half a set of rights would be worse than none.
  const targets = {
    ShareToken: shareToken,
    InvestorRegistry: investorRegistry,
    TransferRules: transferRules,
    AnchorRegistry: anchorRegistry,
    ManualApprovalRule: rules.manualApprovalRule,
    SanctionsList: rules.sanctionsList,
    DocumentAnchor: documentAnchor,
    Disclosures: disclosures,
    ComplianceLog: complianceLog,
    TransferDomains: transferDomains,
    SignedClaimVerifier: signedClaimVerifier,
    Erc3643Verifier: erc3643Verifier,
    SelectionDesk: selectionDesk,
    CustodyDesk: custodyDesk,
    OfferingDesk: offeringDesk,
    IncomeDesk: incomeDesk,
    SettlementDesk: settlementDesk,
    SettlementDisputes: settlementDisputes,
    NavOracle: navOracle,
    ImpactLog: impactLog,
  };
  const deskRoles = [
    ["OFFERING_DESK", offeringDesk],
    ["ASSET_LIFE", offeringDesk],
    ["ASSET_LIFE", custodyDesk],
    ["REDEMPTION_DESK", custodyDesk],
    ["SELECTION_DESK", selectionDesk],
    ["SETTLEMENT_DESK", settlementDesk],
    ["LOCKER", settlementDesk],
    ["GUARDIAN", settlementDisputes],
    ["LOCKER", offeringDesk],
    ["INCOME_DESK", incomeDesk],
    ["RECORDER", shareToken],
  ] as const;
  const account = (office: (typeof OFFICES)[number]) => m.getParameter(office, m.getAccount(0));
  const encode = (id: string, name: string, args: Parameters<typeof m.encodeFunctionCall>[2]) =>
    m.encodeFunctionCall(accessManager, name, args, { id });

  const wiring = [
    ...roleNames()
      .filter((role) => role !== "ADMIN")
      .map((role) => encode(`Label_${role}`, "labelRole", [ROLES[role], role])),
    ...listGrants().map(({ contract, role, selectors }) =>
      encode(`Open_${contract}_${role}`, "setTargetFunctionRole", [targets[contract], [...selectors], ROLES[role]]),
    ),
    ...OFFICES.map((office) => {
      const delay = office === "UPGRADER" ? UPGRADE_DELAY : 0n;
      return encode(`Grant_${office}`, "grantRole", [ROLES[office], account(office), delay]);
    }),
    ...(["REVIEWER", "SECOND_REVIEWER"] as const).map((name) =>
      encode(`Grant_${name}`, "grantRole", [ROLES.REVIEWER, m.getParameter(name, m.getAccount(0)), 0n]),
    ),
    encode("Grant_ASSET_LIFE_ISSUER", "grantRole", [ROLES.ASSET_LIFE, account("ISSUER"), 0n]),
    encode("Grant_RECORDER_COMPLIANCE", "grantRole", [ROLES.RECORDER, account("COMPLIANCE"), 0n]),
    encode("Grant_RECORDER_ISSUER", "grantRole", [ROLES.RECORDER, account("ISSUER"), 0n]),
    encode("Grant_RECORDER_REGISTRAR", "grantRole", [ROLES.RECORDER, account("REGISTRAR"), 0n]),
    encode("Grant_LOCKER_REGISTRAR", "grantRole", [ROLES.LOCKER, account("REGISTRAR"), 0n]),
    ...deskRoles.map(([role, desk]) =>
      encode(`Grant_${role}_${desk.contractName}`, "grantRole", [ROLES[role], desk, 0n]),
    ),
    encode("Guard_UPGRADER", "setRoleGuardian", [ROLES.UPGRADER, ROLES.GUARDIAN]),
    // OpenZeppelin lets these two kinds of delay begin five days after they are set; until then the admin's own delay stands in.
    ...SLOW_ROLES.map((role) => encode(`GrantDelay_${role}`, "setGrantDelay", [ROLES[role], UPGRADE_DELAY])),
    ...Object.entries(targets).map(([name, target]) =>
      encode(`AdminDelay_${name}`, "setTargetAdminDelay", [target, UPGRADE_DELAY]),
    ),
  ];
  m.call(accessManager, "multicall", [wiring]);

  return {
    accessManager,
    investorRegistry,
    investorRegistryCode,
    transferRules,
    transferRulesCode,
    ...transferRulesLibraries,
    anchorRegistry,
    anchorRegistryCode,
    shareToken,
    shareTokenCode,
    ...shareTokenLibraries,
    ...rules,
    documentAnchor,
    documentAnchorCode,
    disclosures,
    complianceLog,
    transferDomains,
    signedClaimVerifier,
    erc3643Verifier,
    selectionDesk,
    custodyDesk,
    offeringDesk,
    ...offeringDeskLibraries,
    ...settlementDeskLibraries,
    incomeDesk,
    settlementDesk,
    settlementDisputes,
    navOracle,
    navOracleCode,
    impactLog,
    impactLogCode,
  };
});

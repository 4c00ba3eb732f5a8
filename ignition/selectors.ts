import type { Interface } from "ethers";
import {
  AnchorRegistry__factory,
  ComplianceLog__factory,
  CustodyDesk__factory,
  Disclosures__factory,
  DocumentAnchor__factory,
  Erc3643Verifier__factory,
  ImpactLog__factory,
  IncomeDesk__factory,
  InvestorRegistry__factory,
  ManualApprovalRule__factory,
  NavOracle__factory,
  OfferingDesk__factory,
  SanctionsList__factory,
  SelectionDesk__factory,
  SettlementDesk__factory,
  SettlementDisputes__factory,
  ShareToken__factory,
  SignedClaimVerifier__factory,
  TransferDomains__factory,
  TransferRules__factory,
} from "../typechain-types/index.ts";
import { type GovernedContract, MATRIX, ROLES, type RoleName } from "./roles.ts";

/** The ABIs of all governed contracts. */
export const INTERFACES: Readonly<Record<GovernedContract, Interface>> = {
  ShareToken: ShareToken__factory.createInterface(),
  InvestorRegistry: InvestorRegistry__factory.createInterface(),
  TransferRules: TransferRules__factory.createInterface(),
  AnchorRegistry: AnchorRegistry__factory.createInterface(),
  ManualApprovalRule: ManualApprovalRule__factory.createInterface(),
  SanctionsList: SanctionsList__factory.createInterface(),
  DocumentAnchor: DocumentAnchor__factory.createInterface(),
  Disclosures: Disclosures__factory.createInterface(),
  ComplianceLog: ComplianceLog__factory.createInterface(),
  TransferDomains: TransferDomains__factory.createInterface(),
  SignedClaimVerifier: SignedClaimVerifier__factory.createInterface(),
  Erc3643Verifier: Erc3643Verifier__factory.createInterface(),
  SelectionDesk: SelectionDesk__factory.createInterface(),
  CustodyDesk: CustodyDesk__factory.createInterface(),
  OfferingDesk: OfferingDesk__factory.createInterface(),
  IncomeDesk: IncomeDesk__factory.createInterface(),
  SettlementDesk: SettlementDesk__factory.createInterface(),
  SettlementDisputes: SettlementDisputes__factory.createInterface(),
  NavOracle: NavOracle__factory.createInterface(),
  ImpactLog: ImpactLog__factory.createInterface(),
};

export interface Grant {
  readonly contract: GovernedContract;
  readonly role: RoleName;
  readonly functions: readonly string[];
  /** As numbers in the ABI, because nobody should type them. */
  readonly selectors: readonly string[];
}

/** The matrix, line by line, with selectors instead of names. */
export function listGrants(): Grant[] {
  return contractNames().flatMap((contract) =>
    roleNames().flatMap((role) => {
      const functions = functionsOf(contract, role);
      const selectors = functions.map((name) => selectorOf(contract, name));
      return functions.length === 0 ? [] : [{ contract, role, functions, selectors }];
    }),
  );
}

export function contractNames(): GovernedContract[] {
  return Object.keys(INTERFACES).filter((name): name is GovernedContract => name in MATRIX);
}

export function roleNames(): RoleName[] {
  return Object.keys(ROLES).filter((name): name is RoleName => name in ROLES);
}

function functionsOf(contract: GovernedContract, role: RoleName): readonly string[] {
  const functions: Partial<Record<RoleName, readonly string[]>> = MATRIX[contract];
  return functions[role] ?? [];
}

function selectorOf(contract: GovernedContract, name: string): string {
  const found = INTERFACES[contract].getFunction(name);
  if (found === null) throw new Error(`${contract} has no function ${name}; ignition/roles.ts is out of date`);
  return found.selector;
}

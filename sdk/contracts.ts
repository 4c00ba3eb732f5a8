import type { Interface } from "ethers";
import {
  AccessManager__factory,
  AnchorRegistry__factory,
  CountryRule__factory,
  CustodyDesk__factory,
  HolderCountRule__factory,
  IncomeDesk__factory,
  InvestorClassRule__factory,
  InvestorRegistry__factory,
  OfferingDesk__factory,
  SelectionDesk__factory,
  SettlementDesk__factory,
  ShareToken__factory,
  TestDollar__factory,
  TransferRules__factory,
} from "../typechain-types/index.ts";

/** Every contract of the suite under its name in the address book, with its typed factory. */
export const FACTORIES = {
  AccessManager: AccessManager__factory,
  InvestorRegistry: InvestorRegistry__factory,
  TransferRules: TransferRules__factory,
  AnchorRegistry: AnchorRegistry__factory,
  ShareToken: ShareToken__factory,
  CountryRule: CountryRule__factory,
  InvestorClassRule: InvestorClassRule__factory,
  HolderCountRule: HolderCountRule__factory,
  SelectionDesk: SelectionDesk__factory,
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

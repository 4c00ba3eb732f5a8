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
    countryRule: FACTORIES.CountryRule.connect(at("CountryRule"), runner),
    investorClassRule: FACTORIES.InvestorClassRule.connect(at("InvestorClassRule"), runner),
    holderCountRule: FACTORIES.HolderCountRule.connect(at("HolderCountRule"), runner),
    selectionDesk: FACTORIES.SelectionDesk.connect(at("SelectionDesk"), runner),
    custodyDesk: FACTORIES.CustodyDesk.connect(at("CustodyDesk"), runner),
    offeringDesk: FACTORIES.OfferingDesk.connect(at("OfferingDesk"), runner),
    incomeDesk: FACTORIES.IncomeDesk.connect(at("IncomeDesk"), runner),
    settlementDesk: FACTORIES.SettlementDesk.connect(at("SettlementDesk"), runner),
    /** Only where the suite was deployed with it: on local chains. */
    testDollar: dollar === undefined ? undefined : FACTORIES.TestDollar.connect(dollar, runner),
  };
}

import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import AccessManager from "./AccessManager.ts";

/** Investors and their wallets, behind a proxy that is initialised while it is made. */
export default buildModule("InvestorRegistry", (m) => {
  const { accessManager } = m.useModule(AccessManager);

  const investorRegistryCode = m.contract("InvestorRegistry");
  const initialize = m.encodeFunctionCall(investorRegistryCode, "initialize", [accessManager]);
  const proxy = m.contract("ERC1967Proxy", [investorRegistryCode, initialize]);

  return { investorRegistryCode, investorRegistry: m.contractAt("InvestorRegistry", proxy, { id: "Book" }) };
});

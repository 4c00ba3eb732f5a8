import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { linkLibraries } from "../libraries.ts";
import AccessManager from "./AccessManager.ts";
import InvestorRegistry from "./InvestorRegistry.ts";

/** The rules of every asset, behind a proxy. The token is told to it later (`Suite`), because the token needs it first. */
export default buildModule("TransferRules", (m) => {
  const { accessManager } = m.useModule(AccessManager);
  const { investorRegistry } = m.useModule(InvestorRegistry);

  const { libraries, results } = linkLibraries(m, "TransferRules");
  const transferRulesCode = m.contract("TransferRules", [], { libraries });
  const initialize = m.encodeFunctionCall(transferRulesCode, "initialize", [accessManager, investorRegistry]);
  const proxy = m.contract("ERC1967Proxy", [transferRulesCode, initialize]);

  return { ...results, transferRulesCode, transferRules: m.contractAt("TransferRules", proxy, { id: "Book" }) };
});

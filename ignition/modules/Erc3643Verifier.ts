import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import AccessManager from "./AccessManager.ts";
import InvestorRegistry from "./InvestorRegistry.ts";

/** Takes over investors whom an ERC-3643 identity registry knows. Compliance names the registries later. */
export default buildModule("Erc3643Verifier", (m) => {
  const { accessManager } = m.useModule(AccessManager);
  const { investorRegistry } = m.useModule(InvestorRegistry);

  return { erc3643Verifier: m.contract("Erc3643Verifier", [accessManager, investorRegistry]) };
});

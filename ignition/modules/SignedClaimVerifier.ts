import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import AccessManager from "./AccessManager.ts";
import InvestorRegistry from "./InvestorRegistry.ts";

/** Takes what attestors sign about investors. */
export default buildModule("SignedClaimVerifier", (m) => {
  const { accessManager } = m.useModule(AccessManager);
  const { investorRegistry } = m.useModule(InvestorRegistry);

  return { signedClaimVerifier: m.contract("SignedClaimVerifier", [accessManager, investorRegistry]) };
});

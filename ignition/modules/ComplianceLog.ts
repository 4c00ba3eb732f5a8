import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import AccessManager from "./AccessManager.ts";

/** What was done in the name of compliance (ERC-8328). */
export default buildModule("ComplianceLog", (m) => {
  const { accessManager } = m.useModule(AccessManager);

  return { complianceLog: m.contract("ComplianceLog", [accessManager]) };
});

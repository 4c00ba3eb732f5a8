import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import AccessManager from "./AccessManager.ts";
import TransferRules from "./TransferRules.ts";

/** Who may hold an asset, by class of investor. */
export default buildModule("InvestorClassRule", (m) => {
  const { accessManager } = m.useModule(AccessManager);
  const { transferRules } = m.useModule(TransferRules);

  return { investorClassRule: m.contract("InvestorClassRule", [accessManager, transferRules]) };
});

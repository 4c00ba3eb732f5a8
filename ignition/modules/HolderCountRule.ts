import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import AccessManager from "./AccessManager.ts";
import TransferRules from "./TransferRules.ts";

/** How many investors may hold an asset. */
export default buildModule("HolderCountRule", (m) => {
  const { accessManager } = m.useModule(AccessManager);
  const { transferRules } = m.useModule(TransferRules);

  return { holderCountRule: m.contract("HolderCountRule", [accessManager, transferRules]) };
});

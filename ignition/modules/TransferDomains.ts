import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import AccessManager from "./AccessManager.ts";

/** Notice of an announced revocation: what is under way can settle, and holders can react. */
const GRACE_PERIOD = 7n * 86_400n;

/** Between which domains assets may move (ERC-8327). */
export default buildModule("TransferDomains", (m) => {
  const { accessManager } = m.useModule(AccessManager);

  return { transferDomains: m.contract("TransferDomains", [accessManager, GRACE_PERIOD]) };
});

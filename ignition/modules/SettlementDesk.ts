import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import AccessManager from "./AccessManager.ts";
import ShareToken from "./ShareToken.ts";

/** Where shares meet cash. */
export default buildModule("SettlementDesk", (m) => {
  const { accessManager } = m.useModule(AccessManager);
  const { shareToken } = m.useModule(ShareToken);

  return { settlementDesk: m.contract("SettlementDesk", [accessManager, shareToken]) };
});

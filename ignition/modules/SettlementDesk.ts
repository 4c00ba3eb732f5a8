import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { linkLibraries } from "../libraries.ts";
import AccessManager from "./AccessManager.ts";
import ShareToken from "./ShareToken.ts";

/** Where shares meet cash. */
export default buildModule("SettlementDesk", (m) => {
  const { accessManager } = m.useModule(AccessManager);
  const { shareToken } = m.useModule(ShareToken);

  const { libraries, results } = linkLibraries(m, "SettlementDesk");
  const settlementDesk = m.contract("SettlementDesk", [accessManager, shareToken], { libraries });

  return { ...results, settlementDesk };
});

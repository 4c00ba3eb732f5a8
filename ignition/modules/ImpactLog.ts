import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import AccessManager from "./AccessManager.ts";
import ShareToken from "./ShareToken.ts";

/** What the assets do to the world (ERC-8329), behind a proxy. */
export default buildModule("ImpactLog", (m) => {
  const { accessManager } = m.useModule(AccessManager);
  const { shareToken } = m.useModule(ShareToken);

  const impactLogCode = m.contract("ImpactLog");
  const initialize = m.encodeFunctionCall(impactLogCode, "initialize", [accessManager, shareToken]);
  const proxy = m.contract("ERC1967Proxy", [impactLogCode, initialize]);

  return { impactLogCode, impactLog: m.contractAt("ImpactLog", proxy, { id: "Book" }) };
});

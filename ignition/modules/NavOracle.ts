import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import AccessManager from "./AccessManager.ts";
import ShareToken from "./ShareToken.ts";

/** What the assets are worth (ERC-8330, draft), behind a proxy. */
export default buildModule("NavOracle", (m) => {
  const { accessManager } = m.useModule(AccessManager);
  const { shareToken } = m.useModule(ShareToken);

  const navOracleCode = m.contract("NavOracle");
  const initialize = m.encodeFunctionCall(navOracleCode, "initialize", [accessManager, shareToken]);
  const proxy = m.contract("ERC1967Proxy", [navOracleCode, initialize]);

  return { navOracleCode, navOracle: m.contractAt("NavOracle", proxy, { id: "Book" }) };
});

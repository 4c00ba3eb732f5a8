import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import AccessManager from "./AccessManager.ts";

/** The anchors of the assets (ERC-8325), behind a proxy. */
export default buildModule("AnchorRegistry", (m) => {
  const { accessManager } = m.useModule(AccessManager);

  const anchorRegistryCode = m.contract("AnchorRegistry");
  const initialize = m.encodeFunctionCall(anchorRegistryCode, "initialize", [accessManager]);
  const proxy = m.contract("ERC1967Proxy", [anchorRegistryCode, initialize]);

  return { anchorRegistryCode, anchorRegistry: m.contractAt("AnchorRegistry", proxy, { id: "Book" }) };
});

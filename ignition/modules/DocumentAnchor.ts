import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import AccessManager from "./AccessManager.ts";
import AnchorRegistry from "./AnchorRegistry.ts";

/** The documents of the assets (ERC-8326), behind a proxy. */
export default buildModule("DocumentAnchor", (m) => {
  const { accessManager } = m.useModule(AccessManager);
  const { anchorRegistry } = m.useModule(AnchorRegistry);

  const documentAnchorCode = m.contract("DocumentAnchor");
  const initialize = m.encodeFunctionCall(documentAnchorCode, "initialize", [accessManager, anchorRegistry]);
  const proxy = m.contract("ERC1967Proxy", [documentAnchorCode, initialize]);

  return { documentAnchorCode, documentAnchor: m.contractAt("DocumentAnchor", proxy, { id: "Book" }) };
});

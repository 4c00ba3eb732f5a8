import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { linkLibraries } from "../libraries.ts";
import AccessManager from "./AccessManager.ts";
import AnchorRegistry from "./AnchorRegistry.ts";
import InvestorRegistry from "./InvestorRegistry.ts";
import TransferRules from "./TransferRules.ts";

/** The share register, behind a proxy. */
export default buildModule("ShareToken", (m) => {
  const { accessManager } = m.useModule(AccessManager);
  const { investorRegistry } = m.useModule(InvestorRegistry);
  const { transferRules } = m.useModule(TransferRules);
  const { anchorRegistry } = m.useModule(AnchorRegistry);

  const { libraries, results } = linkLibraries(m, "ShareToken");
  const shareTokenCode = m.contract("ShareToken", [], { libraries });
  const books = [accessManager, investorRegistry, transferRules, anchorRegistry];
  const proxy = m.contract("ERC1967Proxy", [shareTokenCode, m.encodeFunctionCall(shareTokenCode, "initialize", books)]);

  return { ...results, shareTokenCode, shareToken: m.contractAt("ShareToken", proxy, { id: "Book" }) };
});

import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
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

  // The token's code is more than one contract may have; these parts of it act on the token's storage.
  const libraries = {
    AssetListing: m.library("AssetListing"),
    Enforcement: m.library("Enforcement"),
    HeldShares: m.library("HeldShares"),
    NetSettlement: m.library("NetSettlement"),
    PermitLib: m.library("PermitLib"),
    RecordBook: m.library("RecordBook"),
    TransferView: m.library("TransferView"),
  };
  const shareTokenCode = m.contract("ShareToken", [], { libraries });
  const books = [accessManager, investorRegistry, transferRules, anchorRegistry];
  const proxy = m.contract("ERC1967Proxy", [shareTokenCode, m.encodeFunctionCall(shareTokenCode, "initialize", books)]);

  return { shareTokenCode, shareToken: m.contractAt("ShareToken", proxy, { id: "Book" }) };
});

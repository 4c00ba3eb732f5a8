import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import DocumentAnchor from "./DocumentAnchor.ts";
import ShareToken from "./ShareToken.ts";

/** Where investors acknowledge the risks of an asset. */
export default buildModule("Disclosures", (m) => {
  const { shareToken } = m.useModule(ShareToken);
  const { documentAnchor } = m.useModule(DocumentAnchor);

  return { disclosures: m.contract("Disclosures", [shareToken, documentAnchor]) };
});

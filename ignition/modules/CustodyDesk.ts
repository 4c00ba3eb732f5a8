import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import AccessManager from "./AccessManager.ts";
import ShareToken from "./ShareToken.ts";

/** Where custodians keep their signed word about the things behind the assets. */
export default buildModule("CustodyDesk", (m) => {
  const { accessManager } = m.useModule(AccessManager);
  const { shareToken } = m.useModule(ShareToken);

  return { custodyDesk: m.contract("CustodyDesk", [accessManager, shareToken]) };
});

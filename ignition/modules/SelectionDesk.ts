import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import AccessManager from "./AccessManager.ts";
import ShareToken from "./ShareToken.ts";

/** Where assets are proposed, reviewed by different people, and anchored. */
export default buildModule("SelectionDesk", (m) => {
  const { accessManager } = m.useModule(AccessManager);
  const { shareToken } = m.useModule(ShareToken);
  const reviewsNeeded = m.getParameter("reviewsNeeded", 2n);

  return { selectionDesk: m.contract("SelectionDesk", [accessManager, shareToken, reviewsNeeded]) };
});

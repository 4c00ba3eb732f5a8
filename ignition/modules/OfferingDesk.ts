import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { linkLibraries } from "../libraries.ts";
import AccessManager from "./AccessManager.ts";
import CustodyDesk from "./CustodyDesk.ts";
import ShareToken from "./ShareToken.ts";

/** Where shares are sold for the first time. */
export default buildModule("OfferingDesk", (m) => {
  const { accessManager } = m.useModule(AccessManager);
  const { shareToken } = m.useModule(ShareToken);
  const { custodyDesk } = m.useModule(CustodyDesk);

  const { libraries, results } = linkLibraries(m, "OfferingDesk");
  const offeringDesk = m.contract("OfferingDesk", [accessManager, shareToken, custodyDesk], { libraries });

  return { ...results, offeringDesk };
});

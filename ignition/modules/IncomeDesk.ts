import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import AccessManager from "./AccessManager.ts";
import ShareToken from "./ShareToken.ts";

/** Where income is declared and claimed. */
export default buildModule("IncomeDesk", (m) => {
  const { accessManager } = m.useModule(AccessManager);
  const { shareToken } = m.useModule(ShareToken);

  return { incomeDesk: m.contract("IncomeDesk", [accessManager, shareToken]) };
});

import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import AccessManager from "./AccessManager.ts";
import TransferRules from "./TransferRules.ts";

/** Who may hold an asset, by country. */
export default buildModule("CountryRule", (m) => {
  const { accessManager } = m.useModule(AccessManager);
  const { transferRules } = m.useModule(TransferRules);

  return { countryRule: m.contract("CountryRule", [accessManager, transferRules]) };
});

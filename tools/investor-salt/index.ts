import { definePlugin } from "hardhat/plugins";
import "hardhat/types/config";

declare module "hardhat/types/config" {
  interface HardhatUserConfig {
    /** The registrar's secret under which references become investor ids. */
    investorSalt?: SensitiveString;
  }

  interface HardhatConfig {
    readonly investorSalt?: ResolvedConfigurationVariable;
  }
}

/** Makes the registrar's secret a setting like a deployer's key: asked of the environment or the keystore, and only when it is needed. */
export default definePlugin({
  id: "moiety-investor-salt",
  npmPackage: null,
  hookHandlers: { config: () => import("./resolve.ts") },
});

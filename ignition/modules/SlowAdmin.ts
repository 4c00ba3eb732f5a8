import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { ROLES, UPGRADE_DELAY } from "../roles.ts";
import Suite from "./Suite.ts";

/** For a public chain without a multisig, a testnet above all: the deployer stays admin, but whatever he does takes two days. */
export default buildModule("SlowAdmin", (m) => {
  const suite = m.useModule(Suite);

  m.call(suite.accessManager, "grantRole", [ROLES.ADMIN, m.getAccount(0), UPGRADE_DELAY], { after: [Suite] });

  return suite;
});

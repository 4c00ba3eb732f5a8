import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { ROLES, UPGRADE_DELAY } from "../roles.ts";
import Suite from "./Suite.ts";

/** D8: the admin of the parameters (a multisig) takes over, with a delay, and the deployer has nothing left of the admin. */
export default buildModule("HandOver", (m) => {
  const suite = m.useModule(Suite);
  const deployer = m.getAccount(0);

  const take = m.encodeFunctionCall(suite.accessManager, "grantRole", [
    ROLES.ADMIN,
    m.getParameter<string>("admin"),
    UPGRADE_DELAY,
  ]);
  const leave = m.encodeFunctionCall(suite.accessManager, "renounceRole", [ROLES.ADMIN, deployer]);
  m.call(suite.accessManager, "multicall", [[take, leave]], { after: [Suite] });

  return suite;
});

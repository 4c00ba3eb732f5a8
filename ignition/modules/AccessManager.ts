import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** Every role and every delay of the suite (D8). The deployer starts as its admin. */
export default buildModule("AccessManager", (m) => ({ accessManager: m.contract("AccessManager", [m.getAccount(0)]) }));

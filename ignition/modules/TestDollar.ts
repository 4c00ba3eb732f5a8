import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** A dollar that the deployer can make; for chains that have no money of their own. */
export default buildModule("TestDollar", (m) => ({ testDollar: m.contract("TestDollar", [m.getAccount(0)]) }));

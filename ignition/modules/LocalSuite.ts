import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import LocalMoney from "./LocalMoney.ts";
import Suite from "./Suite.ts";

/** The suite with money to play with, for chains on the own machine. */
export default buildModule("LocalSuite", (m) => ({ ...m.useModule(Suite), ...m.useModule(LocalMoney) }));

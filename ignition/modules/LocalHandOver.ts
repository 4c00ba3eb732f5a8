import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import HandOver from "./HandOver.ts";
import LocalMoney from "./LocalMoney.ts";

/** The suite handed over to an admin, with money to play with: to rehearse the real thing on the own machine. */
export default buildModule("LocalHandOver", (m) => ({ ...m.useModule(HandOver), ...m.useModule(LocalMoney) }));

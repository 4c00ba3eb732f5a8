import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import SettlementDesk from "./SettlementDesk.ts";

/** Where anybody who proves a chunk of the settlement desk wrong pauses it. */
export default buildModule("SettlementDisputes", (m) => {
  const { settlementDesk } = m.useModule(SettlementDesk);

  return { settlementDisputes: m.contract("SettlementDisputes", [settlementDesk]) };
});

import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import OfferingDesk from "./OfferingDesk.ts";
import TestDollar from "./TestDollar.ts";

/** Money to play with, in which one may offer. The deployer is still the admin who allows it. */
export default buildModule("LocalMoney", (m) => {
  const { offeringDesk } = m.useModule(OfferingDesk);
  const { testDollar } = m.useModule(TestDollar);
  m.call(offeringDesk, "allowCurrency", [testDollar, true]);

  return { testDollar };
});

import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import IncomeDesk from "./IncomeDesk.ts";

/**
 * A dollar that the deployer can make; for chains that have no money of their own. Income may be paid in it: the call goes out with
 * the first contracts, while the deployer is still the admin whom the desk obeys.
 */
export default buildModule("TestDollar", (m) => {
  const { incomeDesk } = m.useModule(IncomeDesk);
  const testDollar = m.contract("TestDollar", [m.getAccount(0)]);
  m.call(incomeDesk, "setCurrency", [testDollar, true]);

  return { testDollar };
});

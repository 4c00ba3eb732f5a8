import type { NetworkConnection } from "hardhat/types/network";
import { deploySuite } from "../../sdk/deploy.ts";

/** The whole suite on the connection's own chain, the first account holding every office. */
export async function deployedSuite(connection: NetworkConnection) {
  const deployment = await deploySuite(connection);
  const { testDollar } = deployment.suite;
  if (testDollar === undefined) throw new Error("a local suite comes with a TestDollar");

  return { ...deployment, suite: { ...deployment.suite, testDollar } };
}

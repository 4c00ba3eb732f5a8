import type { NetworkConnection } from "hardhat/types/network";
import type { Suite } from "../../sdk/connect.ts";
import { deploySuite, type SuiteDeployment } from "../../sdk/deploy.ts";

export interface DeployedSuite extends Pick<SuiteDeployment, "addresses"> {
  readonly suite: Suite & { readonly testDollar: NonNullable<Suite["testDollar"]> };
}

/** The whole suite on the connection's own chain, the first account holding every office. */
export async function deployedSuite(connection: NetworkConnection): Promise<SuiteDeployment & DeployedSuite> {
  const deployment = await deploySuite(connection);
  return { ...deployment, suite: withTestDollar(deployment.suite) };
}

export function withTestDollar(suite: Suite): DeployedSuite["suite"] {
  const { testDollar } = suite;
  if (testDollar === undefined) throw new Error("a local suite comes with a TestDollar");
  return { ...suite, testDollar };
}

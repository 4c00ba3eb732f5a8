import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";
import { OFFICES, type Office } from "../../ignition/roles.ts";
import { type AddressBook, addressBookPath } from "../../sdk/addresses.ts";
import { type DeployParameters, deploySuite, type SuiteDeployment } from "../../sdk/deploy.ts";
import { readDeployParameters } from "../../sdk/deploy-parameters.ts";
import { LOCAL_CHAIN_ID } from "../../sdk/local-chain.ts";
import { recordDeployment } from "../../sdk/record-deployment.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { forgetStaleJournal, journalFolder, rememberInstance } from "../lib/journal.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";

interface DeployArguments extends WritingArguments {
  readonly parameters: string;
  readonly reset: boolean;
}

interface DeployTools {
  readonly hre: HardhatRuntimeEnvironment;
  readonly connection: NetworkConnection;
  readonly parameters: DeployParameters;
  readonly note: (text: string) => void;
}

/** Deploys on the connection's chain and, unless the chain ends with this process, writes the address book. */
export async function deployHere({ hre, connection, parameters, note }: DeployTools) {
  if (connection.networkConfig.type === "edr-simulated") {
    return { deployment: await deploySuite(connection, parameters), book: undefined, path: undefined };
  }

  const { chainId } = await connection.ethers.provider.getNetwork();
  const folder = journalFolder(hre, chainId);
  if (await forgetStaleJournal(connection, folder))
    note("The node was restarted since the last deployment; beginning anew.");
  await rememberInstance(connection, folder);

  const deployment = await deploySuite(connection, parameters);
  return { deployment, ...(await recordDeployment(connection, hre.artifacts, deployment, folder)) };
}

export default runAction<DeployArguments>("system.deploy", async (context, args) => {
  const parameters = await readDeployParameters(args.parameters);
  const { connection, chainId } = await context.connect();
  await context.hre.tasks.getTask("build").run({ quiet: true, noTests: true });

  const plan = describePlan(parameters, chainId);
  if (context.dryRun) return { data: { plan }, text: [...plan, "Nothing was sent."].join("\n") };
  await context.confirm(plan);
  if (args.reset) await forgetAll(context.hre, chainId);

  const result = await deployHere({ hre: context.hre, connection, parameters, note: (text) => context.note(text) });
  for (const warning of warningsOf(result.deployment, parameters)) context.warn(warning);
  return report(result);
});

/** What was deployed, for people and for programs. */
export function report({
  deployment,
  book,
  path,
}: {
  deployment: SuiteDeployment;
  book: AddressBook | undefined;
  path: string | undefined;
}): Outcome {
  const { addresses, deployer, admin, transactions } = deployment;
  const rows = Object.entries(addresses).map(([name, address]) => [
    name,
    address,
    String(book?.contracts[name]?.deployedAtBlock ?? ""),
  ]);
  const said =
    transactions === 0 ? "Nothing to do: everything is deployed already." : `Deployed in ${transactions} transactions.`;
  const where =
    path === undefined
      ? "This chain lives in this process and vanishes with it; no address book was written."
      : `Addresses are in ${path}.`;

  return {
    data: { deployer, admin, transactions, addressBook: path ?? null, contracts: book?.contracts ?? addresses },
    text: [table(["Contract", "Address", "Block"], rows), said, where].join("\n"),
  };
}

/** What of the deployment ought not to stay as it is on a public chain. */
export function warningsOf({ chainId, deployer, admin }: SuiteDeployment, parameters: DeployParameters): string[] {
  if (chainId === LOCAL_CHAIN_ID) return [];
  if (admin === deployer) {
    return [
      "the deployer is still the admin, though only with a delay of two days: " +
        (parameters.admin === undefined
          ? "name a multisig by DEPLOY_ADMIN or --parameters"
          : "the admin named is the deployer"),
    ];
  }

  const holderOf = (office: Office) => parameters.roles?.[office] ?? (ADMIN_OFFICES.has(office) ? admin : deployer);
  const kept = OFFICES.filter((office) => holderOf(office).toLowerCase() === deployer.toLowerCase());
  return kept.length === 0 ? [] : [`the deployer keeps ${kept.join(", ")}: the parameters name nobody else for it`];
}

/** They go to the admin where nobody is named. */
const ADMIN_OFFICES: ReadonlySet<Office> = new Set<Office>(["UPGRADER", "GUARDIAN"]);

function describePlan({ admin, roles = {} }: DeployParameters, chainId: bigint): string[] {
  const local = chainId === LOCAL_CHAIN_ID;
  const accounts = Object.entries(roles).map(([office, account]) => `${office} is ${account}`);
  return [
    `deploy the books, the rules and the desks${local ? ", and a TestDollar" : ""}, as far as they are missing`,
    "give every role its account and every restricted function its role",
    ...accounts,
    ...(admin === undefined ? [] : [`make ${admin} the admin with a delay of two days, and renounce the deployer`]),
  ];
}

export async function forgetAll(hre: HardhatRuntimeEnvironment, chainId: bigint): Promise<void> {
  await rm(join(journalFolder(hre, chainId)), { recursive: true, force: true });
  await rm(addressBookPath(Number(chainId)), { force: true });
}

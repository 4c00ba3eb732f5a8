import type { NetworkConnection } from "hardhat/types/network";
import HandOver from "../ignition/modules/HandOver.ts";
import LocalHandOver from "../ignition/modules/LocalHandOver.ts";
import LocalSuite from "../ignition/modules/LocalSuite.ts";
import SlowAdmin from "../ignition/modules/SlowAdmin.ts";
import type { Office } from "../ignition/roles.ts";
import { connectAddresses, type Suite, type SuiteAddresses } from "./connect.ts";
import { badInput } from "./errors.ts";
import { LOCAL_CHAIN_ID } from "./local-chain.ts";

/** How many different people approve an asset before it is anchored. */
const REVIEWS_NEEDED = 2n;

export interface DeployParameters {
  /** Account of each office; the deployer where none is named. */
  readonly roles?: Partial<Record<Office, string>> | undefined;
  /**
   * Two people who review what the issuer proposes. Without them nobody has to on a development chain, and elsewhere nothing can be
   * anchored until two accounts have the office.
   */
  readonly reviewers?: readonly [string, string] | undefined;
  /** Takes every role and delay over from the deployer: a multisig. */
  readonly admin?: string | undefined;
}

export interface SuiteDeployment {
  readonly suite: Suite;
  readonly addresses: SuiteAddresses;
  readonly deployer: string;
  readonly chainId: bigint;
  /** What ends up in charge of roles and delays. */
  readonly admin: string;
  /** How many transactions it took; 0 if everything was there already. */
  readonly transactions: number;
}

/**
 * Deploys the suite by Ignition, or what is missing of it: a run that was cut short goes on where it stopped. In a process's own
 * chain nothing is written; elsewhere Ignition keeps its journal under `ignition/deployments/chain-<id>`.
 */
export async function deploySuite(
  connection: NetworkConnection,
  parameters: DeployParameters = {},
): Promise<SuiteDeployment> {
  const { ethers } = connection;
  const [deployer] = await ethers.getSigners();
  if (deployer === undefined) {
    throw badInput("this network has no account to deploy with", {
      todo: "set DEPLOYER_KEY, or `npx hardhat keystore set DEPLOYER_KEY`",
    });
  }
  const { chainId } = await ethers.provider.getNetwork();
  const isLocal = chainId === LOCAL_CHAIN_ID;
  const nonceBefore = await deployer.getNonce();

  const options = {
    parameters: {
      Suite: rolesOf(parameters),
      SelectionDesk: { reviewsNeeded: isLocal && parameters.reviewers === undefined ? 0n : REVIEWS_NEEDED },
      HandOver: { admin: parameters.admin ?? deployer.address },
    },
    // A chain that makes blocks on demand would never reach five confirmations.
    config: isLocal ? { requiredConfirmations: 1, blockPollingInterval: 25 } : {},
  };
  const handsOver = parameters.admin !== undefined && parameters.admin.toLowerCase() !== deployer.address.toLowerCase();
  const contracts = await deployContracts(connection, isLocal, handsOver, options);

  const addresses = Object.fromEntries(
    Object.entries(contracts).map(([name, contract]): [string, string] => [bookName(name), String(contract.target)]),
  );
  return {
    suite: connectAddresses(addresses, deployer),
    addresses,
    deployer: deployer.address,
    chainId,
    admin: handsOver && parameters.admin !== undefined ? parameters.admin : deployer.address,
    transactions: (await deployer.getNonce()) - nonceBefore,
  };
}

/** One module each, and one run of Ignition: without a journal a second run would deploy everything again. */
async function deployContracts(
  { ignition }: NetworkConnection,
  isLocal: boolean,
  handsOver: boolean,
  options: NonNullable<Parameters<typeof ignition.deploy>[1]>,
) {
  if (isLocal) return ignition.deploy(handsOver ? LocalHandOver : LocalSuite, options);
  return ignition.deploy(handsOver ? HandOver : SlowAdmin, options);
}

/** Upgrades and pauses belong to the admin unless somebody is named for them. */
function rolesOf({ roles = {}, admin, reviewers }: DeployParameters): Record<string, string> {
  const defaults = admin === undefined ? {} : { UPGRADER: admin, GUARDIAN: admin };
  const named = Object.entries(roles).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const reviewing = reviewers === undefined ? {} : { REVIEWER: reviewers[0], SECOND_REVIEWER: reviewers[1] };
  return { ...defaults, ...reviewing, ...Object.fromEntries(named) };
}

/** `shareToken` is ShareToken in the address book. */
function bookName(result: string): string {
  return result.charAt(0).toUpperCase() + result.slice(1);
}

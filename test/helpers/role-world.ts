import { FunctionFragment, type Interface, type ParamType, ZeroAddress, ZeroHash } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { OFFICES, ROLES, type RoleName } from "../../ignition/roles.ts";
import { roleNames } from "../../ignition/selectors.ts";
import { suiteInterfaces } from "../../sdk/contracts.ts";
import { deploySuite } from "../../sdk/deploy.ts";
import { decodeRevert } from "../../sdk/revert.ts";

/**
 * The suite with a different account in every role, desks' roles included, and an open batch, without which nobody learns who may
 * close it. The deployer is the admin, without delay.
 */
export async function everyRoleTaken(connection: NetworkConnection) {
  const { ethers } = connection;
  const accounts = await ethers.getSigners();
  const names = roleNames();
  const [nobody] = accounts.slice(names.length);
  const holders = new Map<RoleName, string>(names.map((name, place) => [name, accounts[place]?.address ?? ""]));
  if (nobody === undefined) throw new Error("the chain has too few accounts");

  const roles = Object.fromEntries(OFFICES.map((office) => [office, holders.get(office)]));
  const reviewer = holders.get("REVIEWER") ?? "";
  const deployment = await deploySuite(connection, { roles, reviewers: [reviewer, reviewer] });
  const { accessManager, settlementDesk } = deployment.suite;
  const offices = new Set<string>(["ADMIN", ...OFFICES]);
  for (const name of names.filter((each) => !offices.has(each))) {
    await accessManager.grantRole(ROLES[name], holders.get(name) ?? "", 0n);
  }
  const operator = accounts.find(({ address }) => address === holders.get("SETTLEMENT_OPERATOR"));
  if (operator === undefined) throw new Error("nobody operates the settlement");
  await settlementDesk.connect(operator).openBatch({
    number: 1n,
    mode: 0n,
    time: 1n,
    openingBlock: 1n,
    instructionCount: 1n,
    chunkCount: 1n,
    chunksRoot: ethers.id("chunks"),
    positionsRoot: ethers.id("positions"),
    fileHash: ethers.id("file"),
  });
  return { ...deployment, holders, nobody: nobody.address };
}

/** Every function of a contract that may change state. */
export function changing(contract: Interface): FunctionFragment[] {
  return contract.fragments.filter(FunctionFragment.isFragment).filter(({ constant }) => !constant);
}

/** A call with the simplest values there are: enough to reach the question who calls. */
export function blankCall(contract: Interface, fragment: FunctionFragment): string {
  return contract.encodeFunctionData(fragment, fragment.inputs.map(blank));
}

function blank(type: ParamType): unknown {
  if (type.arrayChildren !== null) return [];
  if (type.components !== null) return type.components.map(blank);
  if (type.baseType === "address") return ZeroAddress;
  if (type.baseType === "bool") return false;
  if (type.baseType === "string") return "";
  if (type.baseType === "bytes") return "0x";
  return type.baseType.startsWith("bytes") ? ZeroHash.slice(0, 2 + 2 * Number(type.baseType.slice(5))) : 0;
}

/** What becomes of a call: "went through", or the error with its values. */
export async function outcomeOf(
  { ethers }: NetworkConnection,
  call: { readonly from: string; readonly to: string; readonly data: string },
): Promise<string> {
  try {
    await ethers.provider.call(call);
    return "went through";
  } catch (error) {
    const revert = decodeRevert(error, suiteInterfaces());
    return revert === undefined ? "no reason given" : `${revert.name}(${Object.values(revert.args).join(", ")})`;
  }
}

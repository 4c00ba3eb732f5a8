import type { AccessPlace } from "../../sdk/access/read-access.ts";
import type { AddressBook } from "../../sdk/addresses.ts";
import type { ActionContext } from "./action-context.ts";

/** Where the roles of this network's deployment are read. */
export async function accessPlace(context: ActionContext): Promise<AccessPlace> {
  const { connection } = await context.connect();
  const { suite, book } = await context.suite();
  return placeOf(suite.accessManager, book, connection.ethers.provider);
}

export function placeOf(
  accessManager: AccessPlace["accessManager"],
  { contracts, deployedAtBlock }: AddressBook,
  provider: AccessPlace["provider"],
): AccessPlace {
  const addresses = Object.fromEntries(Object.entries(contracts).map(([name, { address }]) => [name, address]));
  return { accessManager, addresses, provider, fromBlock: deployedAtBlock };
}

import type { Provider } from "ethers";
import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { TestDollar__factory } from "../../typechain-types/index.ts";

/** The currency named on the command line; on a local chain the TestDollar needs no naming. */
export async function findCurrency(suite: Suite, provider: Provider, named: string) {
  const address = named === "" ? await suite.testDollar?.getAddress() : parseAddress(named, "--currency");
  if (address === undefined)
    throw badInput("no currency was named", { todo: "add --currency <address of the ERC-20>" });
  return readCurrency(address, provider);
}

/** An ERC-20 and its decimals. */
export async function readCurrency(address: string, provider: Provider) {
  if ((await provider.getCode(address)) === "0x")
    throw badInput(`there is no contract at ${address}`, { where: "--currency" });

  // Typed as the TestDollar, of which only what every ERC-20 has is used.
  const contract = TestDollar__factory.connect(address, provider);
  return { address, contract, decimals: Number(await contract.decimals()) };
}

import { getAddress, isAddress } from "ethers";
import { badInput } from "./errors.ts";

/** Reads an address; a mixed-case one has to have the right EIP-55 checksum, because a wrong one is a typing error. */
export function parseAddress(text: string, what = "address"): string {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text))
    throw badInput(`${what} "${text}" is not an address`, { todo: "write 0x and 40 hex digits" });
  if (!isAddress(text)) {
    throw badInput(`${what} "${text}" has a wrong checksum`, { todo: "copy it again from its source" });
  }

  const address = getAddress(text);
  if (address === "0x0000000000000000000000000000000000000000") throw badInput(`${what} is the zero address`);
  return address;
}

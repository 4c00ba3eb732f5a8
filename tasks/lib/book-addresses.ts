import type { AddressBook } from "../../sdk/addresses.ts";
import type { SuiteAddresses } from "../../sdk/connect.ts";

/** The addresses of a book by contract name. */
export function bookAddresses({ contracts }: AddressBook): SuiteAddresses {
  return Object.fromEntries(Object.entries(contracts).map(([name, { address }]) => [name, address]));
}

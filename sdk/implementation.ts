import { dataSlice, getAddress, type Provider, ZeroAddress } from "ethers";

/** Where ERC-1967 proxies keep the address of their code. */
export const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";

/** The code behind a proxy; nothing where there is no proxy. */
export async function readImplementation(provider: Provider, proxy: string): Promise<string | undefined> {
  const implementation = getAddress(dataSlice(await provider.getStorage(proxy, IMPLEMENTATION_SLOT), 12));
  return implementation === ZeroAddress ? undefined : implementation;
}

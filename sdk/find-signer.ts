import type { Signer } from "ethers";

/** The one of the network's accounts that has this address. */
export async function findSigner(signers: readonly Signer[], address: string): Promise<Signer | undefined> {
  const addresses = await Promise.all(signers.map((signer) => signer.getAddress()));
  return signers[addresses.indexOf(address)];
}

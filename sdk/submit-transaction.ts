import { JsonRpcApiProvider, JsonRpcSigner, type Signer, type TransactionRequest } from "ethers";

/** Hardhat's signer, as far as it is needed here; the SDK does not depend on the plugin. */
interface HardhatSigner extends Signer {
  readonly provider: NonNullable<Signer["provider"]> & { send(method: string, params: unknown[]): Promise<string> };
}

/**
 * Sends a transaction, its addresses in hex, and returns its hash as soon as the node has taken it; what becomes of it is for whoever
 * watches. Throws what the node says where it takes nothing.
 *
 * `sendTransaction` of a signer whose key the node keeps goes on to ask for the transaction until the node knows it: without end where
 * the node has forgotten it again, and of Hardhat's signer a question that fails then is a rejection that nobody handles, which ends the
 * process.
 */
export async function submitTransaction(signer: Signer, request: TransactionRequest): Promise<string> {
  if (signer instanceof JsonRpcSigner) return signer.sendUncheckedTransaction(request);
  if (!isHardhats(signer)) return (await signer.sendTransaction(request)).hash;

  const from = await signer.getAddress();
  const words = JsonRpcApiProvider.prototype.getRpcTransaction({ ...request, from });
  return signer.provider.send("eth_sendTransaction", [words]);
}

/** By its name, because the plugin exports no class; one that sends in a way of its own is left to that. */
function isHardhats(signer: Signer): signer is HardhatSigner {
  const sends = Object.getPrototypeOf(signer)?.sendTransaction;
  return signer.constructor.name === "HardhatEthersSigner" && signer.sendTransaction === sends;
}

import secp256k1 from "secp256k1";
import { loadKeccak } from "../formats/keccak.ts";
import { sharedBytes } from "../workers/shared-bytes.ts";

/** Made-up accounts: private keys of 32 bytes and addresses of 20, one after another, in shared memory. */
export interface LoadAccounts {
  readonly count: number;
  readonly keys: Uint8Array;
  readonly addresses: Uint8Array;
}

/** The same accounts for the same seed. Their keys are no secret: never give them anything of worth. */
export async function createLoadAccounts(seed: number, count: number): Promise<LoadAccounts> {
  const keccak = await loadKeccak();
  const keys = sharedBytes(32 * count);
  const addresses = sharedBytes(20 * count);

  for (let account = 0; account < count; account++) {
    // A hash is beyond the curve's order once in 2^128 times; the library would throw.
    const key = keccak(Buffer.from(`trader ${account} of workload ${seed}`));
    keys.set(key, 32 * account);
    const hash = keccak(secp256k1.publicKeyCreate(keys.subarray(32 * account, 32 * account + 32), false).subarray(1));
    addresses.set(hash.subarray(12), 20 * account);
  }
  return { count, keys, addresses };
}

import secp256k1 from "secp256k1";

/** More than any order book has signatures; beyond it all is forgotten. */
const MAX_REMEMBERED = 65_536;

const INPUT_BYTES = 64 + 1 + 32;

/** By signature and digest: the point, or what the library threw. */
const remembered = new Map<string, Uint8Array | Error>();
const input = Buffer.alloc(INPUT_BYTES);

const recover = secp256k1.ecdsaRecover;
let users = 0;

/**
 * Runs `work` with a curve that remembers: the library recovers each pair of signature and digest once, and then says again what
 * it said. A simulation would otherwise spend an eighth of its time on the same few hundred points. Nothing of the executor's is left
 * out: what it does before and after a recovery it does each time.
 */
export async function rememberRecoveries<Result>(work: () => Promise<Result>): Promise<Result> {
  if (users++ === 0) Object.assign(secp256k1, { ecdsaRecover: recoverOnce });
  try {
    return await work();
  } finally {
    if (--users === 0) Object.assign(secp256k1, { ecdsaRecover: recover });
  }
}

function recoverOnce(
  signature: Uint8Array,
  recovery: number,
  digest: Uint8Array,
  isCompressed: boolean,
  output: Uint8Array,
): Uint8Array {
  if (isCompressed || output === undefined) return recover(signature, recovery, digest, isCompressed, output);
  input.set(signature);
  input[64] = recovery;
  input.set(digest, 65);
  const key = input.toString("latin1");

  const known = remembered.get(key) ?? recoverFirst(signature, recovery, digest);
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(key, known);
  if (known instanceof Error) throw known;
  output.set(known);
  return output;
}

function recoverFirst(signature: Uint8Array, recovery: number, digest: Uint8Array): Uint8Array | Error {
  try {
    return recover(signature, recovery, digest, false, new Uint8Array(65));
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

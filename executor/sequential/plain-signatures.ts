import { createSignatureCheck } from "../crypto/check-signature.ts";
import { decodeAnswers } from "../formats/contract-answers.ts";
import { fromHex, toHex } from "../formats/hex.ts";
import type { Keccak } from "../formats/keccak.ts";
import type { PreparedBatch } from "../prepare-batch.ts";

/** Whether `signature` over `digest`, at the place `order` of the batch, is that of `signer`. */
export type SignatureJudge = (order: number, digest: Uint8Array, signature: string, signer: string) => boolean;

/** A judge for one batch: contract accounts have said whether it is theirs, of all others it is recovered. */
export function createSignatureJudge(keccak: Keccak, { contracts }: PreparedBatch): SignatureJudge {
  const isSigned = createSignatureCheck(keccak);
  const { accounts, answers } = contracts === undefined ? { accounts: [], answers: [] } : decodeAnswers(contracts.file);
  const isContract = new Set(accounts);
  const answerOf = new Map(answers.map((answer) => [answer.order, answer]));

  return (order, digest, signature, signer) => {
    if (isContract.has(signer)) {
      const answer = answerOf.get(order);
      return answer?.isValid === true && answer.digest === toHex(digest);
    }
    return isSigned(digest, Buffer.concat([fromHex(signature, 65), fromHex(signer, 20)]), 0, 65);
  };
}

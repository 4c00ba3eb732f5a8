import { requireInput } from "../errors.ts";
import { type ContractAnswers, encodeAnswers, normalAnswers } from "../formats/contract-answers.ts";
import { toHex, writeHex } from "../formats/hex.ts";
import { viewOf } from "../formats/integers.ts";
import { ORDER_AT, ORDER_BYTES } from "../formats/order-record.ts";
import { sharedBytes } from "../workers/shared-bytes.ts";

/** Answers of contract accounts as threads read them. */
export interface PackedAnswers {
  /** The bytes in the batch file. */
  readonly file: Uint8Array;
  /** A byte per message: 1 if its signer is a contract account. */
  readonly isContract: Uint8Array;
  /** By place of the message: place, 1 for yes, digest; 40 bytes each. */
  readonly answers: Uint8Array;
}

const ANSWER = 40;
const DIGEST_AT = 8;

/** Checks that the answers are about these messages, and packs them. */
export function packAnswers(given: ContractAnswers, orders: Uint8Array): PackedAnswers {
  const { accounts, answers } = normalAnswers(given);
  const orderCount = orders.length / ORDER_BYTES;
  const contracts = new Set(accounts);
  const signerOf = (order: number) => toHex(orders, order * ORDER_BYTES + ORDER_AT.trader, 20);

  const isContract = sharedBytes(orderCount);
  for (let order = 0; order < orderCount; order++) isContract[order] = Number(contracts.has(signerOf(order)));

  const packed = sharedBytes(ANSWER * answers.length);
  const view = viewOf(packed);
  for (const [place, { order, account, digest, isValid }] of answers.entries()) {
    requireInput(
      order < orderCount && signerOf(order) === account,
      `order ${order} is not of ${account}, who answered`,
    );
    requireInput(contracts.has(account), `${account} answered, but is not among the contract accounts`);
    view.setUint32(place * ANSWER, order);
    view.setUint32(place * ANSWER + 4, Number(isValid));
    writeHex(packed, place * ANSWER + DIGEST_AT, 32, digest);
  }
  return { file: encodeAnswers(given), isContract, answers: packed };
}

/** Whether the account said of the message at `order` that its signature over the digest at `offset` is valid; silence is no. */
export function isAnsweredYes({ answers }: PackedAnswers, order: number, digests: Uint8Array, offset: number): boolean {
  const view = viewOf(answers);
  let low = 0;
  let high = answers.length / ANSWER;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (view.getUint32(middle * ANSWER) < order) low = middle + 1;
    else high = middle;
  }
  const at = low * ANSWER;
  if (at >= answers.length || view.getUint32(at) !== order || view.getUint32(at + 4) !== 1) return false;
  for (let i = 0; i < 32; i++) if (answers[at + DIGEST_AT + i] !== digests[offset + i]) return false;
  return true;
}

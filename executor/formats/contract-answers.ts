/** What contract accounts (ERC-1271) said about signatures at one block: asked before a batch, and part of it ever after. */
import { requireInput } from "../errors.ts";
import { fromHex, toHex, writeHex } from "./hex.ts";
import { requireBits, viewOf } from "./integers.ts";

export interface ContractAnswers {
  /** The block at whose end all were asked. */
  readonly block: bigint;
  readonly blockHash: string;
  /**
   * Signers that have code at this block; a delegation (EIP-7702) is code, as for the contracts on chain. No signature of theirs
   * is ever recovered: it counts if they said so.
   */
  readonly accounts: readonly string[];
  readonly answers: readonly ContractAnswer[];
  /** Signatures that are not 65 bytes long, and so have no place in a record. */
  readonly signatures?: readonly LongSignature[];
}

/** What one account said. */
export interface ContractAnswer {
  /** Place of the message among the batch's; of a bulk order, that of its first. */
  readonly order: number;
  readonly account: string;
  /** What the signature is over: the message's id, or the digest of the bulk order. */
  readonly digest: string;
  readonly isValid: boolean;
}

export interface LongSignature {
  readonly order: number;
  readonly signature: string;
}

const ADDRESS = 20;
const HASH = 32;
const HEAD = 8 + HASH;
export const ANSWER_BYTES = 57;

/** The answers with every list in order and every hex in lower case. Throws on what is listed twice or named wrongly. */
export function normalAnswers({ block, blockHash, accounts, answers, signatures = [] }: ContractAnswers) {
  requireBits(block, 64, "block of the answers");
  const normal = {
    block,
    blockHash: toHex(fromHex(blockHash, HASH)),
    accounts: accounts.map((account) => toHex(fromHex(account, ADDRESS))).sort(),
    answers: answers
      .map(({ order, account, digest, isValid }) => {
        return { order, account: toHex(fromHex(account, ADDRESS)), digest: toHex(fromHex(digest, HASH)), isValid };
      })
      .sort((one, other) => one.order - other.order),
    signatures: signatures
      .map(({ order, signature }) => ({ order, signature: signature.toLowerCase() }))
      .sort((one, other) => one.order - other.order),
  };

  requireOnce(normal.accounts, "contract account");
  requireOnce(
    normal.answers.map(({ order }) => requirePlace(order)),
    "answer about order",
  );
  requireOnce(
    normal.signatures.map(({ order }) => requirePlace(order)),
    "signature of order",
  );
  return normal;
}

function requirePlace(order: number): number {
  requireInput(Number.isInteger(order) && order >= 0 && order < 2 ** 32, `${order} is no place of an order`);
  return order;
}

function requireOnce(sorted: readonly (string | number)[], name: string): void {
  const twice = sorted.find((each, place) => each === sorted[place + 1]);
  requireInput(twice === undefined, `${name} ${twice} is listed twice`);
}

/** The bytes of the answers in the batch file. */
export function encodeAnswers(given: ContractAnswers): Uint8Array {
  const { block, blockHash, accounts, answers, signatures } = normalAnswers(given);
  const head = new Uint8Array(HEAD);
  viewOf(head).setBigUint64(0, block);
  writeHex(head, 8, HASH, blockHash);

  return Buffer.concat([
    head,
    uint32(accounts.length),
    ...accounts.map((account) => fromHex(account, ADDRESS)),
    uint32(answers.length),
    ...answers.flatMap(({ order, account, digest, isValid }) => [
      uint32(order),
      fromHex(account, ADDRESS),
      fromHex(digest, HASH),
      Uint8Array.of(Number(isValid)),
    ]),
    uint32(signatures.length),
    ...signatures.flatMap(({ order, signature }) => {
      const length = (signature.length - 2) / 2;
      return [uint32(order), uint32(length), fromHex(signature, length)];
    }),
  ]);
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, value);
  return bytes;
}

/** Reads {@link encodeAnswers}. Throws on anything truncated or left over. */
export function decodeAnswers(bytes: Uint8Array): ContractAnswers {
  const view = viewOf(bytes);
  let offset = 0;

  function take(size: number): number {
    requireInput(offset + size <= bytes.length, "the file ends within the answers of contract accounts");
    offset += size;
    return offset - size;
  }
  const takeNumber = () => view.getUint32(take(4));
  const takeHex = (size: number) => toHex(bytes, take(size), size);
  function takeList<T>(takeOne: () => T): T[] {
    const items: T[] = [];
    for (let left = takeNumber(); left > 0; left--) items.push(takeOne());
    return items;
  }

  const block = view.getBigUint64(take(8));
  const blockHash = takeHex(HASH);
  const accounts = takeList(() => takeHex(ADDRESS));
  const answers = takeList(() => {
    const [order, account, digest] = [takeNumber(), takeHex(ADDRESS), takeHex(HASH)];
    return { order, account, digest, isValid: bytes[take(1)] === 1 };
  });
  const signatures = takeList(() => ({ order: takeNumber(), signature: takeHex(takeNumber()) }));
  requireInput(offset === bytes.length, `${bytes.length - offset} bytes follow the answers of contract accounts`);
  return { block, blockHash, accounts, answers, signatures };
}

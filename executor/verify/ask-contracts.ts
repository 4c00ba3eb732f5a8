import type { BatchInput } from "../batch-input.ts";
import { bulkLevels } from "../crypto/bulk-levels.ts";
import { createWordTables } from "../formats/batch-tables.ts";
import { BULK_BYTES, BULK_HEIGHTS, decodeBulk } from "../formats/bulk.ts";
import type { ContractAnswer, LongSignature } from "../formats/contract-answers.ts";
import { createDigester } from "../formats/digest.ts";
import { isHex, toHex } from "../formats/hex.ts";
import { viewOf } from "../formats/integers.ts";
import { loadKeccak } from "../formats/keccak.ts";
import { decodeOrder, isOrderWellFormed, ORDER_BYTES } from "../formats/order-record.ts";
import { type PreparedBatch, prepareBatch } from "../prepare-batch.ts";

/** What a contract account is asked (`isValidSignature` of ERC-1271). */
export interface ContractQuestion {
  readonly account: string;
  readonly digest: string;
  readonly signature: string;
}

/**
 * The state of a chain at the end of one block. What it says has to be of that block and no other; if it cannot be said, it
 * throws, because no answer is not the answer no.
 */
export interface ContractReader {
  readonly block: bigint;
  readonly blockHash: string;
  /** Whether `account` has code, a delegation included. */
  hasCode(account: string): Promise<boolean>;
  /** False if the account says anything but yes: reverts, runs out of gas, answers nonsense. */
  isValidSignature(question: ContractQuestion): Promise<boolean>;
}

export interface AskOptions {
  /** Signatures that are not 65 bytes long of messages that are given as records; those of objects are found there. */
  readonly signatures?: readonly LongSignature[];
  /** Most questions that are open at once. */
  readonly concurrency?: number;
}

/** Questions that a node can well have open at once. */
const CONCURRENCY = 16;

interface Asked extends ContractQuestion {
  readonly order: number;
}

/**
 * Asks every contract account among a batch's signers, once per message or bulk, and gives the batch with their answers. Does it
 * before the batch is put in order; whatever runs or replays the batch then asks nobody.
 */
export async function askContracts(
  input: BatchInput,
  reader: ContractReader,
  { signatures = [], concurrency = CONCURRENCY }: AskOptions = {},
): Promise<BatchInput> {
  const { contracts: _, ...unasked } = input;
  const batch = prepareBatch(unasked);
  const long = new Map([...longSignaturesOf(input), ...signatures].map(({ order, signature }) => [order, signature]));

  const signers = [...new Set(places(batch.orderCount).map((order) => recordAt(batch, order).trader))];
  const haveCode = await inTurns(signers, concurrency, (signer) => reader.hasCode(signer));
  const accounts = signers.filter((_signer, place) => haveCode[place] === true);
  const questions = await questionsOf(batch, new Set(accounts), long);
  const said = await inTurns(questions, concurrency, ({ account, digest, signature }) =>
    reader.isValidSignature({ account, digest, signature }),
  );

  const { block, blockHash } = reader;
  const answers = questions.map(({ order, account, digest }, place): ContractAnswer => {
    return { order, account, digest, isValid: said[place] === true };
  });
  const kept = questions.flatMap(({ order }) => {
    const signature = long.get(order);
    return signature === undefined ? [] : [{ order, signature }];
  });
  return { ...input, contracts: { block, blockHash, accounts, answers, signatures: kept } };
}

const places = (count: number): number[] => [...Array(count).keys()];
const recordAt = ({ orders }: PreparedBatch, order: number) => decodeOrder(orders, order * ORDER_BYTES);

/** Signatures of an input's objects that are no 65 bytes. */
function longSignaturesOf({ orders, bulks = [] }: BatchInput): LongSignature[] {
  const ofOrders = orders instanceof Uint8Array ? [] : orders.map(({ signature }, order) => ({ order, signature }));
  const ofBulks =
    bulks instanceof Uint8Array ? [] : bulks.map(({ firstOrder: order, signature }) => ({ order, signature }));
  return [...ofOrders, ...ofBulks].filter(({ signature }) => !isHex(signature, 65));
}

/** What has to be asked, in the order of the messages: of a bulk one question, of a malformed message none. */
async function questionsOf(
  batch: PreparedBatch,
  contracts: ReadonlySet<string>,
  long: ReadonlyMap<number, string>,
): Promise<Asked[]> {
  const keccak = await loadKeccak();
  const { orders, orderCount, bulks, tables } = batch;
  const digester = createDigester(keccak, createWordTables(tables));
  const view = viewOf(orders);
  const inBulk = new Set<number>();
  const asked: Asked[] = [];
  const { assetIds, currencies, accounts } = tables;
  const isWellFormed = (order: number) =>
    isOrderWellFormed(orders, view, order * ORDER_BYTES, assetIds.length, currencies.length, accounts.length);
  const ask = (order: number, digest: Uint8Array, short: string) => {
    const account = recordAt(batch, order).trader;
    if (contracts.has(account)) {
      asked.push({ order, account, digest: toHex(digest), signature: long.get(order) ?? short });
    }
  };

  for (let at = 0; at < bulks.length; at += BULK_BYTES) {
    const { firstOrder, count, height, signature } = decodeBulk(bulks, at);
    const members = places(count).map((place) => firstOrder + place);
    for (const order of members) inBulk.add(order);
    if (height < 1 || height > BULK_HEIGHTS || count > 2 ** height || !members.every(isWellFormed)) continue;
    const leaves = members.map((order) => digester.structHash(orders, view, order * ORDER_BYTES));
    const [root = new Uint8Array(32)] = bulkLevels(keccak, leaves, height)[height] ?? [];
    ask(firstOrder, digester.bulkId(root, height), signature);
  }
  for (let order = 0; order < orderCount; order++) {
    if (inBulk.has(order) || !isWellFormed(order)) continue;
    const id = new Uint8Array(32);
    digester.orderId(orders, view, order * ORDER_BYTES, id, 0);
    ask(order, id, recordAt(batch, order).signature);
  }
  return asked.sort((one, other) => one.order - other.order);
}

/** What `work` gives for each item, in their order, at most `concurrency` at a time. */
async function inTurns<T, R>(items: readonly T[], concurrency: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let place = next++; place < items.length; place = next++) {
      const item = items[place];
      if (item !== undefined) results[place] = await work(item);
    }
  };
  await Promise.all(places(Math.min(concurrency, items.length)).map(worker));
  return results;
}

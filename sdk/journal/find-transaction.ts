import type { Provider, TransactionResponse } from "ethers";

/** How far a search reads block by block where a node does not know the past of an account. */
const LONGEST_SCAN = 20_000;
const BLOCKS_AT_A_TIME = 20;

export interface NonceQuestion {
  readonly from: string;
  readonly nonce: number;
  /** The transaction cannot be in an earlier block. */
  readonly fromBlock: number;
}

/**
 * The mined transaction of an account with a nonce: by halving, where the node can say how many transactions the account had
 * at a block; block by block, where it cannot. `undefined` if it is not found.
 */
export async function findTransaction(
  provider: Provider,
  question: NonceQuestion,
): Promise<TransactionResponse | undefined> {
  const toBlock = await provider.getBlockNumber();
  if ((await provider.getTransactionCount(question.from, "latest")) <= question.nonce) return undefined;

  const block = await findBlock(provider, question, toBlock).catch(() => undefined);
  return block === undefined ? scan(provider, question, toBlock) : inBlock(provider, question, block);
}

/** The first block at whose end the account has used the nonce; fails where the node does not keep the past. */
async function findBlock(provider: Provider, { from, nonce, fromBlock }: NonceQuestion, toBlock: number) {
  let low = fromBlock;
  let high = toBlock;

  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await provider.getTransactionCount(from, middle)) > nonce) high = middle;
    else low = middle + 1;
  }
  return low;
}

async function scan(provider: Provider, question: NonceQuestion, toBlock: number) {
  const last = Math.min(toBlock, question.fromBlock + LONGEST_SCAN);
  for (let first = question.fromBlock; first <= last; first += BLOCKS_AT_A_TIME) {
    const blocks = Array.from({ length: Math.min(BLOCKS_AT_A_TIME, last - first + 1) }, (_, place) => first + place);
    const found = await Promise.all(blocks.map((block) => inBlock(provider, question, block)));
    const transaction = found.find((each) => each !== undefined);
    if (transaction !== undefined) return transaction;
  }
  return undefined;
}

async function inBlock(provider: Provider, { from, nonce }: NonceQuestion, block: number) {
  const found = await provider.getBlock(block, true);
  return found?.prefetchedTransactions.find(
    (each) => each.nonce === nonce && each.from.toLowerCase() === from.toLowerCase(),
  );
}

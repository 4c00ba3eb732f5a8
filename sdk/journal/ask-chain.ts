import type { Provider, TransactionReceipt, TransactionResponse } from "ethers";
import { ExitCode, MoietyError } from "../errors.ts";
import { findTransaction } from "./find-transaction.ts";
import type { PlanStep } from "./run-plan.ts";
import type { Attempt } from "./run-state.ts";

/** What became of an attempt, by the chain. */
export type Fate =
  /** In a block, with this step's content; not necessarily under a hash that was known. */
  | { readonly kind: "mined"; readonly receipt: TransactionReceipt }
  /** Another transaction has used the nonce. */
  | { readonly kind: "displaced"; readonly hash: string }
  /** The nonce is free and no node is known to hold it: sending it again can put it on the chain at most once. */
  | { readonly kind: "absent" };

export interface Patience {
  /** How long a transaction may take until it is in a block. */
  readonly minedMs: number;
  /** How long a node may take to hear of what another one knows. */
  readonly heardMs: number;
  /** The longest pause between two questions. */
  readonly pauseMs: number;
}

export interface Asked {
  readonly provider: Provider;
  readonly from: string;
  readonly patience: Patience;
}

/** A reorganisation may put a transaction into an earlier block than the newest one at the time of sending. */
const REORGANISED_BLOCKS = 64;
const FIRST_PAUSE_MS = 10;

/** Asks until it is certain what became of an attempt, within `patience`. Nothing is sent here. */
export async function askFate(asked: Asked, step: PlanStep, attempt: Attempt): Promise<Fate> {
  const { provider, from, patience } = asked;
  const { nonce, hashes } = attempt;
  const waiting = new Waiting(patience);
  let unheardSince: number | undefined;

  for (;;) {
    const receipt = await firstReceipt(provider, hashes);
    if (receipt !== undefined) return { kind: "mined", receipt };

    const [used, upcoming] = await counts(provider, from);
    const fate = used > nonce ? await identify(asked, step, attempt) : undefined;
    if (fate !== undefined) return fate;

    const isKnown = used <= nonce && (upcoming > nonce || (await isInPool(provider, hashes)));
    if (isKnown) unheardSince = undefined;
    else unheardSince ??= Date.now();
    if (unheardSince !== undefined && Date.now() - unheardSince >= patience.heardMs) {
      if (used === nonce) return { kind: "absent" };
      throw undecided(from, nonce, used);
    }
    await waiting.pause(`the transaction with nonce ${nonce} of ${from} is still on its way`);
  }
}

/** Waits until nothing of the account is on its way, and returns its next nonce. */
export async function awaitQuiet({ provider, from, patience }: Asked): Promise<number> {
  const waiting = new Waiting(patience);
  for (;;) {
    const [used, upcoming] = await counts(provider, from);
    if (used >= upcoming) return used;
    await waiting.pause(`a transaction of ${from} with nonce ${used} is still on its way`);
  }
}

/** Whether a transaction does exactly what a step is to do. */
export function isOf(step: PlanStep, { to, data, value }: Pick<TransactionResponse, "to" | "data" | "value">): boolean {
  return to?.toLowerCase() === step.to.toLowerCase() && data === step.data && value === BigInt(step.value);
}

/** First block that a transaction sent after `block` was the newest can be in. */
export function earliestBlock(block: number): number {
  return Math.max(0, block - REORGANISED_BLOCKS);
}

async function firstReceipt(provider: Provider, hashes: readonly string[]): Promise<TransactionReceipt | undefined> {
  const receipts = await Promise.all(hashes.map((hash) => provider.getTransactionReceipt(hash)));
  return receipts.find((receipt) => receipt !== null) ?? undefined;
}

async function counts(provider: Provider, from: string): Promise<[used: number, upcoming: number]> {
  // In this order: what is mined in between makes `upcoming` the greater one, and the question is put again.
  const used = await provider.getTransactionCount(from, "latest");
  return [used, await provider.getTransactionCount(from, "pending")];
}

/** Whose transaction has used the nonce; `undefined` while the node has not heard of it. */
async function identify(
  { provider, from }: Asked,
  step: PlanStep,
  { nonce, block }: Attempt,
): Promise<Fate | undefined> {
  const transaction = await findTransaction(provider, { from, nonce, fromBlock: earliestBlock(block) });
  if (transaction === undefined) return undefined;
  if (!isOf(step, transaction)) return { kind: "displaced", hash: transaction.hash };

  const receipt = await provider.getTransactionReceipt(transaction.hash);
  return receipt === null ? undefined : { kind: "mined", receipt };
}

async function isInPool(provider: Provider, hashes: readonly string[]): Promise<boolean> {
  const found = await Promise.all(hashes.map((hash) => provider.getTransaction(hash)));
  return found.some((each) => each !== null);
}

/** Pauses that grow, until patience is at its end. */
class Waiting {
  readonly #patience: Patience;
  readonly #since = Date.now();
  #pauseMs = FIRST_PAUSE_MS;

  constructor(patience: Patience) {
    this.#patience = patience;
  }

  async pause(what: string): Promise<void> {
    if (Date.now() - this.#since >= this.#patience.minedMs) throw stillPending(what);

    await new Promise((resolve) => setTimeout(resolve, this.#pauseMs));
    this.#pauseMs = Math.min(2 * this.#pauseMs, this.#patience.pauseMs);
  }
}

function stillPending(what: string): MoietyError {
  return new MoietyError({
    what,
    todo: "wait until it is in a block, or replace it with a higher fee under the same nonce; then run the same command again",
    notDone: "nothing else was sent",
    exitCode: ExitCode.partly,
  });
}

function undecided(from: string, nonce: number, used: number): MoietyError {
  const why =
    used > nonce
      ? "the node says that the nonce is used, but does not find the transaction that used it"
      : `the account has used fewer nonces (${used}) than the run knows of: the chain was rolled back`;
  return new MoietyError({
    what: `it cannot be said what became of the transaction with nonce ${nonce} of ${from}`,
    why,
    todo: "run the same command again with another node, one that keeps the past",
    notDone: "nothing was sent",
    exitCode: ExitCode.partly,
  });
}

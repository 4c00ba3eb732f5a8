import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { Interface, type Log, toQuantity } from "ethers";

/** How a chain is asked, in this process or elsewhere. */
export type Request = (method: string, ...params: unknown[]) => Promise<unknown>;

/** One call in the relay's name. What a call that is only tried changes is taken back at once. */
export interface Step {
  readonly target: string;
  readonly data: string;
  /** More gas than it can need. */
  readonly gas: number;
  readonly isTried?: boolean;
}

/** What a step came to; of a failure, the data that it reverted with. */
export interface Answer {
  readonly succeeded: boolean;
  readonly data: string;
}

export interface Transaction {
  readonly from: string;
  readonly to: string;
  readonly data: string;
  readonly gas: number;
}

const RELAY = new Interface([
  "function run((address target, bool keep, bytes data)[] steps)",
  "function read(address[] targets, bytes[] questions) view returns (bool[], bytes[])",
  "event Answered(bool succeeded, bytes answer)",
]);

/** A transaction may have 16,777,216 gas (EIP-7825). */
const MOST_GAS = 16_000_000;
const OWN_GAS = 500_000;
/** Questions that one call can well answer. */
const QUESTIONS = 60;
const RECEIPT_TRIES = 100;
const RECEIPT_PAUSE_MS = 50;

/** Does many calls in few transactions, and all of those in one block at a time of one's own. */
export class Relay {
  readonly address: string;
  readonly #request: Request;
  readonly #sender: string;

  constructor(address: string, sender: string, request: Request) {
    this.address = address;
    this.#sender = sender;
    this.#request = request;
  }

  /** The steps, one after another, in a block of `time`. */
  async run(steps: readonly Step[], time: bigint): Promise<Answer[]> {
    return (await this.runLogged(steps, time)).answers;
  }

  /** The same, and the events of everybody. */
  async runLogged(steps: readonly Step[], time: bigint): Promise<{ answers: Answer[]; logs: Log[] }> {
    const pages = pagesOf(steps);
    const own = pages.map((page) => ({
      from: this.#sender,
      to: this.address,
      data: RELAY.encodeFunctionData("run", [
        page.map(({ target, data, isTried = false }) => [target, !isTried, data]),
      ]),
      gas: MOST_GAS + OWN_GAS,
    }));
    const logs = await this.mine(own, time);
    const told = logs
      .filter(({ address }) => address.toLowerCase() === this.address.toLowerCase())
      .flatMap((log) => RELAY.parseLog(log) ?? []);
    assert.equal(told.length, steps.length, "the relay says what every step came to");
    const answers = told.map(({ args }) => ({ succeeded: Boolean(args[0]), data: String(args[1]) }));
    return { answers, logs };
  }

  /** Transactions of whoever, in one block of `time`; all have to succeed. The block's events in their order. */
  async mine(transactions: readonly Transaction[], time: bigint): Promise<Log[]> {
    const hashes: unknown[] = [];
    for (const { gas, ...transaction } of transactions) {
      hashes.push(await this.#request("eth_sendTransaction", { ...transaction, gas: toQuantity(gas) }));
    }
    await this.#request("evm_setNextBlockTimestamp", toQuantity(time));
    await this.#request("evm_mine");

    const logs: Log[] = [];
    for (const hash of hashes) {
      const receipt = await this.#receiptOf(String(hash));
      assert.equal(receipt.status, "0x1", `transaction ${hash} succeeds, in one block with the others`);
      logs.push(...receipt.logs);
    }
    return logs;
  }

  /** A busy node may tell a moment later what it has mined. */
  async #receiptOf(hash: string): Promise<{ readonly status: string; readonly logs: readonly Log[] }> {
    for (let tries = 0; tries < RECEIPT_TRIES; tries++) {
      const receipt = await this.#request("eth_getTransactionReceipt", hash);
      if (receipt !== null) return receipt as { status: string; logs: Log[] };
      await setTimeout(RECEIPT_PAUSE_MS);
    }
    const known = JSON.stringify(await this.#request("eth_getTransactionByHash", hash));
    throw new Error(`transaction ${hash} is in no block; the node knows of it: ${known}`);
  }

  /** Contracts' views, many with one call. */
  async read(questions: readonly { readonly to: string; readonly data: string }[], block: string): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let at = 0; at < questions.length; at += QUESTIONS) {
      const page = questions.slice(at, at + QUESTIONS);
      const data = RELAY.encodeFunctionData("read", [page.map(({ to }) => to), page.map((asked) => asked.data)]);
      const result = String(
        await this.#request("eth_call", { to: this.address, data, gas: toQuantity(MOST_GAS) }, block),
      );
      const [succeeded, said] = RELAY.decodeFunctionResult("read", result);
      answers.push(...page.map((_, place) => ({ succeeded: succeeded[place], data: said[place] })));
    }
    return answers;
  }
}

/** Steps by the transaction that does them. */
function pagesOf(steps: readonly Step[]): Step[][] {
  const pages: Step[][] = [];
  let left = 0;
  for (const step of steps) {
    if (step.gas > left) {
      pages.push([]);
      left = MOST_GAS;
    }
    pages.at(-1)?.push(step);
    left -= step.gas;
  }
  return pages;
}

import type { Provider, Signer, TransactionReceipt } from "ethers";
import { ExitCode, MoietyError } from "../errors.ts";
import { findRevertData } from "../revert.ts";
import { submitTransaction } from "../submit-transaction.ts";
import type { DeskCall } from "./calls.ts";
import { bumpFees, type Fees, firstFees } from "./fees.ts";
import { readGasCap } from "./gas-model.ts";
import type { Pace } from "./pace.ts";
import type { Purpose, SettlerEvent } from "./settler-event.ts";
import type { SettlerJournal } from "./settler-journal.ts";
import { isSilence } from "./silence.ts";

/** The chain would refuse a call; nothing of it was sent. */
export class CallRefusedError extends Error {
  override readonly name = "CallRefusedError";

  constructor(title: string, cause: unknown) {
    super(`the chain refuses "${title}"`, { cause });
  }
}

/** The call needs more gas than a transaction may have. */
export class CallTooLargeError extends Error {
  override readonly name = "CallTooLargeError";
  readonly gas: bigint;

  constructor(title: string, gas: bigint, cap: bigint) {
    super(`"${title}" needs ${gas > cap ? gas : `more than ${cap}`} gas, and a transaction may have ${cap}`);
    this.gas = gas;
  }
}

/** What became of a call that was posted. */
export type Posted =
  | { readonly kind: "mined"; readonly receipt: TransactionReceipt }
  /** Something else has used the nonce: whether the call is still to be made, only the chain can say. */
  | { readonly kind: "displaced" };

export interface PosterTools {
  readonly signer: Signer;
  readonly provider: Provider;
  readonly journal: SettlerJournal;
  readonly pace: Pace;
}

/** A nonce under which a transaction of ours may live. */
interface Live {
  readonly nonce: number;
  readonly fees: Fees | undefined;
  readonly hashes: readonly string[];
}

/** Gas above the estimate, because the state may be another one by then. */
const GAS_MARGIN_PERCENT = 10n;

/**
 * Makes calls, one at a time, each under one nonce that is on the disk before anything is sent. A transaction that is stuck or lost
 * is offered again under the same nonce with a higher fee, so that of all that were sent for a call at most one can be mined.
 */
export class TransactionPoster {
  readonly #tools: PosterTools;

  constructor(tools: PosterTools) {
    this.#tools = tools;
  }

  /** Throws {@link CallRefusedError} or {@link CallTooLargeError} before anything is sent. */
  async post(purpose: Purpose, call: DeskCall): Promise<Posted> {
    const gasLimit = await this.#simulate(call);
    const from = await this.#tools.signer.getAddress();
    let live = await this.#liveNonce(from);
    const started = Date.now();

    for (let offers = 0; offers < this.#tools.pace.mostOffers; offers += 1) {
      const offer = await this.#offer(purpose, call, { from, gasLimit, live });
      if (offer !== undefined) live = offer;
      const end = live === undefined ? undefined : await this.#watch(purpose, from, live, started);
      if (end !== undefined) return end;
    }
    throw stillPending(call, live?.nonce);
  }

  /** By a call and an estimate at the newest block. */
  async #simulate({ title, to, data }: DeskCall): Promise<bigint> {
    const { signer, provider } = this.#tools;
    const [from, cap] = [await signer.getAddress(), await readGasCap(provider)];
    try {
      await provider.call({ from, to, data, gasLimit: cap });
      const gas = await provider.estimateGas({ from, to, data });
      if (gas > cap) throw new CallTooLargeError(title, gas, cap);
      const padded = gas + (gas * GAS_MARGIN_PERCENT) / 100n;
      return padded < cap ? padded : cap;
    } catch (error) {
      if (findRevertData(error) !== undefined || isRevert(error)) throw new CallRefusedError(title, error);
      if (isTooLarge(error)) throw new CallTooLargeError(title, cap, cap);
      throw cannotPay(error, from) ?? error;
    }
  }

  /** The last nonce that the journal leaves open, as far as it is still free; what became of others is written down. */
  async #liveNonce(from: string): Promise<Live | undefined> {
    const { journal, provider } = this.#tools;
    const live = openAttempt(journal.events, from);
    if (live === undefined) return undefined;

    const used = await provider.getTransactionCount(from, "latest");
    if (used <= live.nonce) return live;
    await this.#writeEnd(live.purpose, live, await this.#receiptOf(live.hashes));
    return undefined;
  }

  /** Sends, under the nonce that is live or the next one. Undefined if the fee cannot be raised any more. */
  async #offer(
    purpose: Purpose,
    { to, data }: DeskCall,
    { from, gasLimit, live }: { from: string; gasLimit: bigint; live: Live | undefined },
  ): Promise<Live | undefined> {
    const { signer, provider, journal } = this.#tools;
    const fees = await this.#fees(live?.fees);
    if (fees === "too high") return undefined;

    const upcoming = await provider.getTransactionCount(from, "pending");
    // A nonce above the next one would wait for a transaction that nobody sends.
    const nonce = live === undefined ? upcoming : Math.min(live.nonce, upcoming);
    const block = await provider.getBlockNumber();
    const [maxFee, maxTip] = [fees?.maxFeePerGas.toString() ?? null, fees?.maxPriorityFeePerGas.toString() ?? null];
    await journal.append({ event: "intent", ...written(purpose), from, nonce, block, maxFee, maxTip });

    const hashes = live?.nonce === nonce ? live.hashes : [];
    try {
      const hash = await submitTransaction(signer, { to, data, gasLimit, nonce, ...fees });
      await journal.append({ event: "sent", ...written(purpose), nonce, hash });
      return { nonce, fees, hashes: [...hashes, hash] };
    } catch (error) {
      const unpaid = cannotPay(error, from);
      if (unpaid !== undefined) throw unpaid;
      if (!isSilence(error) && !isAboutNonce(error)) throw error;
      // Whether the node has taken it all the same, and what has become of the nonce, shows when it is watched.
      return { nonce, fees, hashes };
    }
  }

  /** Nothing to say of fees where the chain has none of EIP-1559. */
  async #fees(before: Fees | undefined): Promise<Fees | undefined | "too high"> {
    const { provider, pace } = this.#tools;
    const [block, { maxPriorityFeePerGas: tip }] = await Promise.all([
      provider.getBlock("latest"),
      provider.getFeeData(),
    ]);
    const baseFee = block?.baseFeePerGas;
    if (baseFee === undefined || baseFee === null || tip === null) return undefined;

    const now = firstFees(baseFee, tip, pace.feeCap);
    if (before !== undefined) return (now && bumpFees(before, now, pace.feeCap)) ?? "too high";
    if (now === undefined) throw tooExpensive(baseFee, pace.feeCap);
    return now;
  }

  /** Waits until the nonce is used, or until it is time to offer more. */
  async #watch(purpose: Purpose, from: string, live: Live, started: number): Promise<Posted | undefined> {
    const { provider, pace } = this.#tools;
    const until = Date.now() + pace.bumpAfterMs;
    for (;;) {
      const receipt = await this.#receiptOf(live.hashes);
      const used = await provider.getTransactionCount(from, "latest");
      if (receipt !== undefined || used > live.nonce) {
        return this.#writeEnd(purpose, live, receipt ?? (await this.#receiptOf(live.hashes)));
      }
      if (Date.now() - started > pace.patienceMs) throw stillPending({ title: "" }, live.nonce);
      if (Date.now() > until) return undefined;
      await pause(pace.pauseMs);
    }
  }

  async #writeEnd(purpose: Purpose, { nonce }: Live, receipt: TransactionReceipt | undefined): Promise<Posted> {
    const { journal } = this.#tools;
    if (receipt === undefined) {
      await journal.append({ event: "displaced", ...written(purpose), nonce });
      return { kind: "displaced" };
    }
    const { hash, blockNumber: block, gasUsed, status } = receipt;
    const mined = { nonce, hash, block, gasUsed: gasUsed.toString(), reverted: status === 0 };
    await journal.append({ event: "mined", ...written(purpose), ...mined });
    return { kind: "mined", receipt };
  }

  async #receiptOf(hashes: readonly string[]): Promise<TransactionReceipt | undefined> {
    const receipts = await Promise.all(hashes.map((hash) => this.#tools.provider.getTransactionReceipt(hash)));
    return receipts.find((receipt) => receipt !== null) ?? undefined;
  }
}

/** The last nonce that was decided for `from` and of whose end the journal says nothing. A chain that forgot may use a nonce twice. */
function openAttempt(
  events: readonly SettlerEvent[],
  from: string,
): (Live & { readonly purpose: Purpose }) | undefined {
  const last = events.findLast((event) => event.event === "intent" && event.from === from);
  if (last?.event !== "intent") return undefined;
  const { nonce, maxFee, maxTip, what, batch, chunk } = last;
  const endedAt = events.findLastIndex(
    (event) => (event.event === "mined" || event.event === "displaced") && event.nonce === nonce,
  );
  if (endedAt > events.lastIndexOf(last)) return undefined;

  const hashes = events.flatMap((event, place) => {
    return event.event === "sent" && event.nonce === nonce && place > endedAt ? [event.hash] : [];
  });
  const fees =
    maxFee === null || maxTip === null
      ? undefined
      : { maxFeePerGas: BigInt(maxFee), maxPriorityFeePerGas: BigInt(maxTip) };
  return { nonce, fees, hashes, purpose: { what, batch: BigInt(batch), chunk } };
}

function written({ what, batch, chunk }: Purpose) {
  return { what, batch: batch.toString(), chunk };
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.message} ${messageOf(error.cause)}` : "";
}

/** Nodes say that a call was reverted even where no contract has given a reason. */
function isRevert(error: unknown): boolean {
  return /revert/i.test(messageOf(error));
}

/** The node has it, has another one, or has seen the nonce used. */
function isAboutNonce(error: unknown): boolean {
  return /already known|already imported|nonce|underpriced|replacement/i.test(messageOf(error));
}

function isTooLarge(error: unknown): boolean {
  return /exceeds (the )?(block|transaction) gas (limit|cap)|gas limit is .* exceeds|out of gas/i.test(
    messageOf(error),
  );
}

function cannotPay(error: unknown, from: string): MoietyError | undefined {
  if (!/insufficient funds|doesn't have enough funds|insufficient balance/i.test(messageOf(error))) return undefined;
  return new MoietyError(
    {
      what: `${from} cannot pay for the gas`,
      todo: "send it some of the chain's currency and run the same command again: it goes on where it stopped",
      exitCode: ExitCode.partly,
    },
    { cause: error },
  );
}

function tooExpensive(baseFee: bigint, cap: bigint): MoietyError {
  return new MoietyError({
    what: `a unit of gas costs ${baseFee} wei, and at most ${cap} are to be paid`,
    todo: "wait until it is cheaper, or allow more with --max-fee; then run the same command again",
    notDone: "nothing more was sent",
    exitCode: ExitCode.partly,
  });
}

function stillPending({ title }: Pick<DeskCall, "title">, nonce: number | undefined): MoietyError {
  return new MoietyError({
    what: `${title === "" ? "a transaction" : `"${title}"`}, sent under nonce ${nonce}, is still on its way`,
    todo: "run the same command again: it goes on under the same nonce",
    notDone: "nothing else was sent",
    exitCode: ExitCode.partly,
  });
}

import type { BatchResult, ChunkResult } from "../batch-result.ts";
import type { LogState } from "../replay/log-state.ts";
import type { Snapshot } from "../snapshot.ts";
import type { Dice } from "./dice.ts";
import { insist } from "./insist.ts";
import { signMandate } from "./opening.ts";
import { settleChunk } from "./settle-chunk.ts";
import { addReceipts, contentsOf } from "./settled-trades.ts";

/** A batch as the desk on chain knows it. */
interface Committed {
  readonly number: bigint;
  readonly batchHash: string;
  readonly settled: Set<number>;
}

/**
 * What the settlement desk and the register would hold: the truth that no crash of the executor touches. It takes a chunk
 * once, and nothing that is short, not conserved or beyond a mandate.
 */
export class SimulatedChain {
  readonly final = new Set<string>();
  readonly filled = new Map<string, bigint>();
  #state: Snapshot;
  #closed: LogState;
  #batch: Committed | undefined;
  #block = 1n;

  constructor(opening: Snapshot) {
    this.#state = opening;
    this.#closed = { lastBatch: 0n, positions: undefined, final: this.final, filled: this.filled };
  }

  /** What a batch that opens now has to know. */
  snapshot(): Snapshot {
    this.#block += 1n;
    return { ...this.#state, openingBlock: this.#block };
  }

  /** What the log has to come to. */
  get closed(): LogState {
    return this.#closed;
  }

  /** Opens a batch, or finds it open: then it has to be the same. */
  commit({ header: { number }, batchHash }: BatchResult): void {
    if (this.#batch?.number !== number) {
      insist(number === this.#closed.lastBatch + 1n, `batch ${number} is opened after batch ${this.#closed.lastBatch}`);
      this.#batch = { number, batchHash, settled: new Set() };
    }
    insist(
      this.#batch.batchHash === batchHash,
      `batch ${number} has two hashes: it came out differently after a crash`,
    );
  }

  /** Chunks of batch `number` that have settled. */
  settledOf(number: bigint): ReadonlySet<number> {
    return this.#batch?.number === number ? this.#batch.settled : new Set();
  }

  settle(result: BatchResult, chunk: ChunkResult): void {
    const { index } = chunk;
    const { number } = result.header;
    insist(this.#batch?.number === number, `chunk ${index} is of batch ${number}, which is not open`);
    insist(!this.#batch.settled.has(index), `chunk ${index} of batch ${number} is settled twice`);
    this.#state = settleChunk(this.#state, result, chunk, contentsOf(result));
    this.#batch.settled.add(index);
  }

  /** Ends a batch: what was in its settled chunks is through. */
  close(result: BatchResult): void {
    const { number } = result.header;
    if (this.#closed.lastBatch === number) return;

    addReceipts(this.final, this.filled, result, contentsOf(result), this.settledOf(number));
    this.#closed = { lastBatch: number, positions: this.#state, final: this.final, filled: this.filled };
  }

  /** What happens without the executor: deposits, new mandates, an account or an asset that may not trade, or may again. */
  moveOn(dice: Dice): void {
    const { shares, cash, mandates, assets } = this.#state;
    const oneOf = (length: number) => (length === 0 ? -1 : dice.below(length));
    const [richer, stopped, paid, signed, paused] = [shares, shares, cash, mandates, assets].map(({ length }) =>
      dice.oneIn(2) ? oneOf(length) : -1,
    );
    const more = BigInt(dice.below(200));
    const code = dice.pick([0, 0, 11]);
    const state = dice.pick([0, 0, 0, 2]);

    this.#state = {
      ...this.#state,
      assets: assets.map((asset, place) => (place === paused ? { ...asset, state } : asset)),
      shares: shares.map((position, place) => ({
        ...position,
        balance: position.balance + (place === richer ? more : 0n),
        spendable: position.spendable + (place === richer ? more : 0n),
        sendCode: place === stopped ? code : position.sendCode,
      })),
      cash: cash.map((position, place) =>
        place === paid ? { ...position, deposited: position.deposited + 50n * more } : position,
      ),
      mandates: mandates.map((mandate, place) =>
        place === signed ? signMandate(dice, mandate.account, mandate.currency, assets.length) : mandate,
      ),
    };
  }
}

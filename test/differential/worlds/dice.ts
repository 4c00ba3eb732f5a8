import { createRandom, type Random, randomInteger } from "../../../executor/index.ts";

/** Draws from a seed. */
export class Dice {
  readonly #random: Random;
  /** In half of all worlds there is little trouble, so that much can settle. */
  readonly #isCalm: boolean;

  constructor(seed: number) {
    this.#random = createRandom(seed);
    this.#isCalm = (seed & 1) === 0;
  }

  /** Trouble: once in `odds` draws, in calm worlds ten times as rarely. */
  strikes(odds: number): boolean {
    return this.oneIn(this.#isCalm ? 10 * odds : odds);
  }

  /** From `low` to `high`, both included. */
  between(low: number, high: number): number {
    return randomInteger(this.#random, low, high);
  }

  amount(low: number, high: number): bigint {
    return BigInt(this.between(low, high));
  }

  /** True once in `odds` draws. */
  oneIn(odds: number): boolean {
    return this.#random() * odds < 1;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.between(0, items.length - 1)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }

  shuffled<T>(items: readonly T[]): T[] {
    const left = [...items];
    return items.flatMap(() => left.splice(this.between(0, left.length - 1), 1));
  }
}

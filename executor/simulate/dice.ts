import { createRandom, type Random } from "../load/random.ts";

/** All chance of a simulation. The same seed throws the same numbers, on every machine. */
export class Dice {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = createRandom(seed);
  }

  /** A whole number in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  /** True once in `odds` throws. */
  oneIn(odds: number): boolean {
    return this.#random() * odds < 1;
  }

  /** One of `items`, of which there has to be one. */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError("there is nothing to pick from");
    return item;
  }

  /** Dice of their own, so that more throws in one place leave those in another as they were. */
  fork(): Dice {
    return new Dice(this.below(2 ** 32));
  }
}

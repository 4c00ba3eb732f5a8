/**
 * A gate through which batches go one after another, in the order in which they were accepted. Each draws a ticket when it is
 * accepted, waits for its turn, and passes the turn on: also if it came to grief, or all after it would wait for ever.
 */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** The next ticket. */
  draw(): Ticket {
    const { promise, resolve } = Promise.withResolvers<void>();
    const turn = this.#last;
    this.#last = promise;
    return { turn, pass: resolve };
  }
}

export interface Ticket {
  /** Resolves when everyone before has passed. */
  readonly turn: Promise<void>;
  pass(): void;
}

import { createHash } from "node:crypto";

/** Lines that a failure shows. */
const KEPT_LINES = 40;

/** What happened, step by step. Two runs that did the same have the same hash. */
export class Trace {
  readonly #hash = createHash("sha256");
  readonly #last: string[] = [];
  #steps = 0;

  /** Steps so far. */
  get steps(): number {
    return this.#steps;
  }

  /** The last steps, oldest first. */
  get last(): readonly string[] {
    return [...this.#last];
  }

  add(what: string): void {
    this.#steps += 1;
    this.#hash.update(what).update("\n");
    this.#last.push(`${this.#steps} ${what}`);
    if (this.#last.length > KEPT_LINES) this.#last.shift();
  }

  /** SHA-256 of everything so far. */
  hash(): string {
    return this.#hash.copy().digest("hex");
  }
}

/** A batch of the log, run again, does not come to what the log says of it. */
export class ReplayDifferenceError extends Error {
  override readonly name = "ReplayDifferenceError";
  readonly batch: bigint;
  readonly field: string;
  /** What the log says. */
  readonly expected: string;
  /** What came out now. */
  readonly found: string;

  constructor(batch: bigint, field: string, expected: string, found: string) {
    super(`batch ${batch}: ${field} is ${expected} in the log, but ${found} when it is run again`);
    this.batch = batch;
    this.field = field;
    this.expected = expected;
    this.found = found;
  }
}

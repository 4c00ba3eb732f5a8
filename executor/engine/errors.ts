/** The engine has as many batches in hand as it may, and was told to refuse more instead of letting them wait. */
export class EngineFullError extends Error {
  override readonly name = "EngineFullError";
  readonly limit: number;

  constructor(limit: number) {
    super(`the engine has ${limit} batches in hand; submit the next when one of them is done`);
    this.limit = limit;
  }
}

/** The engine takes no more batches: it was closed or stopped, or a batch failed and nothing can follow it. */
export class EngineStoppedError extends Error {
  override readonly name = "EngineStoppedError";

  constructor(why: string, cause?: unknown) {
    super(`the engine has stopped: ${why}`, { cause });
  }
}

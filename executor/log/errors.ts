/** The log says something that no crash can have caused. Nothing of it is believed. */
export class LogDamagedError extends Error {
  override readonly name = "LogDamagedError";
  readonly path: string;
  /** Where in the file the first byte stands that cannot be right. */
  readonly offset: number;
  readonly why: string;

  constructor(path: string, offset: number, why: string) {
    super(`${path} is damaged at byte ${offset}: ${why}`);
    this.path = path;
    this.offset = offset;
    this.why = why;
  }
}

/** Something was not made durable. What was acknowledged before is safe. */
export class LogWriteError extends Error {
  override readonly name = "LogWriteError";
  /**
   * Whether the log takes appends as before, and what was refused is surely not in it. Otherwise it has to be opened again:
   * whether the refused frames are in it will only be known then.
   */
  readonly isUsable: boolean;

  constructor(message: string, isUsable: boolean, cause?: unknown) {
    super(message, { cause });
    this.isUsable = isUsable;
  }
}

/** Somebody else writes to this log. */
export class LogLockedError extends Error {
  override readonly name = "LogLockedError";
}

/**
 * What was given cannot be run at all: a truncated record, a snapshot that contradicts itself, a value outside its field.
 * A single bad trade never throws this; it gets a receipt with a reason.
 */
export class ExecutorInputError extends Error {
  override readonly name = "ExecutorInputError";
}

/** Throws an {@link ExecutorInputError} with `message` unless `condition` holds. */
export function requireInput(condition: boolean, message: string): asserts condition {
  if (!condition) throw new ExecutorInputError(message);
}

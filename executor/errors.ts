/**
 * What was given cannot be run at all: a truncated record, a snapshot that contradicts itself, a value outside its field.
 * A single bad trade never throws this; it gets a receipt with a reason.
 */
export class ExecutorInputError extends Error {
  override readonly name = "ExecutorInputError";
}

/** What an error says; a function where it is asked of every entry of a long list, and hardly ever said. */
export type Message = string | (() => string);

/** Throws an {@link ExecutorInputError} with `message` unless `condition` holds. */
export function requireInput(condition: boolean, message: Message): asserts condition {
  if (!condition) throw new ExecutorInputError(textOf(message));
}

export function textOf(message: Message): string {
  return typeof message === "string" ? message : message();
}

/** Something that must always hold does not. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** Throws an {@link InvariantError} unless `condition` holds. */
export function insist(condition: boolean, promise: string): asserts condition {
  if (!condition) throw new InvariantError(promise);
}

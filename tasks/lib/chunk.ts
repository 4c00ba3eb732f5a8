import { badInput } from "../../sdk/errors.ts";

/** Splits a list into pages of at most `size`. */
export function chunk<T>(items: readonly T[], size: number): T[][] {
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`a page has to hold at least one item, not ${size}`);
  return Array.from({ length: Math.ceil(items.length / size) }, (_, page) =>
    items.slice(page * size, (page + 1) * size),
  );
}

/** Refuses a `--batch-size` that holds nothing. */
export function requireBatchSize(size: number): void {
  if (size >= 1) return;
  throw badInput("a batch has to hold at least one row", { where: "--batch-size", notDone: "nothing was sent" });
}

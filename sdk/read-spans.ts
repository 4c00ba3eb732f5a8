/** One answer about the places `first` to `last`, both included. */
export interface Span<T> {
  readonly first: number;
  readonly last: number;
  readonly answer: T;
}

/** So many answers in a row, and a longer span is tried again: a limit on what an answer may hold hits only where there is much. */
const GROWS_AFTER = 4;

/**
 * Asks a node about a long row of places (blocks, numbers of a list) span by span, so that a long reading can be written down as it
 * goes. Every provider has another limit and another error for it: a span that is refused is halved until one place alone fails,
 * and grows again, up to `longest`, once the node is content.
 */
export async function* readSpans<T>(
  ask: (first: number, last: number) => Promise<T>,
  first: number,
  last: number,
  longest: number,
): AsyncGenerator<Span<T>, void, undefined> {
  let length = longest;
  let contented = 0;

  for (let next = first; next <= last; ) {
    const end = Math.min(next + length - 1, last);
    const answered = await ask(next, end).then(
      (answer) => ({ answer }),
      (error: unknown) => {
        if (end === next) throw error;
        return undefined;
      },
    );
    if (answered === undefined) {
      length = Math.ceil((end - next + 1) / 2);
      contented = 0;
      continue;
    }

    yield { first: next, last: end, answer: answered.answer };
    next = end + 1;
    contented += 1;
    if (contented % GROWS_AFTER === 0) length = Math.min(2 * length, longest);
  }
}

/** Asks about many things, a page at a time: all at once is more than nodes like, one by one is slow. */
export async function inPages<T, R>(
  items: readonly T[],
  size: number,
  ask: (item: T, place: number) => Promise<R>,
): Promise<R[]> {
  const answers: R[] = [];
  for (let first = 0; first < items.length; first += size) {
    const page = items.slice(first, first + size);
    answers.push(...(await Promise.all(page.map((item, place) => ask(item, first + place)))));
  }
  return answers;
}

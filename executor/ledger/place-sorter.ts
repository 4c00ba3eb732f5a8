/** Bits of a key that one pass sorts by. */
const DIGIT_BITS = 8;
const DIGITS = 2 ** DIGIT_BITS;

/**
 * Sorts short lists of numbers by the key of each, which are whole numbers of 32 bits: digit by digit, and only by digits in which keys
 * differ. Nobody is called to compare two, and places of equal keys stay in their order. It keeps its room from list to list.
 */
export class PlaceSorter {
  readonly #counts = new Int32Array(DIGITS);
  #spare = new Int32Array(DIGITS);

  /** Sorts the first `count` of `places`; the key of place *p* is `keys[p]`. */
  sort(places: Int32Array, count: number, keys: Int32Array): void {
    if (this.#spare.length < count) this.#spare = new Int32Array(2 * count);
    const one = keys[places[0] ?? 0] ?? 0;
    let differing = 0;
    for (let i = 1; i < count; i++) differing |= (keys[places[i] ?? 0] ?? 0) ^ one;

    let from: Int32Array = places;
    let to: Int32Array = this.#spare;
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
      if (((differing >>> shift) & (DIGITS - 1)) === 0) continue;
      this.#pass(from, to, count, keys, shift);
      [from, to] = [to, from];
    }
    if (from !== places) for (let i = 0; i < count; i++) places[i] = from[i] ?? 0;
  }

  #pass(from: Int32Array, to: Int32Array, count: number, keys: Int32Array, shift: number): void {
    const counts = this.#counts.fill(0);
    for (let i = 0; i < count; i++) {
      const digit = ((keys[from[i] ?? 0] ?? 0) >>> shift) & (DIGITS - 1);
      counts[digit] = (counts[digit] ?? 0) + 1;
    }
    let next = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const size = counts[digit] ?? 0;
      counts[digit] = next;
      next += size;
    }
    for (let i = 0; i < count; i++) {
      const place = from[i] ?? 0;
      const digit = ((keys[place] ?? 0) >>> shift) & (DIGITS - 1);
      const at = counts[digit] ?? 0;
      to[at] = place;
      counts[digit] = at + 1;
    }
  }
}

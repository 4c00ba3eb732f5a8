/**
 * `places`, and all from `from` up to `to`, ascending and each once, in shared memory. A bit per place is set and then
 * read in order: no comparison, and time for what is touched plus an eighth of a byte per place.
 */
export function sortPlaces(places: Uint32Array, from: number, to: number): Uint32Array<SharedArrayBuffer> {
  const bits = new Uint32Array((to + 31) >>> 5);
  for (let i = 0; i < places.length; i++) {
    const place = places[i] ?? 0;
    if (place >= to) throw new RangeError(`place ${place} was touched, but there are only ${to}`);
    const word = place >>> 5;
    bits[word] = (bits[word] ?? 0) | (1 << (place & 31));
  }
  for (let place = from; place < to; place++) {
    const word = place >>> 5;
    bits[word] = (bits[word] ?? 0) | (1 << (place & 31));
  }
  return placesOf(bits);
}

/** The places whose bits are set. */
function placesOf(bits: Uint32Array): Uint32Array<SharedArrayBuffer> {
  let count = 0;
  for (let index = 0; index < bits.length; index++) count += countBits(bits[index] ?? 0);

  const places = new Uint32Array(new SharedArrayBuffer(Uint32Array.BYTES_PER_ELEMENT * count));
  let next = 0;
  for (let index = 0; index < bits.length; index++) {
    for (let word = bits[index] ?? 0; word !== 0; word &= word - 1) {
      places[next++] = 32 * index + 31 - Math.clz32(word & -word);
    }
  }
  return places;
}

/** How many of the 32 bits are set: in pairs, in fours, in bytes, and these added up by a multiplication. */
function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

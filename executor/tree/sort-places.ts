/**
 * `places`, and all from `from` up to `to`, ascending and each once, in shared memory. A bit per place is set and then
 * read in order: no comparison, and time for what is touched plus an eighth of a byte per place.
 */
export function sortPlaces(places: Uint32Array, from: number, to: number): Uint32Array<SharedArrayBuffer> {
  const bits = new Uint32Array((to + 31) >>> 5);
  let count = 0;
  const mark = (place: number): void => {
    const bit = 1 << (place & 31);
    const word = bits[place >>> 5] ?? 0;
    if ((word & bit) !== 0) return;
    bits[place >>> 5] = word | bit;
    count += 1;
  };
  for (let i = 0; i < places.length; i++) {
    const place = places[i] ?? 0;
    if (place >= to) throw new RangeError(`place ${place} was touched, but there are only ${to}`);
    mark(place);
  }
  for (let place = from; place < to; place++) mark(place);

  const sorted = new Uint32Array(new SharedArrayBuffer(4 * count));
  let next = 0;
  for (let index = 0; index < bits.length; index++) {
    for (let word = bits[index] ?? 0; word !== 0; word &= word - 1) {
      sorted[next++] = 32 * index + 31 - Math.clz32(word & -word);
    }
  }
  return sorted;
}

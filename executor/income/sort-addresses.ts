import { viewOf } from "../formats/integers.ts";
import { ADDRESS_BYTES, compareAddresses } from "./addresses.ts";

/** Sorted by so many bytes at once; with the place they make a number of 48 bits. */
const DIGIT_BYTES = 3;

/** Most addresses. */
export const MAX_PLACES = 2 ** 24;

/** So few are sorted by comparing them. */
const FEW = 8;

/** The first bytes of the address at `place`, and the place: a number whose order is that of the addresses so far. */
export function keyOf(view: DataView, place: number, from = 0): number {
  const offset = place * ADDRESS_BYTES + from;
  return ((view.getUint16(offset) << 8) | view.getUint8(offset + 2)) * MAX_PLACES + place;
}

/** Sorts `keys` by the whole addresses; their places in that order. Equal addresses are in the order of their places. */
export function sortKeys(addresses: Uint8Array, keys: Float64Array): Uint32Array {
  const places = new Uint32Array(keys.length);
  sortByKeys(addresses, viewOf(addresses), keys, places, DIGIT_BYTES);
  return places;
}

/** Sorts `keys` of all but the first `done` bytes, and where they are equal by the next bytes, and so on. */
function sortByKeys(
  addresses: Uint8Array,
  view: DataView,
  keys: Float64Array,
  places: Uint32Array,
  done: number,
): void {
  keys.sort();

  let start = 0;
  let digit = -1;
  for (let i = 0; i <= keys.length; i++) {
    const key = keys[i] ?? MAX_PLACES * MAX_PLACES;
    const next = Math.floor(key / MAX_PLACES);
    if (i < keys.length) places[i] = key - next * MAX_PLACES;
    if (next === digit) continue;
    if (i - start > 1) sortPlaces(addresses, view, places.subarray(start, i), done);
    start = i;
    digit = next;
  }
}

/** Sorts ascending `places` of addresses that agree in their first `done` bytes. */
function sortPlaces(addresses: Uint8Array, view: DataView, places: Uint32Array, done: number): void {
  if (done >= ADDRESS_BYTES) return; // equal, and in order
  if (places.length <= FEW) {
    sortFew(addresses, places);
    return;
  }
  const from = Math.min(done, ADDRESS_BYTES - DIGIT_BYTES); // the last digit repeats bytes that are equal
  const keys = Float64Array.from(places, (place) => keyOf(view, place, from));
  sortByKeys(addresses, view, keys, places, from + DIGIT_BYTES);
}

/** Inserts each place before those with a higher address. */
function sortFew(addresses: Uint8Array, places: Uint32Array): void {
  for (let i = 1; i < places.length; i++) {
    const place = places[i] ?? 0;
    let target = i;
    for (; target > 0; target--) {
      const before = places[target - 1] ?? 0;
      if (compareAddresses(addresses, before * ADDRESS_BYTES, addresses, place * ADDRESS_BYTES) <= 0) break;
      places[target] = before;
    }
    places[target] = place;
  }
}

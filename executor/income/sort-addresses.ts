import { viewOf } from "../formats/integers.ts";
import { ADDRESS_BYTES, compareAddresses } from "./addresses.ts";

/** Sorted by so many bytes at once; with a place of 24 bits they make a number of 48. */
const DIGIT_BYTES = 3;
const PLACES = 2 ** 24;

/** So few are sorted by comparing them. */
const FEW = 8;

/** Sorts `places` by the addresses there; equal ones stay in the order they have. */
export function sortAddresses(addresses: Uint8Array, places: Uint32Array): void {
  sortRun(addresses, viewOf(addresses), places, 0);
}

/** Sorts the places in `run`, whose addresses agree in their first `done` bytes, by the next ones, and so on. */
function sortRun(addresses: Uint8Array, view: DataView, run: Uint32Array, done: number): void {
  if (done >= ADDRESS_BYTES) return; // equal, and in the order they had
  if (run.length <= FEW) {
    sortFew(addresses, run);
    return;
  }

  // Digit first, then the place in the run, so that the numbers' order is what we want and brings the place along.
  const from = Math.min(done, ADDRESS_BYTES - DIGIT_BYTES); // the last digit repeats bytes that are equal
  const keys = new Float64Array(run.length);
  for (let i = 0; i < run.length; i++) {
    const offset = (run[i] ?? 0) * ADDRESS_BYTES + from;
    keys[i] = ((view.getUint16(offset) << 8) | view.getUint8(offset + 2)) * PLACES + i;
  }
  keys.sort();

  const places = run.slice();
  let start = 0;
  let digit = -1;
  for (let i = 0; i <= keys.length; i++) {
    const key = keys[i] ?? PLACES * PLACES;
    const next = Math.floor(key / PLACES);
    if (i < keys.length) run[i] = places[key - next * PLACES] ?? 0;
    if (next === digit) continue;
    if (i - start > 1) sortRun(addresses, view, run.subarray(start, i), from + DIGIT_BYTES);
    start = i;
    digit = next;
  }
}

/** Inserts each place before those with a higher address. */
function sortFew(addresses: Uint8Array, run: Uint32Array): void {
  for (let i = 1; i < run.length; i++) {
    const place = run[i] ?? 0;
    let target = i;
    for (; target > 0; target--) {
      const before = run[target - 1] ?? 0;
      if (compareAddresses(addresses, before * ADDRESS_BYTES, addresses, place * ADDRESS_BYTES) <= 0) break;
      run[target] = before;
    }
    run[target] = place;
  }
}

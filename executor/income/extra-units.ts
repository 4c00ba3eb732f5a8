/** Losses by rounding down, all below a limit, and for each the class in which it is: equal parts of the limit. */
export interface Losses {
  readonly values: BigUint64Array;
  readonly classes: Uint16Array;
}

/** Who gets one of the units that rounding down leaves over. */
export interface ExtraUnits {
  /** Whoever lost more than this… */
  readonly above: bigint;
  /** …and whoever lost exactly this and stands before this place. */
  readonly equalBefore: number;
}

const CLASSES = 2 ** 16;

/** What tells the class of a loss. As rounded numbers two losses may be equal, but never the other way round. */
export function lossClassifier(limit: bigint): (loss: bigint) => number {
  const scale = CLASSES / Number(limit);
  return (loss) => Math.min(CLASSES - 1, Math.floor(Number(loss) * scale));
}

/**
 * The `units` holders with the largest losses, the lower place first among equals. Classes are counted; only the losses
 * of the one in which the last unit falls are sorted.
 */
export function findExtraUnits({ values, classes }: Losses, limit: bigint, units: number): ExtraUnits {
  if (units === 0) return { above: limit, equalBefore: 0 };

  const sizes = new Uint32Array(CLASSES);
  for (const group of classes) sizes[group] = (sizes[group] ?? 0) + 1;

  let group = CLASSES - 1;
  let left = units;
  while (group > 0 && (sizes[group] ?? 0) < left) {
    left -= sizes[group] ?? 0;
    group -= 1;
  }

  const places = new Uint32Array(sizes[group] ?? 0);
  for (let place = 0, found = 0; found < places.length; place++) if (classes[place] === group) places[found++] = place;
  const ranked = BigUint64Array.from(places, (place) => values[place] ?? 0n).sort();
  const above = ranked[ranked.length - left] ?? limit;

  const equals = left - ranked.filter((loss) => loss > above).length;
  const lastEqual = places.filter((place) => values[place] === above)[equals - 1] ?? 0;
  return { above, equalBefore: lastEqual + 1 };
}

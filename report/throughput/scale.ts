/** Where values stand on an axis. */
export interface Scale {
  /** From 0 (least) to 1 (greatest). */
  place(value: number): number;
  readonly ticks: readonly number[];
}

const MOST_TICKS = 7;

/** A logarithmic axis around `values`, from one power of `base` to another; ticks at powers. */
export function logScale(values: readonly number[], base: number): Scale {
  const log = (value: number) => Math.log(value) / Math.log(base);
  const low = Math.floor(log(Math.min(...values)) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(log(Math.max(...values)) - 1e-9));
  const step = Math.ceil((high - low) / MOST_TICKS);
  const powers = Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, tick) => low + tick * step);

  return { place: (value) => (log(value) - low) / (high - low), ticks: powers.map((power) => base ** power) };
}

/** A linear axis from zero to a round number above all `values`. */
export function linearScale(values: readonly number[]): Scale {
  const greatest = Math.max(...values, Number.MIN_VALUE);
  const rough = greatest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  const count = Math.ceil(greatest / step - 1e-9);

  return {
    place: (value) => value / (count * step),
    ticks: Array.from({ length: count + 1 }, (_, tick) => tick * step),
  };
}

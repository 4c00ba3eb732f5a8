import { build, type Histogram } from "hdr-histogram-js";

/** How long things took, in milliseconds. */
export interface LatencySummary {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

const US_PER_MS = 1_000;
const LONGEST_US = 3_600_000_000;
const DIGITS = 3;

/** Collects latencies to three digits, whatever their number. */
export class Latencies {
  readonly #histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_US,
    numberOfSignificantValueDigits: DIGITS,
    bitBucketSize: 64,
  });

  /** Adds one of `ms` milliseconds; what is beyond an hour counts as an hour. */
  add(ms: number): void {
    this.#histogram.recordValue(Math.min(LONGEST_US, Math.max(1, Math.round(ms * US_PER_MS))));
  }

  get summary(): LatencySummary {
    const max = this.#histogram.maxValue / US_PER_MS;
    // A percentile is told as the upper end of its bucket, which may lie beyond the greatest value.
    const at = (percentile: number) => Math.min(max, this.#histogram.getValueAtPercentile(percentile) / US_PER_MS);
    return {
      count: this.#histogram.totalCount,
      p50: at(50),
      p99: at(99),
      p999: at(99.9),
      max,
    };
  }
}

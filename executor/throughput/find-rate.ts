/** A rate that was tried, and whether latency stayed under the bound. */
export interface Trial {
  readonly rate: number;
  readonly latencyMs: number;
  readonly holds: boolean;
}

export interface RateSearch {
  /** Where to begin: best a little below what a closed loop reaches. */
  readonly from: number;
  /** Rates above this are not tried. */
  readonly most?: number;
  /** Greatest latency that is borne, in milliseconds. */
  readonly boundMs: number;
  /** Most rates that are tried. */
  readonly trials: number;
  /** The latency that counts, at a rate. */
  readonly latencyAt: (rate: number) => Promise<number>;
}

/** Stops when the highest rate that holds and the lowest that does not are this close. */
const CLOSE_ENOUGH = 1.05;
const STEP = 1.5;

/**
 * The highest rate found that keeps latency under the bound, undefined if none of those tried did; and all trials, in order.
 * Goes up or down in steps until the bound lies between two trials, then halves that interval.
 */
export async function findHighestRate({
  from,
  most = Number.POSITIVE_INFINITY,
  boundMs,
  trials,
  latencyAt,
}: RateSearch): Promise<{
  readonly highest: number | undefined;
  readonly trials: readonly Trial[];
}> {
  const tried: Trial[] = [];
  let holding: number | undefined;
  let failing: number | undefined;
  let rate = Math.min(from, most);

  while (tried.length < trials) {
    const latencyMs = await latencyAt(rate);
    const holds = latencyMs < boundMs;
    tried.push({ rate, latencyMs, holds });
    if (holds) holding = rate;
    else failing = rate;

    if (holding === undefined) rate /= STEP;
    else if (holding === most) break;
    else if (failing === undefined) rate = Math.min(rate * STEP, most);
    else if (failing / holding <= CLOSE_ENOUGH) break;
    else rate = Math.sqrt(holding * failing);
  }
  return { highest: holding, trials: tried };
}

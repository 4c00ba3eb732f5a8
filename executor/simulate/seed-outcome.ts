import { type Simulation, SimulationError, type SimulationOptions, simulate } from "./simulate.ts";

/** What a seed found; plain data, so that it can cross threads. */
export interface SimulationFailure {
  readonly seed: number;
  readonly step: number;
  /** Which promise was broken, and how. */
  readonly message: string;
  readonly traceHash: string;
  /** What happened last, oldest first. */
  readonly last: readonly string[];
}

export type SeedOutcome =
  | { readonly kind: "held"; readonly simulation: Simulation }
  | { readonly kind: "failed"; readonly failure: SimulationFailure };

/** Runs one seed; what it finds is a value and not an exception. */
export async function runSeed(options: SimulationOptions): Promise<SeedOutcome> {
  try {
    return { kind: "held", simulation: await simulate(options) };
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error;
    const { seed, step, message, traceHash, last } = error;
    return { kind: "failed", failure: { seed, step, message, traceHash, last } };
  }
}

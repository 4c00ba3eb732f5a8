import { INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import { ORDER_BYTES } from "../formats/order-record.ts";
import { predictRate, type ScalingModel } from "./scaling-model.ts";

/** What the model expects where nothing was measured. */
export interface ProjectedPoint {
  readonly workers: number;
  readonly machines: number;
  readonly perSecond: number;
}

/** Cores of one machine to which the model is drawn out. */
export const PROJECTED_CORES = [8, 16, 32, 64, 128, 256, 512, 1_024] as const;
export const PROJECTED_MACHINES = [2, 4, 8, 16] as const;
/** Cores that a machine of several is taken to have. */
export const CORES_PER_MACHINE = 64;

/** Assumed, not measured: 10 Gbit/s into the one machine that sequences and decides. */
const NETWORK_BYTES_PER_SECOND = 1.25e9;
/** A trade with its two messages goes out to be verified, and two ids with their verdicts come back. */
const BYTES_PER_TRADE = INSTRUCTION_BYTES + 2 * ORDER_BYTES + 2 * (32 + 1);

/**
 * Draws the model out: to more cores of one machine, and to several machines that only verify while one decides. Everything that
 * is serial stays so, and what crosses the network is added to it.
 */
export function projectRates(model: ScalingModel, batchSize: number): ProjectedPoint[] {
  const networkUs = (BYTES_PER_TRADE / NETWORK_BYTES_PER_SECOND) * 1e6;
  const spread = { ...model, serialUs: model.serialUs + networkUs };

  return [
    ...PROJECTED_CORES.map((workers) => ({ workers, machines: 1, perSecond: predictRate(model, workers, batchSize) })),
    ...PROJECTED_MACHINES.map((machines) => {
      const workers = machines * CORES_PER_MACHINE;
      return { workers, machines, perSecond: predictRate(spread, workers, batchSize) };
    }),
  ];
}

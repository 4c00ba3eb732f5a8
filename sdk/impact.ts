import { id as keccakOf } from "ethers";

/** Measured quantities by the names that files use: those of ERC-8329, and two of ours in its namespace for others. */
export const INDICATORS = {
  "carbon-offset": keccakOf("ERC-8329:INDICATOR:CARBON_OFFSET"),
  "carbon-emitted": keccakOf("ERC-8329:INDICATOR:CARBON_EMITTED"),
  "energy-generated": keccakOf("ERC-8329:INDICATOR:ENERGY_GENERATED"),
  "energy-saved": keccakOf("ERC-8329:INDICATOR:ENERGY_SAVED"),
  "water-treated": keccakOf("ERC-8329:INDICATOR:WATER_TREATED"),
  "jobs-created": keccakOf("ERC-8329:INDICATOR:JOBS_CREATED"),
  beneficiaries: keccakOf("ERC-8329:INDICATOR:BENEFICIARIES"),
  "biodiversity-area": keccakOf("ERC-8329:INDICATOR:BIODIVERSITY_AREA"),
  "waste-diverted": keccakOf("ERC-8329:INDICATOR:WASTE_DIVERTED"),
  /** Energy that the asset used in the period, from whatever source. */
  "energy-used": keccakOf("ERC-8329:INDICATOR:MOIETY:ENERGY_USED:V1"),
  /** Fresh water that the asset used in the period. */
  "water-used": keccakOf("ERC-8329:INDICATOR:MOIETY:WATER_USED:V1"),
} as const;

export type IndicatorName = keyof typeof INDICATORS;

/** Units of ERC-8329; the id is the keccak-256 of the word as it stands here. */
export const IMPACT_UNITS = ["tCO2e", "kWh", "m3", "FTE", "persons", "hectares", "tonnes"] as const;

export function indicatorNames(): IndicatorName[] {
  return Object.keys(INDICATORS).filter((name): name is IndicatorName => name in INDICATORS);
}

/** The name of an indicator's id, or the id itself. */
export function indicatorName(indicatorId: string): string {
  return indicatorNames().find((name) => INDICATORS[name] === indicatorId) ?? indicatorId;
}

export function impactUnitId(unit: string): string {
  return keccakOf(unit);
}

/** The word of a unit's id, or the id itself. */
export function impactUnitName(unitId: string): string {
  return IMPACT_UNITS.find((unit) => impactUnitId(unit) === unitId) ?? unitId;
}

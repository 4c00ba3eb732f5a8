/** Mistakes that can be built in on purpose, to see that a simulation finds them. */
export const PLANTED_BUGS = [
  /** A worker says that it has done a piece that it has not touched. */
  "hiddenLoss",
  /** Results of workers are taken without looking at their checksums. */
  "uncheckedResult",
  /** The disk says that it has what it only has in memory. */
  "lyingSync",
] as const;

export type PlantedBug = (typeof PLANTED_BUGS)[number];

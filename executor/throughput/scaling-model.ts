import { requireInput } from "../errors.ts";

/** What was measured with a number of workers and a batch size. */
export interface ScalingPoint {
  readonly workers: number;
  readonly batchSize: number;
  readonly perSecond: number;
}

/**
 * Time per trade in microseconds: `serial + parallel ÷ workers + perBatch ÷ batch size + contention × (workers − 1)`. It is
 * Amdahl's law with the fixed cost of a batch and, where three worker counts were measured, what workers cost one another.
 * It knows nothing of memory bandwidth, of cores that share a cache, or of heat.
 */
export interface ScalingModel {
  readonly serialUs: number;
  readonly parallelUs: number;
  readonly perBatchUs: number;
  readonly contentionUs: number;
  /** Root of the mean squared error, and greatest error, as parts of the measured time. */
  readonly meanError: number;
  readonly greatestError: number;
  readonly points: number;
}

type Term = "serialUs" | "parallelUs" | "perBatchUs" | "contentionUs";

const TERMS: Readonly<Record<Term, (point: Pick<ScalingPoint, "workers" | "batchSize">) => number>> = {
  serialUs: () => 1,
  parallelUs: ({ workers }) => 1 / workers,
  perBatchUs: ({ batchSize }) => 1 / batchSize,
  contentionUs: ({ workers }) => workers - 1,
};
const US_PER_SECOND = 1_000_000;

/**
 * Fits the model to measured points by least squares of the relative error, no term below zero. Terms that the points cannot
 * tell apart are left out; undefined if there are not two worker counts to tell serial from parallel work.
 */
export function fitScaling(points: readonly ScalingPoint[]): ScalingModel | undefined {
  for (const point of points) {
    requireInput(point.workers >= 1 && point.batchSize >= 1 && point.perSecond > 0, "a point without workers or rate");
  }
  const terms = separableTerms(points);
  if (terms === undefined) return undefined;

  // With at most four terms, every set of them can be tried: the best without negative ones is the constrained optimum.
  const fits = subsetsOf(terms).flatMap((subset) => {
    const values = solve(points, subset);
    return values?.every((value) => value >= 0) === true ? [modelOf(points, subset, values)] : [];
  });
  return fits.reduce<ScalingModel | undefined>(
    (best, fit) => (best === undefined || fit.meanError < best.meanError ? fit : best),
    undefined,
  );
}

/** Trades per second that the model expects. */
export function predictRate(model: Pick<ScalingModel, Term>, workers: number, batchSize: number): number {
  return US_PER_SECOND / timePerTrade(model, { workers, batchSize });
}

function timePerTrade(model: Pick<ScalingModel, Term>, at: Pick<ScalingPoint, "workers" | "batchSize">): number {
  return termNames.reduce((sum, term) => sum + model[term] * TERMS[term](at), 0);
}

const termNames: readonly Term[] = ["serialUs", "parallelUs", "perBatchUs", "contentionUs"];

function separableTerms(points: readonly ScalingPoint[]): Term[] | undefined {
  const workerCounts = new Set(points.map(({ workers }) => workers)).size;
  const batchSizes = new Set(points.map(({ batchSize }) => batchSize)).size;
  if (workerCounts < 2) return undefined;

  return [
    "serialUs",
    "parallelUs",
    ...(batchSizes >= 2 ? (["perBatchUs"] as const) : []),
    ...(workerCounts >= 3 ? (["contentionUs"] as const) : []),
  ];
}

function subsetsOf(terms: readonly Term[]): Term[][] {
  return Array.from({ length: 2 ** terms.length - 1 }, (_, set) =>
    terms.filter((_term, place) => (((set + 1) >> place) & 1) === 1),
  );
}

/** Least squares of the relative error: the normal equations of rows that are divided by the measured time. */
function solve(points: readonly ScalingPoint[], terms: readonly Term[]): number[] | undefined {
  const rows = points.map((point) => terms.map((term) => (TERMS[term](point) * point.perSecond) / US_PER_SECOND));
  const matrix = terms.map((_, i) => [
    ...terms.map((__, j) => rows.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0)),
    rows.reduce((sum, row) => sum + (row[i] ?? 0), 0),
  ]);
  return eliminate(matrix);
}

/** Gaussian elimination with pivots; undefined if the equations do not determine every unknown. */
function eliminate(matrix: number[][]): number[] | undefined {
  const size = matrix.length;
  for (let column = 0; column < size; column++) {
    const rows = matrix.slice(column).map((row) => Math.abs(row[column] ?? 0));
    const pivot = column + rows.indexOf(Math.max(...rows));
    const [top, chosen] = [matrix[column], matrix[pivot]];
    if (top === undefined || chosen === undefined || Math.abs(chosen[column] ?? 0) < 1e-12) return undefined;
    matrix[pivot] = top;
    matrix[column] = chosen;
    for (const [place, row] of matrix.entries()) {
      if (place === column) continue;
      const factor = (row[column] ?? 0) / (chosen[column] ?? 1);
      for (let i = column; i <= size; i++) row[i] = (row[i] ?? 0) - factor * (chosen[i] ?? 0);
    }
  }
  return matrix.map((row, place) => (row[size] ?? 0) / (row[place] ?? 1));
}

function modelOf(points: readonly ScalingPoint[], terms: readonly Term[], values: readonly number[]): ScalingModel {
  const termOf = (term: Term) => values[terms.indexOf(term)] ?? 0;
  const model = {
    serialUs: termOf("serialUs"),
    parallelUs: termOf("parallelUs"),
    perBatchUs: termOf("perBatchUs"),
    contentionUs: termOf("contentionUs"),
  };
  const errors = points.map((point) => (timePerTrade(model, point) * point.perSecond) / US_PER_SECOND - 1);
  return {
    ...model,
    meanError: Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length),
    greatestError: Math.max(...errors.map(Math.abs)),
    points: points.length,
  };
}

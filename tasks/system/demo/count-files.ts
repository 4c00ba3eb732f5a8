import type { CompletedFile } from "./complete-file.ts";

/** What the files of assets have got and what happened to them, counted. */
export interface FileCounts extends CompletedFile {
  readonly reviews: number;
  readonly acknowledgements: number;
  readonly handOvers: number;
  readonly incidents: number;
}

/** Adds up the files of all assets; what does not happen to every asset may be left out. */
export function countFiles(
  files: readonly (CompletedFile & Pick<FileCounts, "reviews" | "acknowledgements"> & Partial<FileCounts>)[],
): FileCounts {
  const sum = (of: (file: (typeof files)[number]) => number | undefined): number =>
    files.reduce((total, file) => total + (of(file) ?? 0), 0);
  return {
    reviews: sum(({ reviews }) => reviews),
    bundles: sum(({ bundles }) => bundles),
    // Listing has had the existence attested.
    words: sum(({ words }) => words + 1),
    values: sum(({ values }) => values),
    confirmed: sum(({ confirmed }) => confirmed),
    measures: sum(({ measures }) => measures),
    acknowledgements: sum(({ acknowledgements }) => acknowledgements),
    handOvers: sum(({ handOvers }) => handOvers),
    incidents: sum(({ incidents }) => incidents),
  };
}

/** How much of a file, or of all, ran in the tests, in per cent. */
export interface Coverage {
  readonly file: string;
  readonly lines: number;
  readonly statements: number;
  /** The lines that never ran, as Hardhat lists them. */
  readonly missing: string;
}

/**
 * Reads the table that Hardhat prints at the end of a run. The lcov file that it writes beside it knows lines only; branches
 * it does not measure at all.
 */
export function readCoverageTable(output: string): { total: Coverage; files: Coverage[] } | undefined {
  const rows = output.split("\n").flatMap((line) => {
    const [file = "", lines = "", statements = "", missing = ""] = line
      .split(/[║│|]/)
      .slice(1)
      .map((cell) => cell.trim());
    const isRow = /^\d+\.\d+$/.test(lines) && /^\d+\.\d+$/.test(statements);
    return isRow ? [{ file, lines: Number(lines), statements: Number(statements), missing }] : [];
  });
  const total = rows.find(({ file }) => file === "Total");
  return total === undefined ? undefined : { total, files: rows.filter((row) => row !== total) };
}

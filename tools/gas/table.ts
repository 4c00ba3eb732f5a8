/** What an operation takes: gas, or per cent of another one. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit?: "%";
  readonly most?: number;
  readonly aim?: number;
  readonly isLong?: true;
}

/** What is committed. */
export interface GasFile {
  readonly operations: Readonly<Record<string, number>>;
  /** Bytes of code on chain. */
  readonly sizes: Readonly<Record<string, number>>;
}

export interface GasReport {
  readonly rows: readonly Row[];
  readonly sizes: readonly Row[];
}

/** Gas is the same in every run. Only where the call data has long lists of addresses, their zero bytes move it a little. */
const LONG_CALL_DATA_TOLERANCE = 0.005;

export function toFile({ rows, sizes }: GasReport): GasFile {
  const values = (of: readonly Row[]) => Object.fromEntries(of.map(({ name, value }) => [name, value]));
  return { operations: values(rows), sizes: values(sizes) };
}

/** Which figures are not what is committed, one sentence each. */
export function findMoved(report: GasReport, committed: GasFile): string[] {
  return [...movedIn(report.rows, committed.operations, "gas"), ...movedIn(report.sizes, committed.sizes, "bytes")];
}

/** Which targets are missed, one sentence each. */
export function findMissed({ rows, sizes }: GasReport): string[] {
  return [...rows, ...sizes]
    .filter(({ value, most }) => most !== undefined && value > most)
    .map((row) => `${row.name}: ${show(row.value, row)}, and ${show(row.most ?? 0, row)} is the most`);
}

export function writePage({ rows, sizes }: GasReport): string {
  const cells = (row: Row) => {
    const isMissed = row.most !== undefined && row.value > row.most;
    const aim = row.aim === undefined ? "" : `, aim ${show(row.aim, row)}`;
    return [
      row.name,
      show(row.value, row),
      row.most === undefined ? "" : `${show(row.most, row)}${aim}${isMissed ? " **missed**" : ""}`,
    ];
  };
  const table = (head: readonly string[], of: readonly Row[]) =>
    [head, head.map((_, place) => (place === 0 ? "---" : "---:")), ...of.map(cells)]
      .map((line) => `| ${line.join(" | ")} |`)
      .join("\n");

  return `${[
    "# Gas",
    "<!-- Written by `npm run gas`. Do not edit. -->",
    "What the operations of the register, and of the settlement desk beside its chunks and trades, take on Hardhat's own chain, through the real proxies, between people who hold shares before and after, call data included. The figures are the same in every run; CI compares them with these and fails when one has moved. " +
      `Only where the call data has long lists of addresses it may move by ${100 * LONG_CALL_DATA_TOLERANCE} %.`,
    table(["operation", "gas", "at most"], rows),
    "## Code on chain",
    "EIP-170 allows 24,576 bytes each.",
    table(["contract", "bytes", "at most"], sizes),
  ].join("\n\n")}\n`;
}

export function show(value: number, { unit }: Pick<Row, "unit">): string {
  return unit === "%" ? `${value.toFixed(1)} %` : value.toLocaleString("en");
}

function movedIn(rows: readonly Row[], committed: Readonly<Record<string, number>>, what: string): string[] {
  const names = new Set(rows.map(({ name }) => name));
  const gone = Object.keys(committed).filter((name) => !names.has(name));
  return [
    ...gone.map((name) => `${name} (${what}) is committed and no longer measured`),
    ...rows.flatMap((row) => {
      const before = committed[row.name];
      if (before === undefined) return [`${row.name} (${what}) is new: ${show(row.value, row)}`];
      const share = (row.value - before) / before;
      if (Math.abs(share) <= (row.isLong === true ? LONG_CALL_DATA_TOLERANCE : 0)) return [];
      const change = `${share > 0 ? "+" : ""}${(100 * share).toFixed(2)} %`;
      return [`${row.name} (${what}): ${show(before, row)} → ${show(row.value, row)} (${change})`];
    }),
  ];
}

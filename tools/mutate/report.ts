import Table from "cli-table3";
import { changedLines } from "./equivalents.ts";
import { type Mutant, OPERATORS } from "./list-mutants.ts";
import { counts } from "./run-cases.ts";
import type { Outcome } from "./worker.ts";

export interface Judged extends Outcome {
  readonly mutant: Mutant;
  readonly source: string;
}

/** The share of the counted mutants that the tests noticed; 1 if there are none. */
export function shareKilled(outcomes: readonly Pick<Outcome, "verdict">[]): number {
  const counted = outcomes.filter(counts);
  return counted.length === 0 ? 1 : counted.filter(({ verdict }) => verdict !== "survived").length / counted.length;
}

/** Contract × operator: killed of counted. */
export function writeTable(judged: readonly Judged[]): string {
  const counted = judged.filter(counts);
  const operators = OPERATORS.filter((each) => counted.some(({ mutant }) => mutant.operator === each));
  const contracts = [...new Set(counted.map(({ mutant }) => mutant.contract))].toSorted();
  const table = new Table({
    head: ["", ...operators, "all", "killed"],
    style: { head: [], border: [], compact: true },
  });

  const row = (name: string, part: readonly Judged[]) => {
    const cell = (of: readonly Judged[]) =>
      of.length === 0 ? "" : `${of.filter(({ verdict }) => verdict !== "survived").length}/${of.length}`;
    const cells = operators.map((each) => cell(part.filter(({ mutant }) => mutant.operator === each)));
    table.push([name, ...cells, cell(part), percent(shareKilled(part))]);
  };
  for (const contract of contracts)
    row(
      contract,
      counted.filter(({ mutant }) => mutant.contract === contract),
    );
  row("all", counted);
  return table.toString();
}

/** What nobody noticed: where, and what the line became. */
export function writeSurvivors(judged: readonly Judged[]): string {
  return judged
    .filter(({ verdict }) => verdict === "survived")
    .map(({ mutant, source }) => {
      const { before, after } = changedLines(source, mutant);
      return `${mutant.path}:${mutant.line} ${mutant.function} (${mutant.operator})\n  - ${before}\n  + ${after}`;
    })
    .join("\n");
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

import type { Sender, StepReport } from "./sender.ts";
import { table } from "./table.ts";

/** The transactions of a run as a table. */
export function describeSteps(
  reports: readonly StepReport[],
  nothing = "Nothing to do: it is as it should be.",
): string {
  if (reports.length === 0) return nothing;
  const rows = reports.map(({ title, status, gas, hash }) => [title, status, gas === null ? "" : `${gas}`, hash ?? ""]);
  return table(["Step", "Status", "Gas", "Transaction"], rows);
}

/** Where the run is written down, as a line of its own; nothing if it is not. */
export function describeRun({ runId }: Pick<Sender, "runId">): string {
  return runId === null ? "" : `\nRun ${runId}: \`run show\`, \`run verify\`.`;
}

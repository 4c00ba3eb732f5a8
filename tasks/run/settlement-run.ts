import { basename, dirname, join } from "node:path";
import { badInput } from "../../sdk/errors.ts";
import type { SettlerEvent } from "../../sdk/settler/settler-event.ts";
import { readSettlerJournal } from "../../sdk/settler/settler-journal.ts";
import type { ActionContext } from "../lib/action-context.ts";
import type { Outcome } from "../lib/outcome.ts";
import { table } from "../lib/table.ts";
import { report } from "../settle/run.ts";
import { resumeSettled } from "../settle/settle-file.ts";
import { settleTools } from "../settle/settle-tools.ts";

/** A settlement's folder beside the runs. */
export interface SettlementRun {
  readonly id: string;
  readonly folder: string;
  readonly events: readonly SettlerEvent[];
}

/** A settlement by its id or the path of its folder; undefined if there is none. */
export async function locateSettlement(runsFolder: string, wanted: string): Promise<SettlementRun | undefined> {
  for (const folder of [join(runsFolder, wanted), wanted]) {
    const events = await readSettlerJournal(folder);
    if (events.length > 0) return { id: basename(folder), folder, events };
  }
  return undefined;
}

/** The journal of a settlement, a line per event. */
export function showSettlement({ id, folder, events }: SettlementRun): Outcome {
  const rows = events.map((event) => {
    const { event: name, time, ...rest } = event;
    const said = Object.entries(rest).filter(([, value]) => value !== null);
    return [time, name, said.map(([key, value]) => `${key} ${value}`).join(", ")];
  });
  const text = `Settlement ${id} in ${folder}\n${table(["Time", "Event", "What"], rows)}`;
  return { data: { id, folder, task: "settle.run", events }, text };
}

/** Goes on with a settlement where it stopped, from its batch files. */
export async function resumeSettlement(
  context: ActionContext,
  { id, folder, events }: SettlementRun,
): Promise<Outcome> {
  const begun = events.find((event) => event.event === "begun");
  const { chainId } = await context.connect();
  const instance = await context.instance();
  if (begun?.event === "begun" && (begun.chainId !== `${chainId}` || begun.instance !== instance)) {
    throw badInput(`the settlement ${id} is of another chain, or of another life of it`, {
      todo: "name its network with --network",
      notDone: "nothing was sent",
    });
  }
  const tools = await settleTools(context, { workers: -1, maxFee: "" });
  return report(await resumeSettled({ ...tools, runsFolder: dirname(folder) }, id), context.dryRun);
}

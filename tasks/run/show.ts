import type { WrittenRun } from "../../sdk/journal/run-folder.ts";
import { NOT_BEGUN } from "../../sdk/journal/run-state.ts";
import { summaryOf } from "../../sdk/journal/write-results.ts";
import type { CommonArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";
import { locateRun } from "./locate-run.ts";
import { locateSettlement, showSettlement } from "./settlement-run.ts";

interface ShowArguments extends CommonArguments {
  readonly run: string;
  readonly out: string;
}

/** A run as its folder tells it. */
export function describeWrittenRun({ folder, plan, steps, tornBytes }: WrittenRun) {
  const { sender, contracts, instance, plannedAt, round } = plan;
  const described = plan.steps.map(({ title, to, rows }, place) => {
    const { state, hash, block, reason, attempt } = steps[place] ?? NOT_BEGUN;
    return { step: place + 1, title, state, to, rows: rows.length, nonce: attempt?.nonce ?? null, hash, block, reason };
  });
  return {
    folder,
    ...summaryOf(plan, steps),
    round,
    sender,
    contracts,
    instance,
    plannedAt,
    tornBytes,
    list: described,
  };
}

export default runAction<ShowArguments>("run.show", async (context, { run }) => {
  const settlement = await locateSettlement(context.runsFolder, run);
  if (settlement !== undefined) return showSettlement(settlement);

  const data = describeWrittenRun(await locateRun(context.runsFolder, run));
  if (data.tornBytes > 0)
    context.warn(`the journal's last line is torn (${data.tornBytes} bytes); a resume cuts it off`);

  const { confirmed, ...open } = data.steps;
  const left = Object.entries(open).filter(([, count]) => count > 0);
  const rows = data.list.map(({ step, title, state, block, hash }) => [
    `${step}`,
    title,
    state,
    block === null ? "" : `${block}`,
    hash ?? "",
  ]);
  const text = [
    `Run ${data.id}: ${data.task}, ${data.state}; chain ${data.chainId}, sender ${data.sender}, planned ${data.plannedAt}`,
    table(["#", "Step", "State", "Block", "Transaction"], rows),
    `${confirmed} confirmed${left.map(([state, count]) => `, ${count} ${state}`).join("")}; ${data.rows.done} of ${data.rows.planned} rows done.`,
    ...(data.state === "done" ? [] : [`\`run resume ${data.id}\` goes on with it.`]),
  ].join("\n");
  return { data, text };
});

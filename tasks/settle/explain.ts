import {
  type BatchCase,
  type Explanation,
  explainInstruction,
  findInstructions,
  isAccepted,
  openCase,
  runBatch,
} from "../../executor/index.ts";
import { badInput } from "../../sdk/errors.ts";
import type { CommonArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";
import { readBatchAt } from "./read-batch.ts";

interface ExplainArguments extends CommonArguments {
  readonly batch: string;
  readonly instruction: string;
}

export default runAction<ExplainArguments>("settle.explain", (_context, { batch, instruction }) =>
  explainAt(batch, instruction),
);

/** Says why an instruction of a batch was accepted or refused. The batch is run again from its file; nothing else is asked. */
export async function explainAt(place: string, instruction: string): Promise<Outcome> {
  const { path, input } = await readBatchAt(place);
  const batch = openCase(await runBatch(input));
  const found = findInstructions(batch, instruction).map((index) => explainInstruction(batch, index));

  if (found.length === 0) throw notFound(batch, instruction, path);
  return { data: found, text: found.map(describe).join("\n\n") };
}

function describe({ index, id, matchNumber, chunk, reason, decisive, earlier }: Explanation): string {
  const verdict = isAccepted(reason.code) ? "accepted" : `refused with ${reason.code} ${reason.name}`;
  const compared =
    decisive === undefined
      ? []
      : [
          `  ${decisive.what}: ${decisive.needed} needed, ${decisive.available} there, ${decisive.opening} to begin with.`,
        ];
  const rows = earlier.map((each) => [`#${each.index}`, `${each.matchNumber}`, signed(each.delta), each.id]);

  return [
    `Instruction #${index}, match ${matchNumber}, ${id}: ${verdict}, in chunk ${chunk}.`,
    `  ${reason.sentence} ${reason.next}`,
    ...compared,
    ...(rows.length === 0 ? [] : ["  Before it:", table(["Place", "Match", "Change", "Instruction"], rows)]),
  ].join("\n");
}

const signed = (delta: bigint): string => (delta > 0n ? `+${delta}` : `${delta}`);

function notFound({ steps }: BatchCase, wanted: string, path: string) {
  const refused = steps.filter(({ receipt }) => !isAccepted(receipt.code)).slice(0, 5);
  const names = refused.map(({ receipt, instruction }) => `#${receipt.index} (match ${instruction.matchNumber})`);
  const todo = "name an id or its first 4 bytes, a place as #12, or a match number";
  const details = names.length === 0 ? undefined : [`refused are, among others: ${names.join(", ")}`];
  return badInput(`the batch has no instruction "${wanted}"`, { where: path, todo, details });
}

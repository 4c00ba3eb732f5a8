import { join } from "node:path";
import { workFolder } from "../../sdk/addresses.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { closeCall } from "../../sdk/settler/calls.ts";
import { type DeskPlace, openDeskLog } from "../../sdk/settler/desk-log.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { MultisigArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";
import { stepOf } from "./post-batch.ts";

interface CloseArguments extends MultisigArguments {
  readonly giveUp: boolean;
}

/** What was done about the open batch. */
export interface Closed {
  readonly batch: bigint;
  readonly steps: readonly StepReport[];
}

export default runAction<CloseArguments>("settle.close", async (context, { giveUp }) => {
  const { chainId } = await context.connect();
  const { suite } = await context.suite();
  if (giveUp) {
    const desk = await suite.settlementDesk.getAddress();
    const root = join(workFolder(), "settlement");
    const batch = await giveUpExported(suite, { root, chainId, desk, instance: await context.instance() });
    return { data: { batch }, text: `Batch ${batch} is not waited for any longer.` };
  }
  const closed = await closeOpen(suite, await context.sender());
  return { data: closed, text: describeSteps(closed.steps) };
});

/** Closes the batch that the desk has open: what has not settled of it is free again. */
export async function closeOpen(suite: Suite, sender: Sender): Promise<Closed> {
  const batch = await suite.settlementDesk.lastBatch();
  const { open, settledChunks, chunkCount } = await suite.settlementDesk.batchOf(batch);
  if (!open) throw badInput("the desk has no open batch", { notDone: "nothing was sent" });

  const call = await closeCall(suite, batch);
  const title = `${call.title} with ${settledChunks} of ${chunkCount} chunks settled`;
  return { batch, steps: await sender.run([stepOf({ ...call, title }, false)]) };
}

/** Stops waiting for a batch that a multisig was given. Should it send it after all, the batch is taken up again. */
export async function giveUpExported(suite: Suite, place: DeskPlace): Promise<bigint> {
  const { journal, store } = await openDeskLog(place, suite, "keep");
  try {
    const result = journal.open[0]?.result;
    const isWaiting = result !== undefined && (await store.isExported(result));
    if (!isWaiting) throw badInput("no exported batch is waited for", { notDone: "nothing was changed" });
    const { number } = result.header;
    if ((await suite.settlementDesk.batchOf(number)).batchHash === result.batchHash) {
      throw badInput(`batch ${number} is on the chain already`, {
        todo: "close it without --give-up, or settle it with `settle post`",
        notDone: "nothing was changed",
      });
    }
    await journal.abandon(number);
    await store.forgetExport(result);
    return number;
  } finally {
    await journal.close();
  }
}

import type { Suite } from "../../sdk/connect.ts";
import { formatTime, parseInstant } from "../../sdk/time.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { MultisigArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender } from "../lib/sender.ts";

interface RecordArguments extends MultisigArguments {
  readonly asset: bigint;
  readonly instant: string;
}

/** Between this command and its block some time passes, and a record may not lie in the past. */
const LEAD_SECONDS = 60n;

/** Opens a record for an instant, unless the asset has one for it. */
export async function openRecord({ shareToken }: Suite, sender: Sender, asset: bigint, instant: bigint) {
  const count = await shareToken.recordCount(asset);
  if (count > 0n) {
    const last = await shareToken.recordAt(asset, count - 1n);
    if (last.instant === instant && !last.cancelled) return { asset, record: count - 1n, instant, steps: [] };
  }

  const title = `fix the holders of asset ${asset} at ${formatTime(instant)}`;
  const steps = await sender.run([
    { title, transaction: () => shareToken.openRecord.populateTransaction(asset, instant) },
  ]);
  return { asset, record: count, instant, steps };
}

export default runAction<RecordArguments>("income.record", async (context, { asset, instant }) => {
  const { connection } = await context.connect();
  const { suite } = await context.suite();
  const now = BigInt((await connection.ethers.provider.getBlock("latest"))?.timestamp ?? 0);

  const at = instant === "" ? now + LEAD_SECONDS : parseInstant(instant);
  const result = await openRecord(suite, await context.sender(), asset, at);
  const said = `Record ${result.record} of asset ${asset} can be used after ${formatTime(at)}.`;
  return { data: result, text: `${describeSteps(result.steps, "Nothing to do.")}\n${said}` };
});

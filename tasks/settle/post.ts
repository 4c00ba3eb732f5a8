import type { MultisigArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import { postOpen } from "./post-open.ts";
import { report } from "./run.ts";
import { type SettleArguments, settleTools } from "./settle-tools.ts";

export default runAction<MultisigArguments & SettleArguments>("settle.post", async (context, args) => {
  const settled = await postOpen(await settleTools(context, args));
  if (settled === undefined) return { data: null, text: "No batch is waiting to be settled." };
  return report(settled, context.dryRun);
});

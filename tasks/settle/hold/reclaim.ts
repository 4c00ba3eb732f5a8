import { readHoldFile } from "../../../sdk/hold-file.ts";
import { describeSteps } from "../../lib/describe-steps.ts";
import type { MultisigArguments } from "../../lib/flags.ts";
import { runAction } from "../../lib/run-action.ts";
import { reclaimHold } from "./hold.ts";

interface ReclaimArguments extends MultisigArguments {
  readonly file: string;
}

export default runAction<ReclaimArguments>("settle.hold.reclaim", async (context, args) => {
  const { connection } = await context.connect();
  const { suite } = await context.suite();
  const { id, hold, steps } = await reclaimHold(
    suite,
    await context.sender(),
    await readHoldFile(args.file),
    connection.ethers.provider,
  );
  const text = [describeSteps(steps, "Nothing to do: it is so already."), `Hold ${id}.`].join("\n");
  return { data: { id, hold, steps }, text };
});

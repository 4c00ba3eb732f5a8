import { readHoldFile } from "../../../sdk/hold-file.ts";
import { describeSteps } from "../../lib/describe-steps.ts";
import type { MultisigArguments } from "../../lib/flags.ts";
import { runAction } from "../../lib/run-action.ts";
import { executeHold } from "./hold.ts";

interface ExecuteArguments extends MultisigArguments {
  readonly file: string;
  readonly shares: bigint;
}

export default runAction<ExecuteArguments>("settle.hold.execute", async (context, args) => {
  const { suite } = await context.suite();
  const { id, hold, steps } = await executeHold(
    suite,
    await context.sender(),
    await readHoldFile(args.file),
    args.shares,
  );
  const text = [describeSteps(steps, "Nothing to do: it is so already."), `Hold ${id}.`].join("\n");
  return { data: { id, hold, steps }, text };
});

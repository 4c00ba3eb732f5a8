import { readHoldFile } from "../../../sdk/hold-file.ts";
import { describeSteps } from "../../lib/describe-steps.ts";
import type { MultisigArguments } from "../../lib/flags.ts";
import { runAction } from "../../lib/run-action.ts";
import { releaseHold } from "./hold.ts";

interface ReleaseArguments extends MultisigArguments {
  readonly file: string;
}

export default runAction<ReleaseArguments>("settle.hold.release", async (context, args) => {
  const { suite } = await context.suite();
  const { id, hold, steps } = await releaseHold(suite, await context.sender(), await readHoldFile(args.file));
  const text = [describeSteps(steps, "Nothing to do: it is so already."), `Hold ${id}.`].join("\n");
  return { data: { id, hold, steps }, text };
});

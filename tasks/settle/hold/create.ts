import { readHoldFile } from "../../../sdk/hold-file.ts";
import { describeSteps } from "../../lib/describe-steps.ts";
import type { MultisigArguments } from "../../lib/flags.ts";
import { runAction } from "../../lib/run-action.ts";
import { createHold } from "./hold.ts";

interface CreateArguments extends MultisigArguments {
  readonly file: string;
}

export default runAction<CreateArguments>("settle.hold.create", async (context, args) => {
  const { connection } = await context.connect();
  const { suite } = await context.suite();
  const { id, hold, steps } = await createHold(suite, await context.sender(), await readHoldFile(args.file), {
    provider: connection.ethers.provider,
    signers: await connection.ethers.getSigners(),
  });
  const text = [describeSteps(steps, "Nothing to do: it is so already."), `Hold ${id}.`].join("\n");
  return { data: { id, hold, steps }, text };
});

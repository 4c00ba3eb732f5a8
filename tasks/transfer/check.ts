import { parseAddress } from "../../sdk/address.ts";
import { ExitCode } from "../../sdk/errors.ts";
import { explainTransfer, type Refusal, type TransferQuestion } from "../../sdk/explain.ts";
import type { CommonArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";

interface CheckArguments extends CommonArguments {
  readonly asset: bigint;
  readonly from: string;
  readonly to: string;
  readonly shares: bigint;
}

export default runAction<CheckArguments>("transfer.check", async (context, args) => {
  const question = {
    id: args.asset,
    from: args.from === "" ? undefined : parseAddress(args.from, "--from"),
    to: parseAddress(args.to, "--to"),
    value: args.shares,
  };
  const { suite } = await context.suite();

  return answer(question, await explainTransfer(suite, question));
});

/** Yes, or every no with its code, its reason and its next step. */
export function answer(question: TransferQuestion, refusals: readonly Refusal[]): Outcome {
  const { id: asset, from = null, to, value: shares } = question;
  const data = { asset, from, to, shares, allowed: refusals.length === 0, refusals };
  if (refusals.length === 0) return { data, text: "The transfer would go through." };

  const rows = refusals.map(({ code, sentence, nextStep }) => [String(code), sentence, nextStep]);
  const count = refusals.length === 1 ? "one reason" : `${refusals.length} reasons`;
  const exitCode = ExitCode.refused;
  return {
    data,
    text: table(["Code", "Why", "What to do"], rows),
    exitCode,
    error: { what: `the transfer would be refused for ${count}`, exitCode },
  };
}

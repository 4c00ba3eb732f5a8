import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface CurrencyArguments extends WritingArguments {
  readonly currency: string;
  readonly forbid: boolean;
}

/** Allows income in a currency, or forbids new distributions in it; what is so already stays. For compliance. */
export async function allowIncomeCurrency(
  { incomeDesk }: Suite,
  sender: Sender,
  currency: string,
  allowed: boolean,
): Promise<StepReport[]> {
  if ((await incomeDesk.isCurrencyAllowed(currency)) === allowed) return [];
  const title = `${allowed ? "allow" : "forbid"} income in ${currency}`;
  return sender.run([{ title, transaction: () => incomeDesk.setCurrency.populateTransaction(currency, allowed) }]);
}

export default runAction<CurrencyArguments>("income.currency", async (context, { currency, forbid }) => {
  const { suite } = await context.suite();
  const address = parseAddress(currency, "the currency");
  const steps = await allowIncomeCurrency(suite, await context.sender(), address, !forbid);
  return { data: { currency: address, allowed: !forbid, steps }, text: describeSteps(steps) };
});

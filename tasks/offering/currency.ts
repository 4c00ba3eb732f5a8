import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface CurrencyArguments extends WritingArguments {
  readonly currency: string;
  readonly forbid: boolean;
}

/** Lets offerings be opened in a currency, or no longer; those that are open go on. */
export async function allowCurrency(
  { offeringDesk }: Pick<Suite, "offeringDesk">,
  sender: Sender,
  currency: string,
  allowed: boolean,
): Promise<StepReport[]> {
  if ((await offeringDesk.isCurrencyAllowed(currency)) === allowed) return [];
  const title = `${allowed ? "allow" : "forbid"} offerings in ${currency}`;
  return sender.run([{ title, transaction: () => offeringDesk.allowCurrency.populateTransaction(currency, allowed) }]);
}

export default runAction<CurrencyArguments>("offering.currency", async (context, { currency, forbid }) => {
  const address = parseAddress(currency, "currency");
  const { connection } = await context.connect();
  const { suite } = await context.suite();
  if (!forbid && (await connection.ethers.provider.getCode(address)) === "0x")
    throw badInput(`there is no contract at ${address}`, { notDone: "nothing was sent" });

  const steps = await allowCurrency(suite, await context.sender(), address, !forbid);
  return { data: { currency: address, allowed: !forbid, steps }, text: describeSteps(steps) };
});

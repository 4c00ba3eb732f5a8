import type { Suite } from "../../sdk/connect.ts";
import { findCurrency } from "../lib/currency.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { MultisigArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface RevokeArguments extends MultisigArguments {
  readonly currency: string;
}

/** Ends the sender's own mandate in a currency, and rules out the one that it has signed next, if it has. */
export async function revokeMandates(
  { settlementDesk }: Pick<Suite, "settlementDesk">,
  sender: Sender,
  currency: string,
): Promise<StepReport[]> {
  const account = await sender.signer.getAddress();
  const last = await settlementDesk.mandateNonce(account, currency);
  const live = await settlementDesk.liveMandate(account, currency);
  if (/^0x0+$/.test(live)) return [];

  const title = `revoke the mandate of ${account}`;
  return sender.run([
    { title, transaction: () => settlementDesk.revokeMandates.populateTransaction(currency, last + 1n) },
  ]);
}

export default runAction<RevokeArguments>("settle.revoke", async (context, { currency }) => {
  const { connection } = await context.connect();
  const { suite } = await context.suite();
  const { address } = await findCurrency(suite, connection.ethers.provider, currency);
  const steps = await revokeMandates(suite, await context.sender(), address);
  return { data: { currency: address, steps }, text: describeSteps(steps, "Nothing to do: there is no mandate.") };
});

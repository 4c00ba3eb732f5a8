import type { Provider } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { formatAmount } from "../../sdk/units.ts";
import { findCurrency } from "../lib/currency.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { MultisigArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender } from "../lib/sender.ts";
import type { Withdrawn } from "./withdraw.ts";

interface MigrateArguments extends MultisigArguments {
  readonly currency: string;
}

/** Takes all cash of the sender, on leave or not, to the desk that follows this one. */
export async function migrateCash(suite: Suite, sender: Sender, provider: Provider, named: string): Promise<Withdrawn> {
  const { settlementDesk } = suite;
  const { address: currency, decimals } = await findCurrency(suite, provider, named);
  const desk = await settlementDesk.successor();
  if (BigInt(desk) === 0n) {
    throw badInput("no desk follows this one", {
      todo: "take the cash out with `settle withdraw`",
      notDone: "nothing was sent",
    });
  }
  const { deposited, leaving } = await settlementDesk.cashOf(await sender.signer.getAddress(), currency);
  const amount = (deposited + leaving) * (await settlementDesk.engineUnit(currency));
  if (amount === 0n) return { currency, amount, decimals, steps: [] };

  const title = `take ${formatAmount(amount, decimals)} over to the desk ${desk}`;
  const transaction = () => settlementDesk.migrate.populateTransaction(currency);
  return { currency, amount, decimals, steps: await sender.run([{ title, transaction }]) };
}

export default runAction<MigrateArguments>("settle.migrate", async (context, { currency }) => {
  const { connection } = await context.connect();
  const { suite } = await context.suite();
  const { steps, ...data } = await migrateCash(suite, await context.sender(), connection.ethers.provider, currency);
  return { data: { ...data, steps }, text: describeSteps(steps, "Nothing to do: nothing is deposited.") };
});

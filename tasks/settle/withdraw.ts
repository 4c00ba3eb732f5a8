import type { Provider } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { badInput, ExitCode, MoietyError } from "../../sdk/errors.ts";
import { formatTime } from "../../sdk/time.ts";
import { formatAmount, parseUnits } from "../../sdk/units.ts";
import { findCurrency } from "../lib/currency.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { MultisigArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";
import { requireWhole } from "./deposit.ts";

interface WithdrawArguments extends MultisigArguments {
  readonly request: string;
  readonly currency: string;
}

export interface Withdrawn {
  readonly currency: string;
  /** Base units that are on leave, or were paid. */
  readonly amount: bigint;
  readonly decimals: number;
  readonly steps: readonly StepReport[];
}

/** Puts cash of the sender on leave; until the desk's window is over it still covers what was on its way. */
export async function requestWithdrawal(
  suite: Suite,
  sender: Sender,
  provider: Provider,
  { amount: text, currency: named }: { readonly amount: string; readonly currency: string },
): Promise<Withdrawn> {
  const { settlementDesk } = suite;
  const { address: currency, decimals } = await findCurrency(suite, provider, named);
  const amount = await requireWhole(suite, currency, parseUnits(text, decimals));
  const unit = await settlementDesk.engineUnit(currency);
  const { deposited } = await settlementDesk.cashOf(await sender.signer.getAddress(), currency);
  if (deposited * unit < amount) {
    const why = `${formatAmount(deposited * unit, decimals)} are deposited and not on leave yet`;
    throw badInput("the deposit is too small", { why, notDone: "nothing was sent" });
  }

  const title = `ask for ${formatAmount(amount, decimals)} back`;
  const transaction = () => settlementDesk.requestWithdrawal.populateTransaction(currency, amount);
  return { currency, amount, decimals, steps: await sender.run([{ title, transaction }]) };
}

/** Takes out what was on leave long enough. Nobody else has to agree. */
export async function withdrawCash(
  suite: Suite,
  sender: Sender,
  provider: Provider,
  named: string,
): Promise<Withdrawn> {
  const { settlementDesk } = suite;
  const { address: currency, decimals } = await findCurrency(suite, provider, named);
  const account = await sender.signer.getAddress();
  const { leaving, unlocksAt } = await settlementDesk.cashOf(account, currency);
  const amount = leaving * (await settlementDesk.engineUnit(currency));
  if (amount === 0n) return { currency, amount, decimals, steps: [] };

  const now = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
  if (now < unlocksAt) {
    throw new MoietyError({
      what: `${formatAmount(amount, decimals)} are still on leave`,
      why: `they may be taken out from ${formatTime(unlocksAt)} on`,
      notDone: "nothing was sent",
      exitCode: ExitCode.refused,
    });
  }
  const title = `take ${formatAmount(amount, decimals)} out`;
  const transaction = () => settlementDesk.withdraw.populateTransaction(currency);
  return { currency, amount, decimals, steps: await sender.run([{ title, transaction }]) };
}

export default runAction<WithdrawArguments>("settle.withdraw", async (context, { request, currency }) => {
  const { connection } = await context.connect();
  const { suite } = await context.suite();
  const sender = await context.sender();
  const { provider } = connection.ethers;

  const { steps, ...data } =
    request === ""
      ? await withdrawCash(suite, sender, provider, currency)
      : await requestWithdrawal(suite, sender, provider, { amount: request, currency });
  return { data: { ...data, steps }, text: describeSteps(steps, "Nothing to do: nothing is on leave.") };
});

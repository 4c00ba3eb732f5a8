import type { Provider } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { formatAmount, parseUnits } from "../../sdk/units.ts";
import { findCurrency } from "../lib/currency.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { MultisigArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";

interface DepositArguments extends MultisigArguments {
  readonly amount: string;
  readonly currency: string;
}

/** A sum of a currency, as somebody wrote it. */
export interface NamedAmount {
  readonly amount: string;
  /** Left out on a local chain, it is the TestDollar. */
  readonly currency: string;
}

export interface Deposited {
  readonly currency: string;
  readonly amount: bigint;
  readonly decimals: number;
  readonly steps: readonly StepReport[];
}

/** Deposits cash of the sender at the settlement desk; what it may take is granted first, and no more. */
export async function depositCash(
  suite: Suite,
  sender: Sender,
  provider: Provider,
  { amount: text, currency: named }: NamedAmount,
): Promise<Deposited> {
  const { settlementDesk } = suite;
  const { address: currency, contract, decimals } = await findCurrency(suite, provider, named);
  const amount = await requireWhole(suite, currency, parseUnits(text, decimals));
  const account = await sender.signer.getAddress();
  const desk = await settlementDesk.getAddress();
  const [balance, allowance] = [await contract.balanceOf(account), await contract.allowance(account, desk)];
  if (balance < amount) {
    const why = `${account} has ${formatAmount(balance, decimals)}, and ${formatAmount(amount, decimals)} are to be deposited`;
    throw badInput("the balance is too small", { why, notDone: "nothing was sent" });
  }

  const approve: Step = {
    title: `allow the desk ${formatAmount(amount, decimals)}`,
    transaction: () => contract.approve.populateTransaction(desk, amount),
  };
  const deposit: Step = {
    title: `deposit ${formatAmount(amount, decimals)}`,
    transaction: () => settlementDesk.deposit.populateTransaction(currency, amount),
    needsEarlier: allowance < amount,
  };
  const steps = await sender.run(allowance < amount ? [approve, deposit] : [deposit]);
  return { currency, amount, decimals, steps };
}

/** `amount` if the desk takes the currency and it is a whole number of engine units above zero. */
export async function requireWhole(
  { settlementDesk }: Pick<Suite, "settlementDesk">,
  currency: string,
  amount: bigint,
): Promise<bigint> {
  const unit = await settlementDesk.engineUnit(currency);
  if (unit === 0n)
    throw badInput(`the settlement desk does not take the currency ${currency}`, { notDone: "nothing was sent" });
  if (amount === 0n) throw badInput("the amount is zero", { notDone: "nothing was sent" });
  if (amount % unit !== 0n) {
    const why = `the desk reckons in ${unit} base units`;
    throw badInput(`${amount} base units are no whole number of engine units`, { why, notDone: "nothing was sent" });
  }
  return amount;
}

export default runAction<DepositArguments>("settle.deposit", async (context, args) => {
  const { connection } = await context.connect();
  const { suite } = await context.suite();
  const { steps, ...data } = await depositCash(suite, await context.sender(), connection.ethers.provider, args);
  return { data: { ...data, steps }, text: describeSteps(steps) };
});

import type { Provider, TransactionReceipt } from "ethers";
import { z } from "zod";
import { FACTORIES } from "../../sdk/contracts.ts";
import { readPayments } from "../../sdk/income/payments.ts";
import { earliestBlock } from "../../sdk/journal/ask-chain.ts";
import type { PlanRow, PlanStep, RunPlan } from "../../sdk/journal/run-plan.ts";
import { chunk } from "../lib/chunk.ts";

/** A confirmed step that the chain knows. */
export interface DoneStep {
  readonly place: number;
  readonly step: PlanStep;
  readonly receipt: TransactionReceipt;
  /** The rows that it has done. */
  readonly rows: readonly PlanRow[];
}

export type CheckEffects = (plan: RunPlan, done: readonly DoneStep[], provider: Provider) => Promise<string[]>;

const investorsSchema = z.object({
  investors: z.array(
    z.object({
      investor: z.string(),
      account: z.string(),
      country: z.number(),
      classes: z.number(),
      verifiedUntil: z.string(),
    }),
  ),
});
const claimSchema = z.object({ distribution: z.string() });
const declarationSchema = z.object({ asset: z.string(), record: z.string(), amount: z.string(), currency: z.string() });

/** What one page of `profilesOf` asks for. */
const READ_PAGE = 500;

/**
 * Every row was registered with the values of the input, once, and the wallet is still that investor's. Standing may have been
 * renewed since, so that it is the events that have to have the values.
 */
export const checkOnboarding: CheckEffects = async (plan, done, provider) => {
  const registry = FACTORIES.InvestorRegistry.connect(contractOf(plan), provider);
  const { investors } = investorsSchema.parse(plan.input);
  const inputOf = new Map(investors.map((each) => [each.account, each]));
  const events = done.flatMap(({ receipt }) =>
    logsOf(receipt, contractOf(plan)).map((log) => registry.interface.parseLog(log)),
  );
  const rows = done.flatMap((each) => each.rows);
  const pages = chunk(rows, READ_PAGE).map((page) => registry.profilesOf(page.map(({ account }) => account)));
  const profiles = (await Promise.all(pages)).flat();

  return rows.flatMap(({ row, account }, place) => {
    const input = inputOf.get(account);
    if (input === undefined) return [`${row}: ${account} is not in the input`];
    const { investor, country, classes, verifiedUntil } = input;
    const values = [investor, BigInt(country), BigInt(classes), 0n, BigInt(verifiedUntil)];
    const added = events.filter((event) => event?.name === "WalletAdded" && event.args["wallet"] === account);
    const set = events.filter((event) => event?.name === "InvestorSet" && event.args["investor"] === investor);
    if (added.length !== 1 || set.length !== 1) return [`${row}: ${account} was registered ${added.length} times`];
    if (!set[0]?.args.every((value: unknown, at: number) => value === values[at]))
      return [`${row}: ${account} was registered with other values`];
    return profiles[place]?.investor === investor ? [] : [`${row}: ${account} is not this investor's wallet`];
  });
};

/** Every row was paid its gross amount exactly once, by the events of the whole chain since the plan was made. */
export const checkPayments: CheckEffects = async (plan, done, provider) => {
  const desk = FACTORIES.IncomeDesk.connect(contractOf(plan), provider);
  const { distribution } = claimSchema.parse(plan.input);
  const payments = await readPayments(desk, BigInt(distribution), earliestBlock(plan.block), provider);
  const rows = done.flatMap((each) => each.rows);
  const own = new Set(done.map(({ receipt }) => receipt.hash));

  const wrong = rows.flatMap(({ row, account, amount }) => {
    const paid = payments.filter(({ holder, escrow }) => holder === account && escrow === null);
    if (paid.length !== 1) return [`${row}: ${account} was paid ${paid.length} times`];
    const [payment] = paid;
    if (payment?.gross.toString() === amount && own.has(payment.transactionHash)) return [];
    return [`${row}: ${account} was paid ${payment?.gross} by ${payment?.transactionHash}, not ${amount} by this run`];
  });
  const planned = sum(rows.map(({ amount }) => BigInt(amount ?? 0)));
  const paid = sum(payments.filter(({ transactionHash }) => own.has(transactionHash)).map(({ gross }) => gross));
  return paid === planned ? wrong : [...wrong, `all rows together are ${planned}, and ${paid} were paid`];
};

/** The distribution was declared once, as asked for. */
export const checkDeclaration: CheckEffects = async (plan, done, provider) => {
  const desk = FACTORIES.IncomeDesk.connect(contractOf(plan), provider);
  const { asset, record, amount, currency } = declarationSchema.parse(plan.input);
  if (done.length < plan.steps.length) return [];

  const declared = done
    .flatMap(({ receipt }) => logsOf(receipt, contractOf(plan)).map((log) => desk.interface.parseLog(log)))
    .filter((event) => event?.name === "DistributionDeclared");
  const [event] = declared;
  const values = [event?.args["id"], event?.args["record"], event?.args["received"], event?.args["currency"]];
  const wanted = [BigInt(asset), BigInt(record), BigInt(amount), currency];
  if (declared.length === 1 && values.every((value, place) => value === wanted[place])) return [];
  return [`the distribution was declared ${declared.length} times, or not as asked for`];
};

export function contractOf({ contracts }: RunPlan): string {
  const [contract] = contracts;
  if (contract === undefined) throw new RangeError("the plan names no contract");
  return contract;
}

function logsOf({ logs }: TransactionReceipt, address: string) {
  return logs.filter((log) => log.address === address);
}

export function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

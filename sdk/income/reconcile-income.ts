import type { Provider } from "ethers";
import type { ProofFile } from "../../executor/index.ts";
import type { Suite } from "../connect.ts";
import { inPages } from "../in-pages.ts";
import type { DistributionState } from "./distributions.ts";
import { readPaid } from "./paid-bits.ts";
import { type IncomePayment, readPayments } from "./payments.ts";
import type { RecordHolder } from "./record-holders.ts";

/** What was held against the chain, and a sentence for each thing that is not as it has to be. */
export interface IncomeReconciliation {
  /** Leaves of the list, or holders at the record. */
  readonly rows: number;
  readonly paid: number;
  readonly payments: readonly IncomePayment[];
  readonly mismatches: readonly string[];
}

/** Questions at a time. */
const AT_A_TIME = 50;
/** contracts/income/IncomeTypes.sol: RecordStanding.Holder */
const HOLDER = 0n;

/** Holds every leaf of a list against the desk's bits and its events. */
export async function reconcileList(
  suite: Suite,
  provider: Provider,
  income: DistributionState,
  proofs: ProofFile,
  fromBlock: number,
): Promise<IncomeReconciliation> {
  const { distribution } = income;
  const payments = await readPayments(suite.incomeDesk, distribution, fromBlock, provider);
  const paid = await readPaid(suite, distribution, proofs.header.count);
  const byIndex = Map.groupBy(payments, ({ index }) => Number(index));
  const mismatches: string[] = [];

  for await (const { index, holder, gross, withheld } of proofs.rows()) {
    const found = byIndex.get(index) ?? [];
    const isPaid = paid[index] === true;
    if (found.length !== (isPaid ? 1 : 0)) {
      mismatches.push(
        `leaf ${index}, ${holder}: ${isPaid ? "paid" : "not paid"} by its bit, ${times(found)} by events`,
      );
      continue;
    }
    const [payment] = found;
    if (payment === undefined) continue;
    const told = [payment.holder.toLowerCase(), payment.gross, payment.withheld].join();
    if (told !== [holder, gross, withheld].join())
      mismatches.push(`leaf ${index}, ${holder}: ${payment.transactionHash} paid ${told}, not ${gross},${withheld}`);
  }
  for (const { index, holder, transactionHash } of payments)
    if (Number(index) >= paid.length)
      mismatches.push(`${transactionHash} paid ${holder} for a leaf ${index} that is not listed`);

  mismatches.push(...(await checkSums(suite, income, payments)));
  return { rows: paid.length, paid: paid.filter(Boolean).length, payments, mismatches };
}

/** Holds every holder at a record against what the desk says of him and its events. */
export async function reconcileRecord(
  suite: Suite,
  provider: Provider,
  income: DistributionState,
  holders: readonly RecordHolder[],
  fromBlock: number,
): Promise<IncomeReconciliation> {
  const { incomeDesk } = suite;
  const { distribution } = income;
  const { perShare } = await incomeDesk.recordIncomeOf(distribution);
  const payments = await readPayments(incomeDesk, distribution, fromBlock, provider);
  const own = Map.groupBy(
    payments.filter(({ escrow }) => escrow === null),
    ({ holder }) => holder,
  );
  const through = Map.groupBy(
    payments.filter(({ escrow }) => escrow !== null),
    ({ escrow }) => escrow ?? "",
  );

  const judged = await inPages(holders, AT_A_TIME, async ({ wallet, shares }) => {
    const [isPaid, standing] = await Promise.all([
      incomeDesk.isPaid(distribution, wallet),
      incomeDesk.standingOf(distribution, wallet),
    ]);
    const found = own.get(wallet) ?? [];
    const due = standing === HOLDER ? perShare * shares : 0n;
    return { isPaid, mismatches: judgeHolder(wallet, due, isPaid, found) };
  });
  const known = new Set(holders.map(({ wallet }) => wallet));
  const strangers = [...own.keys()].filter((wallet) => !known.has(wallet));
  const escrows = await inPages([...through], AT_A_TIME, async ([escrow, found]) => {
    const gross = sum(found, "gross");
    const due = perShare * (await incomeDesk.claimedThrough(distribution, escrow));
    return gross === due ? [] : [`${escrow}: its owners were paid ${gross}, for shares that bring ${due}`];
  });
  const mismatches = [
    ...judged.flatMap((each) => each.mismatches),
    ...strangers.map((wallet) => `${wallet} was paid, and held nothing at the record`),
    ...escrows.flat(),
    ...(await checkSums(suite, income, payments)),
  ];
  return { rows: holders.length, paid: judged.filter(({ isPaid }) => isPaid).length, payments, mismatches };
}

function judgeHolder(wallet: string, due: bigint, isPaid: boolean, found: readonly IncomePayment[]): string[] {
  if (found.length !== (isPaid ? 1 : 0))
    return [`${wallet}: ${isPaid ? "paid" : "not paid"} by the desk, ${times(found)} by events`];
  const [payment] = found;
  if (payment === undefined || payment.gross === due) return [];
  return [`${wallet}: ${payment.transactionHash} paid ${payment.gross}, and ${due} was due`];
}

/** The distribution's own figures, what they leave, and the money that the desk has. */
async function checkSums(
  { incomeDesk }: Suite,
  income: DistributionState,
  payments: readonly IncomePayment[],
): Promise<string[]> {
  const { distribution, total, paid, withheld, reclaimed } = income;
  const outstanding = await incomeDesk.outstandingOf(distribution);
  const isOpen = income.phase === "payable";
  const checks: [what: string, told: bigint, wanted: bigint][] = [
    ["the desk counts as paid", paid, sum(payments, "gross")],
    ["the desk counts as withheld", withheld, sum(payments, "withheld")],
    ["the desk counts as outstanding", outstanding, isOpen ? total - paid - reclaimed : 0n],
  ];
  return checks
    .filter(([, told, wanted]) => told !== wanted)
    .map(([what, told, wanted]) => `${what} ${told}, and it is ${wanted}`);
}

function times({ length }: readonly unknown[]): string {
  return length === 1 ? "paid once" : `paid ${length} times`;
}

function sum(payments: readonly IncomePayment[], amount: "gross" | "withheld"): bigint {
  return payments.reduce((total, payment) => total + payment[amount], 0n);
}

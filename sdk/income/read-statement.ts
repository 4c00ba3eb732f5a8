import type { Provider } from "ethers";
import { ZeroHash } from "ethers";
import type { Suite } from "../connect.ts";
import { type DistributionState, readDistribution } from "./distributions.ts";
import { type IncomePayment, readPayments } from "./payments.ts";

/** `paid`; `payable` now; `over`: not claimed in time; `unknown`: a list whose plan is not here. */
export type StatementState = "paid" | "payable" | "over" | "unknown";

/** What one wallet got, or is to get, from one distribution. Base units of the currency. */
export interface StatementLine {
  readonly distribution: bigint;
  readonly asset: bigint;
  readonly record: bigint;
  readonly currency: string;
  readonly wallet: string;
  /** The escrow that held the shares; null if the wallet did. */
  readonly escrow: string | null;
  readonly state: StatementState;
  /** Null where it is not known. */
  readonly gross: bigint | null;
  readonly withheld: bigint | null;
  readonly net: bigint | null;
  readonly transaction: string | null;
  /** Of the payment's block. */
  readonly paidAt: bigint | null;
}

/** What a list says of a wallet: null if its plan is not at hand, undefined if it is not in it. */
export type FindInList = (
  distribution: bigint,
  wallet: string,
) => Promise<{ readonly gross: bigint; readonly withheld: bigint } | undefined | null>;

/** All wallets of the investor behind one of them, or that one alone if nobody is behind it. */
export async function walletsOf({ investorRegistry }: Suite, wallet: string): Promise<string[]> {
  const { investor } = await investorRegistry.profileOf(wallet);
  return investor === ZeroHash ? [wallet] : [...(await investorRegistry.walletsOf(investor))];
}

/** Every distribution in which these wallets had or have a part, in the order of their numbers. */
export async function readStatement(
  suite: Suite,
  provider: Provider,
  wallets: readonly string[],
  findInList: FindInList,
  fromBlock: number,
): Promise<StatementLine[]> {
  const count = Number(await suite.incomeDesk.distributionCount());
  const now = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
  const payments = new Map<string, IncomePayment[]>();
  for (const wallet of wallets)
    payments.set(wallet, await readPayments(suite.incomeDesk, { holder: wallet }, fromBlock, provider));

  const lines: StatementLine[] = [];
  for (let number = 1; number <= count; number += 1) {
    const income = await readDistribution(suite, BigInt(number));
    for (const wallet of wallets) {
      const paid = (payments.get(wallet) ?? []).filter(({ distribution }) => distribution === income.distribution);
      for (const payment of paid) lines.push(await paidLine(provider, income, wallet, payment));
      if (income.phase === "payable" && !paid.some(({ escrow }) => escrow === null))
        lines.push(...(await openLines(suite, income, wallet, findInList, now)));
    }
  }
  return lines;
}

async function paidLine(
  provider: Provider,
  income: DistributionState,
  wallet: string,
  { escrow, gross, withheld, blockNumber, transactionHash }: IncomePayment,
): Promise<StatementLine> {
  const block = await provider.getBlock(blockNumber);
  return {
    ...lineOf(income, wallet),
    escrow,
    state: "paid",
    ...{ gross, withheld, net: gross - withheld },
    transaction: transactionHash,
    paidAt: block === null ? null : BigInt(block.timestamp),
  };
}

async function openLines(
  { incomeDesk }: Suite,
  income: DistributionState,
  wallet: string,
  findInList: FindInList,
  now: bigint,
): Promise<StatementLine[]> {
  const { distribution, kind, expiresAt } = income;
  const line = { ...lineOf(income, wallet), escrow: null, transaction: null, paidAt: null };
  const due = kind === "list" ? await findInList(distribution, wallet) : await incomeDesk.dueTo(distribution, wallet);
  if (due === null) return [{ ...line, state: "unknown", gross: null, withheld: null, net: null }];
  if (due === undefined || due.gross === 0n) return [];
  const state = expiresAt === 0n || now <= expiresAt ? "payable" : "over";
  return [{ ...line, state, gross: due.gross, withheld: due.withheld, net: due.gross - due.withheld }];
}

function lineOf({ distribution, asset, record, currency }: DistributionState, wallet: string) {
  return { distribution, asset, record, currency, wallet };
}

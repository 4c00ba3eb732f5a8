import type { Progress } from "../../lib/progress.ts";
import type { DemoInvestor } from "./investors.ts";
import { advanceTime, chainTime, type DemoWorld, mined } from "./world.ts";

export interface Income {
  readonly record: bigint;
  readonly distribution: bigint;
  readonly deposit: bigint;
  readonly perShare: bigint;
  readonly paid: bigint;
  readonly holders: number;
  readonly carried: bigint;
}

/** Half a year's made-up income, 3.5 % of USD 125,000 a year, in base units; it divides by 125,000 shares without remainder. */
export const INCOME = 2_187_500_000n;

const PAYMENT_PAGE = 50;

/** Opens a record, lets its instant pass, deposits the income and pays everybody who held shares then. */
export async function payIncome(
  world: DemoWorld,
  id: bigint,
  holders: readonly DemoInvestor[],
  progress: Progress,
): Promise<Income> {
  const { suite, operator } = world;
  const { shareToken, incomeDesk, testDollar } = suite;
  const currency = await testDollar.getAddress();
  await mined(shareToken.openRecord(id, (await chainTime(world)) + 60n));
  const record = (await shareToken.recordCount(id)) - 1n;
  await advanceTime(world, 120);

  await mined(testDollar.mint(operator.address, INCOME));
  await mined(testDollar.approve(await incomeDesk.getAddress(), INCOME));
  await mined(incomeDesk.declare(id, record, currency, INCOME));
  const distribution = await incomeDesk.distributionCount();

  const accounts = holders.map(({ wallet }) => wallet.address);
  const before = await sumOfBalances(world, accounts);
  for (let from = 0; from < accounts.length; from += PAYMENT_PAGE) {
    await mined(incomeDesk.claimMany(distribution, accounts.slice(from, from + PAYMENT_PAGE)));
    progress.update(Math.min(from + PAYMENT_PAGE, accounts.length), accounts.length);
  }

  const { received, perShare } = await incomeDesk.distributionOf(distribution);
  const due = await Promise.all(accounts.map((account) => shareToken.balanceOfAt(account, id, record)));
  return {
    record,
    distribution,
    deposit: received,
    perShare,
    paid: (await sumOfBalances(world, accounts)) - before, // what arrived in the wallets, not what the desk says
    holders: due.filter((shares) => shares > 0n).length,
    carried: await incomeDesk.carriedOf(id, currency),
  };
}

async function sumOfBalances({ suite }: DemoWorld, accounts: readonly string[]): Promise<bigint> {
  const balances = await Promise.all(accounts.map((account) => suite.testDollar.balanceOf(account)));
  return balances.reduce((sum, balance) => sum + balance, 0n);
}

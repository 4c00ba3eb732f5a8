import { declareIncome } from "../../income/declare.ts";
import { payHolders } from "../../income/pay-record.ts";
import { openRecord } from "../../income/record.ts";
import { findCurrency } from "../../lib/currency.ts";
import { advanceTime, chainTime, type DemoWorld, mined } from "./world.ts";

export interface Income {
  readonly record: bigint;
  readonly distribution: bigint;
  readonly deposit: bigint;
  readonly perShare: bigint;
  /** What arrived in the holders' wallets. */
  readonly paid: bigint;
  readonly holders: number;
  /** What did not divide and waits for the next distribution. */
  readonly carried: bigint;
}

const PAYMENT_PAGE = 50;

/** Opens a record, lets its instant pass, deposits `amount` and pays everybody who held shares then. */
export async function payIncome(
  world: DemoWorld,
  asset: bigint,
  holders: readonly { readonly address: string }[],
  amount: bigint,
): Promise<Income> {
  const { suite, sender, operator, connection, firstBlock } = world;
  const { incomeDesk, testDollar } = suite;
  const { provider } = connection.ethers;
  const { record } = await openRecord(suite, sender, asset, (await chainTime(world)) + 60n);
  await advanceTime(world, 120);

  const currency = await findCurrency(suite, provider, "");
  await mined(testDollar.mint(operator.address, amount));
  const declaration = { asset, record, amount, currency };
  const { distribution } = await declareIncome(suite, sender, declaration, provider, firstBlock);
  if (distribution === null) throw new Error("the income was not declared");

  const accounts = holders.map(({ address }) => address);
  const before = await sumOfBalances(world, accounts);
  const { due } = await payHolders(suite, sender, distribution, accounts, PAYMENT_PAGE);
  const { received, perShare } = await incomeDesk.recordIncomeOf(distribution);
  return {
    record,
    distribution,
    deposit: received,
    perShare,
    paid: (await sumOfBalances(world, accounts)) - before,
    holders: due,
    carried: await incomeDesk.carriedOf(asset, currency.address),
  };
}

async function sumOfBalances({ suite }: DemoWorld, accounts: readonly string[]): Promise<bigint> {
  const balances = await Promise.all(accounts.map((account) => suite.testDollar.balanceOf(account)));
  return balances.reduce((sum, balance) => sum + balance, 0n);
}

import { HDNodeWallet, Interface, Mnemonic } from "ethers";
import { SettlementDesk__factory, TestDollar__factory } from "../../typechain-types/index.ts";
import type { Transaction } from "./relay.ts";

/** Who trades: a key, or a contract account whose owner has one. */
export interface Trader {
  readonly address: string;
  readonly key: Uint8Array;
  /** Address of the key. */
  readonly owner: string;
}

export interface Currency {
  readonly address: string;
  readonly engineUnit: bigint;
}

export const WALLET = new Interface(["function execute(address to, bytes data)"]);

/** Engine units that traders have at the desk, as they come. Of what some have, half is on leave. */
const WEALTH = [80_000n, 500n, 9_000n, 900_000n, 0n, 300_000n, 2_000_000n];
const ON_LEAVE_EVERY = 7;
const GAS = 300_000;

const money = TestDollar__factory.createInterface();
const desk = SettlementDesk__factory.createInterface();

/** The account at `place` of those that development chains have, and many more. */
export function accountAt(place: number): Trader {
  const mnemonic = Mnemonic.fromPhrase("test test test test test test test test test test test junk");
  const wallet = HDNodeWallet.fromMnemonic(mnemonic, `m/44'/60'/0'/0/${place}`);
  const address = wallet.address.toLowerCase();
  return { address, owner: address, key: Buffer.from(wallet.privateKey.slice(2), "hex") };
}

/** A transaction in a trader's name; `helper` sends those of contract accounts. */
export function actAs({ address, owner }: Trader, helper: string, to: string, data: string): Transaction {
  if (address === owner) return { from: address, to, data, gas: GAS };
  return { from: helper, to: address, data: WALLET.encodeFunctionData("execute", [to, data]), gas: GAS };
}

/** What gives traders their cash at the desk, in groups of which each needs the one before. */
export function planDeposits(
  traders: readonly Trader[],
  currencies: readonly Currency[],
  bank: string,
  helper: string,
): Transaction[][] {
  const accounts = traders.flatMap((trader, place) =>
    currencies.map(({ address, engineUnit }, kind) => {
      const wealth = (WEALTH[(3 * place + 2 * kind) % WEALTH.length] ?? 0n) * engineUnit;
      const isLeaving = wealth > 0n && (place + kind) % ON_LEAVE_EVERY === 0;
      return { trader, currency: address, wealth, leaving: isLeaving ? wealth / 2n : 0n };
    }),
  );
  const rich = accounts.filter(({ wealth }) => wealth > 0n);
  return [
    rich.flatMap(({ trader, currency, wealth }) => [
      { from: helper, to: currency, data: money.encodeFunctionData("mint", [trader.address, wealth]), gas: GAS },
      actAs(trader, helper, currency, money.encodeFunctionData("approve", [bank, wealth])),
    ]),
    rich.map(({ trader, currency, wealth }) =>
      actAs(trader, helper, bank, desk.encodeFunctionData("deposit", [currency, wealth])),
    ),
    rich
      .filter(({ leaving }) => leaving > 0n)
      .map(({ trader, currency, leaving }) =>
        actAs(trader, helper, bank, desk.encodeFunctionData("requestWithdrawal", [currency, leaving])),
      ),
  ];
}

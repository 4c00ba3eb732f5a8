import assert from "node:assert/strict";
import { AbiCoder } from "ethers";
import { type BatchResult, isAccepted, receiptsOf } from "../../executor/index.ts";
import { askedTrades } from "./asked-trades.ts";
import { INTERFACES } from "./stage.ts";
import type { DrawnBatch } from "./worlds/draw-batch.ts";
import type { Scene, World } from "./worlds/draw-world.ts";

/** Shares by account and asset, cash by account and currency in engine units, and what has to stay the same. */
export interface Positions {
  readonly shares: readonly bigint[];
  readonly cash: readonly bigint[];
  /** Of each currency the cash of them all at the desk, on leave or not, and what the desk holds. */
  readonly owed: readonly bigint[];
  readonly held: readonly bigint[];
}

const coder = AbiCoder.defaultAbiCoder();

/** Everybody who may come to have something: the traders, and for whom shares are held. */
const everybody = ({ traders, beneficiary }: Scene): string[] =>
  [...traders, beneficiary].map(({ address }) => address);

/** What everybody has, of everything; and that the desk has the cash that it owes (I-10). */
export async function readPositions(scene: Scene): Promise<Positions> {
  const { relay, assets, currencies, addresses } = scene;
  const people = everybody(scene);
  const { shares, desk, money } = INTERFACES;
  const [register, bank] = [addresses["ShareToken"] ?? "", addresses["SettlementDesk"] ?? ""];
  const questions = [
    ...people.flatMap((address) =>
      assets.map((asset) => ({ to: register, data: shares.encodeFunctionData("balanceOf", [address, asset]) })),
    ),
    ...people.flatMap((address) =>
      currencies.map((currency) => ({
        to: bank,
        data: desk.encodeFunctionData("cashOf", [address, currency.address]),
      })),
    ),
    ...assets.map((asset) => ({ to: register, data: shares.encodeFunctionData("totalSupply", [asset]) })),
    ...currencies.map(({ address }) => ({ to: address, data: money.encodeFunctionData("balanceOf", [bank]) })),
  ];
  const answers = (await relay.read(questions, "latest")).map(({ data }) => data);
  const [pairs, accounts] = [people.length * assets.length, people.length * currencies.length];
  const held = answers.slice(0, pairs).map(BigInt);
  const cash = answers.slice(pairs, pairs + accounts).map((data) => coder.decode(["uint64", "uint64", "uint48"], data));
  const [supplies, balances] = [
    answers.slice(pairs + accounts, pairs + accounts + assets.length),
    answers.slice(pairs + accounts + assets.length),
  ];

  for (const [place, supply] of supplies.entries()) {
    const sum = held.filter((_, at) => at % assets.length === place).reduce((all, one) => all + one, 0n);
    assert.equal(sum, BigInt(supply), `all shares of asset ${assets[place]} are somebody's`);
  }
  // I-10: nobody else's deposit changes and no cash comes or goes, so what the desk owes to all is what it holds, as before.
  return {
    shares: held,
    cash: cash.map((row) => BigInt(row[0])),
    owed: currencies.map((_, currency) =>
      cash
        .filter((__, place) => place % currencies.length === currency)
        .reduce((all, row) => all + BigInt(row[0]) + BigInt(row[1]), 0n),
    ),
    held: balances.map(BigInt),
  };
}

/** What everybody has after what receipts say, and the holds that were executed. */
export function moved(
  stage: Scene,
  { holds }: World,
  before: Positions,
  drawn: DrawnBatch,
  result: BatchResult,
  executed: readonly boolean[],
): Positions {
  const shares = [...before.shares];
  const cash = [...before.cash];
  const people = everybody(stage);
  const asked = askedTrades(drawn, result, stage);
  const give = (asset: bigint, from: string, to: string, quantity: bigint) => {
    for (const [person, delta] of [
      [from, -quantity],
      [to, quantity],
    ] as const) {
      const place = people.indexOf(person) * stage.assets.length + stage.assets.indexOf(asset);
      shares[place] = (shares[place] ?? 0n) + delta;
    }
  };
  const pay = (currency: string, from: string, to: string, amount: bigint) => {
    const kind = stage.currencies.findIndex(({ address }) => address === currency);
    for (const [person, delta] of [
      [from, -amount],
      [to, amount],
    ] as const) {
      const place = people.indexOf(person) * stage.currencies.length + kind;
      cash[place] = (cash[place] ?? 0n) + delta;
    }
  };

  for (const [index, { code, quantity, cash: paid }] of receiptsOf(result).entries()) {
    const trade = asked[index];
    if (!isAccepted(code) || trade === undefined) continue;
    const { asset, currency, trader } = trade.buy.order;
    give(asset, trade.sell.order.trader, trader, quantity);
    pay(currency, trader, trade.sell.order.trader, paid);
  }
  for (const [number, { hold, executed: quantity }] of holds.entries()) {
    if (executed[number]) give(hold.asset, hold.holder, hold.beneficiary, quantity);
  }
  return { ...before, shares, cash };
}

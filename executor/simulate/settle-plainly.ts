import type { unpackNetVector } from "../formats/net-vector.ts";
import type { MandateState, Snapshot } from "../snapshot.ts";
import { insist } from "./insist.ts";

/** What a chunk moves. */
export type Movements = ReturnType<typeof unpackNetVector>;

/**
 * A snapshot after a chunk has settled, worked out as plainly as can be and by none of the executor's code. Insists that
 * shares and cash are conserved, nobody is short and no mandate is overdrawn. `rest` does what is on no net.
 */
export function settlePlainly(
  before: Snapshot,
  { cash, shares }: Movements,
  currencyAddress: string,
  rest: (moved: Snapshot) => Snapshot,
): Snapshot {
  const currency = before.currencies.findIndex(({ address }) => address.toLowerCase() === currencyAddress);
  const placeOf = (address: string) =>
    before.accounts.findIndex((account) => account.address.toLowerCase() === address);
  const deltaOf = (account: number, asset: number) =>
    sum(
      shares
        .filter((move) => placeOf(move.account) === account && move.asset === before.assets[asset]?.id)
        .map(({ delta }) => delta),
    );
  const cashOf = (account: number) =>
    sum(cash.filter((move) => placeOf(move.account) === account).map(({ delta }) => delta));

  insist(sum(cash.map(({ delta }) => delta)) === 0n, "the cash of a chunk does not sum to zero");
  for (const { id } of before.assets) {
    const moved = shares.filter(({ asset }) => asset === id).map(({ delta }) => delta);
    insist(sum(moved) === 0n, `the shares of asset ${id} in a chunk do not sum to zero`);
  }

  for (const { account } of cash) {
    const mandate = before.mandates.find((each) => each.currency === currency && each.account === placeOf(account));
    insist(mandate !== undefined, `account ${account} trades without a mandate`);
  }

  const after = rest({
    ...before,
    shares: before.shares.map((position) => {
      const delta = deltaOf(position.account, position.asset);
      return { ...position, balance: position.balance + delta, spendable: position.spendable + delta };
    }),
    cash: withEveryone(before, currency).map((position) =>
      position.currency === currency
        ? { ...position, deposited: position.deposited + cashOf(position.account) }
        : position,
    ),
    mandates: before.mandates.map((mandate) =>
      mandate.currency === currency
        ? useMandate(mandate, cashOf(mandate.account), (asset) => deltaOf(mandate.account, asset))
        : mandate,
    ),
  });
  requireSameTotals(before, after);
  requireNothingNegative(before, after);
  return after;
}

/** A mandate after net movements: shares and cash use it up, a shortfall takes fees first and then the loss allowance. */
function useMandate(mandate: MandateState, cash: bigint, deltaOf: (asset: number) => bigint): MandateState {
  const limits = mandate.limits.map((limit) => {
    const delta = deltaOf(limit.asset);
    return {
      ...limit,
      inLeft: limit.inLeft - max(delta, 0n),
      outLeft: limit.outLeft - max(-delta, 0n),
    };
  });
  const due = sum(
    mandate.limits.map(({ asset, maxBuyPrice, minSellPrice }) => {
      const delta = deltaOf(asset);
      return delta > 0n ? -delta * maxBuyPrice : -delta * minSellPrice;
    }),
  );
  const shortfall = max(due - cash, 0n);
  const fromFees = shortfall < mandate.feeLeft ? shortfall : mandate.feeLeft;

  return {
    ...mandate,
    limits,
    cashOutLeft: mandate.cashOutLeft - max(-cash, 0n),
    feeLeft: mandate.feeLeft - fromFees,
    lossLeft: mandate.lossLeft - (shortfall - fromFees),
  };
}

/** Cash positions of all accounts in a currency, those at the end that were not listed. */
function withEveryone({ cash, accounts }: Snapshot, currency: number): Snapshot["cash"] {
  const listed = new Set(cash.filter((position) => position.currency === currency).map(({ account }) => account));
  const others = [...accounts.keys()].filter((account) => !listed.has(account));
  return [...cash, ...others.map((account) => ({ account, currency, deposited: 0n }))];
}

function requireSameTotals(before: Snapshot, after: Snapshot): void {
  for (const asset of before.assets.keys()) {
    const total = ({ shares }: Snapshot) =>
      sum(shares.filter((each) => each.asset === asset).map((each) => each.balance));
    insist(total(before) === total(after), `asset ${asset}: ${total(before)} shares became ${total(after)}`);
  }
  for (const currency of before.currencies.keys()) {
    const total = ({ cash }: Snapshot) =>
      sum(cash.filter((each) => each.currency === currency).map((each) => each.deposited));
    insist(total(before) === total(after), `currency ${currency}: ${total(before)} units became ${total(after)}`);
  }
}

/** Where more was held back than was there, less may be missing afterwards, but not more. */
function requireNothingNegative(before: Snapshot, { shares, cash, mandates }: Snapshot): void {
  for (const [place, { account, asset, balance, spendable, frozen = 0n }] of shares.entries()) {
    const least = min(before.shares[place]?.spendable ?? 0n, 0n);
    insist(
      balance >= 0n && spendable >= least && frozen >= 0n && balance >= spendable + frozen,
      `account ${account} has ${spendable} and ${frozen} frozen of ${balance} of asset ${asset}`,
    );
  }
  for (const { account, currency, deposited } of cash) {
    insist(deposited >= 0n, `account ${account} has ${deposited} of currency ${currency}`);
  }
  for (const { id, cashOutLeft, lossLeft, feeLeft, limits } of mandates) {
    const left = [cashOutLeft, lossLeft, feeLeft, ...limits.flatMap(({ inLeft, outLeft }) => [inLeft, outLeft])];
    insist(
      left.every((amount) => amount >= 0n),
      `mandate ${id} is overdrawn`,
    );
  }
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

function max(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

function min(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

import type { LogState } from "../replay/log-state.ts";
import type { Snapshot } from "../snapshot.ts";
import { insist } from "./insist.ts";

/** Insists that what a log comes to is what the chain holds: positions, mandates, what is final and what is filled. */
export function requireSameState(found: LogState, chain: LogState, where: string): void {
  insist(
    found.lastBatch === chain.lastBatch,
    `${where}: batch ${found.lastBatch} was closed last, not ${chain.lastBatch}`,
  );
  insist(isSameSet(found.final, chain.final), `${where}: other trades are through than on the chain`);
  insist(isSameMap(found.filled, chain.filled), `${where}: orders are filled otherwise than on the chain`);

  const [mine, theirs] = [describePositions(found.positions), describePositions(chain.positions)];
  const odd = [...mine.keys()].find((place) => mine[place] !== theirs[place]);
  insist(odd === undefined, `${where}: ${odd === undefined ? "" : mine[odd]}, but on the chain ${theirs[odd ?? 0]}`);
  insist(mine.length === theirs.length, `${where}: ${mine.length} positions, but ${theirs.length} on the chain`);
}

/** One line per position, mandate, hold, … that is not empty, in an order of their own. */
function describePositions(snapshot: Snapshot | undefined): string[] {
  if (snapshot === undefined) return [];
  const { shares, cash, mandates, holds = [], cancelled = [], entitlements = [], offerings = [] } = snapshot;

  return [
    ...shares.map(({ account, asset, spendable, balance, frozen = 0n }) => {
      return `shares ${account}/${asset}: ${spendable} of ${balance}, ${frozen} frozen`;
    }),
    ...holds.map(({ id, holder, beneficiary, agent, asset, quantity, until }) => {
      return `hold ${id}: ${quantity} of ${asset}, ${holder} for ${beneficiary} by ${agent} until ${until}`;
    }),
    ...cancelled.map(({ order, trader }) => `order ${order}: withdrawn by ${trader}`),
    ...entitlements.map(({ distribution, account, amount }) => `income ${distribution}/${account}: ${amount}`),
    ...offerings.map(({ id, left }) => `offering ${id}: ${left} left`),
    ...cash
      .filter(({ deposited }) => deposited !== 0n)
      .map(({ account, currency, deposited }) => `cash ${account}/${currency}: ${deposited}`),
    ...mandates.map(({ account, currency, id, cashOutLeft, lossLeft, feeLeft, limits }) => {
      const left = limits.map(({ asset, inLeft, outLeft }) => `${asset}: ${inLeft} in, ${outLeft} out`).join("; ");
      return `mandate ${account}/${currency}: ${id}, cash ${cashOutLeft}, loss ${lossLeft}, fees ${feeLeft}; ${left}`;
    }),
  ].sort();
}

function isSameSet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((each) => other.has(each));
}

function isSameMap(one: ReadonlyMap<string, bigint>, other: ReadonlyMap<string, bigint>): boolean {
  return one.size === other.size && [...one].every(([key, value]) => other.get(key) === value);
}

import type { BatchInput } from "../batch-input.ts";
import type { BatchResult } from "../batch-result.ts";
import { CODE, isShortage } from "../formats/reason-codes.ts";
import { prepareBatch } from "../prepare-batch.ts";
import { PlainSettlement } from "../sequential/optimised/plain-settlement.ts";
import type { PlainTrade } from "../sequential/plain-trade.ts";
import { readPlainly } from "../sequential/read-plainly.ts";
import type { MandateState } from "../snapshot.ts";
import type { SearchProblem, SearchUnit } from "./exact-search.ts";

/**
 * A batch as a question to the exact search: which of its trades could settle all at once? Those that fail for a reason that
 * nobody else can remove are left out. Positions, orders, holders and the mandates' bounds on net shares and cash have to hold
 * in the end; the mandates' prices are not asked, because over several chunks they may let pass more than over one. So the
 * answer is never below what any sequence of chunks can settle.
 */
export function exactProblem(input: BatchInput, result: BatchResult): SearchProblem {
  const batch = prepareBatch(input);
  const { orders, instructions } = readPlainly(batch, result);
  const world = new PlainSettlement(batch, orders);
  const available = new Map<string, bigint>();
  const trades = new Map<string, PlainTrade>();
  const units: SearchUnit[] = [];

  for (const instruction of instructions) {
    const { code, trade } = world.examine(instruction, world.useUp(instruction));
    const isOpen = code === CODE.accepted || code === CODE.holderLimitReached || isShortage(code);
    if (trade === undefined || !isOpen || !world.hasMandates(trade)) continue;
    const legs = [...world.legsOf(trade), ...mandateLegs(batch.snapshot.mandates, trade)];
    for (const { place, available: amount } of legs) available.set(place, amount);
    trades.set(instruction.id, trade);
    units.push({ id: instruction.id, priority: instruction.priority, legs });
  }

  return {
    units,
    available,
    isAllowed: (ids) => world.ledger.crowding([...ids].flatMap((id) => trades.get(id) ?? [])).length === 0,
  };
}

/** What is left of both mandates, as places that may not be overdrawn. */
function mandateLegs(
  mandates: readonly MandateState[],
  { buyer, seller, asset, currency, quantity, cash }: PlainTrade,
) {
  const legs = (account: number, shares: bigint, money: bigint) => {
    const mandate = mandates.find((each) => each.account === account && each.currency === currency);
    const limit = mandate?.limits.find((each) => each.asset === asset);
    const key = `${account}/${currency}`;
    return [
      { place: `in ${key}/${asset}`, available: limit?.inLeft ?? 0n, delta: -shares },
      { place: `out ${key}/${asset}`, available: limit?.outLeft ?? 0n, delta: shares },
      { place: `cash out ${key}`, available: mandate?.cashOutLeft ?? 0n, delta: money },
    ];
  };
  return [...legs(buyer, quantity, -cash), ...legs(seller, -quantity, cash)];
}

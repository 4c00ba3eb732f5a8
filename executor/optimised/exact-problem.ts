import type { BatchInput } from "../batch-input.ts";
import type { BatchResult } from "../batch-result.ts";
import { CODE, isShortage } from "../formats/reason-codes.ts";
import { prepareBatch } from "../prepare-batch.ts";
import { readInstruction } from "../sequential/decide-instructions.ts";
import { GROUPED_KINDS, legsOf } from "../sequential/optimised/plain-legs.ts";
import { PlainBooks } from "../sequential/plain-books.ts";
import { PlainMandates } from "../sequential/plain-mandates.ts";
import type { PlainMovement } from "../sequential/plain-movement.ts";
import type { PlainInstruction } from "../sequential/plain-trade.ts";
import { readPlainly } from "../sequential/read-plainly.ts";
import type { MandateState } from "../snapshot.ts";
import type { SearchProblem, SearchUnit } from "./exact-search.ts";

/** What the asset's rules say of holdings: others may change them. */
const RULE_CODES: readonly number[] = [
  CODE.holderLimitReached,
  CODE.tooFewHolders,
  CODE.balanceCapExceeded,
  CODE.holdingTooSmall,
];

/**
 * A batch of trades, transfers and subscriptions as a question to the exact search: which of them could settle all at once? Those that fail for a reason that
 * nobody else can remove are left out. Positions, orders, holders and the mandates' bounds on net shares and cash have to hold
 * in the end; the mandates' prices are not asked, because over several chunks they may let pass more than over one. So the
 * answer is never below what any sequence of chunks can settle.
 */
export function exactProblem(input: BatchInput, result: BatchResult): SearchProblem {
  const batch = prepareBatch(input);
  const { orders, instructions } = readPlainly(batch, result);
  const books = new PlainBooks(batch, orders);
  const mandates = new PlainMandates(batch.snapshot, batch.time);
  const available = new Map<string, bigint>();
  const movements = new Map<string, PlainMovement>();
  const units: SearchUnit[] = [];

  for (const [rank, instruction] of instructions.entries()) {
    const isRepeated = books.used.has(instruction.id);
    books.used.set(instruction.id, true);
    const movement = isRepeated ? undefined : movementOf(instruction, books);
    if (movement === undefined || mandates.checkLive(movement) !== CODE.accepted) continue;
    const own = legsOf({ rank, instruction, movement }, books);
    const asked = batch.snapshot.withoutMandates ? [] : mandateLegs(batch.snapshot.mandates, movement);
    const legs = [...own, ...asked];
    for (const { place, available: amount } of legs) available.set(place, amount);
    movements.set(instruction.id, movement);
    units.push({ id: instruction.id, priority: instruction.priority, legs });
  }

  return {
    units,
    available,
    isAllowed: (ids) => books.ledger.breaking([...ids].flatMap((id) => movements.get(id) ?? [])).size === 0,
  };
}

/** What an instruction would move if others brought in what it lacks; undefined if it is refused whatever they do. */
function movementOf(instruction: PlainInstruction, books: PlainBooks): PlainMovement | undefined {
  if (!GROUPED_KINDS.includes(instruction.kind) || instruction.isLinked) return undefined;
  const operation = readInstruction({ ...instruction, isPartial: false }, books);
  if (typeof operation === "number" || operation.terms !== CODE.accepted) return undefined;
  const { code, movement } = operation.run();
  const isOpen = code === CODE.accepted || isShortage(code) || RULE_CODES.includes(code);
  return isOpen ? movement : undefined;
}

/** What is left of both mandates, as places that may not be overdrawn. */
function mandateLegs(
  mandates: readonly MandateState[],
  { buyer, seller, asset, currency, quantity, cash }: PlainMovement,
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

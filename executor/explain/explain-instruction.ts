import { requireInput } from "../errors.ts";
import { CODE, explainCode } from "../formats/reason-codes.ts";
import type { BatchCase, Step } from "./batch-case.ts";
import { compareCash, compareFill, compareHolders, comparePrice, compareShares, compareTime } from "./comparisons.ts";
import type { Decisive, Explanation } from "./explanation.ts";
import { compareMandate } from "./mandate-comparison.ts";

type Explain = (batch: BatchCase, step: Step) => Decisive;

const NOTHING: Decisive = { decisive: undefined, earlier: [] };

/** How each code that compares something is explained; the others are said by their sentence. */
const EXPLAIN: Readonly<Record<number, Explain>> = {
  [CODE.duplicate]: findFirstOfId,
  [CODE.buyOrderExpired]: (batch, { buy }) => compareTime(batch, buy),
  [CODE.sellOrderExpired]: (batch, { sell }) => compareTime(batch, sell),
  [CODE.priceAboveBuyLimit]: (_batch, { buy, instruction }) => comparePrice(buy, instruction.price),
  [CODE.priceBelowSellLimit]: (_batch, { sell, instruction }) => comparePrice(sell, instruction.price),
  [CODE.buyOrderOverfilled]: (batch, step) => compareFill(batch, step, step.buy),
  [CODE.sellOrderOverfilled]: (batch, step) => compareFill(batch, step, step.sell),
  [CODE.holderLimitReached]: compareHolders,
  [CODE.balanceTooSmall]: compareShares,
  [CODE.balanceFrozen]: compareShares,
  [CODE.balanceLocked]: compareShares,
  [CODE.cashTooSmall]: compareCash,
  [CODE.waitsForShares]: compareShares,
  [CODE.waitsForCash]: compareCash,
  [CODE.buyMandateExhausted]: (batch, step) => compareMandate(batch, step, step.buy),
  [CODE.sellMandateExhausted]: (batch, step) => compareMandate(batch, step, step.sell),
};

/** Why the instruction at `index` came out as it did: what was compared, and which earlier instructions had a part in it. */
export function explainInstruction(batch: BatchCase, index: number): Explanation {
  const step = batch.steps[index];
  requireInput(step !== undefined, `the batch has no instruction ${index}; it has ${batch.steps.length}`);

  const { id, matchNumber } = step.instruction;
  const { code, chunk } = step.receipt;
  const { decisive, earlier } = (EXPLAIN[code] ?? (() => NOTHING))(batch, step);
  return { index, id, matchNumber, chunk, reason: explainCode(code), decisive, earlier };
}

/**
 * Finds instructions by what people know of them: an id (or the beginning of one, at least four bytes), the place in canonical
 * order as `#12`, or the venue's match number.
 */
export function findInstructions({ steps }: BatchCase, wanted: string): number[] {
  const text = wanted.toLowerCase();
  return steps.flatMap(({ instruction: { id, matchNumber } }, index) => {
    const isMeant = text.startsWith("0x") ? text.length >= 10 && id.startsWith(text) : text === `${matchNumber}`;
    return isMeant || text === `#${index}` ? [index] : [];
  });
}

/**
 * A duplicate points at the instruction that came first, or at none if an earlier batch had it. In an optimised batch the
 * first may stand behind it, because it waits.
 */
function findFirstOfId({ steps }: BatchCase, { instruction }: Step): Decisive {
  const first = steps.find(
    ({ instruction: { id }, receipt: { code } }) => id === instruction.id && code !== CODE.duplicate,
  );
  if (first === undefined) return NOTHING;

  const { id, matchNumber } = first.instruction;
  return { decisive: undefined, earlier: [{ index: first.receipt.index, id, matchNumber, delta: 0n }] };
}

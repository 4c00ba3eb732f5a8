import { CODE } from "../formats/reason-codes.ts";
import { NOT_STATED } from "../packed-snapshot.ts";
import type { LedgerState } from "./state.ts";

const NONE = -1;

/** 20, 21 or 22: why `quantity` shares are too many. A position that says nothing of frozen shares, and has none, tells 20. */
export function shortageCode(state: LedgerState, position: number, quantity: bigint): number {
  const { cells, statedFrozen, lockedAt, frozenAt } = state;
  if (position === NONE) return CODE.balanceTooSmall;

  const frozen = cells[frozenAt + position] ?? 0n;
  const isStated = frozen !== 0n || (statedFrozen?.[position] ?? NOT_STATED) !== NOT_STATED;
  const unfrozen = (cells[position] ?? 0n) + (cells[lockedAt + position] ?? 0n);
  if (!isStated || quantity > unfrozen + frozen) return CODE.balanceTooSmall;
  return quantity > unfrozen ? CODE.balanceFrozen : CODE.balanceLocked;
}

import { CODE } from "../../formats/reason-codes.ts";
import { type Outcome, readInstruction } from "../decide-instructions.ts";
import type { PlainBooks } from "../plain-books.ts";
import type { PlainMovement } from "../plain-movement.ts";
import type { PlainInstruction } from "../plain-trade.ts";
import type { PlainSettlement } from "./plain-settlement.ts";

/** An instruction with whether its id was used up before it. */
export interface Fresh {
  readonly instruction: PlainInstruction;
  readonly isRepeated: boolean;
}

/**
 * Carries `instruction` out in the running chunk, after closing it if it has no room, or says why it cannot be. A partial
 * quantity counts only in the window for it.
 */
export function attempt(
  { instruction, isRepeated }: Fresh,
  isWindow: boolean,
  books: PlainBooks,
  world: PlainSettlement,
  makeRoom: (movement: PlainMovement) => boolean,
): Outcome {
  const refuse = (code: number) => ({ code, quantity: 0n, cash: 0n });
  const operation = readInstruction({ ...instruction, isPartial: instruction.isPartial && isWindow }, books);
  if (typeof operation === "number") return refuse(operation);
  if (isRepeated) return refuse(CODE.duplicate);
  if (operation.terms !== CODE.accepted) return refuse(operation.terms);

  const { code, quantity, movement, commit } = operation.run();
  if (code !== CODE.accepted) return { ...refuse(code), movement };
  if (movement !== undefined) {
    const liveCode = world.mandates.checkLive(movement);
    if (liveCode !== CODE.accepted) return refuse(liveCode);
    if (!makeRoom(movement)) return refuse(CODE.chainBeyondChunk);
    const leftCode = world.mandates.checkLeft(movement);
    if (leftCode !== CODE.accepted) return refuse(leftCode);
    books.ledger.move(movement);
    world.mandates.move(movement);
  }
  commit?.();
  return { code, quantity, cash: movement?.cash ?? 0n, movement };
}

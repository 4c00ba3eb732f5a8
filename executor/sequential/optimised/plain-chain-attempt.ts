import { MAX_CHAIN } from "../../formats/instruction-record.ts";
import { CODE, mayWait } from "../../formats/reason-codes.ts";
import type { PreparedBatch } from "../../prepare-batch.ts";
import type { Outcome } from "../decide-instructions.ts";
import type { PlainBooks } from "../plain-books.ts";
import { attempt, type Fresh } from "./plain-attempt.ts";
import type { PlainSettlement } from "./plain-settlement.ts";

/** What became of the members of a chain: all of them settled, or none did. */
export interface ChainAttempt {
  readonly outcomes: readonly Outcome[];
  /** One of them lacks shares or cash, and nothing else was found. */
  readonly waits: boolean;
}

/** Carries a chain out in one chunk, or says why it cannot be; an instruction that is not linked is a chain of one. */
export function attemptChain(
  chain: readonly Fresh[],
  isWindow: boolean,
  batch: PreparedBatch,
  books: PlainBooks,
  world: PlainSettlement,
): ChainAttempt {
  const [first] = chain;
  if (chain.length > Math.min(MAX_CHAIN, batch.maxChunkInstructions)) return failAll(chain, CODE.chainTooLong);
  if (chain.length > 1) world.makeRoomFor([], chain.length);
  if (chain.at(-1)?.instruction.isLinked) return failAll(chain, CODE.linkedOpen);
  if (chain.length === 1 && first !== undefined) {
    const outcome = attempt(first, isWindow, books, world, (movement) => {
      world.makeRoomFor([movement], 1);
      return true;
    });
    return { outcomes: [outcome], waits: mayWait(first.instruction.kind, outcome.code) };
  }

  const tried = tryMembers(chain, isWindow, batch, books, world);
  const isBeyond = tried.outcomes.some(({ code }) => code === CODE.chainBeyondChunk);
  if (!isBeyond || world.mandates.currency === undefined)
    return isBeyond ? failAll(chain, CODE.chainBeyondChunk) : tried;

  world.closeChunk();
  const again = tryMembers(chain, isWindow, batch, books, world);
  return again.outcomes.some(({ code }) => code === CODE.chainBeyondChunk)
    ? failAll(chain, CODE.chainBeyondChunk)
    : again;
}

/** One member after another in the running chunk; if one fails, it is as if none had been tried. */
function tryMembers(
  chain: readonly Fresh[],
  isWindow: boolean,
  { maxChunkPositions }: PreparedBatch,
  books: PlainBooks,
  world: PlainSettlement,
): ChainAttempt {
  // One that stands alone moves nothing unless it is accepted: there is nothing to take back.
  const restore = chain.length > 1 ? [books.save(), world.mandates.save()] : [];
  const outcomes: Outcome[] = [];

  for (const [place, member] of chain.entries()) {
    const outcome = attempt(member, isWindow, books, world, (movement) =>
      world.mandates.hasRoomFor([movement], maxChunkPositions),
    );
    outcomes.push(outcome);
    if (outcome.code === CODE.accepted) continue;

    for (const each of restore) each();
    const failed = chain.map((_, other) => refusal(other === place ? outcome.code : CODE.linkedFailed));
    return { outcomes: failed, waits: mayWait(member.instruction.kind, outcome.code) };
  }
  return { outcomes, waits: false };
}

function failAll(chain: readonly Fresh[], code: number): ChainAttempt {
  return { outcomes: chain.map(() => refusal(code)), waits: false };
}

function refusal(code: number): Outcome {
  return { code, quantity: 0n, cash: 0n };
}

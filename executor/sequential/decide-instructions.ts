import { isInstructionWellFormed, KIND, KIND_TRADE, MAX_CHAIN } from "../formats/instruction-record.ts";
import { viewOf } from "../formats/integers.ts";
import type { NetVector } from "../formats/net-vector.ts";
import { CODE } from "../formats/reason-codes.ts";
import type { Receipt } from "../formats/receipt.ts";
import type { PreparedBatch } from "../prepare-batch.ts";
import { PlainBooks } from "./plain-books.ts";
import { chainsOf } from "./plain-chains.ts";
import type { PlainLedger } from "./plain-ledger.ts";
import { PlainMandates } from "./plain-mandates.ts";
import type { Operation, PlainMovement } from "./plain-movement.ts";
import type { PlainMoved } from "./plain-movements.ts";
import { plainNetVector } from "./plain-net-vector.ts";
import type { PlainInstruction, PlainOrder } from "./plain-trade.ts";
import { readMessage } from "./read-message.ts";
import { readClaim, readExpiry } from "./read-public.ts";
import { readSubscription } from "./read-subscription.ts";
import { readTradeOperation } from "./read-trade.ts";

/** A chunk and what moves in it. */
export interface PlainChunk {
  readonly first: number;
  readonly count: number;
  readonly net: NetVector;
  readonly netHash: string;
  /** What its accepted instructions moved. */
  readonly moved: readonly PlainMoved[];
}

/** What became of an instruction. */
export interface Outcome {
  readonly code: number;
  readonly quantity: bigint;
  readonly cash: bigint;
  /** What it moves between accounts, or would move if it did not lack something. */
  readonly movement?: PlainMovement | undefined;
}

/** The instruction has to stand in a chunk of its own beginning. */
export const NO_ROOM = "no room";

/** Decides each instruction or chain in turn. Read this beside section 5 of `docs/formats.md`. */
export function decideInstructions(
  batch: PreparedBatch,
  messages: readonly PlainOrder[],
  instructions: readonly PlainInstruction[],
): { instructions: readonly PlainInstruction[]; receipts: Receipt[]; chunks: PlainChunk[]; ledger: PlainLedger } {
  const books = new PlainBooks(batch, messages);
  const mandates = new PlainMandates(batch.snapshot, batch.time);
  const receipts: Receipt[] = [];
  const chunks: PlainChunk[] = [];
  let moved: PlainMoved[] = [];
  let first = 0;

  function closeChunk(next: number): void {
    const { net, netHash } = plainNetVector(batch.snapshot, mandates.currency, mandates.cash, mandates.shares);
    chunks.push({ first, count: next - first, net, netHash, moved });
    mandates.consume();
    moved = [];
    first = next;
  }

  /** Decides `instruction` in the running chunk; if it is accepted, everything has moved. */
  function decide(instruction: PlainInstruction): Outcome | typeof NO_ROOM {
    const refuse = (code: number) => ({ code, quantity: 0n, cash: 0n });
    const isRepeated = books.used.has(instruction.id);
    const operation = readInstruction(instruction, books);
    if (typeof operation === "number") return useUp(instruction, refuse(operation));
    if (isRepeated) return useUp(instruction, refuse(CODE.duplicate));
    if (operation.terms !== CODE.accepted) return useUp(instruction, refuse(operation.terms));

    const { code, quantity, movement, commit } = operation.run();
    if (code !== CODE.accepted) return useUp(instruction, refuse(code));
    if (movement !== undefined) {
      const liveCode = mandates.checkLive(movement);
      if (liveCode !== CODE.accepted) return useUp(instruction, refuse(liveCode));
      if (!mandates.hasRoomFor([movement], batch.maxChunkPositions)) return NO_ROOM;
      const leftCode = mandates.checkLeft(movement);
      if (leftCode !== CODE.accepted) return useUp(instruction, refuse(leftCode));
      books.ledger.move(movement);
      mandates.move(movement);
    }
    commit?.();
    return useUp(instruction, { code, quantity, cash: movement?.cash ?? 0n, movement });
  }

  function useUp({ id }: PlainInstruction, outcome: Outcome): Outcome {
    books.used.set(id, true);
    return outcome;
  }

  /** Decides the members of a chain, all or none, or says that one of them has no room. */
  function decideChain(chain: readonly PlainInstruction[]): Outcome[] | typeof NO_ROOM {
    // One that stands alone moves nothing unless it is accepted: there is nothing to take back.
    const restore = chain.length > 1 ? [books.save(), mandates.save()] : [];
    const outcomes: Outcome[] = [];

    for (const [place, instruction] of chain.entries()) {
      const outcome = decide(instruction);
      if (outcome !== NO_ROOM && outcome.code === CODE.accepted) {
        outcomes.push(outcome);
        continue;
      }
      for (const each of restore) each();
      return outcome === NO_ROOM ? NO_ROOM : failChain(chain, outcome.code, place);
    }
    return outcomes;
  }

  /** Refuses a chain: the member that failed has its own code. All ids are used up. */
  function failChain(chain: readonly PlainInstruction[], code: number, failed?: number): Outcome[] {
    return chain.map((instruction, place) => {
      const own = failed === undefined || place === failed ? code : CODE.linkedFailed;
      return useUp(instruction, { code: own, quantity: 0n, cash: 0n });
    });
  }

  /** The outcomes of a chain; an instruction that is not linked is a chain of one. */
  function settle(chain: readonly PlainInstruction[], index: number): Outcome[] {
    if (index - first + chain.length > batch.maxChunkInstructions) closeChunk(index);
    if (chain.at(-1)?.isLinked) return failChain(chain, CODE.linkedOpen);

    let outcomes = decideChain(chain);
    if (outcomes === NO_ROOM && mandates.currency !== undefined) {
      closeChunk(index);
      outcomes = decideChain(chain);
    }
    if (outcomes === NO_ROOM) return failChain(chain, CODE.chainBeyondChunk);
    return outcomes;
  }

  function write({ id, attempt }: PlainInstruction, { movement, ...outcome }: Outcome): void {
    if (movement !== undefined) moved.push({ instruction: receipts.length, movement });
    receipts.push({ id, index: receipts.length, ...outcome, attempt, chunk: chunks.length });
  }

  /** Refuses the members of a chain that no chunk may hold; they stand in as many chunks as they need. */
  function refuseEach(chain: readonly PlainInstruction[]): void {
    for (const instruction of chain) {
      if (receipts.length - first === batch.maxChunkInstructions) closeChunk(receipts.length);
      write(instruction, useUp(instruction, { code: CODE.chainTooLong, quantity: 0n, cash: 0n }));
    }
  }

  const longest = Math.min(MAX_CHAIN, batch.maxChunkInstructions);
  for (const chain of chainsOf(instructions)) {
    if (chain.length > longest) {
      refuseEach(chain);
      continue;
    }
    for (const [place, outcome] of settle(chain, receipts.length).entries()) {
      const instruction = chain[place];
      if (instruction !== undefined) write(instruction, outcome);
    }
  }
  if (first < instructions.length) closeChunk(instructions.length);

  return { instructions, receipts, chunks, ledger: books.ledger };
}

/** 100 to 131: what an instruction says by itself and by its messages, as an operation, or why it says nothing. */
export function readInstruction(instruction: PlainInstruction, books: PlainBooks): Operation | number {
  const { kind, bytes } = instruction;
  if (!isInstructionWellFormed(bytes, viewOf(bytes), 0)) return CODE.malformed;

  switch (kind) {
    case KIND_TRADE:
      return readTradeOperation(instruction, books);
    case KIND.subscription:
      return readSubscription(instruction, books);
    case KIND.claim:
      return readClaim(instruction, books);
    case KIND.expire:
      return readExpiry(instruction, books);
    default:
      return readMessage(instruction, books);
  }
}

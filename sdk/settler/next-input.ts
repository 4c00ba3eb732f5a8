import {
  askContracts,
  type BatchInput,
  type BatchResult,
  DEFAULT_MAX_CHUNK_POSITIONS,
  MIN_CHUNK_POSITIONS,
  receiptsOf,
  recycleChunks,
  type Snapshot,
} from "../../executor/index.ts";
import type { Mismatch } from "../reconcile.ts";
import type { SettledBefore } from "../settled-before.ts";
import { faultOf } from "../settlement-refusal.ts";
import type { RefusedChunk } from "./batch-poster.ts";
import { type OpeningTools, readerAt, readOpening } from "./read-opening.ts";
import type { SettlerEvent } from "./settler-event.ts";

/** A batch with what became of it. */
export interface EndedBatch {
  readonly input: BatchInput;
  readonly result: BatchResult;
  readonly settled: ReadonlySet<number>;
  readonly refusal: RefusedChunk | undefined;
  /** Positions that were not what its receipts come to, right after it. */
  readonly mismatches: readonly Mismatch[];
}

/** What goes into the next batch, and what is given up. */
export interface NextBatch {
  /** Undefined if nothing is left. */
  readonly input: BatchInput | undefined;
  /** An instruction that the chain refused though it stood alone, by id. */
  readonly givenUp: readonly string[];
}

export interface ChunkTools {
  /** Most instructions in a chunk. */
  readonly maxChunkInstructions: number;
}

/** The chain refuses an account twice before the executor refuses it: the first time, the chain's state may say why. */
const REFUSALS_BEFORE_BLAME = 2;

/**
 * The batch after one of which not every chunk has settled: what stood in the others, on the chain's state of now. Who was refused
 * twice is refused by the executor from now on, with the chain's reason. Where the chain does not say who it is, the chunks get
 * smaller, until the culprit stands alone.
 */
export async function nextBatch(
  tools: OpeningTools & ChunkTools,
  ended: EndedBatch,
  events: readonly SettlerEvent[],
  logged: SettledBefore,
): Promise<NextBatch> {
  const { input, result, settled, refusal } = ended;
  const known = input.snapshot;
  const opening = await readOpening(tools, {
    assets: known.assets.map(({ id }) => id),
    currencies: known.currencies.map(({ address }) => address),
    accounts: known.accounts.map(({ address }) => address),
    logged,
  });

  const { recycleUntil, mode } = input;
  const givenUp = refusal === undefined ? [] : hopeless(input, result, refusal);
  const next: BatchInput = {
    ...opening,
    number: result.header.number + 1n,
    mode,
    ...(recycleUntil !== undefined && { recycleUntil }),
    snapshot: blame(opening.snapshot, events),
    ...chunkLimits(tools.maxChunkInstructions, input, result, refusal),
    orders: [],
    trades: [],
  };
  const recycled = recycleChunks({ input, result }, settled, next, new Set(givenUp));
  if (recycled.input === next) return { input: undefined, givenUp };

  const { signatures } = recycled;
  const asked = await askContracts(recycled.input, await readerAt(tools, opening.snapshot), { signatures });
  return { input: asked.contracts?.accounts.length === 0 ? recycled.input : asked, givenUp };
}

/** What nothing can be made of: whatever stands in a chunk that cannot get smaller, or alone where nobody is known to be at fault. */
function hopeless(
  { maxChunkPositions = DEFAULT_MAX_CHUNK_POSITIONS }: BatchInput,
  result: BatchResult,
  { chunk, account, error }: RefusedChunk,
): string[] {
  const fault = faultOf(error);
  if (account !== null || fault === "asset") return [];
  const accepted = receiptsOf(result).filter((receipt) => receipt.chunk === chunk && receipt.code === 0);
  const isSmallest = fault === "size" && maxChunkPositions <= MIN_CHUNK_POSITIONS;
  return accepted.length === 1 || isSmallest ? accepted.map(({ id }) => id) : [];
}

/** Smaller chunks where it is not known who is at fault, or where one was too large for a transaction. */
function chunkLimits(
  most: number,
  { maxChunkPositions }: BatchInput,
  { chunks }: BatchResult,
  refusal: RefusedChunk | undefined,
): Pick<BatchInput, "maxChunkInstructions" | "maxChunkPositions"> {
  const usual = { maxChunkInstructions: most, ...(maxChunkPositions !== undefined && { maxChunkPositions }) };
  const refused = chunks.find(({ index }) => index === refusal?.chunk);
  if (refusal === undefined || refused === undefined) return usual;

  if (faultOf(refusal.error) === "size") {
    const half = Math.floor((maxChunkPositions ?? DEFAULT_MAX_CHUNK_POSITIONS) / 2);
    return { ...usual, maxChunkPositions: Math.max(MIN_CHUNK_POSITIONS, half) };
  }
  if (refusal.account !== null || faultOf(refusal.error) === "asset") return usual;
  return { ...usual, maxChunkInstructions: Math.max(1, Math.ceil(refused.instructionCount / 2)) };
}

/** Positions of those whom the chain has refused twice, so that the executor refuses them, too. */
function blame(snapshot: Snapshot, events: readonly SettlerEvent[]): Snapshot {
  const refused = events.filter((event) => event.event === "refused");
  const codeOf = (isAbout: (event: (typeof refused)[number]) => boolean): number => {
    const about = refused.filter(isAbout);
    return about.length < REFUSALS_BEFORE_BLAME ? 0 : (about.at(-1)?.code ?? 0);
  };
  const accounts = snapshot.accounts.map(({ address }) => codeOf(({ account }) => account === address.toLowerCase()));

  return {
    ...snapshot,
    assets: snapshot.assets.map((asset) => {
      const code = codeOf((event) => faultOf(event.error) === "asset" && event.asset === `${asset.id}`);
      return asset.state === 0 && code !== 0 ? { ...asset, state: code } : asset;
    }),
    shares: snapshot.shares.map((position) => {
      const code = accounts[position.account] ?? 0;
      if (code === 0) return position;
      return { ...position, sendCode: position.sendCode || code, receiveCode: position.receiveCode || code };
    }),
  };
}

/** How many instructions of a batch wait to be settled by another. */
export function countLeft({ result, settled }: Pick<EndedBatch, "result" | "settled">): number {
  return receiptsOf(result).filter(({ chunk }) => !settled.has(chunk)).length;
}

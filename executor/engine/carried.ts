import { createWordTables, type WordTables } from "../formats/batch-tables.ts";
import { type CarriedLedger, openLedger } from "../ledger/run-ledger.ts";
import { packSnapshot } from "../packed-snapshot.ts";
import type { PreparedBatch } from "../prepare-batch.ts";
import type { Snapshot } from "../snapshot.ts";
import type { JobRunner } from "../workers/pool.ts";
import { CarriedPositions } from "./carried-positions.ts";

/** What goes from batch to batch. Only the batch whose turn it is may touch it. */
export interface Carried {
  /** What the first batch opens with. Once that is in a file, only its chain, desk, block and tables are left. */
  opening: PreparedBatch;
  readonly words: WordTables;
  readonly ledger: CarriedLedger;
  readonly positions: CarriedPositions;
  /** Hash of the file of the batch before; undefined before the first, whose file holds the opening itself. */
  follows: string | undefined;
}

/** Carries on from `opening`, a batch without orders and trades. */
export async function openCarried(opening: PreparedBatch, pool: JobRunner): Promise<Carried> {
  const ledger = openLedger(opening);
  return {
    opening: opening.follows === undefined ? opening : withoutPositions(opening),
    words: createWordTables(opening.tables),
    ledger,
    positions: await CarriedPositions.open(opening.packed, ledger.state, pool),
    follows: opening.follows,
  };
}

/** `opening` without what the ledger has taken over, for batches that follow another one. */
export function withoutPositions({ snapshot, packed: _packed, ...opening }: PreparedBatch): PreparedBatch {
  const bare = bareOf(snapshot);
  return { ...opening, snapshot: bare, packed: packSnapshot(bare), alreadyFinal: new Set(), filled: new Map() };
}

/** Chain, desk and block of a snapshot, and no accounts. */
export function bareOf({ chainId, desk, openingBlock }: Snapshot): Snapshot {
  const lists = { assets: [], currencies: [], accounts: [], mandates: [], shares: [], cash: [] };
  return { chainId, desk, openingBlock, ...lists };
}

import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type BatchInput, BatchJournal, type LogState, readBatchFile, replayLog } from "../../executor/index.ts";
import type { Suite } from "../connect.ts";
import { addSettled, type SettledBefore } from "../settled-before.ts";
import { BatchStore } from "./batch-store.ts";

/** Where the logs of one desk are. */
export interface DeskPlace {
  /** Folder of all desks' logs. */
  readonly root: string;
  readonly chainId: bigint;
  readonly desk: string;
  /** Which life of a throw-away chain it is; null where chains do not forget. */
  readonly instance: string | null;
}

const NOTHING: SettledBefore = { alreadyFinal: new Set(), filled: new Map() };

/** The folder of a desk's logs: one for each run of batch numbers that this machine has settled without a gap. */
export function deskFolder({ root, chainId, desk, instance }: DeskPlace): string {
  const life = instance === null ? "" : `-${createHash("sha256").update(instance).digest("hex").slice(0, 8)}`;
  return join(root, `${chainId}-${desk.toLowerCase()}${life}`);
}

/** A desk's log that was opened for writing, and what older logs of the desk say besides. */
export interface DeskLog {
  readonly journal: BatchJournal;
  readonly before: SettledBefore;
  readonly store: BatchStore;
}

/**
 * Opens the log in which batch `last + 1` belongs. What the newest log has left open is first brought into line with the chain.
 * If others have settled batches meanwhile, a new log begins behind them. A batch that is on the chain stays open in the log until
 * somebody brings it to its end and writes that down.
 */
export async function openDeskLog(
  place: DeskPlace,
  suite: Suite,
  unsent: "give up" | "keep" = "give up",
): Promise<DeskLog> {
  const firsts = await listLogs(place);
  const newest = firsts.at(-1);
  const last = await suite.settlementDesk.lastBatch();
  const store = new BatchStore(deskFolder(place));

  if (newest !== undefined) {
    const journal = await BatchJournal.open(folderOf(place, newest), { ...place, firstBatch: newest });
    try {
      await bringIntoLine(journal, store, suite, unsent);
    } catch (error) {
      await journal.close();
      throw error;
    }
    if (journal.open.length > 0 || journal.nextNumber === last + 1n) {
      return { journal, store, before: await readLogs(place, firsts.slice(0, -1)) };
    }
    await journal.close();
  }
  const journal = await BatchJournal.open(folderOf(place, last + 1n), { ...place, firstBatch: last + 1n });
  return { journal, store, before: await readLogs(place, firsts) };
}

/** What all logs of the desk say, without changing anything. */
export async function readDeskLogs(place: DeskPlace): Promise<SettledBefore> {
  return readLogs(place, await listLogs(place));
}

/** Writes down which chunks of a batch have settled for good, and that no more will. */
export async function recordEnd(journal: BatchJournal, number: bigint, settled: ReadonlySet<number>): Promise<void> {
  const batch = journal.open.find((each) => each.number === number);
  if (batch === undefined) return;

  const news = [...settled].filter((chunk) => !batch.settled.has(chunk));
  if (news.length > 0) await journal.settled(number, news);
  await journal.closeBatch(number);
  await journal.snapshot();
}

/**
 * A batch that the chain does not have is given up, because positions may have changed, unless a multisig has it. If the chain has another one under its
 * number that was decided here as well, given up, and reached the chain late, that one is taken up again.
 */
async function bringIntoLine(
  journal: BatchJournal,
  store: BatchStore,
  { settlementDesk }: Suite,
  unsent: "give up" | "keep",
): Promise<void> {
  const [batch] = journal.open;
  const number = batch?.number ?? journal.nextNumber;
  const { batchHash } = await settlementDesk.batchOf(number);
  if (batch?.result?.batchHash === batchHash) return;
  const isUnsent = batch?.result !== undefined && NOTHING_THERE.test(batchHash);
  if (isUnsent && (unsent === "keep" || (await store.isExported(batch.result)))) return;

  if (batch !== undefined) await journal.abandon(number);
  const file = await store.read(number, batchHash);
  if (file === undefined) return;
  const result = await journal.run(withoutCarried(readBatchFile(file), journal.state));
  if (result.batchHash !== batchHash) await journal.abandon(number);
}

/** An input as it was before the log added what it knows: of that, a batch file does not tell what came from where. */
function withoutCarried(input: BatchInput, { filled }: LogState): BatchInput {
  const before = [...(input.filled ?? [])].map(([id, shares]): [string, bigint] => {
    const isBoundless = shares >= BOUNDLESS;
    return [id, isBoundless ? shares : shares - (filled.get(id) ?? 0n)];
  });
  return { ...input, filled: new Map(before) };
}

const NOTHING_THERE = /^0x0+$/;

/** What is filled of an order that was cancelled. */
const BOUNDLESS = (1n << 63n) - 1n;

const folderOf = (place: DeskPlace, first: bigint): string => join(deskFolder(place), `from-${first}`);

/** Numbers of the first batches, ascending. */
async function listLogs(place: DeskPlace): Promise<bigint[]> {
  const names = await readdir(deskFolder(place)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const firsts = names.flatMap((name) => (/^from-[1-9][0-9]*$/.test(name) ? [BigInt(name.slice(5))] : []));
  return firsts.sort((one, other) => (one < other ? -1 : 1));
}

async function readLogs(place: DeskPlace, firsts: readonly bigint[]): Promise<SettledBefore> {
  let settled = NOTHING;
  for (const first of firsts) {
    const { state } = await replayLog(folderOf(place, first), place);
    settled = addSettled(settled, settledOf(state));
  }
  return settled;
}

function settledOf({ final, filled }: LogState): SettledBefore {
  return { alreadyFinal: new Set(final), filled: new Map(filled) };
}

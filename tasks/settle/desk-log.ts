import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { BatchJournal, type LogState, type OpenBatch, replayLog } from "../../executor/index.ts";
import type { Suite } from "../../sdk/connect.ts";
import { addSettled, type SettledBefore } from "../../sdk/settled-before.ts";
import { readSettled } from "./post-batch.ts";

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
}

/**
 * Opens the log in which batch `last + 1` belongs. What the newest log has left open is first brought into line with the chain.
 * If others have settled batches meanwhile, a new log begins behind them.
 */
export async function openDeskLog(place: DeskPlace, suite: Suite): Promise<DeskLog> {
  const firsts = await listLogs(place);
  const newest = firsts.at(-1);
  const last = await suite.settlementDesk.lastBatch();

  if (newest !== undefined) {
    const journal = await BatchJournal.open(folderOf(place, newest), { ...place, firstBatch: newest });
    try {
      await bringIntoLine(journal, suite);
    } catch (error) {
      await journal.close();
      throw error;
    }
    if (journal.open.length > 0 || journal.nextNumber === last + 1n) {
      return { journal, before: await readLogs(place, firsts.slice(0, -1)) };
    }
    await journal.close();
  }
  const journal = await BatchJournal.open(folderOf(place, last + 1n), { ...place, firstBatch: last + 1n });
  return { journal, before: await readLogs(place, firsts) };
}

/** What all logs of the desk say, without changing anything. */
export async function readDeskLogs(place: DeskPlace): Promise<SettledBefore> {
  return readLogs(place, await listLogs(place));
}

/** Writes down which chunks of a batch the chain has settled, and whether it is through. */
export async function recordSettled(journal: BatchJournal, suite: Suite, number: bigint): Promise<void> {
  const batch = journal.open.find((each) => each.number === number);
  if (batch?.result === undefined) return;

  const settled = await readSettled(suite, batch.result);
  const news = [...settled].filter((chunk) => !batch.settled.has(chunk));
  if (news.length > 0) await journal.settled(number, news);
  if ((await suite.settlementDesk.batchOf(number)).open) return;
  await journal.closeBatch(number);
  await journal.snapshot();
}

/** A batch that the chain never saw is given up, because positions may have changed; one that it has closed is closed here, too. */
async function bringIntoLine(journal: BatchJournal, suite: Suite): Promise<void> {
  const [batch] = journal.open;
  if (batch === undefined) return;
  if (await isOnChain(batch, suite)) await recordSettled(journal, suite, batch.number);
  else await journal.abandon(batch.number);
}

async function isOnChain({ number, result }: OpenBatch, { settlementDesk }: Suite): Promise<boolean> {
  return (await settlementDesk.batchOf(number)).batchHash === result?.batchHash;
}

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

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { badInput } from "../../sdk/errors.ts";
import { openDeskLog } from "../../sdk/settler/desk-log.ts";
import { readSettlerJournal, SettlerJournal } from "../../sdk/settler/settler-journal.ts";
import { writeBatch } from "./run-folder.ts";
import { type FileRun, type SettledFile, type SettleTools, settleOn } from "./settle-file.ts";

/**
 * Settles the batch that was decided and is not through, whoever began with it, and what follows from it. One that was never sent
 * is sent as it is: what the chain refuses of it by now goes into the next.
 */
export async function postOpen(tools: SettleTools): Promise<SettledFile | undefined> {
  const { suite, chainId, logsFolder: root, chainInstance: instance, runsFolder } = tools;
  const desk = await suite.settlementDesk.getAddress();
  const log = await openDeskLog({ root, chainId, desk, instance }, suite, "keep");
  try {
    const result = log.journal.open[0]?.result;
    if (result === undefined) return undefined;

    const { batchHash, header } = result;
    const found = await findRunOf(runsFolder, batchHash);
    const runId = found ?? `batch-${header.number}-${batchHash.slice(2, 10)}`;
    const run: FileRun = { ...tools, runId, folder: join(runsFolder, runId), desk };
    if (found === undefined) await writeBatch(run.folder, result, 1);
    const journal = await SettlerJournal.open(run.folder);
    try {
      return await settleOn(run, log, journal, `batch ${header.number}`, () => {
        throw badInput(`the files of run ${runId} are not those of batch ${header.number}`, { where: run.folder });
      });
    } finally {
      await journal.close();
    }
  } finally {
    await log.journal.close();
  }
}

/** The run whose journal knows the batch. */
async function findRunOf(runsFolder: string, batchHash: string): Promise<string | undefined> {
  const names = await readdir(runsFolder).catch((): string[] => []);
  for (const name of names) {
    const events = await readSettlerJournal(join(runsFolder, name));
    if (events.some((event) => event.event === "decided" && event.batchHash === batchHash)) return name;
  }
  return undefined;
}

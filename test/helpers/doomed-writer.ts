import { BatchJournal } from "../../executor/index.ts";
import { carryOn } from "../executor/worlds/journal-world.ts";
import { IDENTITY, NOTE, note, recover } from "../executor/worlds/log-world.ts";

// A process that is going to be killed. It says on its output what it was told is durable, and nothing else.
const [work, path = ""] = process.argv.slice(2);
const say = (word: string | number) => process.stdout.write(`${word}\n`);

if (work === "notes") await appendNotes();
else await runBatches(BigInt(process.argv[4] ?? 0));

/** Appends notes in groups of changing size, without end. */
async function appendNotes(): Promise<void> {
  const { log, notes } = await recover(path);
  let number = notes.length;
  say("ready");
  for (let size = 1; ; size = (size * 5 + 3) % 17) {
    const group = Array.from({ length: 1 + size }, () => {
      const own = number++;
      return log.append(NOTE, note(own)).then(() => say(own));
    });
    await Promise.all(group);
  }
}

/** Runs batches until `last` is closed. */
async function runBatches(last: bigint): Promise<void> {
  const journal = await BatchJournal.open(path, IDENTITY);
  say("ready");
  await carryOn(journal, last);
  await journal.close();
  say("done");
}

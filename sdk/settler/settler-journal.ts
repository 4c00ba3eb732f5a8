import { type FileHandle, mkdir, open, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ChainedLines, chainLine, readChained } from "../journal/journal-lines.ts";
import { syncFolder } from "../journal/write-whole.ts";
import { type NewSettlerEvent, type SettlerEvent, settlerEventSchema } from "./settler-event.ts";

export const SETTLER_JOURNAL = "settler.jsonl";

/** The journal of a settlement. What is appended is on the disk before anything else happens. */
export class SettlerJournal {
  readonly #file: FileHandle;
  readonly #events: SettlerEvent[];
  #link: string;

  private constructor(file: FileHandle, { events, link }: ChainedLines<SettlerEvent>) {
    this.#file = file;
    this.#events = [...events];
    this.#link = link;
  }

  /** Opens the journal of a run's folder, and makes it if there is none. A torn last line is cut off. */
  static async open(folder: string): Promise<SettlerJournal> {
    await mkdir(folder, { recursive: true });
    const path = join(folder, SETTLER_JOURNAL);
    const file = await open(path, "a+");
    try {
      const bytes = await file.readFile();
      const lines = readSettlerLines(bytes, path);
      const journal = new SettlerJournal(file, lines);
      if (bytes.length === 0) await syncFolder(dirname(path));
      const cutBytes = bytes.length - lines.wholeBytes;
      if (cutBytes > 0) {
        await file.truncate(lines.wholeBytes);
        await journal.append({ event: "cut", bytes: cutBytes });
      }
      return journal;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Everything that was ever written, oldest first. */
  get events(): readonly SettlerEvent[] {
    return this.#events;
  }

  async append(event: NewSettlerEvent): Promise<void> {
    const timed: SettlerEvent = { ...event, time: new Date().toISOString() };
    const { line, link } = chainLine(JSON.stringify(timed), this.#link);
    await this.#file.appendFile(line);
    await this.#file.sync();
    this.#events.push(timed);
    this.#link = link;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Reads the journal of a folder without touching it; no events if there is none. */
export async function readSettlerJournal(folder: string): Promise<readonly SettlerEvent[]> {
  const path = join(folder, SETTLER_JOURNAL);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return Buffer.alloc(0);
    throw error;
  });
  return readSettlerLines(bytes, path).events;
}

function readSettlerLines(bytes: Uint8Array, path: string): ChainedLines<SettlerEvent> {
  return readChained(bytes, path, (line) => settlerEventSchema.safeParse(line).data);
}

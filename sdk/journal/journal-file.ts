import { type FileHandle, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { readLines, writeLine } from "./journal-lines.ts";
import type { NewEvent, RunEvent } from "./run-event.ts";
import { syncFolder } from "./write-whole.ts";

/** An append-only file of events. `append` returns when the event is on the disk, and not before. */
export class JournalFile {
  readonly #file: FileHandle;
  readonly #events: RunEvent[];
  #link: string;

  private constructor(file: FileHandle, events: readonly RunEvent[], link: string) {
    this.#file = file;
    this.#events = [...events];
    this.#link = link;
  }

  /** Opens a journal for writing, and makes it if there is none. A torn last line is cut off; that is written down, too. */
  static async open(path: string): Promise<{ journal: JournalFile; cutBytes: number }> {
    const file = await open(path, "a+");
    try {
      return await JournalFile.#openWith(file, path);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  static async #openWith(file: FileHandle, path: string): Promise<{ journal: JournalFile; cutBytes: number }> {
    const bytes = await file.readFile();
    const { events, link, wholeBytes } = readLines(bytes, path);
    const journal = new JournalFile(file, events, link);
    const cutBytes = bytes.length - wholeBytes;
    if (bytes.length === 0) await syncFolder(dirname(path));
    if (cutBytes > 0) await file.truncate(wholeBytes);
    // Without a first line it could not be said of which plan this is; that line is the caller's.
    if (cutBytes > 0 && events.length > 0) await journal.append({ event: "cut", bytes: cutBytes });
    return { journal, cutBytes };
  }

  /** Everything that was ever written, oldest first. */
  get events(): readonly RunEvent[] {
    return this.#events;
  }

  async append(event: NewEvent): Promise<void> {
    const timed: RunEvent = { ...event, time: new Date().toISOString() };
    const { line, link } = writeLine(timed, this.#link);
    await this.#file.appendFile(line);
    await this.#file.sync();
    this.#events.push(timed);
    this.#link = link;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Reads a journal without touching it. */
export async function readJournal(path: string): Promise<{ events: readonly RunEvent[]; tornBytes: number }> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return Buffer.alloc(0);
    throw error;
  });
  const { events, wholeBytes } = readLines(bytes, path);
  return { events, tornBytes: bytes.length - wholeBytes };
}

import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { lockFile } from "./lock-file.ts";

/** An open file, as far as the log needs it. */
export interface LogFile {
  size(): Promise<number>;
  /** `length` bytes from `offset`; fewer only if the file ends before. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Writes all of `parts` one after another from `offset`, or throws; then any part of them may have been written. */
  write(parts: readonly Uint8Array[], offset: number): Promise<void>;
  /** Returns when everything written is on the disk. After it has thrown, nobody knows what is. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** What log and snapshots need of a file system. Tests put one in its place that fails at will. */
export interface FileLayer {
  /** Opens a file that exists; undefined if there is none. */
  open(path: string, access: "read" | "write"): Promise<LogFile | undefined>;
  /** Creates or replaces a file so that it is there whole or not at all, whatever happens. Makes its folder. */
  writeWhole(path: string, bytes: Uint8Array): Promise<void>;
  /** The whole file; undefined if there is none. */
  readWhole(path: string): Promise<Uint8Array | undefined>;
  /** Names of the files in a folder; none if there is no such folder. */
  list(folder: string): Promise<string[]>;
  remove(path: string): Promise<void>;
  /** Keeps other writers away until the returned function is called. Throws a `LogLockedError` if one is there. */
  lock(path: string): Promise<() => Promise<void>>;
}

/** The file system of this machine. */
export const nodeFiles: FileLayer = {
  open: async (path, access) => {
    const handle = await unlessMissing(open(path, access === "read" ? "r" : "r+"));
    return handle && openedFile(handle);
  },

  writeWhole: async (path, bytes) => {
    await makeFolder(dirname(path));
    const handle = await open(`${path}.new`, "w");
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${path}.new`, path);
    await syncFolder(dirname(path));
  },

  readWhole: (path) => unlessMissing(readFile(path)),
  list: async (folder) => (await unlessMissing(readdir(folder))) ?? [],
  remove: (path) => rm(path, { force: true }),

  lock: async (path) => {
    await makeFolder(dirname(path));
    return lockFile(path);
  },
};

function openedFile(handle: FileHandle): LogFile {
  return {
    size: async () => (await handle.stat()).size,
    truncate: (length) => handle.truncate(length),
    close: () => handle.close(),
    // The size of a file counts as its data, so that this is enough; times of day need not survive.
    sync: () => handle.datasync(),

    read: async (offset, length) => {
      const bytes = Buffer.allocUnsafe(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return bytes.subarray(0, done);
    },

    write: async (parts, offset) => {
      let place = offset;
      for (const part of parts) {
        for (let done = 0; done < part.length; ) {
          const { bytesWritten } = await handle.write(part, done, part.length - done, place);
          done += bytesWritten;
          place += bytesWritten;
        }
      }
    },
  };
}

/** Makes a folder so that it outlives a power failure, with those above it that are missing, too. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = resolve(path); made !== dirname(resolve(first)); made = dirname(made))
    await syncFolder(dirname(made));
}

/** What systems say that cannot sync folders; they need not. */
const NO_FOLDER_SYNC = ["EACCES", "EBADF", "EINVAL", "EISDIR", "ENOTSUP", "EPERM"];

/** Makes sure that the folder itself knows of a new file. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (!NO_FOLDER_SYNC.some((each) => each === code)) throw error;
  }
}

async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

import { basename, dirname } from "node:path";
import { LogLockedError } from "../log/errors.ts";
import type { FileLayer, LogFile } from "../log/file-layer.ts";
import { GrowingBytes } from "./growing-bytes.ts";

/** What damage adds to a byte. */
export const DAMAGE = 0x10;

/** Bytes that a power failure keeps or loses together; smaller than any real sector, to tear more. */
const SECTOR = 16;

interface Contents {
  /** What programs see. */
  readonly cache: GrowingBytes;
  /** What is left after a power failure, besides dirty sectors that happen to be written in the last moment. */
  readonly disk: GrowingBytes;
  /** Sectors that the next sync will write. */
  readonly dirty: Set<number>;
}

/** Whatever throws numbers in [0, bound). */
export interface Chance {
  below(bound: number): number;
}

/**
 * A disk in memory that fails at will: full, out of order, with a power failure at any operation, or with a sync that fails
 * and thereafter counts as written what was not, as systems do.
 */
export class FragileDisk implements FileLayer {
  readonly #random: Chance;
  readonly #files = new Map<string, Contents>();
  readonly #locks = new Set<string>();
  /** Operations until the power fails. */
  operationsLeft = Number.POSITIVE_INFINITY;
  /** Bytes that all files together may have. */
  capacity = Number.POSITIVE_INFINITY;
  /** Syncs that are going to fail. */
  failingSyncs = 0;
  failingTruncates = 0;
  /** Successful syncs. */
  syncs = 0;
  #life = 0;

  constructor(random: Chance) {
    this.#random = random;
  }

  /** What programs see of a file. */
  bytesOf(path: string): Uint8Array {
    return this.#contents(path).cache.bytes;
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** Adds bytes as if they had been there since the last sync. */
  async append(path: string, bytes: Uint8Array): Promise<void> {
    const contents = this.#contents(path);
    put(contents, bytes, contents.cache.length);
    contents.disk.become(contents.cache.bytes);
    contents.dirty.clear();
  }

  /** Makes a file that was always there. */
  put(path: string, bytes: Uint8Array): void {
    this.#files.set(path, { cache: new GrowingBytes(bytes), disk: new GrowingBytes(bytes), dirty: new Set() });
  }

  /** Bytes that all files together have. */
  get used(): number {
    return [...this.#files.values()].reduce((sum, { cache }) => sum + cache.length, 0);
  }

  /** Changes one byte for good, as if the disk had forgotten what it was; by `-DAMAGE` it is as before, but not if it comes twice. */
  damage(path: string, offset: number, by = DAMAGE): void {
    const { cache, disk } = this.#contents(path);
    for (const bytes of [cache.bytes, disk.bytes]) bytes[offset] = (bytes[offset] ?? 0) + by;
  }

  /** The process is gone, and with it its locks; what it wrote is still in the system's memory. */
  kill(): void {
    this.#life += 1;
    this.#locks.clear();
    this.operationsLeft = Number.POSITIVE_INFINITY;
  }

  /** The machine is gone: of what was not synced, each sector is there or not. */
  powerFailure(): void {
    this.kill();
    for (const contents of this.#files.values()) {
      writeBack(contents, () => this.#random.below(2) === 0);
      const { cache, disk, dirty } = contents;
      const [low, high] = [Math.min(cache.length, disk.length), Math.max(cache.length, disk.length)];
      // The new length of a file may have got there without what is in it, or not at all.
      const length = [cache.length, disk.length, low + this.#random.below(high - low + 1)][this.#random.below(3)];
      disk.resize(length ?? 0);
      cache.become(disk.bytes);
      dirty.clear();
    }
  }

  async open(path: string): Promise<LogFile | undefined> {
    this.#operate();
    const life = this.#life;
    const contents = this.#files.get(path);
    const operate = () => {
      if (life !== this.#life) throw new Error("the process that opened this is gone");
      this.#operate();
    };
    if (contents === undefined) return undefined;

    return {
      size: async () => contents.cache.length,
      close: async () => undefined,
      read: async (offset, length) => {
        operate();
        return contents.cache.bytes.slice(offset, offset + length);
      },
      write: async (parts, offset) => {
        const bytes = Buffer.concat(parts);
        const room = Math.max(0, this.capacity - this.used + contents.cache.length - offset);
        // When the power fails within a write, any beginning of it may be in memory.
        const doomed = this.operationsLeft < 1;
        const length = doomed ? this.#random.below(bytes.length + 1) : Math.min(bytes.length, room);
        put(contents, bytes.subarray(0, length), offset);
        // Systems write when they like; what is taken back later may have been on the disk meanwhile.
        writeBack(contents, () => this.#random.below(4) === 0);
        operate();
        if (length < bytes.length) throw failure("ENOSPC", "no space left on device");
      },
      truncate: async (length) => {
        operate();
        if (this.failingTruncates-- > 0) throw failure("EIO", "input/output error");
        this.failingTruncates = 0;
        contents.cache.resize(length);
        for (const sector of contents.dirty) if (sector * SECTOR >= length) contents.dirty.delete(sector);
      },
      sync: async () => {
        operate();
        const fails = this.failingSyncs > 0;
        if (!fails) {
          writeBack(contents, () => true);
          contents.disk.resize(Math.min(contents.disk.length, contents.cache.length));
        }
        contents.dirty.clear();
        if (fails) {
          this.failingSyncs -= 1;
          throw failure("EIO", "input/output error");
        }
        this.syncs += 1;
      },
    };
  }

  async writeWhole(path: string, bytes: Uint8Array): Promise<void> {
    this.#operate();
    if (this.used + bytes.length > this.capacity) throw failure("ENOSPC", "no space left on device");
    this.put(path, bytes);
  }

  async readWhole(path: string): Promise<Uint8Array | undefined> {
    this.#operate();
    return this.#files.get(path)?.cache.bytes.slice();
  }

  async list(folder: string): Promise<string[]> {
    return [...this.#files.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path));
  }

  async remove(path: string): Promise<void> {
    this.#operate();
    this.#files.delete(path);
  }

  async lock(path: string): Promise<() => Promise<void>> {
    if (this.#locks.has(path)) throw new LogLockedError(path);
    this.#locks.add(path);
    return async () => void this.#locks.delete(path);
  }

  #contents(path: string): Contents {
    const contents = this.#files.get(path);
    if (contents === undefined) throw new Error(`there is no file ${path}`);
    return contents;
  }

  #operate(): void {
    this.operationsLeft -= 1;
    if (this.operationsLeft < 0) throw new Error("the power is off");
  }
}

function put({ cache, dirty }: Contents, bytes: Uint8Array, offset: number): void {
  cache.write(bytes, offset);
  for (let at = offset; at < offset + bytes.length; at += SECTOR) dirty.add(Math.floor(at / SECTOR));
  if (bytes.length > 0) dirty.add(Math.floor((offset + bytes.length - 1) / SECTOR));
}

/** Brings those dirty sectors to the disk that `isWritten` picks. */
function writeBack({ cache, disk, dirty }: Contents, isWritten: () => boolean): void {
  for (const sector of [...dirty].sort((a, b) => a - b)) {
    if (!isWritten()) continue;
    const [from, to] = [sector * SECTOR, Math.min((sector + 1) * SECTOR, cache.length)];
    disk.write(cache.bytes.subarray(from, to), from);
    dirty.delete(sector);
  }
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}

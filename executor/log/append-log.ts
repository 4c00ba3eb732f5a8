import { randomInt } from "node:crypto";
import { requireInput } from "../errors.ts";
import { viewOf } from "../formats/integers.ts";
import { LogDamagedError, LogWriteError } from "./errors.ts";
import { type FileLayer, type LogFile, nodeFiles } from "./file-layer.ts";
import { CUT, encodeFrameHeader, lengthOf, linkIn, MAX_PAYLOAD_BYTES, SEALED } from "./frame.ts";
import { type Frame, FrameReader, type LogPosition, startOf, type TornTail } from "./frame-reader.ts";
import {
  decodeLogHeader,
  encodeLogHeader,
  LOG_HEADER_BYTES,
  type LogHeader,
  type LogIdentity,
  requireIdentity,
} from "./log-header.ts";

export interface AppendLogOptions {
  readonly files?: FileLayer;
  /** Where reading begins instead of the first frame; from a snapshot. */
  readonly after?: LogPosition;
  /** Called with every frame that is there already, in order. */
  readonly visit?: (frame: Frame, header: LogHeader) => Promise<void>;
}

interface Waiting {
  readonly kind: number;
  /** In parts, which are written as they lie. */
  readonly payload: readonly Uint8Array[];
  readonly resolve: (position: LogPosition) => void;
  readonly reject: (error: unknown) => void;
}

/** Frames that are made durable together; a frame that is larger goes alone. */
export const MAX_GROUP_BYTES = 16 * 2 ** 20;

/** A group of no more than this is written in one piece. */
const MOST_COPIED_BYTES = 2 ** 20;

/** What may wait for the disk. Beyond it appends are refused, or a slow disk would fill the memory. */
const MAX_WAITING_BYTES = MAX_PAYLOAD_BYTES + 16 * MAX_GROUP_BYTES;

/**
 * A file that only grows, with one writer. What `append` has acknowledged is on the disk and stays first, in this order,
 * for good: whatever kills the process, tears the tail or fills the disk.
 */
export class AppendLog {
  readonly path: string;
  readonly header: LogHeader;
  readonly #file: LogFile;
  readonly #unlock: () => Promise<void>;
  #cut: TornTail | undefined;
  /** The last durable frame. */
  #position: LogPosition;
  #isSealed = false;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #flushing: Promise<void> | undefined;
  #refusal: LogWriteError | undefined;

  private constructor(path: string, header: LogHeader, file: LogFile, unlock: () => Promise<void>) {
    this.path = path;
    this.header = header;
    this.#file = file;
    this.#unlock = unlock;
    this.#position = startOf(header);
  }

  /** Opens the log of `identity` at `path` for writing, and makes it if there is none. A torn tail is cut off. */
  static async open(path: string, identity: LogIdentity, options: AppendLogOptions = {}): Promise<AppendLog> {
    const { files = nodeFiles } = options;
    const unlock = await files.lock(`${path}.lock`);
    let file: LogFile | undefined;
    try {
      file = (await files.open(path, "write")) ?? (await createLog(files, path, identity));
      const header = decodeLogHeader(await file.read(0, LOG_HEADER_BYTES), path);
      requireIdentity(header, identity, path);
      const log = new AppendLog(path, header, file, unlock);
      await log.#recover(options);
      return log;
    } catch (error) {
      await file?.close();
      await unlock();
      throw error;
    }
  }

  /** The last frame that is surely on the disk. */
  get position(): LogPosition {
    return this.#position;
  }

  /** What was cut off when the log was opened. */
  get cut(): TornTail | undefined {
    return this.#cut;
  }

  /**
   * Adds a frame and returns its place once it is on the disk; appends that wait for the disk at the same time are made durable
   * together, in the order of the calls. `payload`, whole or in parts, must not change meanwhile. Throws a {@link LogWriteError} if it was not
   * made durable; later ones may be all the same, if they are smaller or the disk has room again.
   */
  append(kind: number, payload: Uint8Array | readonly Uint8Array[]): Promise<LogPosition> {
    requireInput(Number.isInteger(kind) && kind >= 1 && kind < CUT, `${kind} is no kind of frame`);
    return this.#append(kind, isInParts(payload) ? payload : [payload]);
  }

  /** Waits for what was appended, marks the log as whole, and lets others write to it. */
  async close(): Promise<void> {
    try {
      while (this.#flushing !== undefined) await this.#flushing;
      // With the seal in it, no byte before can break any more without being noticed as damage.
      if (this.#refusal === undefined && !this.#isSealed && this.#position.sequence > 0) {
        await this.#append(SEALED, []).catch(() => undefined);
      }
    } finally {
      this.#refusal ??= new LogWriteError(`${this.path} was closed`, false);
      await this.#file.close();
      await this.#unlock();
    }
  }

  /** Reads what is there, cuts off what a crash has torn, and makes sure that the rest is on the disk and not only in memory. */
  async #recover({ after, visit }: AppendLogOptions): Promise<void> {
    const reader = await FrameReader.open(this.#file, this.path, this.header, after);
    for (let frame = await reader.next(); frame !== undefined; frame = await reader.next()) {
      this.#isSealed = frame.kind === SEALED;
      await visit?.(frame, this.header);
    }
    this.#position = reader.position;
    this.#cut = reader.torn;
    if (reader.torn !== undefined) await this.#file.truncate(reader.position.end);

    // The last group may never have reached the disk: its writer was killed before the sync, or the sync failed, and after a
    // failed sync the system may count as written what it has only in memory. Written again it is dirty again.
    const { groupOffset, position } = reader;
    for (let at = groupOffset; at < position.end; at += MAX_GROUP_BYTES) {
      await this.#file.write([await this.#file.read(at, Math.min(MAX_GROUP_BYTES, position.end - at))], at);
    }
    await this.#file.sync();
    if (reader.torn !== undefined) await this.#append(CUT, [encodeCut(reader.torn)]);
  }

  #append(kind: number, payload: readonly Uint8Array[]): Promise<LogPosition> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    const length = lengthOf(payload);
    if (length > MAX_PAYLOAD_BYTES || this.#waitingBytes + length > MAX_WAITING_BYTES) {
      const why = `${length} bytes more, with ${this.#waitingBytes} waiting for the disk, are too many`;
      return Promise.reject(new LogWriteError(`${this.path}: ${why}`, true));
    }

    return new Promise((resolve, reject) => {
      this.#waiting.push({ kind, payload, resolve, reject });
      this.#waitingBytes += length;
      this.#flushing ??= this.#flush();
    });
  }

  async #flush(): Promise<void> {
    // Whoever appends in the same breath joins the first group.
    await undefined;
    while (this.#waiting.length > 0) await this.#writeGroup(this.#takeGroup());
    this.#flushing = undefined;
  }

  #takeGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { payload } of this.#waiting) {
      const length = lengthOf(payload);
      if (count > 0 && bytes + length > MAX_GROUP_BYTES) break;
      bytes += length;
      count += 1;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  /** One write, one sync, and only then the word that it is done. */
  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      if (this.#refusal !== undefined) throw this.#refusal;
      const { parts, positions } = this.#encodeGroup(group);
      const last = positions.at(-1) ?? this.#position;
      await this.#makeDurable(parts);

      this.#position = last;
      this.#isSealed = group.at(-1)?.kind === SEALED;
      for (const [index, { resolve }] of group.entries()) resolve(positions[index] ?? last);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  #encodeGroup(group: readonly Waiting[]): { parts: Uint8Array[]; positions: LogPosition[] } {
    const groupFirst = this.#position.sequence + 1;
    const parts: Uint8Array[] = [];
    const positions: LogPosition[] = [];
    let before = this.#position;

    for (const { kind, payload } of group) {
      const sequence = before.sequence + 1;
      const header = encodeFrameHeader({ kind, sequence, groupFirst }, payload, before.link, this.header.salt);
      parts.push(header, ...payload);
      before = placeAfter(before, header, payload);
      positions.push(before);
    }
    // Many small writes cost more than one copy; what is large is not worth copying.
    return { parts: lengthOf(parts) <= MOST_COPIED_BYTES ? [Buffer.concat(parts)] : parts, positions };
  }

  async #makeDurable(parts: readonly Uint8Array[]): Promise<void> {
    const { end } = this.#position;
    try {
      await this.#file.write(parts, end);
    } catch (error) {
      await this.#takeBack(error);
    }

    try {
      await this.#file.sync();
    } catch (error) {
      const message = `${this.path}: the disk did not confirm what was written; the log has to be opened again`;
      throw this.#refuse(new LogWriteError(message, false, error));
    }
  }

  /** Makes an incomplete write as if it had never been, so that the log can be used on; the disk may only be full for now. */
  async #takeBack(cause: unknown): Promise<never> {
    const why = cause instanceof Error ? cause.message : String(cause);
    try {
      await this.#file.truncate(this.#position.end);
      await this.#file.sync();
    } catch (error) {
      const message = `${this.path}: nothing more can be written (${why}); the log has to be opened again`;
      throw this.#refuse(new LogWriteError(message, false, error));
    }
    throw new LogWriteError(`${this.path}: not written (${why}); what was acknowledged before is safe`, true, cause);
  }

  #refuse(error: LogWriteError): LogWriteError {
    this.#refusal = error;
    return error;
  }
}

const isInParts = (payload: Uint8Array | readonly Uint8Array[]): payload is readonly Uint8Array[] =>
  Array.isArray(payload);

async function createLog(files: FileLayer, path: string, identity: LogIdentity): Promise<LogFile> {
  await files.writeWhole(path, encodeLogHeader({ ...identity, salt: randomInt(2 ** 32) }));
  const file = await files.open(path, "write");
  if (file === undefined) throw new LogDamagedError(path, 0, "it was taken away as soon as it was made");
  return file;
}

function placeAfter(before: LogPosition, header: Uint8Array, payload: readonly Uint8Array[]): LogPosition {
  const end = before.end + header.length + lengthOf(payload);
  return { sequence: before.sequence + 1, offset: before.end, end, link: linkIn(header) };
}

function encodeCut({ offset, bytes }: TornTail): Uint8Array {
  const payload = new Uint8Array(16);
  const view = viewOf(payload);
  view.setBigUint64(0, BigInt(offset), true);
  view.setBigUint64(8, BigInt(bytes), true);
  return payload;
}

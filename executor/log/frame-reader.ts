import { crc32 } from "node:zlib";
import { toHex } from "../formats/hex.ts";
import { LogDamagedError } from "./errors.ts";
import type { LogFile } from "./file-layer.ts";
import { decodeFrameHeader, FRAME_HEADER_BYTES, FRAME_MARK, type FrameHeader, linkOf } from "./frame.ts";
import { firstLink, LOG_HEADER_BYTES, type LogHeader } from "./log-header.ts";

/** A place in the log: a frame, or what stands before the first one. */
export interface LogPosition {
  /** 0 before the first frame. */
  readonly sequence: number;
  /** Where the frame begins. */
  readonly offset: number;
  /** Where the next one begins. */
  readonly end: number;
  /** The frame's link, or what the first one is chained to. */
  readonly link: Uint8Array;
}

/** A whole frame that stands where it belongs. */
export interface Frame {
  readonly kind: number;
  readonly payload: Uint8Array;
  readonly position: LogPosition;
  readonly groupFirst: number;
}

/** What a crash left behind the last whole frame. It was never acknowledged, unless the disk lost it. */
export interface TornTail {
  readonly offset: number;
  readonly bytes: number;
  readonly why: string;
}

/** Bytes that are read at once. */
const WINDOW_BYTES = 2 ** 20;

/** Where a log begins. */
export function startOf(header: LogHeader): LogPosition {
  return { sequence: 0, offset: 0, end: LOG_HEADER_BYTES, link: firstLink(header) };
}

/**
 * Reads frame after frame and believes nothing that is not whole, chained and in its place. A broken frame is a torn tail
 * only if it may be one: as soon as a later frame says that this one was on the disk already, it is damage.
 */
export class FrameReader {
  readonly #file: LogFile;
  readonly #path: string;
  readonly #salt: number;
  readonly #size: number;
  #position: LogPosition;
  #groupFirst = 0;
  #groupOffset: number;
  #torn: TornTail | undefined;
  #window: Uint8Array = new Uint8Array(0);
  #windowOffset = 0;

  private constructor(file: LogFile, path: string, salt: number, size: number, start: LogPosition) {
    this.#file = file;
    this.#path = path;
    this.#salt = salt;
    this.#size = size;
    this.#position = start;
    this.#groupOffset = start.end;
  }

  /** A reader of what comes after `start`, which has to be in the log as it says. */
  static async open(file: LogFile, path: string, header: LogHeader, start = startOf(header)): Promise<FrameReader> {
    const reader = new FrameReader(file, path, header.salt, await file.size(), start);
    if (start.sequence > 0) await reader.#requireFrame(start);
    return reader;
  }

  /** The last frame that was read. */
  get position(): LogPosition {
    return this.#position;
  }

  /** Where the group of the last frame begins. Everything before was made durable by whoever wrote it. */
  get groupOffset(): number {
    return this.#groupOffset;
  }

  /** What was found behind the last whole frame, once {@link next} has returned nothing. */
  get torn(): TornTail | undefined {
    return this.#torn;
  }

  /** The next frame; undefined at the end of what is whole. */
  async next(): Promise<Frame | undefined> {
    const { end: offset, sequence: before, link: linkBefore } = this.#position;
    if (offset === this.#size) return undefined;
    const sequence = before + 1;

    const headerBytes = await this.#read(offset, FRAME_HEADER_BYTES);
    const header = decodeFrameHeader(headerBytes, this.#salt);
    if (header === undefined) return this.#tear(offset, `the header of frame ${sequence} is not whole`, offset + 1);
    if (header.sequence !== sequence) {
      throw this.#damaged(offset, `frame ${header.sequence} stands where frame ${sequence} belongs`);
    }
    const end = offset + FRAME_HEADER_BYTES + header.length;
    if (end > this.#size) return this.#tear(offset, `the file ends within frame ${sequence}`, this.#size);
    const payload = await this.#read(offset + FRAME_HEADER_BYTES, header.length);
    if (crc32(payload) !== header.payloadChecksum) {
      return this.#tear(offset, `the payload of frame ${sequence} does not have its checksum`, end);
    }
    if (!isEqual(linkOf(linkBefore, headerBytes, [payload]), header.link)) {
      throw this.#damaged(offset, `frame ${sequence} is not chained to the one before`);
    }

    if (header.groupFirst !== this.#groupFirst) this.#groupOffset = offset;
    this.#groupFirst = header.groupFirst;
    this.#position = { sequence, offset, end, link: header.link };
    return { kind: header.kind, payload, position: this.#position, groupFirst: header.groupFirst };
  }

  /** Ends the reading at a broken frame, if a crash can have broken it. Behind `from` there may be whole ones again. */
  async #tear(offset: number, why: string, from: number): Promise<undefined> {
    const broken = this.#position.sequence + 1;
    for await (const header of this.#headersFrom(from)) {
      if (header.groupFirst <= broken) continue;
      throw this.#damaged(offset, `${why}, but it was on the disk when frame ${header.sequence} was written`);
    }
    this.#torn = { offset, bytes: this.#size - offset, why };
    return undefined;
  }

  /** Every whole frame header behind `from`, wherever it stands. */
  async *#headersFrom(from: number): AsyncGenerator<FrameHeader> {
    for (let at = from; at + FRAME_HEADER_BYTES <= this.#size; at += WINDOW_BYTES) {
      // Windows overlap by a header, so that none is missed on an edge.
      const length = Math.min(WINDOW_BYTES + FRAME_HEADER_BYTES - 1, this.#size - at);
      const bytes = Buffer.from(await this.#file.read(at, length));
      for (let mark = bytes.indexOf(FRAME_MARK); mark !== -1; mark = bytes.indexOf(FRAME_MARK, mark + 1)) {
        const header = decodeFrameHeader(bytes.subarray(mark, mark + FRAME_HEADER_BYTES), this.#salt);
        if (header !== undefined) yield header;
      }
    }
  }

  async #requireFrame({ sequence, offset, end, link }: LogPosition): Promise<void> {
    if (end > this.#size) {
      throw this.#damaged(this.#size, `it ends here, but frame ${sequence} up to byte ${end} was in it once`);
    }
    const header = decodeFrameHeader(await this.#read(offset, FRAME_HEADER_BYTES), this.#salt);
    const isThere =
      header?.sequence === sequence &&
      offset + FRAME_HEADER_BYTES + header.length === end &&
      isEqual(header.link, link);
    if (!isThere) throw this.#damaged(offset, `frame ${sequence} with the link ${toHex(link)} was here once`);
  }

  async #read(offset: number, length: number): Promise<Uint8Array> {
    const from = offset - this.#windowOffset;
    if (from >= 0 && from + length <= this.#window.length) return this.#window.subarray(from, from + length);

    this.#window = await this.#file.read(offset, Math.max(length, Math.min(WINDOW_BYTES, this.#size - offset)));
    this.#windowOffset = offset;
    return this.#window.subarray(0, length);
  }

  #damaged(offset: number, why: string): LogDamagedError {
    return new LogDamagedError(this.#path, offset, why);
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

import { mkdir, open, readFile, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { canonicalJson } from "../journal/canonical-json.ts";

/** A piece of a long reading: what was found up to and including `last`. */
export interface Piece {
  readonly last: number;
  /** Accounts, with what each gained or lost (or simply has), as decimal text. */
  readonly entries: readonly (readonly [account: string, amount: string])[];
}

/**
 * What a long reading has found so far, a line per answer of the node. It saves time and is never trusted: a torn line and all
 * after it are read again, a file about something else is begun anew, and the sum is checked against the chain in the end.
 */
export class PartFile {
  readonly #path: string;
  readonly pieces: readonly Piece[];

  private constructor(path: string, pieces: readonly Piece[]) {
    this.#path = path;
    this.pieces = pieces;
  }

  /** Opens the file, or begins it. `about` says what is read; another `about` is another reading. */
  static async open(path: string, about: Readonly<Record<string, unknown>>): Promise<PartFile> {
    const title = `${canonicalJson(about)}\n`;
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    if (!text.startsWith(title)) {
      await mkdir(dirname(path), { recursive: true });
      const file = await open(path, "w");
      await file.writeFile(title).finally(() => file.close());
      return new PartFile(path, []);
    }

    const { pieces, wholeBytes } = readPieces(text, title.length);
    await truncate(path, wholeBytes);
    return new PartFile(path, pieces);
  }

  async append(piece: Piece): Promise<void> {
    const file = await open(this.#path, "a");
    await file.writeFile(`${JSON.stringify(piece)}\n`).finally(() => file.close());
  }
}

/** Whole lines only, and none after one that is not. Everything in the file is ASCII. */
function readPieces(text: string, start: number): { pieces: Piece[]; wholeBytes: number } {
  const pieces: Piece[] = [];
  for (let next = start; ; ) {
    const end = text.indexOf("\n", next);
    const piece = end === -1 ? undefined : readPiece(text.slice(next, end));
    if (piece === undefined || piece.last <= (pieces.at(-1)?.last ?? -1)) return { pieces, wholeBytes: next };
    pieces.push(piece);
    next = end + 1;
  }
}

function readPiece(line: string): Piece | undefined {
  const document: unknown = parse(line);
  if (typeof document !== "object" || document === null) return undefined;
  if (!("last" in document) || !("entries" in document)) return undefined;
  const { last, entries } = document;
  if (typeof last !== "number" || !Array.isArray(entries) || !entries.every(isEntry)) return undefined;
  return { last, entries };
}

function isEntry(entry: unknown): entry is readonly [string, string] {
  return Array.isArray(entry) && entry.length === 2 && entry.every((each) => typeof each === "string");
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

import { badInput } from "../errors.ts";

/** Deeper nesting is refused instead of using up the stack. */
const MAX_DEPTH = 500;
const WHITESPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const LITERAL = /true|false|null/y;
const QUOTE = '"'.charCodeAt(0);
const BACKSLASH = "\\".charCodeAt(0);

/**
 * The canonical form of a JSON text (RFC 8785): no white space, keys by UTF-16 code units, numbers and strings as ECMAScript writes
 * them. Refuses what I-JSON (RFC 7493) does not allow, and what would come out with another meaning than it went in: duplicate
 * keys, invalid UTF-8, a byte order mark, lone surrogates, numbers beyond a double's range, integers that a double would round.
 *
 * `JSON.parse` cannot be used: it keeps the last of two equal keys without a word and has forgotten how a number was written.
 */
export function canonicalizeJson(bytes: Uint8Array): Uint8Array {
  const reader = new CanonicalReader(decodeUtf8(bytes));
  return new TextEncoder().encode(reader.readWhole());
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw badInput("this is not UTF-8, so it is not JSON either");
  }
}

/** Reads a JSON text once, from left to right; each method gives the canonical form of what it has read. */
class CanonicalReader {
  readonly #text: string;
  #place = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readWhole(): string {
    const value = this.#readValue();
    if (this.#place < this.#text.length) throw this.#refusal("there is something after the end");
    return value;
  }

  #readValue(): string {
    this.#skip();
    const next = this.#text[this.#place];
    const value = next === "{" || next === "[" ? this.#readNested(next) : this.#readScalar(next);
    this.#skip();
    return value;
  }

  #readNested(opening: string): string {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw this.#refusal(`it is nested deeper than ${MAX_DEPTH} levels`);
    const value = opening === "{" ? this.#readObject() : this.#readArray();
    this.#depth -= 1;
    return value;
  }

  #readScalar(next: string | undefined): string {
    if (next === '"') return JSON.stringify(this.#readString());
    return this.#match(LITERAL) ?? this.#readNumber();
  }

  #readArray(): string {
    const items: string[] = [];
    this.#place += 1;
    this.#skip();
    if (this.#take("]")) return "[]";

    do items.push(this.#readValue());
    while (this.#take(","));
    if (!this.#take("]")) throw this.#refusal('"," or "]" is missing');
    return `[${items.join(",")}]`;
  }

  #readObject(): string {
    const members = new Map<string, string>();
    this.#place += 1;
    this.#skip();
    if (this.#take("}")) return "{}";

    do {
      this.#skip();
      if (this.#text[this.#place] !== '"') throw this.#refusal("a key is missing");
      const key = this.#readString();
      if (members.has(key)) throw this.#refusal(`the key ${JSON.stringify(key)} is there twice`);
      this.#skip();
      if (!this.#take(":")) throw this.#refusal('":" is missing');
      members.set(key, this.#readValue());
    } while (this.#take(","));
    if (!this.#take("}")) throw this.#refusal('"," or "}" is missing');

    // `<` compares UTF-16 code units, which is what RFC 8785 sorts by.
    const sorted = [...members].sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${sorted.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`;
  }

  #readString(): string {
    const start = this.#place;
    let end = start + 1;
    for (let code = this.#codeOf(end); code !== QUOTE; code = this.#codeOf(end)) end += code === BACKSLASH ? 2 : 1;
    this.#place = end + 1;

    const text = this.#decode(this.#text.slice(start, end + 1));
    if (!text.isWellFormed()) throw this.#refusal("a string has half a surrogate pair");
    return text;
  }

  #codeOf(place: number): number {
    if (place >= this.#text.length) throw this.#refusal("a string does not end");
    return this.#text.charCodeAt(place);
  }

  /** A single string: what `JSON.parse` does with escapes and control characters is exactly right. */
  #decode(token: string): string {
    try {
      return String(JSON.parse(token));
    } catch {
      throw this.#refusal("a string has a wrong escape or a control character");
    }
  }

  #readNumber(): string {
    const written = this.#match(NUMBER);
    if (written === undefined) throw this.#refusal("no value is there");
    const value = Number(written);
    if (!Number.isFinite(value)) throw this.#refusal(`${written} is beyond the range of a double`);
    if (value === 0 && /^-?[0-9.]*[1-9]/.test(written)) throw this.#refusal(`${written} would become zero`);

    const isRounded = /^-?[0-9]+$/.test(written) && BigInt(written) !== BigInt(value);
    // Digits that the canonical form itself would have are no loss: 295147905179352830000 comes back as it is.
    if (isRounded && JSON.stringify(value) !== written) throw this.#refusal(`${written} is rounded by a double`);
    return JSON.stringify(value);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#place;
    const found = pattern.exec(this.#text)?.[0];
    this.#place += found?.length ?? 0;
    return found;
  }

  #take(character: string): boolean {
    if (this.#text[this.#place] !== character) return false;
    this.#place += 1;
    return true;
  }

  #skip(): void {
    this.#match(WHITESPACE);
  }

  #refusal(why: string) {
    return badInput("this JSON has no canonical form", { why, where: `character ${this.#place + 1}` });
  }
}

import { type FileHandle, open } from "node:fs/promises";
import { requireInput } from "../errors.ts";
import { toHex, writeHex } from "../formats/hex.ts";
import { type Keccak, loadKeccak } from "../formats/keccak.ts";
import { HASH_BYTES } from "../formats/merkle.ts";
import { ADDRESS_BYTES, compareAddresses } from "./addresses.ts";
import { createIncomeLeafHasher, createPairHasher } from "./income-leaf.ts";
import { type IncomeRow, ROW_BYTES, readIncomeRow } from "./income-rows.ts";
import { createMultiproof, type Multiproof } from "./multiproof.ts";
import { decodeProofHeader, PROOF_HEADER_BYTES, type ProofHeader } from "./proof-header.ts";
import { type ProofLayout, proofLayout } from "./proof-layout.ts";
import { leafNode, parentOf, siblingOf, type TreeShape, treeShape } from "./tree-shape.ts";

/** More rows at once fit no block; the limit keeps a slip from reading the whole file. */
const MAX_PAGE = 10_000;

/** A row of the list, its place, and the hashes from its leaf up to the root. */
export interface ProvedRow extends IncomeRow {
  readonly index: number;
  readonly proof: readonly string[];
}

/** Neighbouring rows and one proof of them all. */
export interface ProvedPage extends Multiproof {
  readonly rows: readonly (IncomeRow & { readonly index: number })[];
}

/**
 * A proof file, open for reading. A row is read with one seek and checked against the root before anybody sees it:
 * what was damaged since it was written is refused, and never sent.
 */
export class ProofFile {
  readonly header: ProofHeader;
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #layout: ProofLayout;
  readonly #shape: TreeShape;
  readonly #leafOf: ReturnType<typeof createIncomeLeafHasher>;
  readonly #pairOf: ReturnType<typeof createPairHasher>;

  private constructor(file: FileHandle, path: string, header: ProofHeader, keccak: Keccak) {
    this.header = header;
    this.#file = file;
    this.#path = path;
    this.#layout = proofLayout(header.count, PROOF_HEADER_BYTES);
    this.#shape = treeShape(header.count);
    this.#leafOf = createIncomeLeafHasher(keccak, header.listKey);
    this.#pairOf = createPairHasher(keccak);
  }

  /** Opens the file at `path`; throws if its header is not whole, or if it is longer or shorter than that says. */
  static async open(path: string): Promise<ProofFile> {
    const keccak = await loadKeccak();
    const file = await open(path, "r");
    try {
      const start = new Uint8Array(PROOF_HEADER_BYTES);
      const { bytesRead } = await file.read(start, 0, start.length, 0);
      const header = decodeProofHeader(keccak, start.subarray(0, bytesRead));
      const proofs = new ProofFile(file, path, header, keccak);
      const { size } = await file.stat();
      const wanted = proofs.#layout.fileBytes;
      requireInput(size === wanted, `${path} has ${size} bytes, ${header.count} rows and their proofs ${wanted}`);
      return proofs;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Row `index` without its proof; checked all the same. */
  async leaf(index: number): Promise<IncomeRow> {
    const { holder, gross, withheld } = await this.proof(index);
    return { holder, gross, withheld };
  }

  /** Row `index` and its proof. */
  async proof(index: number): Promise<ProvedRow> {
    this.#requirePage(index, index + 1);
    const records = await this.#read(index, index + 1);
    this.#check(records, index, index);
    return {
      index,
      ...readIncomeRow(records, 0),
      proof: this.#siblings(records, index, index).map((at) => toHex(records, at, HASH_BYTES)),
    };
  }

  /** The row of `holder` and its proof, or `undefined` if the list has none. Reads log₂(n) rows: they ascend by holder. */
  async find(holder: string): Promise<ProvedRow | undefined> {
    const wanted = new Uint8Array(ADDRESS_BYTES);
    writeHex(wanted, 0, ADDRESS_BYTES, holder);

    let low = 0;
    let high = this.header.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = await this.#readBytes(this.#layout.offsetOf(middle), ADDRESS_BYTES);
      const order = compareAddresses(row, 0, wanted, 0);
      if (order === 0) return this.proof(middle);
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return undefined;
  }

  /** Rows `from` up to `to` (not included) and one proof of them all, as `MerkleProof.multiProofVerify` takes it. */
  async multiproof(from: number, to: number): Promise<ProvedPage> {
    this.#requirePage(from, to);
    const records = await this.#read(from, to);
    const nodes = new Map<number, string>();
    const rows: (IncomeRow & { index: number })[] = [];

    for (let index = from; index < to; index++) {
      this.#check(records, from, index);
      rows.push({ index, ...readIncomeRow(records, this.#place(from, index)) });
      let node = leafNode(this.#shape, index);
      for (const sibling of this.#siblings(records, from, index)) {
        nodes.set(siblingOf(node), toHex(records, sibling, HASH_BYTES));
        node = parentOf(node);
      }
    }
    const leaves = rows.map(({ index }) => leafNode(this.#shape, index));
    return { rows, ...createMultiproof(leaves, (node) => nodes.get(node) ?? "") };
  }

  /** All rows in their order, each checked. */
  async *rows(): AsyncGenerator<IncomeRow & { readonly index: number }> {
    const page = 1_000;
    for (let from = 0; from < this.header.count; from += page) {
      const to = Math.min(from + page, this.header.count);
      const records = await this.#read(from, to);
      for (let index = from; index < to; index++) {
        this.#check(records, from, index);
        yield { index, ...readIncomeRow(records, this.#place(from, index)) };
      }
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Where row `index` begins in the file. */
  offsetOf(index: number): number {
    return this.#layout.offsetOf(index);
  }

  #requirePage(from: number, to: number): void {
    const { count } = this.header;
    const isPage = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= count;
    requireInput(isPage, `rows ${from} to ${to} of a list of ${count}`);
    requireInput(to - from <= MAX_PAGE, `${to - from} rows at once, most are ${MAX_PAGE}`);
  }

  #read(from: number, to: number): Promise<Uint8Array> {
    const start = this.#layout.offsetOf(from);
    return this.#readBytes(start, this.#layout.offsetOf(to) - start);
  }

  async #readBytes(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await this.#file.read(bytes, 0, length, offset);
    requireInput(bytesRead === length, `${this.#path} ends at ${offset + bytesRead}, while it is read`);
    return bytes;
  }

  /** Where record `index` begins in bytes that begin with record `from`. */
  #place(from: number, index: number): number {
    return this.#layout.offsetOf(index) - this.#layout.offsetOf(from);
  }

  /** Where the hashes of the proof of `index` begin. */
  #siblings(_records: Uint8Array, from: number, index: number): number[] {
    const start = this.#place(from, index) + ROW_BYTES;
    return Array.from({ length: this.#layout.proofLength(index) }, (_, level) => start + level * HASH_BYTES);
  }

  /** Throws unless the proof of record `index` leads to the root. */
  #check(records: Uint8Array, from: number, index: number): void {
    let node = this.#leafOf(records, this.#place(from, index), index);
    for (const sibling of this.#siblings(records, from, index)) {
      node = this.#pairOf(node, records.subarray(sibling, sibling + HASH_BYTES));
    }
    requireInput(toHex(node) === this.header.root, `${this.#path}: row ${index} is damaged, its proof does not fit`);
  }
}

/** Opens the proof file at `path`. */
export function openProofFile(path: string): Promise<ProofFile> {
  return ProofFile.open(path);
}

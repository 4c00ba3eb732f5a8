/** A chunk of the batch, as its leaf has it, and the way from the leaf to the header's root. */
export interface ProvedChunk {
  readonly index: number;
  readonly firstInstruction: number;
  readonly instructionCount: number;
  readonly movementCount: number;
  readonly instructionsRoot: string;
  readonly receiptsRoot: string;
  readonly movementsRoot: string;
  readonly netHash: string;
  readonly leaf: string;
  /** Siblings from the leaf up. */
  readonly proof: readonly string[];
}

/** One accepted trade of one holder, with what proves it. */
export interface ProvedTrade {
  readonly holder: string;
  readonly bought: boolean;
  readonly other: string;
  readonly matchNumber: string;
  /** The 64 bytes of docs/formats.md, section 2.3; they begin with the trade id. */
  readonly receipt: string;
  readonly leaf: string;
  readonly chunk: number;
  /** Place in the chunk's tree of receipts. */
  readonly place: number;
  /** Siblings from the leaf up. */
  readonly proof: readonly string[];
}

/** What the page needs to recompute the hashes of a batch; whole numbers beyond 32 bits are decimal strings. */
export interface ProofBook {
  readonly chainId: string;
  readonly desk: string;
  readonly header: {
    readonly number: string;
    readonly mode: number;
    readonly time: string;
    readonly openingBlock: string;
    readonly instructionCount: number;
    readonly chunkCount: number;
    readonly chunksRoot: string;
    readonly positionsRoot: string;
    readonly fileHash: string;
  };
  /** Read from the settlement desk, not from the executor. */
  readonly batchHash: string;
  readonly chunks: readonly ProvedChunk[];
  readonly trades: readonly ProvedTrade[];
}

/** What an accepted instruction moves between two accounts: shares one way, cash the other, or one of the two. */
export interface PlainMovement {
  /** Places in the snapshot's accounts: who gets the shares and pays the cash, and the other one. */
  readonly buyer: number;
  readonly seller: number;
  /** Left out where only cash moves. */
  readonly asset?: number | undefined;
  readonly currency: number;
  readonly quantity: bigint;
  readonly cash: bigint;
  /** Shares of the seller that were held back for it, and no longer are. */
  readonly released?: bigint;
}

/** An instruction that its own values and messages do not refuse. */
export interface Operation {
  /** What time, prices and officers say of it; 0 if nothing. Judged once the id has proved to be new. */
  readonly terms: number;
  /** Decides it by what the ledger holds; if it is accepted, everything has changed but what moves on net. */
  readonly run: () => Decision;
}

/** What becomes of an operation, as far as the ledger can tell. */
export interface Decision {
  readonly code: number;
  /** Shares for the receipt. */
  readonly quantity: bigint;
  /** What is still to be moved, if the chunk and its mandates take it. */
  readonly movement?: PlainMovement;
  /** Carries out what goes with the movement. */
  readonly commit?: () => void;
}

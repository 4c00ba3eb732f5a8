import type { Whole } from "./format.ts";
import type { ProofBook } from "./proof-book.ts";

/** The figures of a run: what the report shows of `summary.json`. */
export interface Figures {
  readonly seed: number;
  readonly seconds: number;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly node: string;
  };
  readonly asset: {
    readonly id: Whole;
    readonly name: string;
    readonly holders: number;
    readonly sold: Whole;
    readonly proceeds: Whole;
    readonly commission: Whole;
  };
  readonly trades: { readonly submitted: number; readonly accepted: number };
  readonly verify: {
    readonly perSecond: number;
    readonly libraryPerSecond: number;
    readonly ratio: number;
    readonly workers: number;
    readonly crypto: string;
    readonly signatures: number;
    readonly workersLost: number;
  };
  readonly executor: {
    readonly milliseconds: Readonly<Record<string, number>>;
    readonly tradesPerSecond: number;
  };
  readonly net: {
    readonly chunks: number;
    readonly positions: number;
    readonly ratio: number;
    readonly sharesRatio: number;
  };
  readonly chain: {
    readonly transactions: number;
    readonly milliseconds: number;
    readonly gasTotal: Whole;
    readonly gasPerTrade: number;
    readonly gasPerTradeOneByOne: number;
    readonly tradesOneByOne: number;
  };
  readonly income: {
    readonly deposit: Whole;
    readonly perShare: Whole;
    readonly paid: Whole;
    readonly holders: number;
    readonly carried: Whole;
  };
  /** Left out where a run had none. */
  readonly paintings?: readonly PaintingFigures[];
  readonly reconciled: boolean;
  readonly batchHash: string;
}

/** A painting bought in shares. Amounts are plain decimal numbers in the money of their time; nothing where nothing is recorded. */
export interface PaintingFigures {
  readonly title: string;
  readonly artist: string;
  readonly units: Whole;
  /** Of the owners, the dealer first. */
  readonly fractions: readonly string[];
  readonly purchase: { readonly date: string; readonly amount: string; readonly currency: string };
  readonly sale: { readonly date: string; readonly amount: string; readonly currency: string } | null;
  readonly dealerShareRecorded: string;
  readonly dealerSharePaid: string;
  readonly dealerProceeds: string | null;
  readonly tiesOut: boolean;
  readonly difference: string;
  /** Where the fractions come from: "recorded", "derived" or "assumed". */
  readonly basis: string;
  readonly note: string;
}

/** The terms of the asset's file, in words. */
export interface ReportTerms {
  readonly issuer: string;
  readonly class: string;
  readonly jurisdiction: string;
  readonly source: string;
  readonly attestedOn: Whole;
  readonly shares: Whole;
  readonly price: Whole;
  readonly minTicket: Whole;
  readonly countries: readonly string[];
  readonly classes: string;
}

/** Shares of one holder, by a reference that does not name him. */
export interface Holding {
  readonly reference: string;
  readonly address: string;
  readonly before: bigint;
  readonly after: bigint;
}

export interface CapTable {
  readonly blockBefore: Whole;
  readonly blockAfter: Whole;
  readonly supplyBefore: bigint;
  readonly supplyAfter: bigint;
  readonly holdings: readonly Holding[];
}

export interface RefusedTransfer {
  readonly who: string;
  readonly reasons: readonly { readonly code: number; readonly sentence: string; readonly nextStep: string }[];
}

/** Trades that the executor refused, by the first check that failed. */
export interface RejectedTrades {
  readonly code: number;
  readonly name: string;
  readonly sentence: string;
  readonly next: string;
  readonly count: number;
}

/** All that the page is made of. */
export interface ReportData {
  readonly figures: Figures;
  readonly terms: ReportTerms;
  readonly chain: {
    readonly chainId: Whole;
    readonly block: Whole;
    /** Of that block, in seconds. */
    readonly time: Whole;
    readonly contracts: readonly { readonly name: string; readonly address: string }[];
  };
  readonly capTable: CapTable;
  readonly refused: readonly RefusedTransfer[];
  readonly rejected: readonly RejectedTrades[];
  /** What was typed to get these figures. */
  readonly command: string;
  readonly proofs: ProofBook;
}

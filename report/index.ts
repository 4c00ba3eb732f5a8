/** The report of a run: one page that opens from disk, without any network. */
export { buildScript } from "./build-script.ts";
export { type HolderTrade, makeProofBook, type SettledBatch } from "./make-proof-book.ts";
export type { ProofBook, ProvedChunk, ProvedTrade } from "./proof-book.ts";
export { renderReport } from "./render-report.ts";
export type {
  CapTable,
  Figures,
  Holding,
  PaintingFigures,
  RefusedTransfer,
  RejectedTrades,
  ReportData,
} from "./report-data.ts";

/**
 * The parallel batch executor: signed orders and trades in; receipts, net movements and Merkle roots out. It knows
 * nothing of Hardhat or of a chain; it takes plain data and callbacks.
 */
export {
  type BatchInput,
  DEFAULT_MAX_CHUNK_INSTRUCTIONS,
  DEFAULT_MAX_CHUNK_POSITIONS,
  MAX_CHUNK_POSITIONS,
  MIN_CHUNK_POSITIONS,
} from "./batch-input.ts";
export {
  type BatchResult,
  type BatchTimings,
  type ChunkResult,
  instructionsOf,
  type RunAccount,
  receiptsOf,
} from "./batch-result.ts";
export { checkSnapshot } from "./check-snapshot.ts";
export { compareResults } from "./compare-results.ts";
export { cryptoKind } from "./crypto/crypto-kind.ts";
export { type BulkSigner, createBulkSigner, type SignedBulk } from "./crypto/sign-bulk.ts";
export { type BulkRun, signBulkRecords } from "./crypto/sign-bulk-records.ts";
export { createMessageSigner, type MessageSigner } from "./crypto/sign-message.ts";
export { addressOf, createOrderSigner, type OrderSigner, privateKeyFrom } from "./crypto/sign-order.ts";
export { AppendEngineLog } from "./engine/append-engine-log.ts";
export {
  Engine,
  type EngineInput,
  type EngineOpening,
  type EngineOptions,
  MAX_ENGINE_BATCHES,
  MAX_WAITING_CALLERS,
} from "./engine/engine.ts";
export { type EngineLog, NO_LOG } from "./engine/engine-log.ts";
export { EngineFullError, EngineStoppedError } from "./engine/errors.ts";
export { type LoggedEngineOptions, openLoggedEngine } from "./engine/open-logged-engine.ts";
export { ExecutorInputError } from "./errors.ts";
export { type BatchCase, openCase } from "./explain/batch-case.ts";
export { explainInstruction, findInstructions } from "./explain/explain-instruction.ts";
export type { Comparison, EarlierChange, Explanation } from "./explain/explanation.ts";
export { isOrder, isTrade, type PlainTrades, plainTradesOf } from "./files/plain-trades.ts";
export {
  formatOf,
  type ReadOptions,
  type ReadTrades,
  type Reject,
  readTradeFile,
  type TradeFile,
  type TradeFormat,
} from "./files/trade-file.ts";
export { writeRejects, writeTradeFile } from "./files/write-trade-file.ts";
export { type Opening, readBatchFile } from "./formats/batch-file.ts";
export { type BatchTables, createBatchTables } from "./formats/batch-tables.ts";
export { BULK_BYTES, type BulkSignature, bulkType, decodeBulk } from "./formats/bulk.ts";
export {
  type ContractAnswer,
  type ContractAnswers,
  decodeAnswers,
  encodeAnswers,
  type LongSignature,
} from "./formats/contract-answers.ts";
export {
  type BatchHeader,
  type BatchMode,
  batchHash,
  MODE_OPTIMISED,
  MODE_STRICT,
} from "./formats/header.ts";
export {
  decodeInstruction,
  encodeInstruction,
  encodeTrade,
  FLAG,
  INSTRUCTION_BYTES,
  type InstructionInput,
  type InstructionRecord,
  KIND,
  MAX_CHAIN,
  type MessageInput,
  type PublicInput,
  type SubscriptionInput,
  type TradeInput,
} from "./formats/instruction-record.ts";
export { type Keccak, loadKeccak } from "./formats/keccak.ts";
export { merkleProof, merkleRoot } from "./formats/merkle.ts";
export {
  type Cancel,
  encodeMessage,
  type Freeze,
  type Hold,
  type HoldDecision,
  type Message,
  type SignedMessage,
  type Transfer,
} from "./formats/message-record.ts";
export {
  type CashMovement,
  type NetVector,
  netHash,
  packNetVector,
  type ShareMovement,
  unpackNetVector,
} from "./formats/net-vector.ts";
export {
  BUY,
  decodeOrder,
  encodeOrder,
  MESSAGE,
  OPTION,
  ORDER_BYTES,
  type Order,
  type OrderRecord,
  SELL,
  type SignedOrder,
} from "./formats/order-record.ts";
export {
  encodePosition,
  POSITION_BYTES,
  POSITION_KIND,
  type Position,
  type PositionKind,
} from "./formats/position-leaf.ts";
export { type BatchOpening, readOpening as readBatchOpening } from "./formats/read-opening.ts";
export {
  ACCEPTED,
  CODE,
  endsId,
  explainCode,
  isAccepted,
  isWaiting,
  REASONS,
  type Reason,
} from "./formats/reason-codes.ts";
export { decodeReceipt, encodeReceipt, RECEIPT_BYTES, type Receipt } from "./formats/receipt.ts";
export {
  ATTESTATION_TYPES,
  CANCEL_TYPES,
  custodyDomain,
  FREEZE_TYPES,
  HOLD_DECISION_TYPES,
  HOLD_TYPES,
  INSTRUCTION_TYPES,
  INVESTOR_CLAIM_TYPES,
  investorClaimDomain,
  MANDATE_TYPES,
  ORDER_TYPES,
  settlementDomain,
  TRADE_TYPES,
  TRANSFER_TYPES,
} from "./formats/typed-data.ts";
export { allocate } from "./income/allocate.ts";
export type { Allocation, AllocationTerms, LookThroughRow, Rounding } from "./income/allocation.ts";
export {
  buildIncomeList,
  hashIncomeTree,
  type IncomeList,
  type IncomeListInput,
  type IncomeListOptions,
  type IncomeListStage,
} from "./income/build-income-list.ts";
export { type HolderRow, type HolderTable, packHolders } from "./income/holder-table.ts";
export { type IncomeRow, type IncomeRows, incomeRowAt, packIncomeRows } from "./income/income-rows.ts";
export { type ListMeasurement, type ListTurn, measureIncomeList } from "./income/measure-income-list.ts";
export type { Multiproof } from "./income/multiproof.ts";
export { openProofFile, ProofFile, type ProvedPage, type ProvedRow } from "./income/proof-file.ts";
export type { ProofHeader } from "./income/proof-header.ts";
export { type BulkOptions, bulkBatches } from "./load/bulk-batches.ts";
export { type ConflictShape, conflictShapeOf } from "./load/conflict-shape.ts";
export { createLoad, cutIntoBatches, type Load, type LoadBatch, signFlows, takeBatch } from "./load/create-load.ts";
export { drawFlows, type FlowOptions } from "./load/draw-flows.ts";
export { createFlows, FLOW_TRADE, FLOW_TRANSFER, type Flows, partOfFlows } from "./load/flows.ts";
export { type Netting, nettingOf } from "./load/netting.ts";
export { createRandom, createZipf, type Random, randomInteger } from "./load/random.ts";
export { balancesIn, replayTape, type TapeReplay, tapeLoad } from "./load/replay-tape.ts";
export { formatShape, parseShape, SHAPES, type Shape, type ShapeName } from "./load/shape.ts";
export { readTape, type TapeBlock } from "./load/tape.ts";
export { tradeFileOf } from "./load/trade-file-of.ts";
export { createWorkload, type WorkloadOptions } from "./load/workload.ts";
export { AppendLog, type AppendLogOptions } from "./log/append-log.ts";
export { decodeEntry, encodeEntry, type LogEntry } from "./log/entries.ts";
export { LogDamagedError, LogLockedError, LogWriteError } from "./log/errors.ts";
export { type FileLayer, type LogFile, nodeFiles } from "./log/file-layer.ts";
export { type Frame, FrameReader, type LogPosition, startOf, type TornTail } from "./log/frame-reader.ts";
export { decodeLogHeader, LOG_HEADER_BYTES, type LogHeader, type LogIdentity } from "./log/log-header.ts";
export {
  type MeasureOptions,
  measureLibrary,
  measureVerification,
  type VerificationRates,
} from "./measure-verification.ts";
export { DecidedRecords, type PositionKey } from "./movements/decided-records.ts";
export type { Dispute } from "./movements/dispute.ts";
export { type Findings, findDisputes } from "./movements/find-disputes.ts";
export { listMovements, movementsOf } from "./movements/movement-tree.ts";
export type { PlacedMovement } from "./movements/neighbours.ts";
export {
  type Exhibit,
  type MovementProof,
  proveMovement,
  proveNet,
  verifyMovement,
  verifyNet,
} from "./movements/prove-movement.ts";
export { type PublishedBatch, type PublishedChunk, publishBatch } from "./movements/published-batch.ts";
export {
  type NettingFigures,
  type SettledCount,
  type SettlementFigures,
  settlementFigures,
} from "./optimised/figures.ts";
export { type Recycled, type RunBatch, recycle, recycleChunks } from "./optimised/recycle.ts";
export {
  createPackedAccounts,
  createPackedCash,
  createPackedShares,
  NO_INVESTOR,
  type PackedAccounts,
  type PackedCash,
  type PackedShares,
  type PackedSnapshot,
  packedOf,
  packSnapshot,
  type SnapshotTables,
  snapshotOf,
} from "./packed-snapshot.ts";
export {
  type ChunkFields,
  type InstructionProof,
  proveInstruction,
  proveReceipt,
  type ReceiptProof,
  verifyProof,
  verifyRecords,
} from "./prove.ts";
export { type PositionProof, provePosition, verifyPosition } from "./prove-position.ts";

export { BatchJournal, type JournalOptions } from "./replay/batch-journal.ts";
export { CHECK_LEVELS, type CheckLevel, isCheckLevel } from "./replay/check-level.ts";
export { closeKinds } from "./replay/close-kinds.ts";
export { closePositions } from "./replay/close-positions.ts";
export type { LogState } from "./replay/log-state.ts";
export { ReplayDifferenceError } from "./replay/replay-difference.ts";
export { logPath, type Replay, type ReplayOptions, replayLog } from "./replay/replay-log.ts";
export { MAX_OPEN_BATCHES, type OpenBatch, type Runner } from "./replay/replayer.ts";
export type { SkippedSnapshot } from "./replay/snapshot-folder.ts";
export { encodeState, type StatePlace } from "./replay/state-file.ts";
export { type BatchOptions, runBatch, type Stage } from "./run-batch.ts";
export { runSequential } from "./sequential/run-sequential.ts";
export {
  ChunkNotSettledError,
  type ChunkSettler,
  type ChunkToSettle,
  chunksToSettle,
  settleBatch,
} from "./settle-batch.ts";
export type {
  AccountState,
  AssetState,
  CancelledOrder,
  CashPosition,
  CurrencyState,
  DistributionState,
  EntitlementState,
  HoldState,
  MandateLimit,
  MandateState,
  OfferingState,
  PriceBand,
  SharePosition,
  Snapshot,
} from "./snapshot.ts";
export { type ClosedLoop, runClosedLoop } from "./throughput/closed-loop.ts";
export { findHighestRate, type RateSearch, type Trial } from "./throughput/find-rate.ts";
export { type Fingerprint, readFingerprint } from "./throughput/fingerprint.ts";
export { judge, requireSame, type Verdict, WrongResultError } from "./throughput/judge.ts";
export { Latencies, type LatencySummary } from "./throughput/latency.ts";
export { type DecodingFigure, measureDecoding } from "./throughput/measure-decoding.ts";
export { type DurabilityFigure, type DurabilityOptions, measureDurability } from "./throughput/measure-durability.ts";
export {
  type HighestRate,
  type LatencyFigure,
  type LatencyOptions,
  measureHighestRate,
  measureLatency,
  type Percentile,
  type RateBound,
} from "./throughput/measure-latency.ts";
export { type Spread, spreadOf } from "./throughput/median.ts";
export { arrivalTimes, type Clock, type OpenLoop, type OpenLoopOptions, runOpenLoop } from "./throughput/open-loop.ts";
export { CORES_PER_MACHINE, type ProjectedPoint, projectRates } from "./throughput/projection.ts";
export { fitScaling, predictRate, type ScalingModel, type ScalingPoint } from "./throughput/scaling-model.ts";
export { runSweep, type SingleThread, type Sweep, type SweepOptions, type SweepPoint } from "./throughput/sweep.ts";
export { type OpenTarget, type Outcome, openEngine, openJudge, type Target } from "./throughput/target.ts";
export {
  type LoadReport,
  measureLoad,
  type PostingFigure,
  type ReportOptions,
  type ThroughputReport,
} from "./throughput/throughput-report.ts";
export {
  type AskOptions,
  askContracts,
  type ContractQuestion,
  type ContractReader,
} from "./verify/ask-contracts.ts";
export { createKnownMessages, type KnownMessages } from "./verify/known-messages.ts";
export { type JobRunner, WorkerPool } from "./workers/pool.ts";

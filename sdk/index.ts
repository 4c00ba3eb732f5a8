/**
 * What integrators import: typed contracts of a deployment, exact units, errors in words, the same explanations that the
 * command line gives, and everything that is signed. (Deploying is `./deploy.ts`; it needs Hardhat.)
 */
export {
  type Acknowledgement,
  acknowledgementDigest,
  type DisclosuresPlace,
  signAcknowledgement,
} from "./acknowledgement.ts";
export { parseAddress } from "./address.ts";
export { type AddressBook, type AddressBookEntry, readAddressBook, writeAddressBook } from "./addresses.ts";
export { type AssetTerms, anchorIdOf, encodeAnchorMetadata, readAssetFile } from "./asset-file.ts";
export { ASSET_STATES, type AssetStateName, assetStateName } from "./asset-state.ts";
export {
  ATTESTATION_KINDS,
  type Attestation,
  type AttestationKind,
  attestationId,
  type CustodyPlace,
  encodeUnit,
  nonceOf,
  signAttestation,
} from "./attestation.ts";
export { type AttestationFile, readAttestationFile } from "./attestation-file.ts";
export { connectAddresses, connectSuite, type Suite, type SuiteAddresses } from "./connect.ts";
export { type JsonRpc, openContractReader } from "./contract-reader.ts";
export { type ContractName, FACTORIES, suiteInterfaces } from "./contracts.ts";
export { countryName, parseCountry } from "./country.ts";
export { type CsvFormat, type CsvResult, parseCsv, readCsv } from "./csv.ts";
export {
  bundleHash,
  contentHash,
  type DocumentEntry,
  entryLeaf,
  filenameHash,
  mimeTypeHash,
  roleId,
} from "./documents/bundle.ts";
export { canonicalizeJson } from "./documents/canonicalize-json.ts";
export { cidOf } from "./documents/cid.ts";
export { type DocumentBundle, manifestOf, readDocumentsFile } from "./documents/documents-file.ts";
export { type Verification, verifyBundle } from "./documents/verify-bundle.ts";
export { badInput, ExitCode, MoietyError, type Problem } from "./errors.ts";
export { explainTransfer, type Refusal, type TransferQuestion } from "./explain.ts";
export { findBoundId, findFreeId } from "./find-asset.ts";
export { type Division, divide, type Fraction, formatFraction, parseFraction, priceOfUnit } from "./fractions.ts";
export { listReceivers } from "./holders.ts";
export { type DistributionState, findPayments, readDistribution } from "./income/distributions.ts";
export { type IncomePlan, incomePlanHash, parseIncomePlan } from "./income/income-plan.ts";
export { makeIncomePlan, type PlanQuestion } from "./income/make-plan.ts";
export { type IncomePayment, readPayments } from "./income/payments.ts";
export { openProofs, readIncomePlan, requireWholePlan, type WrittenPlan } from "./income/plan-folder.ts";
export { type ListLeaf, type ProvedLeaves, proveLeaves } from "./income/prove-leaves.ts";
export { type FindInList, readStatement, type StatementLine } from "./income/read-statement.ts";
export { type IncomeReconciliation, reconcileList, reconcileRecord } from "./income/reconcile-income.ts";
export { type HolderSource, type RecordHolder, readRecordHolders } from "./income/record-holders.ts";
export {
  type ClaimPlace,
  encodeErc3643Claim,
  encodeInvestorClaim,
  type InvestorClaim,
  investorClaimId,
  signInvestorClaim,
} from "./investor-claim.ts";
export { classNames, INVESTOR_CLASSES, parseClasses } from "./investor-class.ts";
export { type InvestorRow, investorIdOf, readInvestorFile } from "./investor-file.ts";
export { listRuns, readRun, type WrittenRun } from "./journal/run-folder.ts";
export type { RunPlan } from "./journal/run-plan.ts";
export { type RunState, runStateOf, type StepProgress, type StepState } from "./journal/run-state.ts";
export {
  type BlockTime,
  countToUnlock,
  debitsOf,
  readShareHolding,
  type ShareDebit,
  type ShareHolding,
  spendableByChunks,
  unlocksFor,
  unlocksInTurn,
  unlockWord,
} from "./locked-shares.ts";
export { type AssetLimit, type Mandate, mandateId, type SettlementPlace, signMandate } from "./mandate.ts";
export { type Painting, type PaintingOwner, readPaintingFile, readPaintings } from "./painting-file.ts";
export { type Permit, type PermitCurrency, signPermit } from "./permit.ts";
export { readLogs } from "./read-logs.ts";
export { type Mismatch, reconcile } from "./reconcile.ts";
export { decodeRevert, findRevertData, type Revert } from "./revert.ts";
export { type BoundRule, listBoundRules } from "./rules/bound-rules.ts";
export { commonAddresses, compact, expand, type RuleSetting } from "./rules/common-rules.ts";
export { type CountrySet, decodeCountries, encodeCountries } from "./rules/country-set.ts";
export { describeExpression } from "./rules/describe-expression.ts";
export { compileExpression, decompileExpression, type Expression } from "./rules/expression.ts";
export type { AskedRule, RuleEntry, RuleKind, ToldRule } from "./rules/rule-kind.ts";
export { RULE_KINDS, ruleKindOf } from "./rules/rule-kinds.ts";
export { type RuleList, readRules } from "./rules/rules-file.ts";
export { formatSafeBatch, type SafeCall, safeChecksum } from "./safe-batch.ts";
export { readSettledOnChain, type SettledBefore } from "./settled-before.ts";
export { parseInstructionFile, parseSettlementFile, type SettlementFile } from "./settlement-file.ts";
export {
  type ChunkRefusal,
  type Fault,
  faultOf,
  type RefusedTrade,
  readChunkRefusal,
  readSettlementRefusal,
  type SettlementRefusal,
} from "./settlement-refusal.ts";
export { readSnapshot, type SnapshotRequest } from "./snapshot.ts";
export { formatTime, parseInstant, parseUntil } from "./time.ts";
export { domainOfCountry, routeClassOf, routeClassOfAsset } from "./transfer-domain.ts";
export { formatAmount, parseUnits, parseWhole } from "./units.ts";

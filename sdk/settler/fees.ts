/** What a transaction offers for a unit of gas, as EIP-1559 has it; wei. */
export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** Nodes take a replacement only if it offers at least a tenth more of both; a quarter gets there in few steps. */
const BUMP_PERCENT = 125n;
/** The base fee rises by at most an eighth per block, so that twice of it holds for five full blocks. */
const BASE_FEES_OFFERED = 2n;
const LEAST_TIP = 1n;

/** The first offer; undefined if not even the base fee of now is within `cap`. */
export function firstFees(baseFee: bigint, tip: bigint, cap: bigint): Fees | undefined {
  if (baseFee + LEAST_TIP > cap) return undefined;
  const wanted = BASE_FEES_OFFERED * baseFee + tip;
  const maxFeePerGas = wanted < cap ? wanted : cap;
  return { maxFeePerGas, maxPriorityFeePerGas: lower(tip > LEAST_TIP ? tip : LEAST_TIP, maxFeePerGas) };
}

/** What replaces `before` under the same nonce: enough more that nodes take it, and no less than `now` would offer. Undefined above `cap`. */
export function bumpFees(before: Fees, now: Fees, cap: bigint): Fees | undefined {
  const maxFeePerGas = higher(raised(before.maxFeePerGas), now.maxFeePerGas);
  if (maxFeePerGas > cap) return undefined;
  const tip = higher(raised(before.maxPriorityFeePerGas), now.maxPriorityFeePerGas);
  return { maxFeePerGas, maxPriorityFeePerGas: lower(tip, maxFeePerGas) };
}

const raised = (fee: bigint): bigint => (fee * BUMP_PERCENT + 99n) / 100n;
const higher = (one: bigint, other: bigint): bigint => (one > other ? one : other);
const lower = (one: bigint, other: bigint): bigint => (one < other ? one : other);

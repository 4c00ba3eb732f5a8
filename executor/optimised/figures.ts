import { type BatchResult, instructionsOf, receiptsOf } from "../batch-result.ts";
import { unpackNetVector } from "../formats/net-vector.ts";
import { explainCode, isAccepted, isWaiting } from "../formats/reason-codes.ts";

/** What netting did for one currency; amounts in engine units. */
export interface NettingFigures {
  readonly currency: string;
  /** Cash of all settled instructions. */
  readonly gross: bigint;
  /** What accounts paid on net, added up over the chunks. */
  readonly net: bigint;
  /** 1 − net ÷ gross; 0 if nothing was paid. */
  readonly ratio: number;
  /** The least that the accounts must have had between them for the same chunks to settle in turn. */
  readonly liquidityNeeded: bigint;
}

/** How many of some instructions came to what. */
export interface SettledCount {
  readonly settled: number;
  readonly waiting: number;
  readonly refused: number;
}

/** What a batch of either mode came to, for reports. */
export interface SettlementFigures extends SettledCount {
  /** By priority, from the highest. */
  readonly byPriority: readonly (SettledCount & { readonly priority: number })[];
  /** Instructions that did not settle, by the reason, the most frequent first. */
  readonly unsettled: readonly { readonly code: number; readonly name: string; readonly count: number }[];
  readonly netting: readonly NettingFigures[];
}

/** Counts and adds up what is in a result. */
export function settlementFigures(result: BatchResult): SettlementFigures {
  const receipts = receiptsOf(result);
  const priorities = instructionsOf(result).map(({ priority }) => priority);
  const countOf = (codes: readonly number[]): SettledCount => ({
    settled: codes.filter(isAccepted).length,
    waiting: codes.filter(isWaiting).length,
    refused: codes.filter((code) => !isAccepted(code) && !isWaiting(code)).length,
  });
  const codes = receipts.map(({ code }) => code);
  const reasons = [...new Set(codes)].filter((code) => !isAccepted(code));

  return {
    ...countOf(codes),
    byPriority: [...new Set(priorities)]
      .sort((a, b) => b - a)
      .map((priority) => ({ priority, ...countOf(codes.filter((_, index) => priorities[index] === priority)) })),
    unsettled: reasons
      .map((code) => ({ code, name: explainCode(code).name, count: codes.filter((each) => each === code).length }))
      .sort((a, b) => b.count - a.count || a.code - b.code),
    netting: [...new Set(result.chunks.map(({ net }) => net.currency))].map((currency) => nettingOf(result, currency)),
  };
}

function nettingOf(result: BatchResult, currency: string): NettingFigures {
  const chunks = result.chunks.filter(({ net }) => net.currency === currency);
  const indices = new Set(chunks.map(({ index }) => index));
  const gross = receiptsOf(result).reduce((sum, { chunk, cash }) => (indices.has(chunk) ? sum + cash : sum), 0n);
  const balances = new Map<string, bigint>();
  const deepest = new Map<string, bigint>();
  let net = 0n;

  for (const chunk of chunks) {
    for (const { account, delta } of unpackNetVector(chunk.net).cash) {
      const balance = (balances.get(account) ?? 0n) + delta;
      balances.set(account, balance);
      if (balance < (deepest.get(account) ?? 0n)) deepest.set(account, balance);
      if (delta < 0n) net -= delta;
    }
  }

  const ratio = gross === 0n ? 0 : 1 - Number(net) / Number(gross);
  return { currency, gross, net, ratio, liquidityNeeded: -[...deepest.values()].reduce((sum, each) => sum + each, 0n) };
}

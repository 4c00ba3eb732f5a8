import { cpus, totalmem } from "node:os";
import { type BatchResult, explainCode, isAccepted, receiptsOf } from "../../../executor/index.ts";
import { formatAmount } from "../../../sdk/units.ts";
import { table } from "../../lib/table.ts";
import type { OneByOne } from "./compare-one-by-one.ts";
import type { FileCounts } from "./count-files.ts";
import { summarisePainting } from "./painting-summary.ts";
import type { OwnedPainting } from "./paintings.ts";
import type { Income } from "./pay-income.ts";
import type { Sale } from "./sell-out.ts";

/** What netted settlement took on chain. */
export interface NetSettlement {
  readonly transactions: number;
  readonly gas: bigint;
  /** From the first transaction to the last receipt. */
  readonly milliseconds: number;
  /** Positions that were not what the receipts come to. */
  readonly mismatches: number;
  /** Whether all chunks settled in the batch in which they were decided. */
  readonly isWhole: boolean;
}

/** How fast signatures were verified, and what the bare library reaches on as many workers in the same run. */
export interface VerifyRate {
  readonly perSecond: number;
  readonly libraryPerSecond: number;
  readonly workers: number;
}

export interface DemoResults {
  readonly asset: { readonly id: bigint; readonly name: string; readonly holders: number };
  readonly sale: Sale;
  readonly result: BatchResult;
  readonly rate: VerifyRate;
  readonly oneByOne: OneByOne;
  readonly settlement: NetSettlement;
  /** Whether the serial executor came to the same bytes, and the chain to the same positions. */
  readonly reconciled: boolean;
  readonly income: Income;
  readonly paintings: readonly OwnedPainting[];
  readonly files: FileCounts;
  readonly seed: number;
  readonly seconds: number;
}

/** The figures of a run, as `runs/demo/summary.json` keeps them (docs/demo-summary.md). */
export function summarise(results: DemoResults) {
  const { asset, sale, result, rate, oneByOne, settlement, reconciled, income, paintings, files, seed, seconds } =
    results;
  const receipts = receiptsOf(result);
  const accepted = receipts.filter(({ code }) => isAccepted(code));
  const gross = grossMovements(accepted);
  const net = netMovements(result);
  const { timings, cryptoKind, signatures, workersLost } = result.run;

  return {
    schema: "moiety.system.demo/1",
    seed,
    seconds: round(seconds, 1),
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      memoryGiB: round(totalmem() / 2 ** 30, 1),
      node: process.version,
    },
    asset: { ...asset, sold: sale.sold, proceeds: sale.proceeds, commission: sale.commission },
    trades: { submitted: receipts.length, accepted: accepted.length, rejectedByReason: countReasons(receipts) },
    verify: {
      ...rate,
      crypto: cryptoKind,
      signatures,
      workersLost,
      ratio: round(rate.perSecond / rate.libraryPerSecond, 3),
    },
    executor: {
      milliseconds: Object.fromEntries(Object.entries(timings).map(([stage, ms]) => [stage, round(ms, 1)])),
      tradesPerSecond: Math.round((receipts.length * 1000) / Object.values(timings).reduce((sum, ms) => sum + ms, 0)),
    },
    net: {
      chunks: result.chunks.length,
      positions: net.positions,
      /** 1 − Σ|net| ÷ Σ gross, over cash in base units; shares apart. */
      ratio: ratio(net.cash, gross.cash),
      sharesRatio: ratio(net.shares, gross.shares),
    },
    chain: {
      transactions: settlement.transactions,
      milliseconds: settlement.milliseconds,
      gasTotal: settlement.gas,
      gasPerTrade: perTrade(settlement.gas, accepted.length),
      gasPerTradeOneByOne: perTrade(oneByOne.gas, oneByOne.trades),
      tradesOneByOne: oneByOne.trades,
    },
    income,
    paintings: paintings.map(summarisePainting),
    /** What the files of all assets have got, added up. */
    files,
    reconciled,
    batchHash: result.batchHash,
  };
}

export type Summary = ReturnType<typeof summarise>;

/** The closing table. */
export function describeSummary(summary: Summary): string {
  const { trades, verify, executor, net, chain, income, files, reconciled } = summary;
  const refused = Object.entries(trades.rejectedByReason)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(", ");
  return table(
    ["Figure", "Value"],
    [
      ["Trades", `${trades.accepted} of ${trades.submitted} accepted (refused: ${refused || "none"})`],
      [
        "Signatures verified",
        `${thousands(verify.perSecond)} per second on ${verify.workers} workers, ${verify.crypto} secp256k1`,
      ],
      [
        "  bare library, same workers",
        `${thousands(verify.libraryPerSecond)} per second; ours is ${verify.ratio} of it`,
      ],
      [
        "Trades through the executor",
        `${thousands(executor.tradesPerSecond)} per second, signatures and roots included`,
      ],
      ["Netting", `${net.positions} positions in ${net.chunks} chunks; ${percent(net.ratio)} of the cash never moved`],
      ["Gas per trade, netted", `${thousands(chain.gasPerTrade)} (${chain.transactions} transactions)`],
      ["Gas per trade, one by one", `${thousands(chain.gasPerTradeOneByOne)} (${chain.tradesOneByOne} trades)`],
      [
        "Income paid",
        `USD ${formatAmount(income.paid, 6)} of ${formatAmount(income.deposit, 6)} to ${income.holders} holders`,
      ],
      [
        "Files of the assets",
        `${files.reviews} reviews, ${files.bundles} bundles of documents, ${files.words} words of custody,\n${files.values} values (${files.confirmed} jumps confirmed), ${files.measures} measurements, ${files.acknowledgements} acknowledgements,\n${files.handOvers} hand-over, ${files.incidents} incident resolved`,
      ],
      ["Chain, executor and serial re-run agree", reconciled ? "yes" : "NO"],
    ],
  );
}

function countReasons(receipts: readonly { readonly code: number }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of receipts) {
    if (isAccepted(code)) continue;
    const { name } = explainCode(code);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** What would move if every trade settled by itself: both sides of each. */
function grossMovements(accepted: readonly { readonly quantity: bigint; readonly cash: bigint }[]) {
  return accepted.reduce(
    (sum, { quantity, cash }) => ({ shares: sum.shares + 2n * quantity, cash: sum.cash + 2n * cash }),
    { shares: 0n, cash: 0n },
  );
}

/** What does move. */
function netMovements({ chunks }: BatchResult) {
  let [positions, shares, cash] = [0, 0n, 0n];
  for (const { net } of chunks) {
    for (const word of net.accounts) {
      const delta = cashDelta(word);
      if (delta !== 0n) positions += 1;
      cash += magnitude(delta);
    }
    for (const word of net.shares) {
      positions += 1;
      shares += magnitude(shareDelta(word));
    }
  }
  return { positions, shares, cash };
}

/** The int64 in an account's word (docs/formats.md, section 4). */
function cashDelta(word: bigint): bigint {
  return BigInt.asIntN(64, word >> 32n);
}

/** The int64 in a share movement's word. */
function shareDelta(word: bigint): bigint {
  return BigInt.asIntN(64, word >> 160n);
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function ratio(net: bigint, gross: bigint): number {
  return gross === 0n ? 0 : round(1 - Number(net) / Number(gross), 4);
}

function perTrade(gas: bigint, trades: number): number {
  return trades === 0 ? 0 : Math.round(Number(gas) / trades);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

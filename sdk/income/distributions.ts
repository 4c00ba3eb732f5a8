import type { Provider } from "ethers";
import type { Suite } from "../connect.ts";
import { badInput } from "../errors.ts";
import { readLogs } from "../read-logs.ts";

/** contracts/income/IncomeTypes.sol */
export const DISTRIBUTION_KINDS = ["none", "record", "list"] as const;
export const DISTRIBUTION_PHASES = ["none", "announced", "payable", "cancelled"] as const;

export type DistributionKind = (typeof DISTRIBUTION_KINDS)[number];
export type DistributionPhase = (typeof DISTRIBUTION_PHASES)[number];

/** What distributions of both kinds have in common. Amounts are base units of the currency, gross unless named otherwise. */
export interface DistributionState {
  readonly distribution: bigint;
  readonly kind: DistributionKind;
  readonly phase: DistributionPhase;
  readonly asset: bigint;
  readonly record: bigint;
  readonly currency: string;
  readonly expiresAt: bigint;
  readonly reclaimTo: string;
  readonly taxAccount: string;
  readonly total: bigint;
  readonly paid: bigint;
  readonly withheld: bigint;
  readonly taxWithdrawn: bigint;
  readonly reclaimed: bigint;
}

/** A distribution by its number; refuses one that there is not. */
export async function readDistribution({ incomeDesk }: Suite, distribution: bigint): Promise<DistributionState> {
  const count = await incomeDesk.distributionCount();
  if (distribution < 1n || distribution > count) {
    const why = count === 0n ? "there is none yet" : `there are ${count}`;
    throw badInput(`there is no distribution ${distribution}`, { why, notDone: "nothing was sent" });
  }
  const told = await incomeDesk.distributionOf(distribution);
  return {
    distribution,
    kind: DISTRIBUTION_KINDS[Number(told.kind)] ?? "none",
    phase: DISTRIBUTION_PHASES[Number(told.phase)] ?? "none",
    asset: told.id,
    record: told.record,
    currency: told.currency,
    expiresAt: told.expiresAt,
    reclaimTo: told.reclaimTo,
    taxAccount: told.taxAccount,
    total: told.total,
    paid: told.paid,
    withheld: told.withheld,
    taxWithdrawn: told.taxWithdrawn,
    reclaimed: told.reclaimed,
  };
}

/** A payment to the holders of a record. */
export interface RecordPayment {
  readonly distribution: bigint;
  readonly kind: "record" | "list";
  /** What was declared, or what the list sums to. */
  readonly amount: bigint;
  /** Of a list; zero for a record's. */
  readonly listKey: string | null;
}

/** Every distribution to the holders of one record in one currency, in the order of their numbers; cancelled lists are none. */
export async function findPayments(
  { incomeDesk }: Suite,
  provider: Provider,
  { asset, record, currency }: { readonly asset: bigint; readonly record: bigint; readonly currency: string },
  fromBlock: number,
): Promise<RecordPayment[]> {
  const toBlock = await provider.getBlockNumber();
  const { DistributionDeclared, ListAnnounced, ListCancelled } = incomeDesk.filters;
  const [declared, announced, cancelled] = await Promise.all([
    readLogs(
      (from, to) => incomeDesk.queryFilter(DistributionDeclared(undefined, asset, record), from, to),
      fromBlock,
      toBlock,
    ),
    readLogs(
      (from, to) => incomeDesk.queryFilter(ListAnnounced(undefined, asset, record), from, to),
      fromBlock,
      toBlock,
    ),
    readLogs((from, to) => incomeDesk.queryFilter(ListCancelled(), from, to), fromBlock, toBlock),
  ]);

  const isCancelled = new Set(cancelled.map(({ args }) => args.distribution));
  const byRecord = declared
    .filter(({ args }) => args.currency === currency)
    .map(({ args }) => ({
      distribution: args.distribution,
      kind: "record" as const,
      amount: args.received,
      listKey: null,
    }));
  const byList = announced
    .filter(({ args }) => args.terms.currency === currency && !isCancelled.has(args.distribution))
    .map(({ args }) => ({
      distribution: args.distribution,
      kind: "list" as const,
      amount: args.terms.gross,
      listKey: args.listKey,
    }));
  return [...byRecord, ...byList].toSorted((one, other) => (one.distribution < other.distribution ? -1 : 1));
}

/** Refuses a currency that the desk would refuse, before anything is written or approved. */
export async function requireAllowedCurrency({ incomeDesk }: Suite, currency: string): Promise<void> {
  if (await incomeDesk.isCurrencyAllowed(currency)) return;
  throw badInput(`income is not paid in the currency ${currency}`, {
    where: "--currency",
    todo: "compliance can allow it: `income currency`",
    notDone: "nothing was sent",
  });
}

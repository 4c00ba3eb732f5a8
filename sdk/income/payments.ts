import type { Provider } from "ethers";
import type { IncomeDesk } from "../../typechain-types/index.ts";
import { readLogs } from "../read-logs.ts";

/** Money that a holder was paid, by an event of the desk. */
export interface IncomePayment {
  readonly distribution: bigint;
  readonly holder: string;
  /** The escrow that held the shares for him; null if he did himself. */
  readonly escrow: string | null;
  /** The leaf's place; null for a distribution by the register. */
  readonly index: bigint | null;
  readonly gross: bigint;
  readonly withheld: bigint;
  readonly blockNumber: number;
  readonly transactionHash: string;
}

/** Every payment of one distribution, or of all of them to one holder, in the order of the chain. */
export async function readPayments(
  desk: IncomeDesk,
  which: bigint | { readonly holder: string },
  fromBlock: number,
  provider: Provider,
): Promise<IncomePayment[]> {
  const toBlock = await provider.getBlockNumber();
  const [distribution, holder] = typeof which === "bigint" ? [which, undefined] : [undefined, which.holder];
  const { IncomePaid, IncomePaidThrough, ListedIncomePaid } = desk.filters;
  const [direct, through, listed] = await Promise.all([
    readLogs((from, to) => desk.queryFilter(IncomePaid(distribution, holder), from, to), fromBlock, toBlock),
    readLogs(
      (from, to) => desk.queryFilter(IncomePaidThrough(distribution, undefined, holder), from, to),
      fromBlock,
      toBlock,
    ),
    readLogs(
      (from, to) => desk.queryFilter(ListedIncomePaid(distribution, undefined, holder), from, to),
      fromBlock,
      toBlock,
    ),
  ]);

  const payments = [
    ...direct.map((log) => ({ log, holder: log.args.holder, escrow: null, index: null })),
    ...through.map((log) => ({ log, holder: log.args.owner, escrow: log.args.escrow, index: null })),
    ...listed.map((log) => ({ log, holder: log.args.holder, escrow: null, index: log.args.index })),
  ];
  return payments
    .toSorted((one, other) => one.log.blockNumber - other.log.blockNumber || one.log.index - other.log.index)
    .map(({ log, ...who }) => ({
      ...who,
      distribution: log.args.distribution,
      gross: log.args.gross,
      withheld: log.args.withheld,
      blockNumber: log.blockNumber,
      transactionHash: log.transactionHash,
    }));
}

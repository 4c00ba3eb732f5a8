import type { Provider } from "ethers";
import {
  type BatchResult,
  BUY,
  decodeOrder,
  type InstructionRecord,
  instructionsOf,
  isAccepted,
  KIND,
  ORDER_BYTES,
  type OrderRecord,
  readBatchFile,
  receiptsOf,
} from "../executor/index.ts";
import type { Suite } from "./connect.ts";
import { badInput } from "./errors.ts";
import { inPages } from "./in-pages.ts";

/** A position that is not what the receipts say it should be. */
export interface Mismatch {
  readonly account: string;
  readonly asset: bigint | null;
  readonly currency: string | null;
  readonly expected: bigint;
  readonly actual: bigint;
}

const PAGE = 50;

/**
 * Compares the chain with what opening positions and receipts come to, trade by trade: nothing of the netting is used, so that a
 * mistake there shows. `settled` says which chunks count. It knows trades and transfers, which is what a desk settles; a batch in which
 * something else was accepted is refused. Left out, `block` is the newest.
 */
export async function reconcile(
  suite: Suite,
  provider: Provider,
  result: BatchResult,
  settled: (chunk: number) => boolean,
  block?: number,
): Promise<Mismatch[]> {
  const { snapshot } = readBatchFile(result.file);
  const moved = sumReceipts(result, settled);
  const at = { blockTag: block ?? (await provider.getBlockNumber()) };

  const shares = await inPages(snapshot.shares, PAGE, async ({ account, asset, balance }) => {
    const [address, id] = [entry(snapshot.accounts, account).address.toLowerCase(), entry(snapshot.assets, asset).id];
    const expected = balance + (moved.shares.get(`${address}/${asset}`) ?? 0n);
    return {
      account: address,
      asset: id,
      currency: null,
      expected,
      actual: await suite.shareToken.balanceOf(address, id, at),
    };
  });
  const cash = await inPages(snapshot.cash, PAGE, async ({ account, currency, deposited }) => {
    const [address, token] = [
      entry(snapshot.accounts, account).address.toLowerCase(),
      entry(snapshot.currencies, currency).address,
    ];
    const expected = deposited + (moved.cash.get(`${address}/${currency}`) ?? 0n);
    const { deposited: actual } = await suite.settlementDesk.cashOf(address, token, at);
    return { account: address, asset: null, currency: token, expected, actual };
  });

  return [...shares, ...cash].filter(({ expected, actual }) => expected !== actual);
}

/** What accepted trades and transfers moved per account and asset, and per account and currency, in tables of the snapshot. */
function sumReceipts(result: BatchResult, settled: (chunk: number) => boolean) {
  const { orders, snapshot } = readBatchFile(result.file);
  const instructions = instructionsOf(result);
  const shares = new Map<string, bigint>();
  const cash = new Map<string, bigint>();
  const add = (sums: Map<string, bigint>, key: string, amount: bigint) => sums.set(key, (sums.get(key) ?? 0n) + amount);

  for (const receipt of receiptsOf(result)) {
    if (!isAccepted(receipt.code) || !settled(receipt.chunk)) continue;
    const instruction = entry(instructions, receipt.index);
    const first = readOrder(orders, instruction.buyOrder);
    if (isTransfer(instruction)) {
      const to = entry(snapshot.accounts, first.counterparty).address.toLowerCase();
      add(shares, `${first.trader.toLowerCase()}/${first.asset}`, -receipt.quantity);
      add(shares, `${to}/${first.asset}`, receipt.quantity);
      continue;
    }
    for (const order of [first, readOrder(orders, instruction.sellOrder)]) {
      const sign = order.side === BUY ? 1n : -1n;
      const account = order.trader.toLowerCase();
      add(shares, `${account}/${order.asset}`, sign * receipt.quantity);
      add(cash, `${account}/${order.currency}`, -sign * receipt.cash);
    }
  }
  return { shares, cash };
}

/** Whether it is a transfer and not a trade. Refuses everything else. */
function isTransfer({ kind, id }: InstructionRecord): boolean {
  if (kind === KIND.trade) return false;
  if (kind === KIND.transfer) return true;
  throw badInput(`instruction ${id} is of kind ${kind}, and only trades and transfers can be held against a desk`, {
    todo: "run the batch file again, and compare its receipts",
  });
}

function readOrder(orders: unknown, place: number): OrderRecord {
  if (!(orders instanceof Uint8Array)) throw new TypeError("a batch file holds its orders as records");
  return decodeOrder(orders, place * ORDER_BYTES);
}

function entry<T>(list: readonly T[], place: number): T {
  const found = list[place];
  if (found === undefined) throw new RangeError(`the snapshot has no entry ${place}`);
  return found;
}
